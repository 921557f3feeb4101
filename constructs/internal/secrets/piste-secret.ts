import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { SecretsmanagerSecretPolicy } from "@cdktf/provider-aws/lib/secretsmanager-secret-policy";
import { Lazy, Token } from "cdktf";
import type { Construct } from "constructs";
import { type Environment, isProduction, parseEnvironment } from "../../../piste/environments";
import { checkName, DEFAULT_APPLICATION } from "../../../piste/names";
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
import { ImportedSecret, type SecretAttributes } from "./imported-secret";
import { policyDocument, type ResourcePolicyStatement } from "../../../aws/policy-statements";
import { SecretBase, type IPisteSecret } from "./secret-base";

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
   * It must exist before the deployment: AWS refuses a policy with a principal that does not. Take the grant away and
   * deploy before it is deleted: AWS then keeps an id in the policy in place of its ARN, and every plan of this stack
   * fails when the provider reads the secret. A principal that was made again under the same name is another one to AWS.
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

  /** A statement that is made at synth, so that it may still change until then. */
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

/** The options, or their defaults. */
export function deletionOf(
  environment: Environment,
  { recoveryWindowInDays, refuseDeletion: isRefused }: RecoverableSecretOptions,
): Pick<SecretParts, "recoveryWindowInDays" | "isDeletionRefused"> {
  return {
    recoveryWindowInDays: recoveryWindowInDays ?? (isProduction(environment) ? 30 : 0),
    isDeletionRefused: isRefused ?? false,
  };
}

function checkRecoveryWindow(days: number): void {
  if (Token.isUnresolved(days)) return;
  if (days !== 0 && !(Number.isInteger(days) && days >= 7 && days <= 30)) {
    throw new Error(`recoveryWindowInDays must be 0, or a whole number from 7 to 30, got ${String(days)}`);
  }
}
