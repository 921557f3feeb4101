/**
 * Builds the functions' zips into dist/lambda/, byte for byte the same on any machine: a deploy must show a change
 * only when the code has changed. The AWS SDK is bundled: AWS changes the runtime's own under a function that nobody
 * deployed, and it loads slower.
 */
import * as path from "node:path";
import { build, type BuildResult, type Plugin } from "esbuild";
import { zipSync } from "fflate";
import { LAMBDA_ZIPS, LOCAL, ROOT } from "./local/folders";
import { currentSources, INSTALLED, keepRecord, writeWhole, type Made } from "./made-from";

/** Each is a folder of lambda/ with an index.ts. */
export const FUNCTIONS = ["token-refresh", "connection-check"] as const;

/** What Lambda loads; `index.handler` in the function's configuration. */
const ENTRY = "index";

/** Regular file, read and write for its owner, read for all: what `stat` calls 100644. */
const FILE_ATTRIBUTES = 0o100644 << 16;
const UNIX = 3;
/** The first date that a zip can hold, in the time of wherever this runs: zips have no time zone. */
const FIXED_DATE = new Date(1980, 0, 1);

/** In Lambda credentials come from the environment; the SDK's search through files and services is left out. */
const CREDENTIALS_MODULE = /^@aws-sdk\/credential-provider-node$/;
const CREDENTIALS_FROM_ENVIRONMENT = 'export { fromEnv as defaultProvider } from "@aws-sdk/credential-provider-env";';

interface BuiltFunction {
  /** What is in the zip. */
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** The files of sources and packages that it is made of. */
  readonly sources: readonly string[];
}

type Result = BuildResult<{ readonly write: false; readonly metafile: true }>;

const CREDENTIALS_FROM_ENVIRONMENT_ALONE: Plugin = {
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
};

/** Leaves out packages that others would load later, in cases that do not arise here. */
const neverImported = (filter: RegExp): Plugin => ({
  name: "never-imported",
  setup(hooks) {
    hooks.onResolve({ filter }, ({ path: name, kind }) =>
      kind === "dynamic-import" ? { path: name, namespace: "never" } : undefined,
    );
    hooks.onLoad({ filter: /.*/, namespace: "never" }, ({ path: name }) => ({
      contents: `throw new Error("${name} is left out of this bundle");`,
    }));
  },
});

/**
 * What the SDK would load later for operations of a kind that the functions do not use, or in a browser. Kept in, they
 * would keep most of the SDK from being joined into one scope and shaken.
 */
const UNUSED_BY_THE_SDK = /^(?:@smithy\/core\/event-streams|bowser)$/;

const IMPORTED_LATER = /^\.[\w./-]*\/([\w-]+)\.js$/;

/** A source that is imported only when it is needed is a file of its own in the zip. */
const importedLater = (add: (source: string) => void): Plugin => ({
  name: "imported-later",
  setup(hooks) {
    hooks.onResolve({ filter: IMPORTED_LATER }, ({ path: file, kind, resolveDir }) => {
      if (kind !== "dynamic-import") return undefined;
      add(path.relative(ROOT, path.join(resolveDir, file.replace(/js$/, "ts"))));
      return { path: `./${path.basename(file)}`, external: true };
    });
  },
});

function buildEntry(source: string, plugins: Plugin[]): Promise<Result> {
  return build({
    absWorkingDir: ROOT,
    entryPoints: [source],
    bundle: true,
    write: false,
    metafile: true,
    minify: true,
    platform: "node",
    // The oldest Node that runs it: not in Lambda, but on the machine of `npm start`.
    target: "node20",
    format: "cjs",
    // The SDK imports node:http when it first calls; as an ES module that costs megabytes, since its namespace touches
    // `WebSocket`, for which Node 22 loads its whole fetch.
    supported: { "dynamic-import": false },
    // The ESM builds of dependencies can be tree-shaken, their CommonJS builds cannot.
    mainFields: ["module", "main"],
    legalComments: "none",
    logLevel: "warning",
    plugins,
  });
}

export async function buildFunction(name: string): Promise<BuiltFunction> {
  const files: Record<string, Uint8Array> = {};
  const sources: string[] = [];
  const entries = new Set([path.join("lambda", name, `${ENTRY}.ts`)]);
  // What is added meanwhile is built as well.
  for (const entry of entries) {
    const later = importedLater((source) => entries.add(source));
    const { outputFiles, metafile } = await buildEntry(entry, [
      later,
      neverImported(UNUSED_BY_THE_SDK),
      CREDENTIALS_FROM_ENVIRONMENT_ALONE,
    ]);
    const [output] = outputFiles;
    if (output === undefined) throw new Error(`esbuild made nothing of ${entry}`);
    files[`${path.basename(entry, ".ts")}.js`] = output.contents;
    sources.push(...Object.keys(metafile.inputs));
  }
  return { files, sources };
}

/** By name: which file esbuild finds first is chance. */
const sorted = (files: BuiltFunction["files"]): BuiltFunction["files"] =>
  Object.fromEntries(Object.entries(files).sort(([one], [other]) => (one < other ? -1 : 1)));

const zip = (files: BuiltFunction["files"]): Uint8Array =>
  zipSync(sorted(files), { level: 9, mtime: FIXED_DATE, os: UNIX, attrs: FILE_ATTRIBUTES });

/** What a zip depends on beside the sources in it: how it is made, and which packages are installed. */
const MADE_BY = ["scripts/build-lambda.ts", "scripts/made-from.ts", "package.json", "tsconfig.json", INSTALLED];

async function writeZip(name: string): Promise<readonly string[]> {
  const made: Made = {
    root: ROOT,
    file: path.join(LAMBDA_ZIPS, `${name}.zip`),
    // Not beside the zip: that folder is published.
    record: path.join(LOCAL, "zips", `${name}.json`),
  };
  const current = currentSources(made);
  if (current !== undefined) return current;
  const startedAt = Date.now();
  const { files, sources } = await buildFunction(name);
  writeWhole(made.file, zip(files));
  keepRecord(made, [...MADE_BY, ...sources], startedAt);
  return sources;
}

/**
 * Writes those whose sources have changed.
 *
 * @returns the files that all of them are made of.
 */
export async function writeZips(): Promise<string[]> {
  return (await Promise.all(FUNCTIONS.map(writeZip))).flat();
}

if (require.main === module) {
  writeZips().catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
}
