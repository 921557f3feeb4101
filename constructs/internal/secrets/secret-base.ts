import type { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { SecretsmanagerSecretPolicy } from "@cdktf/provider-aws/lib/secretsmanager-secret-policy";
import { Construct, type IConstruct } from "constructs";
import {
  READ_WITH_KEY,
  readCurrentStatement,
  readStageStatement,
  STORE_WITH_KEY,
  storeStatement,
  useKeyStatement,
  type PolicyStatement,
} from "../../../aws/policy-statements";
import { checkAgainstAwsRules } from "../refusals/refused-by-aws";
import { grant, granteeElsewhere, roleArnPatterns, type Grantee, type Role } from "../role-grants";

/** A secret of this package, created here or referenced by its name. */
export interface IPisteSecret extends IConstruct {
  readonly secretName: string;
  readonly secretArn: string;
  /** The customer-managed key that encrypts it, if any. */
  readonly encryptionKeyArn?: string;
  /**
   * Lets a principal read the current value. A role of this account gets a policy. A role of another account (which the
   * provider's `allowedAccountIds` reveals), or a whole other account, is admitted by the secret's own policy. That
   * account must allow the read too, and the key's policy must let the role decrypt.
   *
   * A role of another account must exist before the deployment. Remove the grant before you delete the role: otherwise
   * AWS replaces its ARN in the policy by an id, and every plan of the stack fails. AWS treats a role that is created
   * again under the same name as another one.
   *
   * @throws Error for another account, unless the secret is made here, with a customer-managed key.
   */
  grantRead(to: Grantee): IamRolePolicy | SecretsmanagerSecretPolicy;
  /** Lets the role store a value, but not read one. */
  grantWrite(role: Role): IamRolePolicy;
}

/** Internal part of our secrets. */
interface ReaderList {
  /**
   * Adds a principal that reads the secret with its own rights, for a policy that refuses all others. The policy of a
   * referenced secret belongs to the stack that creates it.
   */
  allowReader(principalArn: string): void;
  /** Known readers of client credentials that are created here; empty for other secrets. */
  readerArns(): readonly string[];
}

export const readersOf = (secret: IPisteSecret): ReaderList => secret as IPisteSecret & ReaderList;

/** Reads the current value by the stage `AWSCURRENT`, as our functions do. */
export function readCurrentStageStatements(secret: IPisteSecret): PolicyStatement[] {
  return [readStageStatement(secret.secretArn, "AWSCURRENT"), ...keyStatements(secret, READ_WITH_KEY)];
}

export function writeStatements(secret: IPisteSecret): PolicyStatement[] {
  return [storeStatement(secret.secretArn), ...keyStatements(secret, STORE_WITH_KEY)];
}

function keyStatements({ secretArn, encryptionKeyArn }: IPisteSecret, actions: string[]): PolicyStatement[] {
  return encryptionKeyArn === undefined ? [] : [useKeyStatement(encryptionKeyArn, actions, secretArn)];
}

/**
 * Base of all our secrets, created or referenced.
 *
 * @internal users see its subclasses.
 */
export abstract class SecretBase extends Construct implements IPisteSecret, ReaderList {
  abstract readonly secretName: string;
  abstract readonly secretArn: string;
  abstract readonly encryptionKeyArn?: string;
  /** Prefix of policy names, since two regions may grant the same to one role. */
  protected abstract readonly namePrefix?: string | undefined;
  /** Expected readers; undefined if they are not recorded. */
  protected readers?: string[];

  constructor(scope: Construct, id: string) {
    super(scope, id);
    checkAgainstAwsRules(this);
  }

  /** @internal */
  allowReader(principalArn: string): void {
    this.readers?.push(principalArn);
  }

  /** @internal */
  readerArns(): readonly string[] {
    return this.readers ?? [];
  }

  /** Lets a role of another account, or that account, read it, by the secret's own policy. */
  protected abstract admit(principalArn: string): SecretsmanagerSecretPolicy;

  grantRead(to: Grantee): IamRolePolicy | SecretsmanagerSecretPolicy {
    const elsewhere = granteeElsewhere(this, to);
    if (elsewhere !== undefined) return this.admit(elsewhere);
    const role = to as Role;
    if (this.readers !== undefined) {
      for (const pattern of roleArnPatterns(this, role)) this.allowReader(pattern);
    }
    const statements = [readCurrentStatement(this.secretArn), ...keyStatements(this, READ_WITH_KEY)];
    return grant(this, role, "read", this.policyName, statements);
  }

  grantWrite(role: Role): IamRolePolicy {
    return grant(this, role, "write", this.policyName, writeStatements(this));
  }

  private get policyName(): string {
    return [this.namePrefix ?? [], this.secretName.replaceAll("/", "-")].flat().join("-");
  }
}
