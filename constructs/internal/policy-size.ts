/**
 * IAM's limit for the inline policies of a role, which Terraform would meet half-way through a deployment. Counted as
 * IAM counts, without white space, over all that is granted to a role in an app.
 */
import { DefaultTokenResolver, StringConcat, Tokenization } from "cdktf";
import { Construct, type IConstruct } from "constructs";

/** "IAM and AWS STS quotas": all inline policies of a role together. It cannot be raised. */
const MOST_CHARACTERS_OF_A_ROLE = 10_240;

/** As long as what Terraform fills in gets, of which only the name is known here. */
const LENGTHS: readonly (readonly [reference: RegExp, length: number])[] = [
  [/\$\{data\.aws_partition\.[^}]*\}/g, "aws-us-gov".length],
  [/\$\{data\.aws_region\.[^}]*\}/g, "ap-southeast-1".length],
  [/\$\{data\.aws_caller_identity\.[^}]*\}/g, 12],
  // An ARN: of a secret with names of the usual length, a key, a log group.
  [/\$\{[^}]*\}/g, 130],
];

/** By the app, then by the role, then by the policy. */
const COUNTED = new WeakMap<IConstruct, Map<string, Map<string, number>>>();

/**
 * Counts a policy among those of the role. One of the same name takes the place of what it was.
 *
 * @param purpose the policy's name.
 * @param advice what to do when it is too much.
 * @throws Error when IAM might refuse the role's policies as too long.
 */
export function countInlinePolicy(
  scope: Construct,
  role: { readonly name: string },
  purpose: string,
  policy: string,
  advice: string,
): void {
  const roles = COUNTED.get(scope.node.root) ?? new Map<string, Map<string, number>>();
  COUNTED.set(scope.node.root, roles);
  const [key, called] = Construct.isConstruct(role)
    ? [role.node.addr, `the role ${role.node.path}`]
    : [role.name, `the role ${role.name}`];
  const policies = roles.get(key) ?? new Map<string, number>();
  roles.set(key, policies);
  policies.set(purpose, lengthOf(scope, policy));
  const total = [...policies.values()].reduce((sum, length) => sum + length, 0);
  if (total > MOST_CHARACTERS_OF_A_ROLE) {
    throw new Error(
      `the inline policies of ${called} must have at most ${MOST_CHARACTERS_OF_A_ROLE} characters together, ` +
        `got up to ${total} with ${purpose}; ${advice}`,
    );
  }
}

function lengthOf(scope: Construct, policy: string): number {
  const resolved: unknown = Tokenization.resolve(policy, {
    scope,
    resolver: new DefaultTokenResolver(new StringConcat()),
    preparing: false,
  });
  return LENGTHS.reduce(
    (text, [reference, length]) => text.replaceAll(reference, "x".repeat(length)),
    String(resolved),
  ).replaceAll(/\s/g, "").length;
}
