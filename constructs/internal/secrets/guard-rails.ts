/**
 * What a secret's own policy refuses, whatever rights somebody has otherwise. Nothing of it refuses to read or change
 * the policy itself over TLS, so that a mistake in it can always be put right: docs/decisions/guard-rails.md.
 */
import { Token } from "cdktf";
import { checkBoolean, checkList } from "../../../piste/application";
import { type Environment, isProduction } from "../../../piste/environments";
import { policyDocument, READ_CURRENT, type ResourcePolicyStatement } from "../../../aws/policy-statements";

/** Of all secrets. */
export interface GuardRailOptions {
  /**
   * Whether the secret has a policy that refuses requests without TLS and, of client credentials, whoever reads without
   * being named: the refresher, roles with `grantRead`, `breakGlassPrincipalArns`.
   * @default true in prod, false in qualif
   */
  readonly guardRails?: boolean;
  /**
   * The AWS organization whose principals alone may use the secret; AWS's own services still may.
   * @default - none: the organization does not matter
   */
  readonly organizationId?: string;
}

/** Of secrets that a person would have to fetch again from a portal. */
export interface DeletionGuardOptions {
  /**
   * Whether the secret is refused to be deleted, by its own policy and in Terraform's plan.
   * @default false
   */
  readonly refuseDeletion?: boolean;
}

/** Of client credentials. */
export interface ReadingGuardOptions {
  /**
   * IAM roles and users of this account that may read the client credentials besides, with rights of their own: for an
   * emergency, or in another stack. `*` stands for any characters.
   * @default - none
   */
  readonly breakGlassPrincipalArns?: string[];
}

/**
 * All that touches the secret, but for what it takes to see and mend its policy: an organization's id that is wrong
 * refuses everybody these.
 */
const ALL_BUT_THE_WAY_BACK = [
  "CancelRotateSecret",
  "DeleteSecret",
  "GetSecretValue",
  "ListSecretVersionIds",
  "PutSecretValue",
  "RemoveRegionsFromReplication",
  "ReplicateSecretToRegions",
  "RestoreSecret",
  "RotateSecret",
  "StopReplicationToReplica",
  "TagResource",
  "UntagResource",
  "UpdateSecret",
  "UpdateSecretVersionStage",
].map((action) => `secretsmanager:${action}`);

const deny = (
  id: string,
  actions: string[],
  condition?: ResourcePolicyStatement["Condition"],
): ResourcePolicyStatement => ({
  Sid: id,
  Effect: "Deny",
  Principal: "*",
  Action: actions,
  // In a secret's policy: this secret.
  Resource: "*",
  ...(condition && { Condition: condition }),
});

/** The option, or its default. */
export function isGuarded(environment: Environment, { guardRails }: GuardRailOptions): boolean {
  return guardRails ?? isProduction(environment);
}

/** What the policy of a secret of any kind refuses. */
export function refusalsOfAll(environment: Environment, options: GuardRailOptions): ResourcePolicyStatement[] {
  const { organizationId } = options;
  const refusals: ResourcePolicyStatement[] = [];
  if (isGuarded(environment, options)) {
    const withoutTls = { Bool: { "aws:SecureTransport": "false" } };
    refusals.push(deny("RefuseWithoutTls", ["secretsmanager:*"], withoutTls));
  }
  if (organizationId !== undefined) {
    refusals.push(
      deny("RefuseOtherOrganizations", ALL_BUT_THE_WAY_BACK, {
        // A principal of no organization has no such key, and is refused too.
        StringNotEqualsIfExists: { "aws:PrincipalOrgID": organizationId },
        BoolIfExists: { "aws:PrincipalIsAWSService": "false" },
      }),
    );
  }
  return refusals;
}

export function refuseDeletion(): ResourcePolicyStatement {
  return deny("RefuseDeletion", ["secretsmanager:DeleteSecret"]);
}

/** @param readers are patterns of ARNs; of a role's session, AWS compares the role's. */
export function refuseOtherReaders(readers: Iterable<string>): ResourcePolicyStatement {
  const principals = [...new Set(readers)];
  return deny(
    "RefuseOtherReaders",
    ["secretsmanager:GetSecretValue"],
    // Whoever has no ARN, as a service of AWS's, is refused too.
    principals.length === 0 ? undefined : { ArnNotLike: { "aws:PrincipalArn": principals } },
  );
}

/** Lets principals of other accounts read the current value; nobody of this account needs it. */
export function admitReaders(principalArns: readonly string[]): ResourcePolicyStatement {
  return {
    Sid: "AdmitReadersOfOtherAccounts",
    Effect: "Allow",
    Principal: { AWS: [...new Set(principalArns)] },
    Action: ["secretsmanager:GetSecretValue"],
    Resource: "*",
    Condition: READ_CURRENT,
  };
}

/** Secrets Manager's. */
const MAXIMUM_POLICY_CHARACTERS = 20_480;
/** The longest ARN of a role: of 64 characters, below a path of 512. */
const LONGEST_REFERENCE = 620;

/** @throws Error when Secrets Manager might refuse the policy as too long. */
export function checkPolicyLength(secretName: string, statements: ResourcePolicyStatement[]): void {
  const text = policyDocument(statements).replaceAll(/\$\{TfToken\[[^\]]*\]\}/g, "x".repeat(LONGEST_REFERENCE));
  if (text.length > MAXIMUM_POLICY_CHARACTERS) {
    throw new Error(
      `the policy of ${secretName} must have at most ${MAXIMUM_POLICY_CHARACTERS} characters, got up to ${text.length}; ` +
        "let fewer principals read it",
    );
  }
}

/**
 * All options of this file.
 *
 * @throws Error naming the prop, the rule and the value.
 */
export function checkGuardRails(options: GuardRailOptions & DeletionGuardOptions & ReadingGuardOptions): void {
  const { guardRails, organizationId: id, breakGlassPrincipalArns = [], refuseDeletion: isDeletionRefused } = options;
  checkBoolean("guardRails", guardRails);
  checkBoolean("refuseDeletion", isDeletionRefused);
  if (id !== undefined && !Token.isUnresolved(id) && !/^o-[a-z0-9]{10,32}$/.test(id)) {
    throw new Error(`organizationId must be an AWS organization's, such as o-a1b2c3d4e5, got ${JSON.stringify(id)}`);
  }
  checkList("breakGlassPrincipalArns", breakGlassPrincipalArns);
  breakGlassPrincipalArns.forEach((arn, index) => {
    checkPrincipalArn(`breakGlassPrincipalArns[${index}]`, arn, "*?");
  });
}

/**
 * Of what AWS compares with: a role, never a session of it.
 *
 * @param wildcards are allowed in its path and name, but not instead of them.
 */
export function checkPrincipalArn(property: string, arn: string, wildcards = ""): void {
  if (Token.isUnresolved(arn)) return;
  const pattern = new RegExp(`^arn:aws[a-z-]*:iam::\\d{12}:(?:role|user)/[\\w+=,.@/${wildcards}-]+$`);
  if (!pattern.test(arn) || /\/[*?/]*$/.test(arn)) {
    throw new Error(
      `${property} must be the ARN of an IAM role or user (of a session: its role's), got ${JSON.stringify(arn)}`,
    );
  }
}
