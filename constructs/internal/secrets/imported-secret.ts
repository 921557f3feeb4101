import { Token } from "cdktf";
import type { Construct } from "constructs";
import type { Environment } from "../../../piste/environments";
import {
  checkName,
  secretKindOf,
  technicalAccountSecretName,
  tokenSecretName,
  type SecretKind,
} from "../../../piste/names";
import { SecretBase } from "./secret-base";
import { ownAccount } from "../role-grants";
import { secretArnByName } from "../stack-singletons";

/** The full ARN, with the suffix that AWS appends to the name. */
const SECRET_ARN = /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:([\w/+=.@-]{1,512})-[A-Za-z0-9]{6}$/;

const RULES: Readonly<Record<SecretKind, string>> = {
  client: "client credentials, with any name that Secrets Manager accepts",
  token: `a token, ${tokenSecretName("<environment>" as Environment, "<application>")}`,
  "technical-account": `a technical account, ${technicalAccountSecretName("<environment>" as Environment, "<application>", "<account>")}`,
};

/** @throws Error naming the rule and the value. */
export function checkSecretName(name: string, kind: SecretKind): void {
  if (Token.isUnresolved(name)) return;
  if (name.startsWith("arn:")) {
    throw new Error(`secretName must be a name, got the ARN ${JSON.stringify(name)}; use fromSecretArn`);
  }
  checkKind("secretName", name, name, kind);
}

/** @throws Error naming the property, the rule and the value. */
export function nameInSecretArn(arn: string, property = "secretArn"): string {
  if (Token.isUnresolved(arn)) {
    throw new Error(`${property} must be literal text, since the name in it is checked, got a reference`);
  }
  const name = SECRET_ARN.exec(arn)?.[1];
  if (name !== undefined) return name;
  throw new Error(
    `${property} must be the whole ARN of a secret, arn:…:secretsmanager:<region>:<account>:secret:<name>-<6 characters>, got ${JSON.stringify(arn)}`,
  );
}

/** @throws Error naming the rule and the value. */
export function nameOfKindInArn(arn: string, kind: SecretKind): string {
  const name = nameInSecretArn(arn);
  checkKind("secretArn", arn, name, kind);
  return name;
}

/** Client credentials may have any name that is not of another kind; other secrets are found by their name. */
function checkKind(property: string, given: string, name: string, kind: SecretKind): void {
  const named = secretKindOf(name);
  const fits = named === kind || (kind === "client" && named === undefined);
  if (!fits || !/^[\w/+=.@-]{1,512}$/.test(name)) {
    throw new Error(`${property} must refer to ${RULES[kind]}, got ${JSON.stringify(given)}`);
  }
}

/** Settings of an existing secret. */
export interface SecretAttributes {
  /** @default - AWS's own key for Secrets Manager */
  readonly encryptionKeyArn?: string;
  /**
   * Prefix of policy names, like `landingZone.namePrefix`: two regions that grant to one role need different ones.
   * @default - none
   */
  readonly namePrefix?: string;
}

/** A secret of another stack, referenced by its name: neither stack depends on the other. */
export class ImportedSecret extends SecretBase {
  readonly secretArn: string;
  readonly encryptionKeyArn?: string;
  protected readonly namePrefix?: string;

  /** @param secretArn for a secret in another account or region. */
  constructor(
    scope: Construct,
    id: string,
    readonly secretName: string,
    attributes: SecretAttributes = {},
    secretArn?: string,
  ) {
    super(scope, id);
    this.secretArn = secretArn ?? secretArnByName(this, secretName);
    this.encryptionKeyArn = attributes.encryptionKeyArn;
    this.namePrefix = attributes.namePrefix;
    if (this.namePrefix !== undefined) checkName("namePrefix", this.namePrefix);
    const own = ownAccount(this);
    const [, , , , account] = secretArn?.split(":") ?? [];
    if (this.encryptionKeyArn === undefined && own !== undefined && account !== undefined && account !== own) {
      throw new Error(
        "encryptionKeyArn must be set for a secret of another account, since AWS's own key works in one account only, got none for " +
          secretName,
      );
    }
  }

  protected override admit(principalArn: string): never {
    throw new Error(
      `grantRead for another account must be called where ${this.secretName} is made, since a secret has one policy, got ` +
        `${principalArn} where the secret was imported`,
    );
  }
}
