/**
 * What a secret's own policy refuses, whatever rights somebody has otherwise. Nothing of it refuses to read or change
 * the policy itself over TLS, so that a mistake in it can always be put right: docs/decisions/guard-rails.md.
 */
import { Token } from "cdktf";
import { type Environment, isProduction } from "../../../piste/environments";
import { policyDocument, READ_CURRENT, type ResourcePolicyStatement } from "../../../aws/policy-statements";
import type { Protection } from "../../protection";

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
export function isGuarded(environment: Environment, { guardRails }: Protection): boolean {
  return guardRails ?? isProduction(environment);
}

/** What the policy of a secret of any kind refuses. */
export function refusalsOfAll(environment: Environment, protection: Protection): ResourcePolicyStatement[] {
  const { organizationId } = protection;
  const refusals: ResourcePolicyStatement[] = [];
  if (isGuarded(environment, protection)) {
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
