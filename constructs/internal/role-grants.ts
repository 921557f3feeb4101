import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Op, TerraformProvider, TerraformStack, Token } from "cdktf";
import { Construct } from "constructs";
import { checkAccountId } from "../../aws/checks";
import { policyDocument, type PolicyStatement } from "../../aws/policy-statements";
import { checkOptions, checkedElsewhere } from "../../piste/options";
import { checkKnown } from "./known-at-synth";
import { accountArn, accountIdOf } from "./stack-singletons";

/** A role that this app creates or looks up: the provider's `IamRole` or `DataAwsIamRole`. */
export interface RoleResource extends Construct {
  readonly name: string;
  readonly arn: string;
}

/** A role of this app, or an existing role of this account by its name or ARN. */
export type Role = RoleResource | { readonly roleName: string } | { readonly roleArn: string };

/** A role of this account or another one, or another account as a whole. */
export type Grantee = Role | { readonly accountId: string };

/** IAM allows a path before the name: "IAM and AWS STS quotas, name requirements". */
const ROLE_ARN = /^arn:aws[a-z-]*:iam::(\d{12}):role\/(?:[\x21-\x7e]+\/)?([\w+=,.@-]{1,64})$/;

interface WrittenArn {
  readonly account: string;
  readonly name: string;
}

/** @throws Error unless it is the ARN of a role, without references. */
export function checkRoleArn(property: string, arn: string): WrittenArn {
  const [, account, name] = (Token.isUnresolved(arn) ? undefined : ROLE_ARN.exec(arn)) ?? [];
  if (account === undefined || name === undefined) {
    const instead = property === "roleArn" ? "; pass the role itself" : "";
    const got = Token.isUnresolved(arn) ? `a reference${instead}` : JSON.stringify(arn);
    throw new Error(`${property} must be the ARN of an IAM role, as literal text, got ${got}`);
  }
  return { account, name };
}

const ROLE_MEMBERS = { roleName: checkedElsewhere, roleArn: checkedElsewhere };
const GRANTEE_MEMBERS = { ...ROLE_MEMBERS, accountId: checkedElsewhere };

/** Without type-checking, a misspelt or missing member would give a role without a name. */
function checkGrantee(to: Grantee, members: typeof ROLE_MEMBERS): void {
  if (Construct.isConstruct(to)) return;
  const text = JSON.stringify(to) as string | undefined;
  if (typeof to !== "object" || (to as unknown) === null || text === "{}") {
    throw new Error(`the role must be an IamRole, a DataAwsIamRole, { roleName } or { roleArn }, got ${String(text)}`);
  }
  checkOptions<object>("", to, members);
}

const providersOf = (scope: Construct): AwsProvider[] =>
  TerraformStack.of(scope)
    .node.findAll()
    .filter((each) => TerraformProvider.isTerraformProvider(each))
    .filter((each): each is AwsProvider => each.terraformResourceType === "aws");

/** The account, if these providers allow exactly one. */
function accountAllowedBy(providers: readonly AwsProvider[]): string | undefined {
  const [account, ...more] = new Set(providers.flatMap(({ allowedAccountIds: ids = ["?"] }) => ids));
  return more.length === 0 && /^\d{12}$/.test(account ?? "") ? account : undefined;
}

export const ownAccount = (scope: Construct): string | undefined => accountAllowedBy(providersOf(scope));

/** The region, if all the stack's providers have the same and it is known. */
export function ownRegion(scope: Construct): string | undefined {
  const [region, ...more] = new Set(providersOf(scope).map((each) => each.region));
  return more.length > 0 || Token.isUnresolved(region) ? undefined : region;
}

/** The account of the provider that the resource names, or of the stack's default one. */
function accountOf(resource: RoleResource | IamRolePolicy): string | undefined {
  const { provider } = resource as { readonly provider?: AwsProvider };
  return accountAllowedBy(provider ? [provider] : providersOf(resource).filter(({ alias }) => alias === undefined));
}

/**
 * The principal that a secret's own policy must admit, if the grantee is of another account.
 *
 * @returns the ARN of the role or account.
 */
