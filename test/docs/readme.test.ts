import { readFileSync } from "node:fs";
import * as path from "node:path";
import { describe, expect, it } from "@jest/globals";
import ts from "typescript";

const ROOT = path.resolve(__dirname, "..", "..");

/** The package's names stand for its sources. */
const PACKAGE = {
  "cdktf-piste": [path.join(ROOT, "constructs/index.ts")],
  "cdktf-piste/client": [path.join(ROOT, "client/index.ts")],
  "cdktf-piste/emulator": [path.join(ROOT, "emulator/index.ts")],
  "cdktf-piste/piste": [path.join(ROOT, "piste/index.ts")],
};

/** The TypeScript examples of a page. */
function examples(page: string): string[] {
  const text = readFileSync(path.join(ROOT, page), "utf8");
  const blocks = [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = ""]) => code);
  // A reference's other blocks are signatures.
  return page.startsWith("docs/api/") ? blocks.filter((code) => code.includes("import ")) : blocks;
}

/** Compiles the sources as files of this repo, with the package's name standing for its sources. */
function problemsOf(sources: string[]): string[] {
  const { config } = ts.readConfigFile(path.join(ROOT, "tsconfig.json"), (file) => ts.sys.readFile(file)) as {
    config: { compilerOptions: object };
  };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, ROOT);
  const files = new Map(sources.map((source, index) => [path.join(ROOT, `example-${index}.ts`), source]));
  const withPaths = { ...options, paths: PACKAGE };
  const disk = ts.createCompilerHost(withPaths);
  const program = ts.createProgram([...files.keys()], withPaths, {
    ...disk,
    fileExists: (file) => files.has(file) || disk.fileExists(file),
    readFile: (file) => files.get(file) ?? disk.readFile(file),
    getSourceFile: (file, language) => {
      const source = files.get(file);
      return source === undefined ? disk.getSourceFile(file, language) : ts.createSourceFile(file, source, language);
    },
  });
  return [...files.keys()]
    .map((file) => program.getSourceFile(file))
    .flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)])
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}

it.each(["README.md", "README.fr.md", "docs/fleets.md"])("%s has examples that compile", (page) => {
  expect(examples(page).length).toBeGreaterThanOrEqual(2);
  expect(problemsOf(examples(page))).toEqual([]);
});

describe.each(["README.md", "README.fr.md"])("%s", (page) => {
  it("says which AWS CLI is needed, as the runbooks do", () => {
    const text = readFileSync(path.join(ROOT, page), "utf8");
    expect(text).toMatch(/`npx cdktf`\s(?:and|et) `npx piste` [^.]*\[AWS CLI\]\(https:\/\/aws\.amazon\.com\/cli\/\) 2/);
    expect(text).toMatch(/version 1 [^.]*`aws logs tail`/);
    expect(readFileSync(path.join(ROOT, "docs/runbooks/README.md"), "utf8")).toMatch(/1 or 2 [^.]*`aws logs tail`/);
  });

  it("names only npm scripts and files that exist", () => {
    const text = readFileSync(path.join(ROOT, page), "utf8");
    const { scripts } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    const named = [...text.matchAll(/npm run ([a-z:-]+)/g)].map(([, script = ""]) => script);
    expect(named.filter((script) => !(script in scripts))).toEqual([]);
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, link = ""]) => link);
    expect(links.length).toBeGreaterThan(0);
    expect(links.filter((link) => ts.sys.readFile(path.join(ROOT, link)) === undefined)).toEqual([]);
  });
});

describe("docs/own-stack.md", () => {
  it("has examples that compile", () => {
    expect(examples("docs/own-stack.md")).toHaveLength(2);
    expect(problemsOf(examples("docs/own-stack.md"))).toEqual([]);
  });

  it("has the override that makes the CLI run here", () => {
    const text = readFileSync(path.join(ROOT, "docs/own-stack.md"), "utf8");
    const [, block = "{}"] = /^```json\n([^`]*"overrides"[^`]*)^```$/m.exec(text) ?? [];
    const { overrides } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as {
      overrides: Readonly<Record<string, unknown>>;
    };
    const shown = (JSON.parse(block) as { overrides: Readonly<Record<string, unknown>> }).overrides;
    expect(Object.keys(shown)).toHaveLength(1);
    expect(overrides).toMatchObject(shown);
  });
});

it("docs/client.md has examples that compile", () => {
  expect(examples("docs/client.md").length).toBeGreaterThanOrEqual(4);
  expect(problemsOf(examples("docs/client.md"))).toEqual([]);
});

it("the check of examples sees a mistake", () => {
  const [first = ""] = examples("README.md");
  expect(problemsOf([first.replace('environment: "qualif"', 'environment: "preprod"')])).toHaveLength(1);
});

describe("the reference of what is exported, docs/api", () => {
  const ENTRIES = { constructs: 1, client: 1, piste: 1, emulator: 1 } as const;

  it("has examples that compile", () => {
    const all = Object.entries(ENTRIES).map(([entry, least]) => {
      const found = examples(`docs/api/${entry}.md`);
      expect([entry, found.length]).toEqual([entry, Math.max(found.length, least)]);
      return found;
    });
    expect(problemsOf(all.flat())).toEqual([]);
  });

  it("has all that is exported", () => {
    const fileOf = (entry: string): string => path.join(ROOT, entry, "index.ts");
    const program = ts.createProgram(Object.keys(ENTRIES).map(fileOf), { module: ts.ModuleKind.NodeNext });
    const checker = program.getTypeChecker();
    for (const entry of Object.keys(ENTRIES)) {
      const page = readFileSync(path.join(ROOT, "docs", "api", `${entry}.md`), "utf8").replaceAll("\\_", "_");
      const source = program.getSourceFile(fileOf(entry));
      const symbol = source && checker.getSymbolAtLocation(source);
      const names = symbol === undefined ? [] : checker.getExportsOfModule(symbol).map(({ name }) => name);
      expect(names.length).toBeGreaterThan(5);
      const headings = new Set([...page.matchAll(/^### (?:abstract )?(\w+)/gim)].map(([, name = ""]) => name));
      expect([entry, names.filter((name) => !headings.has(name))]).toEqual([entry, []]);
    }
  });
});
