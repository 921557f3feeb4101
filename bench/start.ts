/** `npm start` on a warm clone, beside the part of it that Terraform takes. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import * as path from "node:path";
import { cleanEnvironment } from "../scripts/local/environment";
import { LOCAL, ROOT } from "../scripts/local/folders";
import { runCommand } from "../scripts/local/processes";
import { findTerraform } from "../scripts/local/terraform";
import { pairedRow, type Bench, type Row } from "./row";
import { timedTerraform } from "./timed-terraform";

async function run({ rounds, say }: Parameters<Bench["run"]>[0]): Promise<Row[]> {
  mkdirSync(LOCAL, { recursive: true });
  const folder = mkdtempSync(path.join(LOCAL, "bench start "));
  try {
    const terraform = timedTerraform((await findTerraform("bench-start", say)).binary, folder);
    const env = { ...cleanEnvironment("bench-start"), TERRAFORM_BINARY_NAME: terraform.binary };
    const whole: number[] = [];
    const inTerraform: number[] = [];
    // The first one warms what is kept between runs.
    for (let round = 0; round <= rounds; round++) {
      say(round === 0 ? "a first run" : `round ${round} of ${rounds}`);
      const from = performance.now();
      const { code, output } = await runCommand("npm", ["start"], { cwd: ROOT, env });
      const seconds = (performance.now() - from) / 1000;
      if (code !== 0) throw new Error(`npm start ended with ${code}:\n${output}`);
      const spent = terraform.takeSeconds();
      if (round === 0) continue;
      whole.push(seconds);
      inTerraform.push(spent);
    }
    return [pairedRow({ bench: "start", case: "terraform, its part", unit: "s" }, whole, inTerraform)];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const start: Bench = { title: "npm start on a warm clone", rounds: 3, run };
