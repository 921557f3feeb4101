/** Runs before the unit tests: builds the zip that constructs refer to. */
import { spawnSync } from "node:child_process";
import * as path from "node:path";

export default function buildLambda(): void {
  const { status, stderr } = spawnSync(process.execPath, ["--import", "tsx", "scripts/build-lambda.ts"], {
    cwd: path.resolve(__dirname, ".."),
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`the functions' zips could not be built:\n${stderr}`);
}
