/**
 * IAM's size limit of a role's inline policies, counted as IAM does: without white space, over all grants in an app.
 */
import type { TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";
import { partitionOf } from "../../../aws/checks";
import { accountOf, type Attributes, type StackJson } from "./stack-json";

/** "IAM and AWS STS quotas": all inline policies of a role together. It cannot be raised. */
const MOST_CHARACTERS_OF_A_ROLE = 10_240;

/** The longest ARN in our policies: a secret with the longest names, in Paris. */
const LONGEST_ARN = 152;
const LONGEST_REGION = "ap-southeast-1";

interface Counted {
  readonly place: string;
  readonly stack: string;
  readonly length: number;
}

/** Keyed by app, then role, then policy name. */
const COUNTED = new WeakMap<IConstruct, Map<string, Map<string, Counted>>>();

/** Counts the stack's policies. The result lists the problems of a policy and of its role. */
export function countInlinePolicies(stack: TerraformStack, json: StackJson): (policy: Attributes) => string[] {
  const roles = COUNTED.get(stack.node.root) ?? new Map<string, Map<string, Counted>>();
  COUNTED.set(stack.node.root, roles);
  // A reference identifies a role within its stack, a name within its account.
  const roleOf = (attributes: Attributes): string => {
    const role = String(attributes["role"]);
    const isOfStack = /^\$\{(?:data\.)?aws_iam_role\./.test(role);
    return `${isOfStack ? stack.node.path : (accountOf(attributes, json) ?? "")} ${role}`;
  };
  const twice = new Map<Attributes, string>();
  for (const [address, attributes] of Object.entries(json.resource?.["aws_iam_role_policy"] ?? {})) {
    const { name = address, policy } = attributes;
    const policies = roles.get(roleOf(attributes)) ?? new Map<string, Counted>();
    const place = pathOf(attributes) ?? `${stack.node.path}/${address}`;
    const before = policies.get(String(name));
    // The account of another stack may be unknown.
    const isSameRole = before?.stack === stack.node.path || accountOf(attributes, json) !== undefined;
    if (before !== undefined && before.place !== place && isSameRole) {
      twice.set(
        attributes,
        `name of aws_iam_role_policy must be unique among the policies of the role ${called(String(attributes["role"]), json)}, ` +
          `got ${JSON.stringify(name)} at ${before.place} too; set a namePrefix`,
      );
    }
    const length = lengthOf(String(policy), json);
    roles.set(roleOf(attributes), policies.set(String(name), { place, stack: stack.node.path, length }));
  }
  return (attributes) => {
    const namesake = twice.get(attributes) ?? [];
    const total = [...(roles.get(roleOf(attributes))?.values() ?? [])].reduce((sum, { length }) => sum + length, 0);
    if (total <= MOST_CHARACTERS_OF_A_ROLE) return [namesake].flat();
    return [
      ...[namesake].flat(),
      `the inline policies of the role ${called(String(attributes["role"]), json)} must have at most ` +
        `${MOST_CHARACTERS_OF_A_ROLE} characters together, got ${total}; grant all technical accounts of an application at ` +
        "once (grantReadTechnicalAccounts), give each function a role of its own, or grant to more than one role",
    ];
  };
}

/** Its path in the app, from cdktf's metadata. */
const pathOf = (attributes: Attributes | undefined): string | undefined =>
  (attributes?.["//"] as { metadata?: { path?: string } } | undefined)?.metadata?.path;

/** By its path in the app, if it is in this stack. */
function called(role: string, { resource }: StackJson): string {
  const [, id = ""] = /^\$\{aws_iam_role\.([^.}]+)/.exec(role) ?? [];
  return pathOf(resource?.["aws_iam_role"]?.[id]) ?? role;
}

/** After Terraform has filled in references. */
function lengthOf(policy: string, { provider, resource }: StackJson): number {
  const given = provider?.aws?.[0]?.["region"];
  const region = typeof given === "string" && !given.includes("${") ? given : LONGEST_REGION;
  const partition = partitionOf(region);
  const secretArn = (id: string): string | undefined => {
    const name = resource?.["aws_secretsmanager_secret"]?.[id]?.["name"];
    return typeof name === "string" && !name.includes("${")
      ? `arn:${partition}:secretsmanager:${region}:123456789012:secret:${name}-123456`
      : undefined;
  };
  return policy
    .replaceAll(/\$\{data\.aws_partition\.[^}]*\}/g, partition)
    .replaceAll(/\$\{data\.aws_region\.[^}]*\}/g, region)
    .replaceAll(/\$\{data\.aws_caller_identity\.[^}]*\}/g, "123456789012")
    .replaceAll(
      /\$\{aws_secretsmanager_secret\.([\w-]+)\.arn\}/g,
      (reference, id: string) => secretArn(id) ?? reference,
    )
    .replaceAll(/\$\{[^}]*\}/g, "x".repeat(LONGEST_ARN))
    .replaceAll(/\s/g, "").length;
}
