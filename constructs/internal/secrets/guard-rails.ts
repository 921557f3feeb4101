/**
 * Deny statements of a secret's own policy. None of them denies reading or changing the policy over TLS, so that a
 * mistake can be corrected: docs/decisions/guard-rails.md.
 */
import { Token } from "cdktf";
import { type Environment, isProduction } from "../../../piste/environments";
import { policyDocument, READ_CURRENT, type ResourcePolicyStatement } from "../../../aws/policy-statements";
import type { Protection } from "../../protection";

/**
 * All actions except those needed to see and fix the policy, so that a wrong `organizationId` cannot lock everyone
 * out.
 */
const ALL_BUT_POLICY_ACTIONS = [
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
  Resource: "*",
  ...(condition && { Condition: condition }),
});

export function isGuarded(environment: Environment, { guardRails }: Protection): boolean {
  return guardRails ?? isProduction(environment);
}

export function refusalsOfAll(environment: Environment, protection: Protection): ResourcePolicyStatement[] {
  const { organizationId } = protection;
  const refusals: ResourcePolicyStatement[] = [];
  if (isGuarded(environment, protection)) {
    const withoutTls = { Bool: { "aws:SecureTransport": "false" } };
    refusals.push(deny("RefuseWithoutTls", ["secretsmanager:*"], withoutTls));
  }
  if (organizationId !== undefined) {
    refusals.push(
      deny("RefuseOtherOrganizations", ALL_BUT_POLICY_ACTIONS, {
        // A principal without an organization lacks the key, and is refused too.
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

/** @param readers are patterns of ARNs; for a session, AWS compares its role's ARN. */
export function refuseOtherReaders(readers: Iterable<string>): ResourcePolicyStatement {
  const principals = [...new Set(readers)];
  return deny(
    "RefuseOtherReaders",
    ["secretsmanager:GetSecretValue"],
    // A caller without an ARN, such as an AWS service, is refused too.
    principals.length === 0 ? undefined : { ArnNotLike: { "aws:PrincipalArn": principals } },
  );
}

/** Lets principals of other accounts read the current value. Principals of this account do not need it. */
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

const MAXIMUM_POLICY_CHARACTERS = 20_480;
/** The longest ARN of a role: a name of 64 characters, below a path of 512. */
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
 * AWS compares with a role's ARN, never with a session's.
 *
 * @param wildcards are allowed within the path and name.
 */
export function checkPrincipalArn(property: string, arn: string, wildcards = ""): void {
  if (Token.isUnresolved(arn)) return;
  const pattern = new RegExp(`^arn:aws[a-z-]*:iam::\\d{12}:(?:role|user)/[\\w+=,.@/${wildcards}-]+$`);
  if (!pattern.test(arn) || /\/[*?/]*$/.test(arn)) {
    throw new Error(
      `${property} must be the ARN of an IAM role or user (for a session, its role's), got ${JSON.stringify(arn)}`,
    );
  }
}
