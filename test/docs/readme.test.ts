import { readdirSync, readFileSync } from "node:fs";
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
  return [...text.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = ""]) => code);
}

/** The pages with TypeScript, and how many examples each has at least. */
const PAGES = {
  "README.md": 2,
  "README.fr.md": 2,
  "docs/constructs.md": 3,
  "docs/constructs.fr.md": 3,
  "docs/fleets.md": 2,
  "docs/own-stack.md": 2,
  "docs/migrating.md": 2,
  "docs/client.md": 4,
};
const MISTAKEN = examples("README.md")[0]?.replace('environment: "qualif"', 'environment: "preprod"') ?? "";

/** As files of this repo. */
const SOURCES = new Map(
  [...Object.keys(PAGES).map((page) => [page, examples(page)] as const), ["a mistake", [MISTAKEN]] as const].flatMap(
    ([page, sources]) =>
      sources.map((source, index) => [path.join(ROOT, `${page.replaceAll(/\W/g, "-")}-${index}.ts`), { page, source }]),
  ),
);

/** All at once: what they are checked by is read once. */
const program = (() => {
  const { config } = ts.readConfigFile(path.join(ROOT, "tsconfig.json"), (file) => ts.sys.readFile(file)) as {
    config: { compilerOptions: object };
  };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, ROOT);
  // No example sees what another declares.
  const own = { ...options, paths: PACKAGE, moduleDetection: ts.ModuleDetectionKind.Force };
  const disk = ts.createCompilerHost(own);
  return ts.createProgram([...SOURCES.keys(), ...Object.values(PACKAGE).flat()], own, {
    ...disk,
    fileExists: (file) => SOURCES.has(file) || disk.fileExists(file),
    readFile: (file) => SOURCES.get(file)?.source ?? disk.readFile(file),
    getSourceFile: (file, language) => {
      const of = SOURCES.get(file);
      return of === undefined ? disk.getSourceFile(file, language) : ts.createSourceFile(file, of.source, language);
    },
  });
})();

/** What TypeScript says of a page's examples. */
function problemsOf(page: string): string[] {
  const files = [...SOURCES].filter(([, of]) => of.page === page).map(([file]) => program.getSourceFile(file));
  expect(files).not.toContain(undefined);
  return files
    .flatMap((file) => [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)])
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
}

it.each(Object.entries(PAGES))("%s has examples that compile", (page, least) => {
  expect(examples(page).length).toBeGreaterThanOrEqual(least);
  expect(problemsOf(page)).toEqual([]);
});

it("no page has examples that nobody compiles", () => {
  const pages = ["", "docs"].flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: folder !== "", encoding: "utf8" })
      .filter((file) => file.endsWith(".md"))
      .map((file) => path.join(folder, file)),
  );
  expect(pages.filter((page) => examples(page).length > 0).sort()).toEqual(Object.keys(PAGES).sort());
});

it("the check of examples sees a mistake", () => {
  expect(problemsOf("a mistake")).toHaveLength(1);
});

describe.each(["README.md", "README.fr.md"])("%s", (page) => {
  it("says which AWS CLI is needed, as the runbooks do", () => {
    const text = readFileSync(path.join(ROOT, page), "utf8");
    expect(text).toMatch(/`npx cdktf`\s(?:and|et) `npx piste` [^.]*\[AWS CLI\]\(https:\/\/aws\.amazon\.com\/cli\/\) 2/);
    expect(text).toMatch(/version 1 [^.]*`aws logs tail`/);
    expect(readFileSync(path.join(ROOT, "docs/runbooks/README.md"), "utf8")).toMatch(/1 or 2 [^.]*`aws logs tail`/);
  });
});

it("docs/own-stack.md has the override that makes the CLI run here", () => {
  const text = readFileSync(path.join(ROOT, "docs/own-stack.md"), "utf8");
  const [, block = "{}"] = /^```json\n([^`]*"overrides"[^`]*)^```$/m.exec(text) ?? [];
  const { overrides } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as {
    overrides: Readonly<Record<string, unknown>>;
  };
  const shown = (JSON.parse(block) as { overrides: Readonly<Record<string, unknown>> }).overrides;
  expect(Object.keys(shown)).toHaveLength(1);
  expect(overrides).toMatchObject(shown);
});
