import { Token } from "cdktf";
import type { Construct } from "constructs";
import type { Environment } from "../../../piste/environments";
import { secretKindOf, technicalAccountSecretName, tokenSecretName, type SecretKind } from "../../../piste/names";
import { SecretBase } from "./secret-base";
import { secretArnByName } from "../stack-singletons";

/** The whole ARN, with what AWS appends to the name. */
const SECRET_ARN = /^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:([\w/+=.@-]{1,512})-[A-Za-z0-9]{6}$/;

const RULES: Readonly<Record<SecretKind, string>> = {
  client: "of client credentials, under any name that Secrets Manager takes",
  token: `of a token, ${tokenSecretName("<environment>" as Environment, "<application>")}`,
  "technical-account": `of a technical account, ${technicalAccountSecretName("<environment>" as Environment, "<application>", "<account>")}`,
};

/**
 * Client credentials that exist may have any name but one of ours that says otherwise; others are found by their name.
 *
 * @throws Error naming the prop, the rule and the value.
 */
export function checkImported(property: "secretName" | "secretArn", value: string, kind: SecretKind): void {
  if (Token.isUnresolved(value)) {
    if (property === "secretName") return;
    throw new Error("secretArn must be written out, since the name in it is checked, got a reference");
  }
  const isArn = property === "secretArn";
  const name = isArn ? SECRET_ARN.exec(value)?.[1] : value;
  if (isArn && name === undefined) {
    throw new Error(
      `secretArn must be the whole ARN of a secret, arn:…:secretsmanager:<region>:<account>:secret:<name>-<6 characters>, got ${JSON.stringify(value)}`,
    );
  }
  if (name?.startsWith("arn:")) {
    throw new Error(`secretName must be a name, got the ARN ${JSON.stringify(value)}; use fromSecretArn`);
  }
  const named = secretKindOf(name ?? "");
  const fits = kind === "client" ? named === undefined || named === kind : named === kind;
  if (!fits || !/^[\w/+=.@-]{1,512}$/.test(name ?? "")) {
    throw new Error(`${property} must be ${RULES[kind]}, got ${JSON.stringify(value)}`);
  }
}

/** How a secret that exists was made. */
export interface SecretAttributes {
  /** @default - AWS's own key for Secrets Manager */
  readonly encryptionKeyArn?: string;
}

/** A secret that exists, or will: found by its name, so neither stack has to know the other. */
export class ImportedSecret extends SecretBase {
  readonly secretName: string;
  readonly secretArn: string;
  readonly encryptionKeyArn?: string;

  /** @param nameOrArn a checked name, or a checked ARN, which may be of another account or region. */
  constructor(scope: Construct, id: string, nameOrArn: string, attributes: SecretAttributes = {}) {
    super(scope, id);
    const written = SECRET_ARN.exec(nameOrArn);
    this.secretName = written?.[1] ?? nameOrArn;
    this.secretArn = written === null ? secretArnByName(this, nameOrArn) : nameOrArn;
    this.encryptionKeyArn = attributes.encryptionKeyArn;
  }

  protected override admit(principalArn: string): never {
    throw new Error(
      `grantRead for another account must be called where ${this.secretName} is made, since a secret has one policy, got ` +
        `${principalArn} where the secret was imported`,
    );
  }
}
