/**
 * Builds the functions' zips into dist/lambda/, byte for byte the same on any machine: a deploy must show a change
 * only when the code has changed.
 */
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { build, type Metafile } from "esbuild";
import { zipSync } from "fflate";

const ROOT = path.resolve(__dirname, "..");

/** Each is a folder of lambda/ with an index.ts. */
export const FUNCTIONS = ["token-refresh", "connection-check"] as const;

/** The file that Lambda loads; `index.handler` in the function's configuration. */
const ENTRY = "index.js";

/** Regular file, read and write for its owner, read for all: what `stat` calls 100644. */
const FILE_ATTRIBUTES = 0o100644 << 16;
const UNIX = 3;
/** The first date that a zip can hold, in the time of wherever this runs: zips have no time zone. */
const FIXED_DATE = new Date(1980, 0, 1);

/** In Lambda credentials come from the environment; the SDK's search through files and services is left out. */
const CREDENTIALS_MODULE = /^@aws-sdk\/credential-provider-node$/;
const CREDENTIALS_FROM_ENVIRONMENT = 'export { fromEnv as defaultProvider } from "@aws-sdk/credential-provider-env";';

interface BuiltFunction {
  readonly contents: Uint8Array;
  /** What it is made of. */
  readonly metafile: Metafile;
}

export async function buildFunction(name: string): Promise<BuiltFunction> {
  const result = await build({
    absWorkingDir: ROOT,
    entryPoints: [path.join("lambda", name, "index.ts")],
    bundle: true,
    write: false,
    metafile: true,
    minify: true,
    platform: "node",
    // The oldest runtime that the construct accepts.
    target: "node20",
    format: "cjs",
    // The ESM builds of dependencies can be tree-shaken, their CommonJS builds cannot.
    mainFields: ["module", "main"],
    legalComments: "none",
    logLevel: "warning",
    plugins: [
      {
        name: "credentials-from-environment",
        setup(hooks) {
          hooks.onResolve({ filter: CREDENTIALS_MODULE }, ({ path: name, resolveDir }) => ({
            path: name,
            namespace: "credentials",
            pluginData: resolveDir,
          }));
          hooks.onLoad({ filter: /.*/, namespace: "credentials" }, ({ pluginData }) => ({
            contents: CREDENTIALS_FROM_ENVIRONMENT,
            resolveDir: pluginData as string,
          }));
        },
      },
    ],
  });
  const [output] = result.outputFiles;
  if (output === undefined) throw new Error(`esbuild made nothing of lambda/${name}`);
  return { contents: output.contents, metafile: result.metafile };
}

export async function bundle(name: string): Promise<Uint8Array> {
  return (await buildFunction(name)).contents;
}

export async function zipOf(name: string): Promise<Uint8Array> {
  return zipSync({ [ENTRY]: await bundle(name) }, { level: 9, mtime: FIXED_DATE, os: UNIX, attrs: FILE_ATTRIBUTES });
}

export async function writeZips(): Promise<void> {
  const folder = path.join(ROOT, "dist", "lambda");
  mkdirSync(folder, { recursive: true });
  for (const name of FUNCTIONS) {
    const zip = await zipOf(name);
    const file = path.join(folder, `${name}.zip`);
    // Two builds at once must not leave half a file to a deploy.
    const unfinished = `${file}.${process.pid}`;
    writeFileSync(unfinished, zip);
    renameSync(unfinished, file);
  }
}

if (require.main === module) {
  writeZips().catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
}
