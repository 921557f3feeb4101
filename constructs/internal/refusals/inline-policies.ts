/**
 * IAM's limit for the inline policies of a role, counted as IAM counts: without white space, over all that a role is given
 * in an app.
 */
import type { TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";
import { partitionOf } from "../../../aws/checks";
import type { Attributes, StackJson } from "./stack-json";

/** "IAM and AWS STS quotas": all inline policies of a role together. It cannot be raised. */
const MOST_CHARACTERS_OF_A_ROLE = 10_240;

/** Of a secret with the longest names, in Paris; no other ARN of ours is as long. */
const LONGEST_ARN = 152;
/** Where the region is known only later. */
const LONGEST_REGION = "ap-southeast-1";

/** By the app, then by the role, then by the policy. */
const COUNTED = new WeakMap<IConstruct, Map<string, Map<string, number>>>();

/** Counts the policies of the stack, and says of one what is wrong with all of its role. */
export function countInlinePolicies(stack: TerraformStack, json: StackJson): (policy: Attributes) => string[] {
  const roles = COUNTED.get(stack.node.root) ?? new Map<string, Map<string, number>>();
  COUNTED.set(stack.node.root, roles);
  // A role of this stack is another one than that of the same address elsewhere.
  const roleOf = ({ role }: Attributes): string =>
    /^\$\{(?:data\.)?aws_iam_role\./.test(String(role)) ? `${stack.node.path} ${String(role)}` : String(role);
  for (const [address, attributes] of Object.entries(json.resource?.["aws_iam_role_policy"] ?? {})) {
    const { name = address, policy } = attributes;
    const policies = roles.get(roleOf(attributes)) ?? new Map<string, number>();
    roles.set(roleOf(attributes), policies.set(String(name), lengthOf(String(policy), json)));
  }
  return (attributes) => {
    const total = [...(roles.get(roleOf(attributes))?.values() ?? [])].reduce((sum, length) => sum + length, 0);
    if (total <= MOST_CHARACTERS_OF_A_ROLE) return [];
    return [
      `the inline policies of the role ${called(String(attributes["role"]), json)} must have at most ` +
        `${MOST_CHARACTERS_OF_A_ROLE} characters together, got ${total}; grant all technical accounts of an application at ` +
        "once (grantReadTechnicalAccounts), give each function a role of its own, or grant to more than one role",
    ];
  };
}

/** By its place in the app, when it is of this stack. */
function called(role: string, { resource }: StackJson): string {
  const [, id = ""] = /^\$\{aws_iam_role\.([^.}]+)/.exec(role) ?? [];
  const notes = resource?.["aws_iam_role"]?.[id]?.["//"] as { metadata?: { path?: string } } | undefined;
  return notes?.metadata?.path ?? role;
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
