/**
 * IAM's limit for the inline policies of a role, counted as IAM counts: without white space, over all that a role is given
 * in an app.
 */
import type { TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";
import { partitionOf } from "../../../aws/checks";
import { accountOf, type Attributes, type StackJson } from "./stack-json";

/** "IAM and AWS STS quotas": all inline policies of a role together. It cannot be raised. */
const MOST_CHARACTERS_OF_A_ROLE = 10_240;

/** Of a secret with the longest names, in Paris; no other ARN of ours is as long. */
const LONGEST_ARN = 152;
/** Where the region is known only later. */
const LONGEST_REGION = "ap-southeast-1";

interface Counted {
  readonly place: string;
  readonly stack: string;
  readonly length: number;
}

/** By the app, then by the role, then by the name of the policy. */
const COUNTED = new WeakMap<IConstruct, Map<string, Map<string, Counted>>>();

/** Counts the policies of the stack, and says of one what is wrong with it, or with all of its role. */
export function countInlinePolicies(stack: TerraformStack, json: StackJson): (policy: Attributes) => string[] {
  const roles = COUNTED.get(stack.node.root) ?? new Map<string, Map<string, Counted>>();
  COUNTED.set(stack.node.root, roles);
  // A role of this stack is another one than that of the same address elsewhere, and one of another account than its namesake.
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
    // In which account another stack deploys may not be known.
    const isSameRole = before?.stack === stack.node.path || accountOf(attributes, json) !== undefined;
    if (before !== undefined && before.place !== place && isSameRole) {
      twice.set(
        attributes,
        `name of aws_iam_role_policy must be another one in each policy of the role ${called(String(attributes["role"]), json)}, ` +
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

/** Its place in the app, as cdktf notes it. */
const pathOf = (attributes: Attributes | undefined): string | undefined =>
  (attributes?.["//"] as { metadata?: { path?: string } } | undefined)?.metadata?.path;

/** By its place in the app, when it is of this stack. */
function called(role: string, { resource }: StackJson): string {
  const [, id = ""] = /^\$\{aws_iam_role\.([^.}]+)/.exec(role) ?? [];
  return pathOf(resource?.["aws_iam_role"]?.[id]) ?? role;
}

/** With what Terraform will fill in. */
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
