/** Makes text from outside safe for terminals, logs and pages, where some characters are control codes. */

/**
 * Control characters except tab and line feed, Unicode line separators, and marks that change the text direction. They
 * can move a cursor, colour or retitle a terminal, forge a line, or disguise text.
 */
// eslint-disable-next-line no-control-regex
const DECEPTIVE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Replaces deceptive characters by `sign`. */
export function printable(text: string, sign = "?"): string {
  return text.replace(DECEPTIVE, sign);
}

/** Applies {@link printable} to every text in plain objects and lists. */
export function printableTexts<T>(value: T): T {
  const clean = (part: unknown): unknown => {
    if (typeof part === "string") return printable(part);
    if (Array.isArray(part)) return part.map(clean);
    if (typeof part !== "object" || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, inside]) => [key, clean(inside)]));
  };
  return clean(value) as T;
}

/** JSON with deceptive characters escaped. */
export function printableJson(value: object, indent?: number): string {
  return JSON.stringify(value, undefined, indent).replace(
    DECEPTIVE,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
