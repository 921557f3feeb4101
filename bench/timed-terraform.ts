/** Programs of ours that are run whole, beside what Terraform takes of them: a Terraform writes down how long it runs. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { cleanEnvironment } from "../aws/local/environment";
import { LOCAL, ROOT } from "../scripts/local/folders";
import { runCommand } from "../scripts/local/processes";
import { findTerraform } from "../scripts/local/terraform";

export interface TimedRun {
  readonly seconds: number;
  /** Of all runs of Terraform in it, added up. */
  readonly secondsInTerraform: number;
  readonly output: string;
}

/** So much of what a program that failed has said. */
const LAST_CHARACTERS = 3000;

/** @param work is given what runs `npm` with such a Terraform. */
export async function withTimedTerraform<T>(
  name: string,
  say: (text: string) => void,
  work: (npm: (word: string) => Promise<TimedRun>) => Promise<T>,
): Promise<T> {
  mkdirSync(LOCAL, { recursive: true });
  const folder = mkdtempSync(path.join(LOCAL, `bench ${name} `));
  try {
    const runId = `bench-${name}`;
    const terraform = timedTerraform((await findTerraform(runId, say)).binary, folder);
    const env = { ...cleanEnvironment(runId), TERRAFORM_BINARY_NAME: terraform.binary };
    return await work(async (word) => {
      const from = performance.now();
      const { code, output } = await runCommand("npm", [word], { cwd: ROOT, env });
      const seconds = (performance.now() - from) / 1000;
      if (code !== 0) throw new Error(`npm ${word} ended with ${code}:\n${output.slice(-LAST_CHARACTERS)}`);
      return { seconds, secondsInTerraform: terraform.takeSeconds(), output };
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface TimedTerraform {
  /** For `TERRAFORM_BINARY_NAME`. */
  readonly binary: string;
  /** The seconds of all runs since the last time this was asked. */
  takeSeconds(): number;
}

/** The time of a run is that of the program itself, start and end of the shell that waits for it not included. */
function timedTerraform(terraform: string, folder: string): TimedTerraform {
  const binary = path.join(folder, "timed-terraform");
  const times = path.join(folder, "times");
  const script = `#!/bin/sh
from=$(date +%s.%N)
"${terraform}" "$@"
code=$?
echo "$from $(date +%s.%N)" >> "${times}"
exit $code
`;
  writeFileSync(binary, script);
  chmodSync(binary, 0o755);
  return {
    binary,
    takeSeconds: () => {
      if (!existsSync(times)) return 0;
      const lines = readFileSync(times, "utf8").trim().split("\n");
      rmSync(times);
      return lines.reduce((sum, line) => {
        const [from = NaN, to = NaN] = line.split(" ").map(Number);
        return sum + to - from;
      }, 0);
    },
  };
}
