import type { Environment } from "../constructs";
import { DEFAULT_REGION, type EnvironmentConfiguration, type StackApplication } from "./configuration";

/** `--application`: left out if there is one, its name if only one is possible, else `<name>`. */
function whichOf(all: readonly StackApplication[], possible: readonly StackApplication[]): string {
  const [one, another] = possible;
  return all.length > 1 ? ` --application ${another === undefined ? one?.name : "<name>"}` : "";
}

/** With `--region`, since the shell's region may differ. */
export function nextCommands(environment: Environment, configuration: EnvironmentConfiguration): string[] {
  const { applications, region = DEFAULT_REGION } = configuration;
  const where = `--region ${region}`;
  const owners = applications.filter(({ clientCredentialsOf }) => clientCredentialsOf === undefined);
  const withAccounts = applications.filter(({ technicalAccounts = [] }) => technicalAccounts.length > 0);
  const account = withAccounts.some(({ technicalAccounts = [] }) => technicalAccounts.length > 1)
    ? " --account <name>"
    : "";
  const set = `npx piste credentials set ${environment}`;
  return [
    `${set} client${whichOf(applications, owners)} ${where}`,
    ...(withAccounts.length > 0
      ? [`${set} technical-account${whichOf(applications, withAccounts)}${account} ${where}`]
      : []),
    `npx piste doctor ${environment} ${where}`,
    `npx piste alarms test ${environment} ${where}`,
  ];
}
