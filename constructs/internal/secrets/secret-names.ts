/** Rules for the names of secrets that are brought in: who reads one finds it by its name. */
import { Token } from "cdktf";
import type { CheckedApplication } from "../../../piste/application";
import { ENVIRONMENTS, type Environment } from "../../../piste/environments";
import { environmentPrefix, technicalAccountSecretName, tokenSecretName } from "../../../piste/names";
import type { IPisteSecret } from "./secret-base";

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

/** A secret that was brought in may have any name, but not that of another environment. */
export function checkClientSecret({ secretName }: IPisteSecret, environment: Environment): void {
  const other = ENVIRONMENTS.filter((each) => each !== environment).find((each) =>
    secretName.startsWith(environmentPrefix(each)),
  );
  if (other !== undefined) {
    throw new Error(
      `clientCredentials must be of ${environment}, got ${JSON.stringify(secretName)}; ${other} has credentials of its own`,
    );
  }
}

/** Consumers, the refresher and the connection check find an account by its name. */
export function checkAccountSecrets(
  secrets: { readonly [account: string]: IPisteSecret },
  { environment, name, technicalAccounts }: CheckedApplication,
): void {
  for (const [account, { secretName }] of Object.entries(secrets)) {
    if (!technicalAccounts.some((known) => known.name === account)) {
      const known = technicalAccounts.map((one) => one.name).join(", ") || "none";
      throw new Error(
        `technicalAccountSecrets must be of technicalAccounts (${known}), got ${JSON.stringify(account)}`,
      );
    }
    const expected = technicalAccountSecretName(environment, name, account);
    if (!Token.isUnresolved(secretName) && secretName !== expected) {
      throw new Error(
        `technicalAccountSecrets.${account} must be the secret ${expected}, got ${JSON.stringify(secretName)}; ` +
          "store its value in one of that name",
      );
    }
  }
}
