/** The description in SSM of an application with one technical account. */
import { PlatformError } from "../lambda/shared/secret-store";
import { checkApplication } from "../piste/application";
import { describe } from "../piste/description";
import type { Environment } from "../piste/environments";
import { DEFAULT_ACCOUNT, DEFAULT_APPLICATION, technicalAccountSecretName, tokenSecretName } from "../piste/names";

export const PASSWORD_LIFETIME_IN_DAYS = 424;

/** Reads its parameters by name. */
export function describedApplication(environment: Environment): (name: string) => Promise<string> {
  const application = checkApplication({
    environment,
    name: DEFAULT_APPLICATION,
    technicalAccounts: [
      { name: DEFAULT_ACCOUNT, structure: { identifier: "12345678200010", identifierType: "SIRET" as const } },
    ],
  });
  const deployed = {
    clientSecret: "client",
    tokenSecret: tokenSecretName(environment, DEFAULT_APPLICATION),
    function: "function",
    schedule: { group: "group", name: "name" },
    alarms: [],
  };
  const accounts = application.technicalAccounts.map((account) => ({
    ...account,
    secret: technicalAccountSecretName(environment, DEFAULT_APPLICATION, account.name),
    passwordLifetimeInDays: PASSWORD_LIFETIME_IN_DAYS,
  }));
  const parameters = new Map(describe(application, deployed, accounts).map(({ name, value }) => [name, value]));
  return (name) => {
    const value = parameters.get(name);
    return value === undefined ? Promise.reject(new PlatformError(`there is no ${name}`)) : Promise.resolve(value);
  };
}
