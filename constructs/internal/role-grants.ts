import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Token } from "cdktf";
import { Construct } from "constructs";
import { policyDocument, type PolicyStatement } from "../../aws/policy-statements";
import { accountArn } from "./stack-singletons";

/**
 * A role that permissions are given to: an `IamRole` or `DataAwsIamRole` of the provider, or `{ name }` of a role
 * that exists.
 */
export interface IRole {
  readonly name: string;
  /** @default - a role of this name in this account, whatever its path */
  readonly arn?: string;
}

/** Of a role: its path, then its name (IAM, "IAM and AWS STS quotas, name requirements"). */
const ROLE_ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/(?:[\x21-\x7e]+\/)?([\w+=,.@-]{1,64})$/;

/**
 * A role of this account that exists, by its ARN: `secret.grantRead(roleFromArn("arn:aws:iam::…:role/billing"))`. One of
 * another account reads with `grantReadInOtherAccount`.
 *
 * @throws Error unless it is the ARN of a role, written out.
 */
export function roleFromArn(arn: string): IRole {
  const name = ROLE_ARN.exec(arn)?.[1];
  if (name === undefined)
    throw new Error(`arn must be the ARN of an IAM role, written out, got ${JSON.stringify(arn)}`);
  return { name, arn };
}

/** What the role's ARN looks like: itself, or patterns where only its name is known. */
export function roleArnPatterns(scope: Construct, { name, arn }: IRole): string[] {
  return arn === undefined ? ["", "*/"].map((path) => accountArn(scope, "iam", `role/${path}${name}`)) : [arn];
}

/**
 * Gives the role an inline policy of its own for one purpose; the same grant twice is one policy.
 *
 * @param purpose one word for what is granted.
 * @param on what it is granted on; names the policy in AWS, with the purpose.
 */
export function grant(
  scope: Construct,
  role: IRole,
  purpose: string,
  on: string,
  statements: PolicyStatement[],
): IamRolePolicy {
  if (!Construct.isConstruct(role) && Token.isUnresolved(role.name)) {
    throw new Error("role.name must be known at synth, or the role be one of this app, got a reference");
  }
  // A role made in this app has a name that is known only later, so its place in the app tells roles apart.
  const id = `${purpose}-${Construct.isConstruct(role) ? role.node.addr.slice(0, ADDRESS_LENGTH) : role.name}`;
  const existing = scope.node.tryFindChild(id) as IamRolePolicy | undefined;
  if (existing !== undefined) return existing;
  const name = `${purpose}-${on}`;
  return new IamRolePolicy(scope, id, { name, role: role.name, policy: policyDocument(statements) });
}

/** The beginning of an address is as good as the whole: addresses are hashes, after two letters. */
const ADDRESS_LENGTH = 14;
