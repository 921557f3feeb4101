/**
 * Statements of IAM policies, and the ARNs they name, as text: the constructs' grants and `piste policy` are made of the
 * same ones. Nothing of cdktf is loaded here.
 */

/** One statement of an IAM policy. */
export interface PolicyStatement {
  /** Says what it is for, where a person reads the policy: letters and digits. */
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  /** Of a policy that belongs to a resource: who. */
  readonly Principal?: Record<string, string>;
  readonly Action: string[];
  readonly Resource: string | string[];
  readonly Condition?: Record<string, Record<string, string | string[]>>;
}

/** One statement of the policy that a resource has itself. */
export interface ResourcePolicyStatement {
  /** Says what it is for, where a person reads the policy: letters and digits. */
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  /** `*` for everybody. */
  readonly Principal: "*" | Record<string, string[]>;
  readonly Action: string[];
  readonly Resource: string | string[];
  readonly Condition?: Record<string, Record<string, string | string[]>>;
}

export function policyDocument(statements: readonly (PolicyStatement | ResourcePolicyStatement)[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

/** Who may take the role on; `condition` limits it further. */
export function trustPolicy(service: string, condition?: Record<string, Record<string, string>>): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: service },
        Action: "sts:AssumeRole",
        ...(condition && { Condition: condition }),
      },
    ],
  });
}

/** The end of the ARN of a secret, by its name alone; `??????` stands for what AWS appends. */
export function secretResource(secretName: string): string {
  return `secret:${secretName}-??????`;
}

/** The end of the ARN of an SSM parameter whose name begins with a slash. */
export function parameterResource(parameterName: string): string {
  return `parameter${parameterName}`;
}

/** Of one or more secrets, or of all whose ARNs fit a pattern. */
type SecretArns = string | string[];

/** A read that names no stage is a read of the current value. */
export const READ_CURRENT = { StringEqualsIfExists: { "secretsmanager:VersionStage": "AWSCURRENT" } };

/**
 * For whoever may not name the stage, as most programs that read a secret do not. The price: a read that names a version
 * by its id, which only those know who may list versions, is let through too.
 */
export function readCurrentStatement(secretArns: SecretArns): PolicyStatement {
  return {
    Effect: "Allow",
    Action: ["secretsmanager:GetSecretValue"],
    Resource: secretArns,
    Condition: READ_CURRENT,
  };
}

/** For our own functions, which always name the stage: a read that names none, or another, is refused. */
export function readStageStatement(secretArns: SecretArns, stage: "AWSCURRENT" | "AWSPENDING"): PolicyStatement {
  return {
    Effect: "Allow",
    Action: ["secretsmanager:GetSecretValue"],
    Resource: secretArns,
    // True only of a request that names it; AWS's documentation has this operator with this key.
    Condition: { "ForAnyValue:StringEquals": { "secretsmanager:VersionStage": [stage] } },
  };
}

/** To store a value, which is not to read one. */
export function storeStatement(secretArns: SecretArns): PolicyStatement {
  return { Effect: "Allow", Action: ["secretsmanager:PutSecretValue"], Resource: secretArns };
}

/** Which versions there are, without a value. */
export function listVersionsStatement(secretArns: SecretArns): PolicyStatement {
  return { Effect: "Allow", Action: ["secretsmanager:ListSecretVersionIds"], Resource: secretArns };
}

/** One by one, and none that is a secret's. */
export function readParametersStatement(parameterArns: string | string[]): PolicyStatement {
  return { Effect: "Allow", Action: ["ssm:GetParameter"], Resource: parameterArns };
}

/**
 * To move these labels, and no others, from version to version.
 *
 * @param labels may be patterns.
 */
export function moveLabelsStatement(secretArns: SecretArns, labels: string[]): PolicyStatement {
  // True only of a request that names one of these; AWS's documentation has this operator with this key.
  const operator = labels.some((label) => label.includes("*")) ? "ForAnyValue:StringLike" : "ForAnyValue:StringEquals";
  return {
    Effect: "Allow",
    Action: ["secretsmanager:UpdateSecretVersionStage"],
    Resource: secretArns,
    Condition: { [operator]: { "secretsmanager:VersionStage": labels } },
  };
}

/** What a role that reads the current value needs besides, to make a pending one the current one. */
export function promoteStatements(secretArns: SecretArns): PolicyStatement[] {
  return [
    readStageStatement(secretArns, "AWSPENDING"),
    // A label is moved only by who knows where it is.
    { Effect: "Allow", Action: ["secretsmanager:DescribeSecret"], Resource: secretArns },
    moveLabelsStatement(secretArns, ["AWSCURRENT", "AWSPENDING"]),
  ];
}

/** What encrypting and decrypting a secret with a customer's key takes. */
export const READ_WITH_KEY = ["kms:Decrypt"];
export const STORE_WITH_KEY = ["kms:Decrypt", "kms:GenerateDataKey"];

/** To use a customer's key, or more of them, for secrets. */
export function useKeyStatement(
  keyArns: string | string[],
  actions: string[],
  secretArns: SecretArns,
): PolicyStatement {
  return {
    Effect: "Allow",
    Action: actions,
    Resource: keyArns,
    Condition: {
      StringLike: {
        // Secrets Manager names the secret in the encryption context, so the key serves for these secrets only,
        "kms:EncryptionContext:SecretARN": secretArns,
        // and only through Secrets Manager, of whatever region the key is.
        "kms:ViaService": "secretsmanager.*",
      },
    },
  };
}

/** One statement for all that differ in their actions alone, each action once. */
export function mergedStatements(statements: readonly PolicyStatement[]): PolicyStatement[] {
  const merged = new Map<string, PolicyStatement>();
  for (const statement of statements) {
    const { Action, ...rest } = statement;
    const key = JSON.stringify(rest);
    merged.set(key, { ...statement, Action: [...new Set([...(merged.get(key)?.Action ?? []), ...Action])] });
  }
  return [...merged.values()];
}

/** What a role needs to run the function. */
export function invokeStatement(functionArns: string | string[]): PolicyStatement {
  return { Effect: "Allow", Action: ["lambda:InvokeFunction"], Resource: functionArns };
}
