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
import { refuseWhatAwsRefuses } from "../refusals/refused-by-aws";
import { grant, granteeElsewhere, roleArnPatterns, type Grantee, type Role } from "../role-grants";

/** A secret of ours, made here or found by its name. */
export interface IPisteSecret extends IConstruct {
  readonly secretName: string;
  readonly secretArn: string;
  /** The key it is encrypted with, when it is a customer's. */
  readonly encryptionKeyArn?: string;
  /**
   * Lets somebody read the current value. A role of this account gets a policy. Of another account, which the provider's
   * `allowedAccountIds` tells apart, the secret's own policy admits the role, or whom that account lets; the account has
   * to allow it too, and the key's policy has to let them decrypt.
   *
   * A role of another account must exist before the deployment, and the grant be taken away before it is deleted: AWS
   * then keeps an id in the policy in place of its ARN, and every plan of the stack fails. A role that was made again under
   * the same name is another one to AWS.
   *
   * @throws Error for another account, unless the secret is made here, with a customer-managed key.
   */
  grantRead(to: Grantee): IamRolePolicy | SecretsmanagerSecretPolicy;
  /** Lets the role store a value, and nothing more: not read one. */
  grantWrite(role: Role): IamRolePolicy;
}

/** Which secrets of ours have, and users need not know. */
interface ReaderList {
  /**
   * Names who may read it with rights of their own, for a secret whose policy refuses all others. One that was found by
   * its name has its policy where it was made.
   */
  allowReader(principalArn: string): void;
  /** Who was named as a reader of client credentials that are made here; of other secrets nobody is known. */
  readerArns(): readonly string[];
}

export const readersOf = (secret: IPisteSecret): ReaderList => secret as IPisteSecret & ReaderList;

/** What a role needs that reads the current value by naming the stage `AWSCURRENT`, as our functions do. */
export function readCurrentStageStatements(secret: IPisteSecret): PolicyStatement[] {
  return [readStageStatement(secret.secretArn, "AWSCURRENT"), ...keyStatements(secret, READ_WITH_KEY)];
}

/** What a role needs to store a value. */
export function writeStatements(secret: IPisteSecret): PolicyStatement[] {
  return [storeStatement(secret.secretArn), ...keyStatements(secret, STORE_WITH_KEY)];
}

function keyStatements({ secretArn, encryptionKeyArn }: IPisteSecret, actions: string[]): PolicyStatement[] {
  return encryptionKeyArn === undefined ? [] : [useKeyStatement(encryptionKeyArn, actions, secretArn)];
}

/**
 * What all secrets of ours can do, wherever they were made.
 *
 * @internal what users see of it is in its subclasses.
 */
export abstract class SecretBase extends Construct implements IPisteSecret, ReaderList {
  abstract readonly secretName: string;
  abstract readonly secretArn: string;
  abstract readonly encryptionKeyArn?: string;
  /** Begins the names of policies: a role may be granted the same in two regions. */
  protected abstract readonly namePrefix?: string | undefined;
  /** Who is expected to read it, of secrets for which that is known. */
  protected readers?: string[];

  constructor(scope: Construct, id: string) {
    super(scope, id);
    refuseWhatAwsRefuses(this);
  }

  /** @internal */
  allowReader(principalArn: string): void {
    this.readers?.push(principalArn);
  }

  /** @internal */
  readerArns(): readonly string[] {
    return this.readers ?? [];
  }

  /** Lets a role or an account elsewhere read it, by its own policy. */
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
