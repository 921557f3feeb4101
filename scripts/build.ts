/**
 * `npm run build`: everything in dist/ that is published. tsc compiles, what an earlier build left is taken away, the
 * constructs are written once more for CDK Terrain, the client is bundled, the functions are zipped, and what is in these
 * bundles is listed with its licences.
 */
import { spawnSync } from "node:child_process";
import { readdirSync, rmSync, statSync } from "node:fs";
import * as path from "node:path";
import { writeForCdkTerrain } from "./build-cdktn";
import { writeClient } from "./build-client";
import { writeZips } from "./build-lambda";
import { writeBundledPackages } from "./bundled-packages";
import { ROOT } from "./local/folders";

const DIST = path.join(ROOT, "dist");

function compile(): void {
  const tsc = path.join(ROOT, "node_modules", ".bin", "tsc");
  const { status, error } = spawnSync(tsc, ["-p", "tsconfig.build.json"], { cwd: ROOT, stdio: "inherit" });
  if (status !== 0) throw error ?? new Error("tsc found what is wrong, above; dist/ is not whole");
}

/** Sources that were renamed or removed must not be published. Others may be reading dist/, so it is not emptied. */
function removeOlderThan(milliseconds: number): void {
  for (const entry of readdirSync(DIST, { withFileTypes: true, recursive: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (/\.(?:js|json|d\.ts)$/.test(entry.name) && statSync(file).mtimeMs < milliseconds) rmSync(file);
  }
}

async function main(): Promise<void> {
  const startedAt = Math.floor(Date.now() / 1000) * 1000;
  compile();
  removeOlderThan(startedAt);
  writeForCdkTerrain(DIST);
  writeBundledPackages(DIST, [...(await writeClient(DIST)), ...(await writeZips())]);
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
