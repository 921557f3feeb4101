/**
 * `npm run build`: writes the published files of dist/. It compiles with tsc, copies the constructs for CDK Terrain,
 * bundles the client, the local PISTE and the command, zips the functions, removes unused files, and lists the bundled
 * packages with their licences.
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
  if (status !== 0) throw error ?? new Error("tsc failed, see above; dist/ is incomplete");
}

/** Bundles the local PISTE without piste/: a second copy would break `instanceof` checks of its errors. */
async function bundleEmulator(): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [path.join("emulator", "index.ts")],
    outfile: path.join("dist", "emulator", "index.js"),
    bundle: true,
    metafile: true,
    platform: "node",
    // The oldest supported Node.
    target: "node20",
    format: "cjs",
    mainFields: ["module", "main"],
    legalComments: "none",
    logLevel: "warning",
    external: ["../piste/*"],
  });
  return Object.keys(metafile.inputs);
}

/** The files that users can import, directly or indirectly. */
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

/** Removes bundled sources and old files. Does not empty dist/, because other programs may be reading it. */
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
