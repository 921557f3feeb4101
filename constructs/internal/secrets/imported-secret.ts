import type { Construct } from "constructs";
import { SecretBase } from "./secret-base";
import { secretArnByName } from "../stack-singletons";

/** How a secret that exists was made. */
export interface SecretAttributes {
  /** @default - AWS's own key for Secrets Manager */
  readonly encryptionKeyArn?: string;
}

/** A secret that exists, or will: found by its name, so neither stack has to know the other. */
export class ImportedSecret extends SecretBase {
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
