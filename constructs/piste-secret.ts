import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { SecretsmanagerSecretPolicy } from "@cdktf/provider-aws/lib/secretsmanager-secret-policy";
import type { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Lazy, Token } from "cdktf";
import { Construct } from "constructs";
import { parseEnvironment, type Environment } from "../piste/environments";
import { checkName, DEFAULT_APPLICATION, tokenSecretName } from "../piste/names";
import {
  admitReaders,
  checkGuardRails,
  checkPolicyLength,
  checkPrincipalArn,
  refusalsOfAll,
  refuseDeletion,
  type DeletionGuardOptions,
  type GuardRailOptions,
} from "./guard-rails";
import {
  policyDocument,
  promoteStatements,
  READ_WITH_KEY,
  readCurrentStatement,
  readStageStatement,
  STORE_WITH_KEY,
  storeStatement,
  useKeyStatement,
  type PolicyStatement,
  type ResourcePolicyStatement,
} from "./policy-statements";
import { checkArn, grant, roleArnPatterns, type IRole } from "./role-grants";
import { secretArnByName } from "./stack-singletons";

/** Options that all secrets share. None accepts a value: values never pass through Terraform. */
export interface SecretOptions extends GuardRailOptions {
  /**
   * The ARN of a customer-managed KMS key that exists, needed for readers in another account.
   * @default - AWS's own key for Secrets Manager
   */
  readonly encryptionKeyArn?: string;
  /** @default - the provider's default tags only */
  readonly tags?: { readonly [key: string]: string };
}

/** Of secrets that a person would have to fetch again from a portal. */
export interface RecoverableSecretOptions extends SecretOptions, DeletionGuardOptions {
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
  /** What a role needs to read the current value, whether or not it names the stage. */
  readStatements(): PolicyStatement[];
  /** What a role needs that reads the current value by naming the stage `AWSCURRENT`, as our functions do. */
  readCurrentStageStatements(): PolicyStatement[];
  /** What a role needs to store a value. */
  writeStatements(): PolicyStatement[];
  /** What a role that reads the current value needs besides, to make a pending one the current one. */
  promoteStatements(): PolicyStatement[];
  /**
   * Names who may read it with rights of their own, for a secret whose policy refuses all others. One that was found by
   * its name has its policy where it was made.
   */
  allowReader(principalArn: string): void;
  /** Lets the role read the current value. */
  grantRead(role: IRole): IamRolePolicy;
  /** Lets the role store a value, and nothing more: not read one. */
  grantWrite(role: IRole): IamRolePolicy;
  /**
   * Lets a role or a user of another AWS account read the current value.
   *
   * @throws Error unless the secret is made here, with a customer-managed key.
   */
  grantReadInOtherAccount(principalArn: string): void;
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
  /** Who may read it, where its own policy refuses all others. */
  protected readers?: string[];

  readStatements(): PolicyStatement[] {
    return [readCurrentStatement(this.secretArn), ...this.keyStatements(READ_WITH_KEY)];
  }

  readCurrentStageStatements(): PolicyStatement[] {
    return [readStageStatement(this.secretArn, "AWSCURRENT"), ...this.keyStatements(READ_WITH_KEY)];
  }

  writeStatements(): PolicyStatement[] {
    return [storeStatement(this.secretArn), ...this.keyStatements(STORE_WITH_KEY)];
  }

  promoteStatements(): PolicyStatement[] {
    return promoteStatements(this.secretArn);
  }

  allowReader(principalArn: string): void {
    this.readers?.push(principalArn);
  }

  abstract grantReadInOtherAccount(principalArn: string): void;

  grantRead(role: IRole): IamRolePolicy {
    if (this.readers !== undefined) {
      for (const pattern of roleArnPatterns(this, role)) this.allowReader(pattern);
    }
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

  override grantReadInOtherAccount(principalArn: string): void {
    throw new Error(
      `grantReadInOtherAccount must be called where ${this.secretName} is made, since a secret has one policy, got ` +
        `${JSON.stringify(principalArn)} where it was found by its name`,
    );
  }
}

/** What kind of secret it is. */
export interface SecretParts {
  readonly name: string;
  readonly description: string;
  readonly recoveryWindowInDays: number;
  readonly isDeletionRefused: boolean;
}

/**
 * A secret made here, empty.
 *
 * @internal what users see of it is in its subclasses.
 */
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

