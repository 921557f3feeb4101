/** A local run's tools for tests: an emulated AWS, and the real cdktf and Terraform. */
import { mkdtempSync, mkdirSync, rmSync } from "node:fs";
import * as path from "node:path";
import { startAwsEmulator } from "../../scripts/local/aws-emulator";
import { QUIET_CDKTF } from "../../scripts/local/cdktf";
import { cleanEnvironment, emulatedAws } from "../../aws/local/environment";
import { LOCAL, ROOT } from "../../scripts/local/folders";
import { endProcesses, runCommand, type CommandResult } from "../../scripts/local/processes";
import { findProvider, findTerraform } from "../../scripts/local/terraform";

export const REGION = "eu-west-3";

const silent = (): void => undefined;

export interface Fixture {
  readonly runId: string;
  /** A new folder, ignored by git, with a space in its name. */
  readonly folder: string;
  readonly endpoint: string;
  readonly environment: Record<string, string>;
  readonly terraform: string;
  cdktf(...words: string[]): Promise<CommandResult>;
  /** Runs Terraform in a synthesized stack's folder. */
  terraformIn(output: string, stack: string, ...words: string[]): Promise<CommandResult>;
  close(): Promise<void>;
}

export async function openFixture(name: string): Promise<Fixture> {
  mkdirSync(LOCAL, { recursive: true });
  const folder = mkdtempSync(path.join(LOCAL, `test ${name} `));
  const runId = path.basename(folder).replaceAll(" ", "-");
  const terraform = (await findTerraform(runId, silent)).binary;
  const { endpoint, stop } = await startAwsEmulator(runId, undefined, silent);
  const { configurationFile } = await findProvider("5.100.0", folder, terraform, runId, silent);
  const environment = cleanEnvironment(runId, {
    ...QUIET_CDKTF,
    ...emulatedAws(endpoint, REGION),
    TERRAFORM_BINARY_NAME: terraform,
    TF_CLI_CONFIG_FILE: configurationFile,
  });
  return {
    runId,
    folder,
    endpoint,
    environment,
    terraform,
    cdktf: (...words) => runCommand("npx", ["cdktf", ...words], { cwd: ROOT, env: environment }),
    terraformIn: (output, stack, ...words) =>
      runCommand(terraform, words, { cwd: path.join(output, "stacks", stack), env: environment }),
    close: async () => {
      stop();
      await endProcesses(runId);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Fails with the command's output. */
export async function succeeded(command: Promise<CommandResult>): Promise<CommandResult> {
  const result = await command;
  if (result.code !== 0) throw new Error(`ended with ${result.signal ?? `code ${result.code}`}:\n${result.output}`);
  return result;
}
