import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { SecretsmanagerSecretPolicy } from "@cdktf/provider-aws/lib/secretsmanager-secret-policy";
import { Lazy } from "cdktf";
import type { Construct } from "constructs";
import { type Environment, isProduction, parseEnvironment } from "../../../piste/environments";
import { checkName, DEFAULT_APPLICATION, type SecretKind } from "../../../piste/names";
import { admitReaders, checkPolicyLength, refusalsOfAll, refuseDeletion } from "./guard-rails";
import { checkSecretName, ImportedSecret, nameOfKindInArn, type SecretAttributes } from "./imported-secret";
import { policyDocument, type ResourcePolicyStatement } from "../../../aws/policy-statements";
import { checkLandingZone, type LandingZone } from "../../landing-zone";
import { checkProtection, type Protection } from "../../protection";
import { SecretBase, type IPisteSecret } from "./secret-base";

/** No prop accepts a secret value. */
export interface SecretProps {
  readonly environment: Environment;
  /**
   * The name of the PISTE application it belongs to.
   * @default "chorus-pro"
   */
  readonly application?: string;
  /** @default - by the environment's defaults */
  readonly protection?: Protection;
  /** @default - none */
  readonly landingZone?: LandingZone;
}

/** A token is fetched again within a minute, and a recovery window would block its name. */
const NO_RECOVERY = 0;

const recoveryWindow = (environment: Environment, { recoveryWindowInDays: days }: Protection): number =>
  days ?? (isProduction(environment) ? 30 : 0);

export interface SecretParts {
  readonly name: string;
  readonly description: string;
  /** True if a person would have to fetch a lost value again from a portal. */
  readonly isFromPortal: boolean;
}

/**
 * A secret created here, empty.
 *
 * @internal users see its subclasses.
 */
export abstract class PisteSecret extends SecretBase {
  /** @internal */
  protected static readonly kind: SecretKind;

  /**
   * References an existing or future secret of this account and region by its name.
   *
   * @throws Error when it is the name of another kind of secret, or an ARN.
   */
  static fromSecretName(scope: Construct, id: string, secretName: string, attributes?: SecretAttributes): IPisteSecret {
    checkSecretName(secretName, this.kind);
    return new ImportedSecret(scope, id, secretName, attributes);
  }

  /**
   * References a secret by its full ARN: in another region, or in another account that lets this account's roles read
   * it.
   *
   * @throws Error when it is not the ARN of such a secret.
   */
  static fromSecretArn(scope: Construct, id: string, secretArn: string, attributes?: SecretAttributes): IPisteSecret {
    return new ImportedSecret(scope, id, nameOfKindInArn(secretArn, this.kind), attributes, secretArn);
  }

  readonly secretName: string;
  readonly secretArn: string;
  readonly encryptionKeyArn?: string;
  /** The provider's resource, for settings without an option. */
  readonly resource: SecretsmanagerSecret;

  protected readonly namePrefix?: string;
  private readonly statements: (() => ResourcePolicyStatement)[] = [];
  private readonly readersOfOtherAccounts = new Set<string>();
  private admission?: SecretsmanagerSecretPolicy;
  private policyResource?: SecretsmanagerSecretPolicy;

  protected constructor(scope: Construct, id: string, parts: SecretParts, props: SecretProps) {
    super(scope, id);
    const protection = checkProtection(props.protection);
    const isDeletionRefused = parts.isFromPortal && protection.refuseDeletion === true;
    const { encryptionKeyArn, namePrefix, tags } = checkLandingZone(props.landingZone);
    this.secretName = parts.name;
    this.namePrefix = namePrefix;
    this.encryptionKeyArn = encryptionKeyArn;
    this.resource = new SecretsmanagerSecret(this, "secret", {
      name: parts.name,
      description: parts.description,
      kmsKeyId: encryptionKeyArn,
      recoveryWindowInDays: parts.isFromPortal ? recoveryWindow(props.environment, protection) : NO_RECOVERY,
      tags,
      // Terraform would delete the policy first, then the secret.
      lifecycle: isDeletionRefused ? { preventDestroy: true } : undefined,
    });
    this.secretArn = this.resource.arn;
    for (const refusal of refusalsOfAll(props.environment, protection)) this.addToPolicy(() => refusal);
    if (isDeletionRefused) this.addToPolicy(refuseDeletion);
  }

  /** The secret's own policy, when it has one. */
  get resourcePolicy(): SecretsmanagerSecretPolicy | undefined {
    return this.policyResource;
  }

  protected override admit(principalArn: string): SecretsmanagerSecretPolicy {
    if (this.encryptionKeyArn === undefined) {
      throw new Error(
        `landingZone.encryptionKeyArn must be set for a reader in another account, since AWS's own key works in one account only, got none for ` +
          `${this.secretName} and ${principalArn.replace(/\$\{TfToken\[[^\]]*\]\}/, "…")}`,
      );
    }
    this.readersOfOtherAccounts.add(principalArn);
    // For a whole account: every principal of it.
    this.allowReader(principalArn.replace(/:root$/, ":*"));
    return (this.admission ??= this.addToPolicy(() => admitReaders([...this.readersOfOtherAccounts])));
  }

  /** @internal */
  override allowReader(principalArn: string): void {
    super.allowReader(principalArn);
    this.checkPolicy();
  }

  /** Adds a statement to the secret's own policy. @throws Error when the policy becomes too long. */
  addToResourcePolicy(statement: ResourcePolicyStatement): SecretsmanagerSecretPolicy {
    return this.addToPolicy(() => statement);
  }

  /** A statement evaluated at synth, since it may change until then. */
  protected addToPolicy(statement: () => ResourcePolicyStatement): SecretsmanagerSecretPolicy {
    this.statements.push(statement);
    this.policyResource ??= new SecretsmanagerSecretPolicy(this, "resource-policy", {
      secretArn: this.secretArn,
      policy: Lazy.stringValue({ produce: () => policyDocument(this.currentStatements()) }),
      blockPublicPolicy: true,
    });
    this.checkPolicy();
    return this.policyResource;
  }

  private checkPolicy(): void {
    checkPolicyLength(this.secretName, this.currentStatements());
  }

  private currentStatements(): ResourcePolicyStatement[] {
    return this.statements.map((statement) => statement());
  }
}

/**
 * The secret's environment and application, with defaults.
 *
 * @throws Error naming the prop, the rule and the value.
 */
export function ownerOf(props: SecretProps): Required<Pick<SecretProps, "environment" | "application">> {
  const { application = DEFAULT_APPLICATION } = props;
  checkName("application", application);
  return { environment: parseEnvironment(props.environment), application };
}
