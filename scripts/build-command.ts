/**
 * Bundles the `piste` command and its dependencies into dist/cli/piste.js. Parts that cli/ loads with `require` are
 * evaluated when they run. In a clone, scripts/with-dependencies.mjs bundles it again after a change.
 */
import { copyFileSync, mkdirSync } from "node:fs";
import * as path from "node:path";
import { build } from "esbuild";
import { LOCAL, ROOT } from "./local/folders";
import { INSTALLED, keepRecord, writeWhole, type Made } from "./made-from";

const MADE: Made = {
  root: ROOT,
  file: path.join(ROOT, "dist", "cli", "piste.js"),
  record: path.join(LOCAL, "command.json"),
};

/** A separate file, because the command forks it. */
const LAMBDA_RUNTIME = path.join("aws", "local", "lambda-runtime.cjs");

/** @returns its source files. */
export async function writeCommand(): Promise<string[]> {
  const startedAt = Date.now();
  const { outputFiles, metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [path.join("cli", "piste.ts")],
    bundle: true,
    write: false,
    metafile: true,
    platform: "node",
    // The oldest supported Node.
    target: "node20",
    format: "cjs",
    // The ESM builds of dependencies can be tree-shaken, their CommonJS builds cannot.
    mainFields: ["module", "main"],
    // Keeps names, for readable stack traces.
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: "none",
    logLevel: "warning",
  });
  const [output] = outputFiles;
  if (output === undefined) throw new Error("esbuild wrote no output for cli/");
  const folder = path.dirname(MADE.file);
  mkdirSync(folder, { recursive: true });
  copyFileSync(path.join(ROOT, LAMBDA_RUNTIME), path.join(folder, path.basename(LAMBDA_RUNTIME)));
  writeWhole(MADE.file, output.contents);
  const sources = Object.keys(metafile.inputs);
  const madeBy = [
    "scripts/build-command.ts",
    "scripts/build-lambda.ts",
    "package.json",
    "tsconfig.json",
    INSTALLED,
    LAMBDA_RUNTIME,
  ];
  keepRecord(MADE, [...madeBy, ...sources], startedAt);
  return sources;
}
