/**
 * Normalizes HCL and cdktf's JSON for comparison: resources by type and name in AWS, references by their target, policies
 * as single rights.
 */
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { parse } from "@cdktf/hcl2json";

export type Values = Readonly<Record<string, unknown>>;
type Resources = Readonly<Record<string, Readonly<Record<string, Values>>>>;

interface Parsed {
  readonly locals?: readonly Values[];
  readonly resource?: Readonly<Record<string, Readonly<Record<string, readonly Values[]>>>>;
  readonly data?: { readonly aws_iam_policy_document?: Readonly<Record<string, readonly PolicyBlock[]>> };
}

interface PolicyBlock {
  readonly statement?: readonly StatementBlock[];
  readonly dynamic?: {
    readonly statement: readonly { readonly for_each: string; readonly content: readonly StatementBlock[] }[];
  };
}

interface StatementBlock {
  readonly actions: readonly string[];
  readonly resources?: readonly string[] | string;
  readonly principals?: readonly { readonly type: string; readonly identifiers: readonly string[] }[];
  readonly condition?: readonly {
    readonly test: string;
    readonly variable: string;
    readonly values: readonly string[];
  }[];
}

/** Members of JSON policies. */
interface JsonStatement {
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Principal?: Readonly<Record<string, string | readonly string[]>>;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** Resources by their type and name in AWS, `aws_iam_role piste-qualif-chorus-pro-schedule`. */
export type Named = ReadonlyMap<string, Values>;

const list = (value: string | readonly string[] = []): readonly string[] => [value].flat();

/** One right each: action, resource, principal, conditions. */
function rights(statements: readonly JsonStatement[]): string[] {
  return statements
    .flatMap(({ Action, Resource, Principal = {}, Condition = {} }) => {
      const conditions = Object.entries(Condition).flatMap(([test, keys]) =>
        Object.entries(keys).map(([key, values]) => `${test} ${key} ${[...list(values)].sort().join(",")}`),
      );
      const who = Object.entries(Principal).map(([type, ids]) => `${type} ${list(ids).join(",")}`);
      const resources = Resource === undefined ? [""] : list(Resource);
      return list(Action).flatMap((action) =>
        resources.map((resource) => [action, resource, ...who, ...conditions].filter(Boolean).join(" | ")),
      );
    })
    .sort();
}

/** The attribute that names a resource in AWS. */
function ownName(values: Values): string {
  const [name = ""] = ["name", "function_name", "alarm_name"].flatMap((key) => values[key] ?? []);
  return name as string;
}

const isBlock = (value: unknown): value is Values =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** hcl2json writes each block as a list; cdktf writes single blocks without one. */
function withoutSingleLists(value: unknown): unknown {
  if (Array.isArray(value)) {
    const [only, ...more] = value as readonly unknown[];
    if (more.length === 0 && isBlock(only)) return withoutSingleLists(only);
    return value.map(withoutSingleLists);
  }
  return isBlock(value) ? mapValues(value, withoutSingleLists) : value;
}

export function without(values: Values, keys: readonly string[]): Values {
  return Object.fromEntries(Object.entries(values).filter(([key]) => !keys.includes(key)));
}

function mapValues(values: Values, change: (value: unknown) => unknown): Values {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, change(value)]));
}

function mapStrings(value: unknown, change: (text: string) => unknown): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((each) => mapStrings(each, change));
  return isBlock(value) ? mapValues(value, (each) => mapStrings(each, change)) : value;
}

const PLACES: readonly (readonly [RegExp, string])[] = [
  [/\$\{data\.aws_partition\.\w+\.partition\}/g, "<partition>"],
  [/\$\{data\.aws_caller_identity\.\w+\.account_id\}/g, "<account>"],
  [/\$\{data\.aws_region\.\w+\.(?:id|name|region)\}/g, "eu-west-3"],
];

const withPlaces = (text: string): string =>
  PLACES.reduce((changed, [pattern, place]) => changed.replace(pattern, place), text);

/** Replaces references to resources by their names. */
function referring(text: string, nameOf: (type: string, id: string) => string | undefined): string {
  return text.replace(/\$\{(aws_\w+)\.([\w-]+)\.(\w+)\}/g, (whole, type: string, id: string, attribute: string) => {
    const name = nameOf(type, id);
    if (name === undefined) return whole;
    return attribute === "name" || attribute === "function_name" ? name : `<${type} ${name} ${attribute}>`;
  });
}

/** cdktf's synthesized JSON. */
export function namedOfJson(resources: Resources): Named {
  const nameOf = (type: string, id: string): string | undefined => {
    const values = resources[type]?.[id];
    return values && ownName(values);
  };
  const readable = (text: string): unknown => {
    const known = referring(withPlaces(text), nameOf);
    if (!known.startsWith('{"Version"')) return known;
    return rights((JSON.parse(known) as { Statement: JsonStatement[] }).Statement);
  };
  const found = Object.entries(resources).flatMap(([type, ofType]) =>
    Object.values(ofType).map((values) => {
      const changed = withoutSingleLists(mapStrings(without(values, ["//"]), readable)) as Values;
      return [`${type} ${ownName(changed)}`, changed] as const;
    }),
  );
  return new Map(found);
}

