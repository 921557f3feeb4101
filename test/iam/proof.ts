/**
 * Proves that policies are neither too narrow nor too wide. They allow the needed calls, and refuse calls one step
 * outside. Each part has a reason: without an action, resource or value, a needed call is refused; without a
 * condition or a Deny, or with any resource, an outside call is allowed.
 */
import { expect, it } from "@jest/globals";
import type { Statement } from "../constructs/synthesize";
import { isOfAws } from "./service-calls";
import { isAbout, isAllowed, listOf, textOf, without, type Policy, type Request, type World } from "./simulator";

/** Thousands of evaluations, possibly on a busy machine. */
const A_PROOF = 60_000;

export interface Case {
  readonly world: World;
  readonly needed: readonly Request[];
  readonly outside: readonly Request[];
  /** Outside calls that are deliberately allowed. */
  readonly tolerated?: readonly Request[];
  /** Policies whose parts need a reason. @default - all but AWS's own */
  readonly concerns?: (policy: Policy) => boolean;
  /** Parts whose reason no call shows; give the reason where they are listed. */
  readonly unshown?: readonly RegExp[];
}

/**
 * The two tests of policies.
 *
 * @param caseOf called after all calls are recorded.
 * @param least minimum numbers of calls.
 */
export function testPolicies(caseOf: () => Case, least: Readonly<Record<"needed" | "outside", number>>): void {
  it(
    "allow what is needed, and nothing one step outside",
    async () => {
      const proof = caseOf();
      expect(proof.needed.length).toBeGreaterThan(least.needed);
      expect(proof.outside.length).toBeGreaterThan(least.outside);
      expect(await shortcomings(proof)).toEqual([]);
    },
    A_PROOF,
  );

  it(
    "have no action, resource, value or condition without a reason",
    async () => {
      expect(await needlessParts(caseOf())).toEqual([]);
    },
    A_PROOF,
  );
}

export async function shortcomings(proof: Case): Promise<string[]> {
  const { world, needed } = proof;
  const found: string[] = [];
  const tolerated = new Set((proof.tolerated ?? []).map(textOf));
  const outside = proof.outside.filter((request) => !tolerated.has(textOf(request)));
  for (const request of needed) {
    if (!(await isAllowed(world, request))) found.push(`needed and refused: ${textOf(request)}`);
  }
  for (const request of outside) {
    if (await isAllowed(world, request)) found.push(`outside and allowed: ${textOf(request)}`);
  }
  for (const request of proof.tolerated ?? []) {
    if (!(await isAllowed(world, request))) found.push(`tolerated and refused: ${textOf(request)}`);
  }
  return found;
}

const everyPolicy = (): boolean => true;

/** A mutation of a policy, which a correct policy does not survive. */
interface Change {
  readonly what: string;
  readonly changed: Policy;
  /** Whether the mutation allows less. */
  readonly narrower: boolean;
  /** Requests that the mutation can affect. */
  readonly concerns: (request: Request) => boolean;
}

/** Parts of policies that no call needs, and conditions that keep nothing out. */
export async function needlessParts(proof: Case): Promise<string[]> {
  const found: string[] = [];
  for (const place of placesIn(proof.world)) {
    const { policy } = place;
    if (isOfAws(policy) || policy.statements.length === 0 || !(proof.concerns ?? everyPolicy)(policy)) continue;
    const relevant = (requests: readonly Request[]): Request[] => requests.filter(place.concerns);
    const needed = relevant(proof.needed);
    if (needed.length === 0) {
      found.push(`${place.name}: no call needs it`);
      continue;
    }
    const tolerated = new Set((proof.tolerated ?? []).map(textOf));
    const outside = relevant(proof.outside).filter((request) => !tolerated.has(textOf(request)));
    for (const { what, changed, narrower, concerns } of changesOf(place.policy)) {
      const world = place.replacedBy(changed);
      const noticed = narrower
        ? await anyOf(needed.filter(concerns), async (one) => !(await isAllowed(world, one)))
        : await anyOf(outside.filter(concerns), (one) => isAllowed(world, one));
      const part = `${place.name}: ${what}`;
      if (!noticed && !proof.unshown?.some((pattern) => pattern.test(part))) found.push(part);
    }
  }
  return found;
}

