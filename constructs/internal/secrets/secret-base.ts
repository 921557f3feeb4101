import type { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { SecretsmanagerSecretPolicy } from "@cdktf/provider-aws/lib/secretsmanager-secret-policy";
import { Construct } from "constructs";
import {
  promoteStatements,
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
  /** Who was named as a reader of client credentials that are made here; of other secrets nobody is known. */
  readerArns(): readonly string[];
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

/**
 * What all secrets of ours can do, wherever they were made.
 *
 * @internal what users see of it is in its subclasses.
 */
export abstract class SecretBase extends Construct implements IPisteSecret {
  abstract readonly secretName: string;
  abstract readonly secretArn: string;
  abstract readonly encryptionKeyArn?: string;
  /** Who is expected to read it, of secrets for which that is known. */
  protected readers?: string[];

  constructor(scope: Construct, id: string) {
    super(scope, id);
    refuseWhatAwsRefuses(this);
  }

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
    return grant(this, role, "read", this.policyName, this.readStatements());
  }

  grantWrite(role: Role): IamRolePolicy {
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
