import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import type { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Token } from "cdktf";
import { Construct } from "constructs";
import { parseEnvironment, type Environment } from "../piste/environments";
import { checkName, DEFAULT_APPLICATION, tokenSecretName } from "../piste/names";
import {
  moveLabelsStatement,
  READ_WITH_KEY,
  readCurrentStatement,
  STORE_WITH_KEY,
  storeStatement,
  useKeyStatement,
  type PolicyStatement,
} from "./policy-statements";
import { checkArn, grant, type IRole } from "./role-grants";
import { secretArnByName } from "./stack-singletons";

/** Options that all secrets share. None accepts a value: values never pass through Terraform. */
export interface SecretOptions {
  /**
   * The ARN of a customer-managed KMS key that exists, needed for readers in another account.
   * @default - AWS's own key for Secrets Manager
   */
  readonly encryptionKeyArn?: string;
  /** @default - the provider's default tags only */
  readonly tags?: { readonly [key: string]: string };
}

/** Of secrets that a person would have to fetch again from a portal. */
export interface RecoverableSecretOptions extends SecretOptions {
  /**
   * How long a deleted secret can be restored: 0 (deleted at once) or 7 to 30 days.
   * @default 30 in prod and 0 in qualif
   */
  readonly recoveryWindowInDays?: number;
}

export interface SecretProps extends SecretOptions {
  readonly environment: Environment;
  /**
   * The name of the PISTE application it belongs to.
   * @default "chorus-pro"
   */
  readonly application?: string;
}

export interface RecoverableSecretProps extends SecretProps, RecoverableSecretOptions {}

/** A secret of ours, made here or found by its name. */
export interface IPisteSecret {
  readonly secretName: string;
  readonly secretArn: string;
  /** The key it is encrypted with, when it is a customer's. */
  readonly encryptionKeyArn?: string;
  /** What a role needs to read the current value. */
  readStatements(): PolicyStatement[];
  /** What a role needs to store a value. */
  writeStatements(): PolicyStatement[];
  /** What a role that reads the current value needs besides, to make a pending one the current one. */
  promoteStatements(): PolicyStatement[];
  /** Lets the role read the current value. */
  grantRead(role: IRole): IamRolePolicy;
  /** Lets the role store a value, and nothing more: not read one. */
  grantWrite(role: IRole): IamRolePolicy;
}

/** How a secret that exists was made. */
export interface SecretAttributes {
  /** @default - AWS's own key for Secrets Manager */
  readonly encryptionKeyArn?: string;
}

abstract class SecretBase extends Construct implements IPisteSecret {
  abstract readonly secretName: string;
  abstract readonly secretArn: string;
  abstract readonly encryptionKeyArn?: string;

  readStatements(): PolicyStatement[] {
    return [readCurrentStatement(this.secretArn), ...this.keyStatements(READ_WITH_KEY)];
  }

  writeStatements(): PolicyStatement[] {
    return [storeStatement(this.secretArn), ...this.keyStatements(STORE_WITH_KEY)];
  }

  promoteStatements(): PolicyStatement[] {
    return [
      {
        Effect: "Allow",
        Action: ["secretsmanager:GetSecretValue"],
        Resource: this.secretArn,
        Condition: { "ForAnyValue:StringEquals": { "secretsmanager:VersionStage": ["AWSPENDING"] } },
      },
      // A label is moved only by who knows where it is.
      { Effect: "Allow", Action: ["secretsmanager:DescribeSecret"], Resource: this.secretArn },
      moveLabelsStatement(this.secretArn, ["AWSCURRENT", "AWSPENDING"]),
    ];
  }

  grantRead(role: IRole): IamRolePolicy {
    return grant(this, role, "read", this.policyName, this.readStatements());
  }

  grantWrite(role: IRole): IamRolePolicy {
    return grant(this, role, "write", this.policyName, this.writeStatements());
  }

  private get policyName(): string {
    return this.secretName.replaceAll("/", "-");
  }

  private keyStatements(actions: string[]): PolicyStatement[] {
    if (this.encryptionKeyArn === undefined) return [];
    return [useKeyStatement(this.encryptionKeyArn, actions, this.secretArn)];
  }
}

/** A secret that exists, or will: found by its name, so neither stack has to know the other. */
class ImportedSecret extends SecretBase {
  readonly secretArn: string;
  readonly encryptionKeyArn?: string;

  constructor(
    scope: Construct,
    id: string,
    readonly secretName: string,
    attributes: SecretAttributes = {},
  ) {
    super(scope, id);
    this.secretArn = secretArnByName(this, secretName);
    this.encryptionKeyArn = attributes.encryptionKeyArn;
  }
}

/** A secret made here, empty. */
export abstract class PisteSecret extends SecretBase {
  /** A secret that exists, or will, by its name: what a stack uses that knows nothing else of the one that made it. */
  static fromSecretName(scope: Construct, id: string, secretName: string, attributes?: SecretAttributes): IPisteSecret {
    return new ImportedSecret(scope, id, secretName, attributes);
  }

  readonly secretName: string;
  readonly secretArn: string;
  readonly encryptionKeyArn?: string;
  /** The provider's resource, for what this construct has no option for. */
  readonly resource: SecretsmanagerSecret;

  protected constructor(
    scope: Construct,
    id: string,
    secretName: string,
    description: string,
    recoveryWindowInDays: number,
    options: SecretOptions,
  ) {
    super(scope, id);
    checkRecoveryWindow(recoveryWindowInDays);
    checkArn("encryptionKeyArn", options.encryptionKeyArn);
    this.secretName = secretName;
    this.encryptionKeyArn = options.encryptionKeyArn;
    this.resource = new SecretsmanagerSecret(this, "secret", {
      name: secretName,
      description,
      kmsKeyId: options.encryptionKeyArn,
      recoveryWindowInDays,
      tags: options.tags,
    });
    this.secretArn = this.resource.arn;
  }
}

/**
 * Whose secret it is, defaults filled in.
 *
 * @throws Error naming the prop, the rule and the value.
 */
export function ownerOf(props: SecretProps): Required<Pick<SecretProps, "environment" | "application">> {
  const { application = DEFAULT_APPLICATION } = props;
  checkName("application", application);
  return { environment: parseEnvironment(props.environment), application };
}

/**
 * Consumers and functions find the token by its name.
 *
 * @throws Error naming the prop, the rule and the value.
 */
export function checkTokenSecret({ secretName }: IPisteSecret, environment: Environment, application: string): void {
  const expected = tokenSecretName(environment, application);
  if (!Token.isUnresolved(secretName) && secretName !== expected) {
    throw new Error(`accessToken must be the secret ${expected}, got ${JSON.stringify(secretName)}`);
  }
}

/** The option, or its default. */
export function recoveryWindowInDays(environment: Environment, options: RecoverableSecretOptions): number {
  return options.recoveryWindowInDays ?? (environment === "prod" ? 30 : 0);
}

function checkRecoveryWindow(days: number): void {
  if (Token.isUnresolved(days)) return;
  if (days !== 0 && !(Number.isInteger(days) && days >= 7 && days <= 30)) {
    throw new Error(`recoveryWindowInDays must be 0, or a whole number from 7 to 30, got ${String(days)}`);
  }
}
