/**
 * Builds `cdktf-piste/client` into one file, in two forms, after the compiler. dist/client/index.js is for Node. Bundlers
 * take dist/client/index.mjs (the condition `module` of package.json), whose parts they need not wrap into a function: a
 * consumer's cold start would parse all of it twice.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { build, type Plugin } from "esbuild";
import { ROOT } from "./local/folders";

const FILES = { cjs: "index.js", esm: "index.mjs" } as const;

/**
 * Node's own modules without `require`, which esbuild leaves of a CommonJS file in a bundle of ES modules and which fails
 * there; an `import` of node:http would bring Node's whole fetch.
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
  /** The files that it is made of. */
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
    // The oldest that the package works with.
    target: "node20",
    format,
    // Lambda's own, or the program's.
    external: ["@aws-sdk/*"],
    // Names stay, for whoever reads a stack trace; a program's own bundler shortens them.
    minifySyntax: true,
    minifyWhitespace: true,
    // What is made with them and never used is left out.
    pure: ["RegExp", "URL"],
    legalComments: "none",
    plugins: [BUILT_IN_MODULES],
    logLevel: "warning",
  });
  const [output] = outputFiles;
  if (output === undefined) throw new Error("esbuild made nothing of client/");
  return { code: output.text, sources: Object.keys(metafile.inputs) };
}

/** The client as it is published for Node, or for bundlers. */
export async function bundleClient(format: keyof typeof FILES = "cjs"): Promise<string> {
  return (await bundle(format)).code;
}

/**
 * Puts the two files in the place of what the compiler wrote; its declarations stay.
 *
 * @returns the files that they are made of.
 */
export async function writeClient(dist: string): Promise<string[]> {
  const folder = path.join(dist, "client");
  const bundles = { cjs: await bundle("cjs"), esm: await bundle("esm") };
  mkdirSync(folder, { recursive: true });
  for (const format of ["cjs", "esm"] as const) writeFileSync(path.join(folder, FILES[format]), bundles[format].code);
  return [...bundles.cjs.sources, ...bundles.esm.sources];
}
