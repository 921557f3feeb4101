/**
 * Bundles `cdktf-piste/client` into one file, in two formats. dist/client/index.js is for Node. Bundlers take
 * dist/client/index.mjs (the condition `module` of package.json): they would wrap CommonJS in a function, which a cold
 * start parses twice.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { build, type Plugin } from "esbuild";
import { ROOT } from "./local/folders";

const FILES = { cjs: "index.js", esm: "index.mjs" } as const;

/**
 * Loads Node's own modules without `require`, which fails in a bundle of ES modules, and without `import`, which for
 * node:http would load Node's whole fetch.
 */
const BUILT_IN_MODULES: Plugin = {
  name: "built-in-modules",
  setup: (hooks) => {
    hooks.onResolve({ filter: /^node:/ }, ({ path: name }) => ({ path: name, namespace: "built-in" }));
    hooks.onLoad({ filter: /.*/, namespace: "built-in" }, ({ path: name }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(name)});`,
    }));
  },
};

interface Bundle {
  readonly code: string;
  /** Its source files. */
  readonly sources: readonly string[];
}

export async function bundle(format: keyof typeof FILES): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [path.join("client", "index.ts")],
    bundle: true,
    write: false,
    metafile: true,
    platform: "node",
    // The oldest supported Node.
    target: "node20",
    format,
    // From Lambda's runtime or the program.
    external: ["@aws-sdk/*"],
    // Keeps names, for readable stack traces.
    minifySyntax: true,
    minifyWhitespace: true,
    // Lets esbuild remove unused results of these.
    pure: ["RegExp", "URL"],
    legalComments: "none",
    plugins: [BUILT_IN_MODULES],
    logLevel: "warning",
  });
  const [output] = outputFiles;
  if (output === undefined) throw new Error("esbuild wrote no output for client/");
  return { code: output.text, sources: Object.keys(metafile.inputs) };
}

/** The published client, for Node or for bundlers. */
export async function bundleClient(format: keyof typeof FILES = "cjs"): Promise<string> {
  return (await bundle(format)).code;
}

/**
 * Replaces the compiler's output with the two bundles, and keeps its declarations.
 *
 * @returns their source files.
 */
export async function writeClient(dist: string): Promise<string[]> {
  const folder = path.join(dist, "client");
  const bundles = { cjs: await bundle("cjs"), esm: await bundle("esm") };
  mkdirSync(folder, { recursive: true });
  for (const format of ["cjs", "esm"] as const) writeFileSync(path.join(folder, FILES[format]), bundles[format].code);
  return [...bundles.cjs.sources, ...bundles.esm.sources];
}
