/** Matches events against patterns, as EventBridge documents the few operators that our rules use. */

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };
type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const like = (value: string, pattern: string): boolean =>
  new RegExp(`^${pattern.replaceAll(/[.+^${}()|[\]\\?]/g, "\\$&").replaceAll("*", ".*")}$`, "s").test(value);

const textsOf = (value: unknown): string[] => [value].flat() as string[];

const OPERATORS: Readonly<Record<string, (value: string, wanted: unknown) => boolean>> = {
  prefix: (value, wanted) => value.startsWith(String(wanted)),
  suffix: (value, wanted) => value.endsWith(String(wanted)),
  wildcard: (value, wanted) => textsOf(wanted).some((pattern) => like(value, pattern)),
  "anything-but": (value, wanted) => !meets(value, wanted),
};

/** A missing value matches only `exists: false`. */
function meets(value: unknown, matcher: unknown): boolean {
  if (!isFields(matcher)) return value === matcher;
  const [[operator, wanted], ...more] = Object.entries(matcher) as [[string, unknown], ...unknown[]];
  if (more.length > 0) throw new Error(`expected a matcher with one operator, got ${JSON.stringify(matcher)}`);
  if (operator === "exists") return (value !== undefined) === wanted;
  const evaluate = OPERATORS[operator];
  if (evaluate === undefined) throw new Error(`the operator ${operator} is unknown here`);
  return typeof value === "string" && evaluate(value, wanted);
}

export function matches(pattern: unknown, event: unknown): boolean {
  if (!isFields(pattern)) throw new Error(`expected an object as pattern, got ${JSON.stringify(pattern)}`);
  return Object.entries(pattern).every(([key, wanted]) => {
    if (key === "$or") return (wanted as unknown[]).some((one) => matches(one, event));
    const value = isFields(event) ? event[key] : undefined;
    return Array.isArray(wanted) ? wanted.some((matcher) => meets(value, matcher)) : matches(wanted, value);
  });
}
