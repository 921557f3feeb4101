/**
 * `npm run build`: everything in dist/ that is published. tsc compiles, the constructs are written once more for CDK
 * Terrain, the client, the local PISTE and the command are bundled, the functions are zipped, what nothing published
 * imports is taken away, and what is in the bundles is listed with its licences.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import * as path from "node:path";
import { build } from "esbuild";
import ts from "typescript";
import { writeForCdkTerrain } from "./build-cdktn";
import { writeClient } from "./build-client";
import { writeCommand } from "./build-command";
import { writeZips } from "./build-lambda";
import { writeBundledPackages } from "./bundled-packages";
import { ROOT } from "./local/folders";

const DIST = path.join(ROOT, "dist");

function compile(): void {
  const tsc = path.join(ROOT, "node_modules", ".bin", "tsc");
  const { status, error } = spawnSync(tsc, ["-p", "tsconfig.build.json"], { cwd: ROOT, stdio: "inherit" });
  if (status !== 0) throw error ?? new Error("tsc found what is wrong, above; dist/ is not whole");
}

/** The local PISTE in one file, but for piste/, of which there must be one copy: its errors are told apart by their class. */
async function bundleEmulator(): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [path.join("emulator", "index.ts")],
    outfile: path.join("dist", "emulator", "index.js"),
    bundle: true,
    metafile: true,
    platform: "node",
    // The oldest that the package works with.
    target: "node20",
    format: "cjs",
    mainFields: ["module", "main"],
    legalComments: "none",
    logLevel: "warning",
    external: ["../piste/*"],
  });
  return Object.keys(metafile.inputs);
}

/** The code and the declarations that users may import, and those that these import. */
function reached(): Set<string> {
  const found = new Set<string>();
  const visit = (file: string): void => {
    if (found.has(file) || !existsSync(file)) return;
    found.add(file);
    const ending = /(?:\.d\.ts|\.m?js)$/.exec(file)?.[0] ?? "";
    for (const { fileName } of ts.preProcessFile(readFileSync(file, "utf8"), true, true).importedFiles) {
      if (!fileName.startsWith(".")) continue;
      const target = path.resolve(path.dirname(file), fileName.replace(/\.js$/, ""));
      visit(target + ending);
      visit(path.join(target, `index${ending}`));
    }
  };
  const { exports } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as {
    exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  };
  for (const entry of Object.values(exports)) {
    if (typeof entry !== "string") for (const file of Object.values(entry)) visit(path.join(ROOT, file));
  }
  return found;
}

/** What is bundled elsewhere, and what an earlier build left. Others may be reading dist/, so it is not emptied. */
function removeUnreached(): void {
  const published = reached().add(path.join(DIST, "cli", "piste.js"));
  for (const entry of readdirSync(DIST, { withFileTypes: true, recursive: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (/\.(?:m?js|d\.ts)$/.test(entry.name) && !published.has(file)) rmSync(file);
  }
}

async function main(): Promise<void> {
  compile();
  writeForCdkTerrain(DIST);
  const sources = await Promise.all([writeClient(DIST), bundleEmulator(), writeCommand(), writeZips()]);
  removeUnreached();
  writeBundledPackages(DIST, sources.flat());
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
