/** The configuration file and the deploy command, in a clone of this repository or in another project with the constructs. */
import { existsSync } from "node:fs";
import * as path from "node:path";
import type { Environment } from "../../piste/environments";

/** The file of a project of cdktf or CDK Terrain. */
const PROJECT = "cdktf.json";

const ownFile = (environment: Environment): string => `stacks/${environment}.ts`;

/** True in a clone of this repository that has the stack of that environment. */
export function isOwnFolder(environment: Environment, folder = process.cwd()): boolean {
  return [PROJECT, ownFile(environment)].every((file) => existsSync(path.join(folder, file)));
}

/** Another project's stacks may have any name. Without a name, `cdktf deploy` lists them when there are several. */
function isOtherProject(environment: Environment, folder: string): boolean {
  const has = (file: string): boolean => existsSync(path.join(folder, file));
  return has(PROJECT) && !has(ownFile(environment));
}

/** The command, in backticks. */
export function deployCommand(environment: Environment, folder = process.cwd()): string {
  if (!isOtherProject(environment, folder)) return `\`npx cdktf deploy ${environment}\``;
  const tool = existsSync(path.join(folder, "node_modules", "cdktn")) ? "cdktn" : "cdktf";
  return `\`npx ${tool} deploy\``;
}

/** The file or place that holds the environment's configuration. */
export function configurationFile(environment: Environment, folder = process.cwd()): string {
  return isOtherProject(environment, folder) ? "`new PisteApplication(…)`" : ownFile(environment);
}