  private readonly statements: (() => ResourcePolicyStatement)[] = [];
  private readonly readersOfOtherAccounts: string[] = [];
  private policyResource?: SecretsmanagerSecretPolicy;

  protected constructor(scope: Construct, id: string, parts: SecretParts, props: SecretProps) {
    super(scope, id);
    const { recoveryWindowInDays, isDeletionRefused } = parts;
    checkRecoveryWindow(recoveryWindowInDays);
    checkArn("encryptionKeyArn", props.encryptionKeyArn);
    checkGuardRails(props);
    this.secretName = parts.name;
    this.encryptionKeyArn = props.encryptionKeyArn;
    this.resource = new SecretsmanagerSecret(this, "secret", {
      name: parts.name,
      description: parts.description,
      kmsKeyId: props.encryptionKeyArn,
      recoveryWindowInDays,
      tags: props.tags,
      // Terraform would first delete the policy, then the secret.
      lifecycle: isDeletionRefused ? { preventDestroy: true } : undefined,
    });
    this.secretArn = this.resource.arn;
    for (const refusal of refusalsOfAll(props.environment, props)) this.addToPolicy(() => refusal);
    if (isDeletionRefused) this.addToPolicy(refuseDeletion);
  }

  /** The secret's own policy, when it has one. */
  get resourcePolicy(): SecretsmanagerSecretPolicy | undefined {
    return this.policyResource;
  }

  /**
   * Lets a role or a user of another AWS account read the current value. Their account has to allow it too, and the
   * key's policy has to let them decrypt.
   *
   * @throws Error unless the secret has a customer-managed key: AWS's own serves no other account.
   */
  override grantReadInOtherAccount(principalArn: string): void {
    checkPrincipalArn("principalArn", principalArn);
    if (this.encryptionKeyArn === undefined) {
      throw new Error(
        `encryptionKeyArn must be set for a reader in another account, whom AWS's own key never serves, got none for ` +
          `${this.secretName} and ${principalArn}`,
      );
    }
    if (this.readersOfOtherAccounts.push(principalArn) === 1) {
      this.addToPolicy(() => admitReaders(this.readersOfOtherAccounts));
    }
    this.allowReader(principalArn);
  }

  override allowReader(principalArn: string): void {
    super.allowReader(principalArn);
    this.checkPolicy();
  }

  /**
   * A statement that is made at synth, so that it may still change until then.
   *
   * @jsii ignore
   */
  protected addToPolicy(statement: () => ResourcePolicyStatement): void {
    this.statements.push(statement);
    this.policyResource ??= new SecretsmanagerSecretPolicy(this, "resource-policy", {
      secretArn: this.secretArn,
      policy: Lazy.stringValue({ produce: () => policyDocument(this.currentStatements()) }),
      blockPublicPolicy: true,
    });
    this.checkPolicy();
  }

  private checkPolicy(): void {
    checkPolicyLength(this.secretName, this.currentStatements());
  }

  private currentStatements(): ResourcePolicyStatement[] {
    return this.statements.map((statement) => statement());
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

/** The options, or their defaults. */
export function deletionOf(
  environment: Environment,
  { recoveryWindowInDays, refuseDeletion: isRefused }: RecoverableSecretOptions,
): Pick<SecretParts, "recoveryWindowInDays" | "isDeletionRefused"> {
  return {
    recoveryWindowInDays: recoveryWindowInDays ?? (environment === "prod" ? 30 : 0),
    isDeletionRefused: isRefused ?? false,
  };
}

function checkRecoveryWindow(days: number): void {
  if (Token.isUnresolved(days)) return;
  if (days !== 0 && !(Number.isInteger(days) && days >= 7 && days <= 30)) {
    throw new Error(`recoveryWindowInDays must be 0, or a whole number from 7 to 30, got ${String(days)}`);
  }
}
