/** Evaluates IAM policies, with a simulator that knows AWS's actions, resources and condition keys. */
import { runSimulation } from "@cloud-copilot/iam-simulate";
import type { Statement } from "../constructs/synthesize";
import { ACCOUNT, ORGANIZATION } from "./arns";

/** A request to AWS, as IAM sees it. */
export interface Call {
  readonly action: string;
  /** An ARN, or `*` for actions without resources. */
  readonly resource: string;
  readonly context: Readonly<Record<string, string>>;
}

export interface Policy {
  readonly name: string;
  readonly statements: readonly Statement[];
}

export interface World {
  /** By the ARN of their role or user. */
  readonly identity: ReadonlyMap<string, readonly Policy[]>;
  /** By the ARN of their resource: trust policies of roles, policies of keys, secrets and topics. */
  readonly resource: ReadonlyMap<string, Policy>;
}

/** A principal, which is an ARN or an AWS service, and its call. */
export interface Request {
  readonly principal: string;
  readonly call: Call;
}

export const listOf = <T>(one: T | readonly T[] | undefined): readonly T[] =>
  one === undefined ? [] : Array.isArray(one) ? (one as readonly T[]) : [one as T];

export function without<T>(record: Readonly<Record<string, T>>, key: string): Record<string, T> {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== key));
}

const patterns = new Map<string, RegExp>();

/** Compares names of actions like IAM: `*` and `?` match any characters. */
function names(pattern: string, action: string): boolean {
  const known = patterns.get(pattern);
  if (known !== undefined) return known.test(action);
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  const made = new RegExp(`^${escaped}$`, "i");
  patterns.set(pattern, made);
  return made.test(action);
}

export const isAbout = ({ Action }: Statement, action: string): boolean =>
  listOf(Action).some((pattern) => names(pattern, action));

function about({ name, statements }: Policy, action: string): Policy {
  return { name, statements: statements.filter((statement) => isAbout(statement, action)) };
}

/**
 * The simulator accepts condition keys with a variable part (`kms:EncryptionContext:<name>`) only after a slash.
 * Strings are compared the same way under any key, so it gets another key, in policies and in the request.
 */
const KMS_CONTEXT = /kms:EncryptionContext:(\w+)/g;
const renamed = <T>(value: T): T => JSON.parse(JSON.stringify(value).replace(KMS_CONTEXT, "aws:RequestTag/$1")) as T;

const document = ({ statements }: Policy): object => ({ Version: "2012-10-17", Statement: renamed(statements) });

function accountOf(resource: string): string {
  const account = resource.split(":")[4] ?? "";
  return account === "" ? ACCOUNT : account;
}

/** Context that AWS adds to every request, unless the request sets it. */
function knownOf(principal: string): Call["context"] {
  const general = { "aws:SecureTransport": "true" };
  if (!principal.startsWith("arn:")) return { ...general, "aws:PrincipalIsAWSService": "true" };
  const account = accountOf(principal);
  return {
    ...general,
    "aws:PrincipalIsAWSService": "false",
    "aws:PrincipalArn": principal,
    "aws:PrincipalAccount": account,
    ...(account === ACCOUNT && { "aws:PrincipalOrgID": ORGANIZATION }),
  };
}

/** @throws Error for an invalid policy, or a condition key that the action does not have. */
export async function isAllowed({ identity, resource }: World, { principal, call }: Request): Promise<boolean> {
  const { action } = call;
  const own = (identity.get(principal) ?? []).map((policy) => about(policy, action));
  const onResource = resource.get(call.resource);
  const resourcePolicy = onResource && about(onResource, action);
  const spoken = [...own, ...(resourcePolicy ? [resourcePolicy] : [])].flatMap(({ statements }) => statements);
  // Implicit deny, without running the simulator. AWS requires no permissions for GetCallerIdentity.
  if (action !== "sts:GetCallerIdentity" && !spoken.some(({ Effect }) => Effect === "Allow")) return false;
  const result = await runSimulation(
    {
      request: {
        principal,
        action,
        resource: { resource: call.resource, accountId: accountOf(call.resource) },
        contextVariables: renamed({ ...knownOf(principal), ...call.context }),
      },
      identityPolicies: own
        .filter(({ statements }) => statements.length > 0)
        .map((policy) => ({ name: policy.name, policy: document(policy) })),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...(resourcePolicy && resourcePolicy.statements.length > 0 && { resourcePolicy: document(resourcePolicy) }),
    },
    {},
  );
  if (result.resultType === "error") {
    throw new Error(`${action} on ${call.resource} cannot be judged: ${JSON.stringify(result.errors)}`);
  }
  const results = result.resultType === "single" ? [result.result] : result.results;
  const unknown = [...new Set(results.flatMap(({ ignoredContextKeys = [] }) => ignoredContextKeys))];
  if (unknown.length > 0) throw new Error(`${action} does not know the condition keys ${unknown.join(", ")}`);
  return result.overallResult === "Allowed";
}

/** Sorted, so that equal requests have equal texts. */
export function textOf({ principal, call: { action, resource, context } }: Request): string {
  const conditions = Object.entries(context)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, value]) => ` ${key}=${value}`);
  return `${principal} ${action} ${resource}${conditions.join("")}`;
}
