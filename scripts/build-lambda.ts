/**
 * Builds the functions' zips into dist/lambda/, byte for byte the same on any machine, so that a deploy shows a change
 * only when the code has changed. The AWS SDK is bundled: the runtime's own changes without a deployment, and loads
 * slower.
 */
import * as path from "node:path";
import { build, type BuildResult, type Plugin } from "esbuild";
import { zipSync } from "fflate";
import { LAMBDA_ZIPS, LOCAL, ROOT } from "./local/folders";
import { currentSources, INSTALLED, keepRecord, writeWhole, type Made } from "./made-from";

/** Folders of lambda/ with an index.ts. */
export const FUNCTIONS = ["token-refresh", "connection-check"] as const;

/** The file that Lambda loads: `index.handler` in the function's configuration. */
const ENTRY = "index";

/** Mode 100644: a regular file, writable by its owner, readable by all. */
const FILE_ATTRIBUTES = 0o100644 << 16;
const UNIX = 3;
/** The earliest date of a zip, in local time: zips have no time zone. */
const FIXED_DATE = new Date(1980, 0, 1);

/** In Lambda, credentials are environment variables: the SDK's search through files and services is left out. */
const CREDENTIALS_MODULE = /^@aws-sdk\/credential-provider-node$/;
const CREDENTIALS_FROM_ENVIRONMENT = 'export { fromEnv as defaultProvider } from "@aws-sdk/credential-provider-env";';

interface BuiltFunction {
  /** The zip's content. */
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** Its files of sources and packages. */
  readonly sources: readonly string[];
}

type Result = BuildResult<{ readonly write: false; readonly metafile: true }>;

const ENVIRONMENT_CREDENTIALS_ONLY: Plugin = {
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

/** Leaves out packages that are imported dynamically but never needed here. */
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
 * Dynamic imports of the SDK for event streams and browsers. With them, esbuild could not tree-shake most of the SDK.
 */
const UNUSED_BY_THE_SDK = /^(?:@smithy\/core\/event-streams|bowser)$/;

const IMPORTED_LATER = /^\.[\w./-]*\/([\w-]+)\.js$/;

/** Puts each dynamically imported source into its own file of the zip. */
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
    // The oldest Node on machines that run `npm start`; Lambda's is newer.
    target: "node20",
    format: "cjs",
    // The SDK imports node:http at its first call. As an ES module this costs megabytes: its namespace touches `WebSocket`,
    // for which Node 22 loads its whole fetch.
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
  // The loop also builds entries that are added meanwhile.
  for (const entry of entries) {
    const later = importedLater((source) => entries.add(source));
    const { outputFiles, metafile } = await buildEntry(entry, [
      later,
      neverImported(UNUSED_BY_THE_SDK),
      ENVIRONMENT_CREDENTIALS_ONLY,
    ]);
    const [output] = outputFiles;
    if (output === undefined) throw new Error(`esbuild wrote no output for ${entry}`);
    files[`${path.basename(entry, ".ts")}.js`] = output.contents;
    sources.push(...Object.keys(metafile.inputs));
  }
  return { files, sources };
}

/** Sorted by name: esbuild's order varies. */
const sorted = (files: BuiltFunction["files"]): BuiltFunction["files"] =>
  Object.fromEntries(Object.entries(files).sort(([one], [other]) => (one < other ? -1 : 1)));

const zip = (files: BuiltFunction["files"]): Uint8Array =>
  zipSync(sorted(files), { level: 9, mtime: FIXED_DATE, os: UNIX, attrs: FILE_ATTRIBUTES });

/** A zip also depends on these: the build itself and the installed packages. */
const MADE_BY = ["scripts/build-lambda.ts", "scripts/made-from.ts", "package.json", "tsconfig.json", INSTALLED];

async function writeZip(name: string): Promise<readonly string[]> {
  const made: Made = {
    root: ROOT,
    file: path.join(LAMBDA_ZIPS, `${name}.zip`),
    // Not beside the zip: dist/ is published.
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
 * Writes the zips whose sources have changed.
 *
 * @returns the source files of all zips.
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
