/** Checks objects of options for callers without type-checking. */

/** A rule for each member; a missing one does not compile. A rule throws an error with the property and the value. */
export type Rules<T> = {
  readonly [Member in keyof T]-?: (property: string, value: NonNullable<T[Member]>) => void;
};

/** The rule of a member that is checked where it is used. */
export const checkedElsewhere = (): void => undefined;

/**
 * @param property the path of the object, such as `landingZone`; empty for the top-level properties.
 * @throws Error naming the member, the rule and the value.
 */
export function checkOptions<T extends object>(property: string, options: T, rules: Rules<T>): void {
  checkObject(property === "" ? "the properties" : property, options);
  const nameOf = (member: string): string => (property === "" ? member : `${property}.${member}`);
  for (const [member, value] of Object.entries(options)) {
    if (!Object.hasOwn(rules, member)) throw new Error(`${nameOf(member)} ${unknown(member, Object.keys(rules))}`);
    if (value === null) throw new Error(`${nameOf(member)} must be omitted if there is none, got null`);
    if (value !== undefined) rules[member as keyof T](nameOf(member), value as never);
  }
}

/**
 * @param or other accepted values, for the message.
 *
 * @throws Error naming the property, the value and the nearest known one.
 */
export function checkKnown(property: string, value: unknown, known: readonly string[], or = ""): void {
  if (typeof value === "string" && known.includes(value)) return;
  throw new Error(`${property} ${JSON.stringify(value)} ${unknown(String(value), known, or)}`);
}

/** For configurations without type-checking. */
export function checkObject(property: string, value: unknown): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Error(`${property} must be an object, got ${JSON.stringify(value)}`);
  }
}

/** Largest Levenshtein distance of a suggestion. */
const NEAR = 3;

function unknown(name: string, known: readonly string[], or = ""): string {
  const [nearest] = known
    .map((other) => ({ other, letters: distance(name.toLowerCase(), other.toLowerCase()) }))
    .filter(({ letters }) => letters <= NEAR)
    .sort((one, other) => one.letters - other.letters);
  if (nearest === undefined) return `is unknown; known are ${known.join(", ")}${or}`;
  return `is unknown, did you mean ${nearest.other}?`;
}

/** Levenshtein distance. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [index, letter] of Array.from(one).entries()) {
    const next = [index + 1];
    for (const [column, otherLetter] of Array.from(other).entries()) {
      const [left = 0, above = 0, before = 0] = [next[column], row[column + 1], row[column]];
      next.push(Math.min(left + 1, above + 1, before + Number(letter !== otherLetter)));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

/** As {@link checkObject}. */
export function checkBoolean(property: string, value: unknown): void {
  if (typeof value !== "boolean") throw new Error(`${property} must be true or false, got ${JSON.stringify(value)}`);
}

/** As {@link checkObject}. */
export function checkList(property: string, value: unknown): void {
  if (!Array.isArray(value)) throw new Error(`${property} must be a list, got ${JSON.stringify(value)}`);
}

/** A number for a message; quotes a text, which may come from code without type-checking. */
export const shown = (value: unknown): string => (typeof value === "string" ? JSON.stringify(value) : String(value));

/** @throws Error with the rule and the first duplicate value. */
export function checkDifferent(rule: string, values: readonly string[]): void {
  const repeated = values.find((value, index) => values.indexOf(value) !== index);
  if (repeated !== undefined) throw new Error(`${rule}, got ${JSON.stringify(repeated)} twice`);
}
