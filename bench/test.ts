/** `npm test`, whole and by step, beside what Terraform takes of it; its processes run side by side, so theirs is a sum. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import * as path from "node:path";
import { cleanEnvironment } from "../scripts/local/environment";
import { LOCAL, ROOT } from "../scripts/local/folders";
import { runCommand } from "../scripts/local/processes";
import { findTerraform } from "../scripts/local/terraform";
import { aloneRow, pairedRow, type Bench, type Row } from "./row";
import { timedTerraform } from "./timed-terraform";

/** As scripts/test.ts writes: the heading of a check, and later its end. */
const HEADING = /^── (?!At once|passed|\d)(.*?)(?: \(about .*\))?$/;
const END = /^── .* in ([\d.]+) s$/;

function secondsByStep(output: string): Map<string, number> {
  const steps = new Map<string, number>();
  let title = "";
  for (const line of output.split("\n")) {
    title = HEADING.exec(line)?.[1] ?? title;
    const seconds = END.exec(line)?.[1];
    if (seconds !== undefined) steps.set(title, Number(seconds));
  }
  return steps;
}

async function run({ rounds, say }: Parameters<Bench["run"]>[0]): Promise<Row[]> {
  mkdirSync(LOCAL, { recursive: true });
  const folder = mkdtempSync(path.join(LOCAL, "bench test "));
  try {
    const terraform = timedTerraform((await findTerraform("bench-test", say)).binary, folder);
    const env = { ...cleanEnvironment("bench-test"), TERRAFORM_BINARY_NAME: terraform.binary };
    const whole: number[] = [];
    const inTerraform: number[] = [];
    const steps = new Map<string, number[]>();
    for (let round = 1; round <= rounds; round++) {
      say(`round ${round} of ${rounds} (about ten minutes)`);
      const from = performance.now();
      const { code, output } = await runCommand("npm", ["test"], { cwd: ROOT, env });
      if (code !== 0) throw new Error(`npm test ended with ${code}:\n${output.slice(-3000)}`);
      whole.push((performance.now() - from) / 1000);
      inTerraform.push(terraform.takeSeconds());
      for (const [title, seconds] of secondsByStep(output)) steps.set(title, [...(steps.get(title) ?? []), seconds]);
    }
    return [
      pairedRow({ bench: "test", case: "terraform, the sum of its processes", unit: "s" }, whole, inTerraform),
      ...[...steps].map(([title, seconds]) => aloneRow({ bench: "test", case: title, unit: "s" }, seconds)),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const test: Bench = { title: "npm test, by step (about ten minutes)", rounds: 1, run };
