/** The stacks of configurations, synthesized in a process of its own as `cdktf synth` does. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { ROOT } from "../../local/folders";
import type { TerraformJson } from "./quantities";

export function synthesized(configurations: Readonly<Record<string, object>>): Record<string, TerraformJson> {
  const folder = mkdtempSync(path.join(tmpdir(), "cdktf-piste-cost-"));
  try {
    const words = ["--import", "tsx", path.join(ROOT, "bench", "synthesize.ts"), folder];
    execFileSync(process.execPath, words, { cwd: ROOT, input: JSON.stringify(configurations), stdio: ["pipe", 2, 2] });
    return Object.fromEntries(
      Object.keys(configurations).map((name) => {
        const file = path.join(folder, name, "stacks", "prod", "cdk.tf.json");
        return [name, JSON.parse(readFileSync(file, "utf8")) as TerraformJson] as const;
      }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
