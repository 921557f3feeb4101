/** Objects of options: TypeScript refuses a misspelt or wrong member, and what runs without type-checking needs this. */

/** A rule for each member; a missing one does not compile. A rule throws an error with the property and the value. */
export type Rules<T> = {
  readonly [Member in keyof T]-?: (property: string, value: NonNullable<T[Member]>) => void;
};

/** Of a member that is judged where it is used. */
export const judgedElsewhere = (): void => undefined;

/**
 * @param property where the object is, such as `landingZone`; empty at the top.
 * @throws Error naming the member, the rule and the value.
 */
export function checkOptions<T extends object>(property: string, options: T, rules: Rules<T>): void {
  checkObject(property === "" ? "the properties" : property, options);
  const nameOf = (member: string): string => (property === "" ? member : `${property}.${member}`);
  for (const [member, value] of Object.entries(options)) {
    if (!Object.hasOwn(rules, member)) throw new Error(`${nameOf(member)} ${unknown(member, Object.keys(rules))}`);
    if (value === null) throw new Error(`${nameOf(member)} must be left out where there is none, got null`);
    if (value !== undefined) rules[member as keyof T](nameOf(member), value as never);
  }
}

/** @param or what it may be beside the known ones. @throws Error naming the property, the value and the nearest known one. */
export function checkKnown(property: string, value: unknown, known: readonly string[], or = ""): void {
  if (typeof value === "string" && known.includes(value)) return;
  throw new Error(`${property} ${JSON.stringify(value)} ${unknown(String(value), known, or)}`);
}

/** A configuration that was not type-checked may have anything in its place. */
export function checkObject(property: string, value: unknown): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Error(`${property} must be an object, got ${JSON.stringify(value)}`);
  }
}

/** A suggestion is at most this far away, in letters. */
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
    for (const [column, theirs] of Array.from(other).entries()) {
      const [left = 0, above = 0, before = 0] = [next[column], row[column + 1], row[column]];
      next.push(Math.min(left + 1, above + 1, before + Number(letter !== theirs)));
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

/** A number in a message; of what runs without type-checking perhaps a text, which would look like one. */
export const shown = (value: unknown): string => (typeof value === "string" ? JSON.stringify(value) : String(value));

/** @throws Error with the rule and the first value that comes twice. */
export function checkDifferent(rule: string, values: readonly string[]): void {
  const repeated = values.find((value, index) => values.indexOf(value) !== index);
  if (repeated !== undefined) throw new Error(`${rule}, got ${JSON.stringify(repeated)} twice`);
}