async function anyOf(requests: readonly Request[], holds: (request: Request) => Promise<boolean>): Promise<boolean> {
  for (const request of requests) if (await holds(request)) return true;
  return false;
}

interface Place {
  readonly name: string;
  readonly policy: Policy;
  readonly concerns: (request: Request) => boolean;
  readonly replacedBy: (changed: Policy) => World;
}

function placesIn(world: World): Place[] {
  const identity = [...world.identity].flatMap(([principal, policies]) =>
    policies.map((policy): Place => ({
      name: `${policy.name} of ${principal}`,
      policy,
      concerns: (request) => request.principal === principal,
      replacedBy: (changed) => ({
        ...world,
        identity: new Map([[principal, policies.map((one) => (one === policy ? changed : one))]]),
      }),
    })),
  );
  const onResource = [...world.resource].map(([resource, policy]): Place => ({
    name: policy.name,
    policy,
    concerns: ({ call }) => call.resource === resource,
    replacedBy: (changed) => ({ ...world, resource: new Map([[resource, changed]]) }),
  }));
  return [...identity, ...onResource];
}

function changesOf(policy: Policy): Change[] {
  return policy.statements.flatMap((statement, index) => {
    const name = `statement ${index + 1} (${listOf(statement.Action).join(", ")})`;
    return changesOfStatement(statement).map(({ what, becomes, allowsLess }): Change => ({
      what: `${name}: ${what}`,
      narrower: allowsLess === (statement.Effect === "Allow"),
      concerns: ({ call }) => isAbout(statement, call.action),
      changed: {
        ...policy,
        statements: policy.statements.flatMap((one, at) => (at === index ? (becomes ? [becomes] : []) : [one])),
      },
    }));
  });
}

interface StatementChange {
  readonly what: string;
  readonly becomes: Statement | undefined;
  /** Whether the statement then applies to less. */
  readonly allowsLess: boolean;
}

type Conditions = Readonly<Record<string, Readonly<Record<string, string | string[]>>>>;

function changesOfStatement(statement: Statement): StatementChange[] {
  const conditions = (statement.Condition ?? {}) as Conditions;
  return [
    ...withoutOne(listOf(statement.Action)).map(([action, left]) => ({
      what: `the action ${action}`,
      becomes: left.length === 0 ? undefined : { ...statement, Action: left },
      allowsLess: true,
    })),
    ...withoutOne(listOf(statement.Resource)).flatMap(([resource, left]): StatementChange[] => [
      ...(left.length === 0
        ? []
        : [{ what: `the resource ${resource}`, becomes: { ...statement, Resource: left }, allowsLess: true }]),
      ...(resource === "*"
        ? []
        : [
            {
              what: `the resource ${resource} and no other`,
              becomes: { ...statement, Resource: [...left, "*"] },
              allowsLess: false,
            },
          ]),
    ]),
    ...(statement.Principal === undefined || statement.Principal === "*"
      ? []
      : [{ what: "its principal", becomes: { ...statement, Principal: "*" }, allowsLess: false }]),
    ...Object.entries(conditions).flatMap(([operator, keys]) =>
      Object.entries(keys).flatMap(([key, values]): StatementChange[] => {
        const put = (value: string[] | undefined): Statement => ({
          ...statement,
          Condition: replaced(conditions, operator, key, value),
        });
        return [
          { what: `the condition ${operator} ${key}`, becomes: put(undefined), allowsLess: false },
          ...withoutOne(listOf(values)).flatMap(([value, left]) =>
            left.length === 0
              ? []
              : // One value less in a negated condition allows more.
                [
                  {
                    what: `the value ${value} of ${key}`,
                    becomes: put([...left]),
                    allowsLess: !operator.includes("Not"),
                  },
                ],
          ),
        ];
      }),
    ),
  ];
}

function withoutOne<T>(list: readonly T[]): [T, T[]][] {
  return list.map((one, index) => [one, list.filter((_, at) => at !== index)]);
}

function replaced(conditions: Conditions, operator: string, key: string, value: string[] | undefined): Conditions {
  const keys = { ...without(conditions[operator] ?? {}, key), ...(value !== undefined && { [key]: value }) };
  const operators = without(conditions, operator);
  return Object.keys(keys).length === 0 ? operators : { ...operators, [operator]: keys };
}
