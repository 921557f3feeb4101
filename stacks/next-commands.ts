/** What a person types after a deployment. */
import type { Environment } from "../constructs";
import { DEFAULT_REGION, type EnvironmentConfiguration, type StackApplication } from "./configuration";

/** Which of all is meant: nothing where there is one, its name where only one can be, else `<name>` to fill in. */
function whichOf(all: readonly StackApplication[], possible: readonly StackApplication[]): string {
  const [one, another] = possible;
  return all.length > 1 ? ` --application ${another === undefined ? one?.name : "<name>"}` : "";
}

/** Whole commands, whatever the shell's region is. */
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