export async function parsedHcl(file: string): Promise<Parsed> {
  return (await parse(path.basename(file), readFileSync(file, "utf8"))) as Parsed;
}

const FROM_LANDING_ZONE = /^\$\{local\.(?:zone\.\w+|layers)\}$/;

/**
 * A Terraform module's resources, with technical accounts and without a landing zone. Evaluates only references and
 * lookups, and keeps the text of other expressions.
 *
 * @param given values of locals with other expressions.
 */
export async function namedOfHcl(
  folder: string,
  variables: Readonly<Record<string, string>>,
  given: Values,
): Promise<Named> {
  const files = readdirSync(folder).filter((file) => file.endsWith(".tf"));
  const parsed = await Promise.all(files.map((file) => parsedHcl(path.join(folder, file))));
  const locals = Object.assign({}, ...parsed.flatMap(({ locals: of = [] }) => of), given) as Values;
  const documents = Object.assign({}, ...parsed.map(({ data }) => data?.aws_iam_policy_document ?? {})) as Readonly<
    Record<string, readonly PolicyBlock[]>
  >;
  const resources = new Map<string, Values>();
  for (const { resource = {} } of parsed) {
    for (const [type, ofType] of Object.entries(resource)) {
      for (const [id, [values = {}]] of Object.entries(ofType)) resources.set(`${type}.${id}`, values);
    }
  }

  const nameOf = (type: string, id: string): string | undefined => {
    const values = resources.get(`${type}.${id}`);
    return values && String(value(ownName(values), {}));
  };
  /** Evaluates strings; a whole string may yield a map. */
  const value = (text: string, each: Readonly<Record<string, string>>): unknown => {
    const whole = /^\$\{local\.(\w+)(?:\[var\.(\w+)\])?\}$/.exec(text);
    const [, local = "", key] = whole ?? [];
    if (whole && locals[local] !== undefined) {
      const found = mapStrings(locals[local], (part) => value(part, each));
      return key === undefined ? found : (found as Values)[variables[key] ?? ""];
    }
    const document = /^\$\{data\.aws_iam_policy_document\.(\w+)\.json\}$/.exec(text)?.[1];
    if (document !== undefined) return rights(statementsOf(documents[document] ?? []));
    const once = referring(withPlaces(text), nameOf)
      .replace(/\$\{var\.(\w+)\}/g, (all, name: string) => variables[name] ?? all)
      .replace("${count.index + 1}", "1")
      .replace(/\$\{each\.(\w+)\}/g, (all, name: string) => each[name] ?? all)
      .replace(/\$\{local\.(\w+)\}/g, (all, name: string) => (typeof locals[name] === "string" ? locals[name] : all));
    return once === text ? text : value(once, each);
  };
  const statementsOf = (blocks: readonly PolicyBlock[]): JsonStatement[] =>
    blocks
      .flatMap(({ statement = [], dynamic }) => [
        ...statement,
        ...(dynamic?.statement ?? []).flatMap((of) => (of.for_each.includes("has_accounts") ? of.content : [])),
      ])
      .map(({ actions, resources: of, principals = [], condition = [] }) => {
        const strings = (all: readonly string[]): string[] => all.map((one) => String(value(one, {})));
        return {
          Action: actions,
          ...(of !== undefined && { Resource: strings(list(of)) }),
          Principal: Object.fromEntries(principals.map(({ type, identifiers }) => [type, identifiers])),
          Condition: Object.fromEntries(
            condition.map(({ test, variable, values }) => [test, { [variable]: strings(values) }]),
          ),
        };
      });

  const found = [...resources].flatMap(([address, values]) => {
    const type = address.slice(0, address.indexOf("."));
    return instances(values["for_each"], locals).map(([key, each]) => {
      const of = { key: value(key, {}) as string, value: each };
      const read = (text: string): unknown => (text === "${each.value}" ? Number(each) : value(text, of));
      const set = Object.entries(values).filter(([, one]) => !FROM_LANDING_ZONE.test(String(one)));
      const own = without(Object.fromEntries(set), ["for_each", "count", "lifecycle", "dynamic"]);
      const changed = withoutSingleLists(mapStrings(own, read)) as Values;
      return [`${type} ${ownName(changed)}`, changed] as const;
    });
  });
  return new Map(found);
}

/** The instances of a resource with `for_each`: of a local map, or one with the default account's name. */
function instances(forEach: unknown, locals: Values): (readonly [string, string])[] {
  if (forEach === undefined) return [["", ""]];
  const map = /local\.(\w+) :/.exec(forEach as string)?.[1];
  if (map === undefined) return [["default", ""]];
  return Object.entries(locals[map] as Values).map(([key, each]) => [key, String(each)]);
}
