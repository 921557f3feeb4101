/** Texts from outside, where a terminal, a log or a page would take some of their signs for more than text. */

/**
 * Control characters but tab and line feed, separators that end a line for some, and marks that turn the direction of
 * the text around them: they move a cursor, colour or retitle a terminal, forge a line, or show something else than is
 * there.
 */
// eslint-disable-next-line no-control-regex
const DECEPTIVE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** The text with a sign in the place of each that could deceive. */
export function printable(text: string, sign = "?"): string {
  return text.replace(DECEPTIVE, sign);
}

/** The same of every text in a value of plain objects and lists. */
export function printableTexts<T>(value: T): T {
  const clean = (part: unknown): unknown => {
    if (typeof part === "string") return printable(part);
    if (Array.isArray(part)) return part.map(clean);
    if (typeof part !== "object" || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, inside]) => [key, clean(inside)]));
  };
  return clean(value) as T;
}

/** JSON that means the same and holds none of these: they are written as escapes. */
export function printableJson(value: object, indent?: number): string {
  return JSON.stringify(value, undefined, indent).replace(
    DECEPTIVE,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
