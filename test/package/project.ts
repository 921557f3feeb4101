/** User projects in new folders, which install the package. */
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import ts from "typescript";
import { cleanEnvironment } from "../../aws/local/environment";
import { ROOT } from "../../scripts/local/folders";
import { runCommand, type CommandResult } from "../../scripts/local/processes";
import { codeBlocks } from "../docs/runbook-pages";
import { tarball } from "./tarball";

const RUN_ID = "piste-package";

const README = readFileSync(path.join(ROOT, "README.md"), "utf8");
const CONSTRUCTS = readFileSync(path.join(ROOT, "docs", "constructs.md"), "utf8");

export interface Framework {
  readonly name: string;
  /** Packages that its user installs beside this one. */
  readonly peers: readonly string[];
  /** The README's install command, with the tarball instead of the package's name. */
  install(tarball: string): readonly string[];
  /** The module from which its user imports the constructs. */
  readonly constructs: string;
  /** Translates cdktf code to this framework's module names. */
  adapt(code: string): string;
}

/** The table of module names in docs/constructs.md; an ellipsis matches the rest. */
function moduleNames(): (readonly [string, string])[] {
  const rows = CONSTRUCTS.matchAll(/^\| `"(\S+)"` \| `"(\S+)"` \|$/gm);
  return [...rows].map(([, from = "", to = ""]) => {
    const [one, other] = [from, to].map((name) => (name.endsWith("…") ? `"${name.slice(0, -1)}` : `"${name}"`));
    return [one ?? "", other ?? ""];
  });
}

/** Words of the README's install command for this framework. */
function installWords(framework: string, tarball: string): readonly string[] {
  const [, words = ""] = new RegExp(`^npm (install \\S+\\.tgz ${framework}@.*)$`, "m").exec(README) ?? [];
  return words.split(" ").map((word) => (word.endsWith(".tgz") ? tarball : word));
}

export const CDKTF: Framework = {
  name: "cdktf",
  peers: ["cdktf", "@cdktf/provider-aws", "constructs"],
  install: (tarball) => installWords("cdktf", tarball),
  constructs: "cdktf-piste",
  adapt: (code) => code,
};
/** The oldest version that its command line supports. */
export const CDK_TERRAINS_OLDEST_NODE = [22, 19] as const;

export const CDK_TERRAIN: Framework = {
  name: "CDK Terrain",
  peers: ["cdktn", "@cdktn/provider-aws", "constructs"],
  install: (tarball) => installWords("cdktn", tarball),
  constructs: "cdktf-piste/cdktn",
  adapt: (code) => moduleNames().reduce((text, [from, to]) => text.replaceAll(from, to), code),
};

/** The README's whole program, for cdktf. */
export function tenLines(): string {
  const [block, ...more] = codeBlocks(README).filter(({ code }) => code.includes("app.synth()"));
  if (block === undefined || more.length > 0) throw new Error("README.md must have one whole program");
  return block.code;
}

/** Import paths of the provider for ES modules. */
export const withWholePaths = (code: string): string =>
  code.replaceAll(/(\/provider-aws\/lib\/[a-z-]+)"/g, '$1/index.js"');

/** TypeScript as CommonJS. */
export function asCommonJs(code: string): string {
  const compilerOptions = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 };
  return ts.transpileModule(code, { compilerOptions }).outputText;
}

/** TypeScript as an ES module. */
export function asEsModule(code: string): string {
  const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };
  return withWholePaths(ts.transpileModule(code, { compilerOptions }).outputText);
}

export interface Project {
  readonly folder: string;
  write(file: string, text: string): void;
  read(file: string): string;
  /** Fails with the command's output. */
  run(command: string, ...words: string[]): Promise<string>;
  remove(): void;
}

/** Runs a command there, and returns its result even if it fails. */
export function runIn(folder: string, command: string, words: readonly string[]): Promise<CommandResult> {
  return runCommand(command, words, { cwd: folder, env: cleanEnvironment(RUN_ID, { CDKTF_OUTDIR: "cdktf.out" }) });
}

/** A new folder with a space in its name. */
export function emptyProject(): Project {
  const folder = mkdtempSync(path.join(realpathSync(tmpdir()), "a stranger's "));
  return {
    folder,
    write: (file, text) => {
      writeFileSync(path.join(folder, file), text);
    },
    read: (file) => readFileSync(path.join(folder, file), "utf8"),
    run: async (command, ...words) => {
      const { code, output } = await runIn(folder, command, words);
      if (code !== 0) throw new Error(`${command} ${words.join(" ")} ended with ${code}:\n${output}`);
      return output;
    },
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/**
 * Installs the tarball by npm without a network: its dependencies and the user's are links to this repository's.
 *
 * @param packages that the user installs beside it.
 */
export async function installed(packages: readonly string[]): Promise<Project> {
  const { dependencies } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as {
    dependencies: Readonly<Record<string, string>>;
  };
  const links = [...Object.keys(dependencies), ...packages].map((name) => [
    name,
    `file:${path.join(ROOT, "node_modules", name)}`,
  ]);
  const project = emptyProject();
  project.write(
    "package.json",
    JSON.stringify({ name: "stranger", private: true, dependencies: Object.fromEntries(links) as object }),
  );
  try {
    await project.run("npm", "install", "--offline", "--ignore-scripts", "--no-audit", "--no-fund", tarball());
  } catch (error) {
    project.remove();
    throw error;
  }
  return project;
}
