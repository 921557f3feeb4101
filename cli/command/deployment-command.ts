/**
 * What a person edits and types to deploy, as it is in the folder where the command runs: this repository, or a stack of
 * somebody else's that uses the constructs under a name of its own.
 */
import { existsSync } from "node:fs";
import * as path from "node:path";
import type { Environment } from "../../piste/environments";

/** Where the project of a stack written with cdktf, or CDK Terrain, is known by. */
const PROJECT = "cdktf.json";

const ownFile = (environment: Environment): string => `stacks/${environment}.ts`;

/** Whether it is this repository, or a copy of it, with the stack of that environment. */
export function isOwnFolder(environment: Environment, folder = process.cwd()): boolean {
  return [PROJECT, ownFile(environment)].every((file) => existsSync(path.join(folder, file)));
}

/** Elsewhere nothing says what the stack is called: deployed without a name, an app with several says which there are. */
function isElsewhere(environment: Environment, folder: string): boolean {
  const has = (file: string): boolean => existsSync(path.join(folder, file));
  return has(PROJECT) && !has(ownFile(environment));
}

/** The command, in backticks. */
export function deployCommand(environment: Environment, folder = process.cwd()): string {
  if (!isElsewhere(environment, folder)) return `\`npx cdktf deploy ${environment}\``;
  const tool = existsSync(path.join(folder, "node_modules", "cdktn")) ? "cdktn" : "cdktf";
  return `\`npx ${tool} deploy\``;
}

/** The file or place that holds the environment's configuration. */
export function configurationFile(environment: Environment, folder = process.cwd()): string {
  return isElsewhere(environment, folder) ? "`new PisteApplication(…)`" : ownFile(environment);
}
