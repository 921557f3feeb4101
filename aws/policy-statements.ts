/**
 * Statements of IAM policies and the ARNs in them, as text. The constructs' grants and `piste policy` share them.
 * Loads nothing of cdktf.
 */

export interface PolicyStatement {
  /** The statement's purpose, for readers of the policy: letters and digits. */
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  /** In a resource's own policy: the principal. */
  readonly Principal?: Record<string, string>;
  readonly Action: string[];
  readonly Resource: string | string[];
  readonly Condition?: Record<string, Record<string, string | string[]>>;
}

export interface ResourcePolicyStatement {
  /** The statement's purpose, for readers of the policy: letters and digits. */
  readonly Sid: string;
  readonly Effect: "Allow" | "Deny";
  /** `*` for everyone. */
  readonly Principal: "*" | Record<string, string[]>;
  readonly Action: string[];
  readonly Resource: string | string[];
  readonly Condition?: Record<string, Record<string, string | string[]>>;
}

export function policyDocument(statements: readonly (PolicyStatement | ResourcePolicyStatement)[]): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: statements });
}

/** Lets a service assume the role; `condition` limits it further. */
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

/** The last part of a secret's ARN, from its name; `??????` stands for AWS's suffix. */
export function secretResource(secretName: string): string {
  return `secret:${secretName}-??????`;
}

/** The last part of the ARN of an SSM parameter whose name begins with a slash. */
export function parameterResource(parameterName: string): string {
  return `parameter${parameterName}`;
}

/** One ARN, several, or a pattern. */
type SecretArns = string | string[];

/** A read without a stage reads the current value. */
export const READ_CURRENT = { StringEqualsIfExists: { "secretsmanager:VersionStage": "AWSCURRENT" } };

/**
 * For readers that may name no stage, as most programs. The price: a read by version id is allowed too, but only
 * principals that may list versions know these ids.
 */
export function readCurrentStatement(secretArns: SecretArns): PolicyStatement {
  return {
    Effect: "Allow",
    Action: ["secretsmanager:GetSecretValue"],
    Resource: secretArns,
    Condition: READ_CURRENT,
  };
}

/** For our own functions, which always name the stage: a read without a stage, or of another one, is refused. */
export function readStageStatement(secretArns: SecretArns, stage: "AWSCURRENT" | "AWSPENDING"): PolicyStatement {
  return {
    Effect: "Allow",
    Action: ["secretsmanager:GetSecretValue"],
    Resource: secretArns,
    // True only for a request that names the stage; AWS's documentation has this operator with this key.
    Condition: { "ForAnyValue:StringEquals": { "secretsmanager:VersionStage": [stage] } },
  };
}

/** Allows storing a value, not reading one. */
export function storeStatement(secretArns: SecretArns): PolicyStatement {
  return { Effect: "Allow", Action: ["secretsmanager:PutSecretValue"], Resource: secretArns };
}

export function listVersionsStatement(secretArns: SecretArns): PolicyStatement {
  return { Effect: "Allow", Action: ["secretsmanager:ListSecretVersionIds"], Resource: secretArns };
}

/** One by one, and without decrypting. */
export function readParametersStatement(parameterArns: string | string[]): PolicyStatement {
  return { Effect: "Allow", Action: ["ssm:GetParameter"], Resource: parameterArns };
}

/**
 * Moves these labels, and no others, between versions.
 *
 * @param labels may be patterns.
 */
export function moveLabelsStatement(secretArns: SecretArns, labels: string[]): PolicyStatement {
  // True only for a request that names one of these; AWS's documentation has this operator with this key.
  const operator = labels.some((label) => label.includes("*")) ? "ForAnyValue:StringLike" : "ForAnyValue:StringEquals";
  return {
    Effect: "Allow",
    Action: ["secretsmanager:UpdateSecretVersionStage"],
    Resource: secretArns,
    Condition: { [operator]: { "secretsmanager:VersionStage": labels } },
  };
}

/** Makes a pending value the current one, for a role that may already read the current value. */
export function promoteStatements(secretArns: SecretArns): PolicyStatement[] {
  return [
    readStageStatement(secretArns, "AWSPENDING"),
    // Moving a label requires the version that has it now.
    { Effect: "Allow", Action: ["secretsmanager:DescribeSecret"], Resource: secretArns },
    moveLabelsStatement(secretArns, ["AWSCURRENT", "AWSPENDING"]),
  ];
}

export const READ_WITH_KEY = ["kms:Decrypt"];
export const STORE_WITH_KEY = ["kms:Decrypt", "kms:GenerateDataKey"];

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
        // Secrets Manager names the secret in the encryption context: the key serves for these secrets only,
        "kms:EncryptionContext:SecretARN": secretArns,
        // and only through Secrets Manager, in any region.
        "kms:ViaService": "secretsmanager.*",
      },
    },
  };
}

/** Merges statements that differ only in their actions. */
export function mergedStatements(statements: readonly PolicyStatement[]): PolicyStatement[] {
  const merged = new Map<string, PolicyStatement>();
  for (const statement of statements) {
    const { Action, ...rest } = statement;
    const key = JSON.stringify(rest);
    merged.set(key, { ...statement, Action: [...new Set([...(merged.get(key)?.Action ?? []), ...Action])] });
  }
  return [...merged.values()];
}

export function invokeStatement(functionArns: string | string[]): PolicyStatement {
  return { Effect: "Allow", Action: ["lambda:InvokeFunction"], Resource: functionArns };
}
