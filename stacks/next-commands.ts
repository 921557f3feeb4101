/** What a person types after a deployment. */
import type { Environment } from "../constructs";
import { DEFAULT_REGION, type EnvironmentConfiguration } from "./configuration";

/** Whole commands, whatever the shell's region is; with `<name>` to fill in where there are several to choose from. */
export function nextCommands(environment: Environment, configuration: EnvironmentConfiguration): string[] {
  const { applications, region = DEFAULT_REGION } = configuration;
  const where = `--region ${region}`;
  const which = applications.length > 1 ? " --application <name>" : "";
  const accounts = applications.map(({ technicalAccounts = [] }) => technicalAccounts.length);
  const account = Math.max(...accounts) > 1 ? " --account <name>" : "";
  const set = `npx piste credentials set ${environment}`;
  return [
    `${set} client${which} ${where}`,
    ...(accounts.some((count) => count > 0) ? [`${set} technical-account${which}${account} ${where}`] : []),
    `npx piste doctor ${environment} ${where}`,
    `npx piste alarms test ${environment} ${where}`,
  ];
}
