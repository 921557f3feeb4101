/** Rules for the names of secrets that are passed to constructs. */
import { Token } from "cdktf";
import { ENVIRONMENTS, type Environment } from "../../../piste/environments";
import { environmentPrefix, tokenSecretName } from "../../../piste/names";
import type { IPisteSecret } from "./secret-base";

/** Consumers and functions find the token by its name. @throws Error for another name. */
export function checkTokenSecret(secret: IPisteSecret, environment: Environment, application: string): void {
  checkIsSecret("accessToken", secret);
  const { secretName } = secret;
  const expected = tokenSecretName(environment, application);
  if (!Token.isUnresolved(secretName) && secretName !== expected) {
    throw new Error(`accessToken must be the secret ${expected}, got ${JSON.stringify(secretName)}`);
  }
}

/** An imported secret may have any name except one of another environment. */
export function checkClientSecret(secret: IPisteSecret, environment: Environment): void {
  checkIsSecret("clientCredentials", secret);
  const { secretName } = secret;
  const other = ENVIRONMENTS.filter((each) => each !== environment).find((each) =>
    secretName.startsWith(environmentPrefix(each)),
  );
  if (other !== undefined) {
    throw new Error(
      `clientCredentials must belong to ${environment}, got ${JSON.stringify(secretName)}; ${other} has credentials of its own`,
    );
  }
}

/** Without type-checking it may be a secret value, so the error does not repeat it. */
function checkIsSecret(property: string, secret: Partial<IPisteSecret> | undefined): void {
  if (typeof secret?.secretName === "string" && secret.grantRead !== undefined) return;
  throw new Error(`${property} must be a secret of this package, got something else; import one with fromSecretName`);
}