export function granteeElsewhere(scope: Construct, to: Grantee): string | undefined {
  checkGrantee(to, GRANTEE_MEMBERS);
  if ("accountId" in to) {
    checkKnown("accountId", to.accountId);
    checkAccountId("accountId", to.accountId);
    if (to.accountId === ownAccount(scope)) {
      throw new Error(`accountId must be another account's, got ${to.accountId}, the stack's own; name the role`);
    }
    return accountArn(scope, "iam", "root", to.accountId);
  }
  const own = ownAccount(scope);
  const [its, arn] = Construct.isConstruct(to)
    ? [accountOf(to), to.arn]
    : "roleArn" in to
      ? [checkRoleArn("roleArn", to.roleArn).account, to.roleArn]
      : [own, undefined];
  return own === undefined || its === undefined || its === own ? undefined : arn;
}

/** The role's ARN, or patterns if only its name is known. */
export function roleArnPatterns(scope: Construct, role: Role): string[] {
  if ("roleArn" in role) return [role.roleArn];
  if (Construct.isConstruct(role)) return [role.arn];
  return ["", "*/"].map((path) => accountArn(scope, "iam", `role/${path}${role.roleName}`));
}

/**
 * Gives the role an inline policy for one purpose. The same grant twice returns the same policy.
 *
 * @param purpose one word, such as "read".
 * @param on names the policy in AWS, after the purpose.
 */
export function grant(
  scope: Construct,
  role: Role,
  purpose: string,
  on: string,
  statements: PolicyStatement[],
): IamRolePolicy {
  checkGrantee(role, ROLE_MEMBERS);
  const written = "roleArn" in role ? checkRoleArn("roleArn", role.roleArn) : undefined;
  const roleName = Construct.isConstruct(role) ? role.name : "roleName" in role ? role.roleName : (written?.name ?? "");
  if (!Construct.isConstruct(role) && Token.isUnresolved(roleName)) {
    throw new Error("roleName must be known at synth, got a reference; pass a role of this app itself");
  }
  // The name of a role made in this app is known only later, so its address identifies it.
  const id = `${purpose}-${Construct.isConstruct(role) ? role.node.addr.slice(0, ADDRESS_LENGTH) : roleName}`;
  const existing = scope.node.tryFindChild(id) as IamRolePolicy | undefined;
  if (existing !== undefined) return existing;
  if ("roleArn" in role)
    checkOwnRole(scope, "roleArn", role.roleArn, "; only grantRead of a single secret works for another account");
  const policy = new IamRolePolicy(scope, id, {
    name: `${purpose}-${on}`,
    role: roleName,
    policy: policyDocument(statements),
  });
  if (written !== undefined) requireAccount(policy, written);
  if (Construct.isConstruct(role)) refuseOtherAccount(policy, role);
  return policy;
}

/** @throws Error when the role is known to be of another account than the stack's. */
export function checkOwnRole(scope: Construct, property: string, arn: string, next = ""): void {
  if (ownAccount(scope) === undefined) return;
  checkRoleArn(property, arn);
  checkOwnAccount(scope, property, arn, next);
}

/** As {@link checkOwnRole}, for any ARN. */
export function checkOwnAccount(scope: Construct, property: string, arn: string, next = ""): void {
  const own = ownAccount(scope);
  if (own === undefined || Token.isUnresolved(arn) || arn.split(":")[4] === own) return;
  throw new Error(`${property} must be in ${own}, the stack's account, got ${JSON.stringify(arn)}${next}`);
}

/** By its name, a role of this account would get the rights. Checked at synth, since Aspects may set providers. */
function refuseOtherAccount(policy: IamRolePolicy, role: RoleResource): void {
  const validate = (): string[] => {
    const [its, ours] = [accountOf(role), accountOf(policy)];
    if (its === undefined || ours === undefined || its === ours) return [];
    return [`the role ${role.node.path} must be in account ${ours}, like the granted resource, got account ${its}`];
  };
  policy.node.addValidation({ validate });
}

/** Otherwise a role of the same name in this account would get the rights. */
function requireAccount(policy: IamRolePolicy, { account, name }: WrittenArn): void {
  policy.lifecycle = {
    precondition: [
      {
        condition: Op.eq(accountIdOf(policy), account),
        errorMessage:
          `The role ${name} is in account ${account}, but this stack deploys to another one. To let the role read, set ` +
          "allowedAccountIds of each AWS provider to this stack's account: the secret's own policy then admits the role.",
      },
    ],
  };
}

/** 14 characters of `node.addr` are unique enough. */
const ADDRESS_LENGTH = 14;
