/** The TypeScript examples on the pages compile. */
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { expect, it } from "@jest/globals";
import ts from "typescript";
import { ROOT } from "../../scripts/local/folders";

/** Maps the package's names to its sources. */
const PACKAGE = {
  "cdktf-piste": [path.join(ROOT, "constructs/index.ts")],
  "cdktf-piste/client": [path.join(ROOT, "client/index.ts")],
  "cdktf-piste/emulator": [path.join(ROOT, "emulator/index.ts")],
  "cdktf-piste/piste": [path.join(ROOT, "piste/index.ts")],
};

const EXAMPLES = ["", "docs"]
  .flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: folder !== "", encoding: "utf8" })
      .filter((file) => file.endsWith(".md"))
      .map((file) => path.join(folder, file)),
  )
  .flatMap((page) =>
    [...readFileSync(path.join(ROOT, page), "utf8").matchAll(/^```ts\n(.*?)^```$/gms)].map(
      ([, source = ""], index) => ({
        name: `${page}, ${index + 1}`,
        // As a file of this repository.
        file: path.join(ROOT, `${page.replaceAll(/\W/g, "-")}-${index}.ts`),
        source,
      }),
    ),
  );
const MISTAKE = {
  file: path.join(ROOT, "a-mistake.ts"),
  source: 'import { createPisteClient } from "cdktf-piste/client"; createPisteClient({ environment: "preprod" });',
};
const SOURCES = new Map([...EXAMPLES, MISTAKE].map(({ file, source }) => [file, source]));

/** Compiled together, so that types are read once. */
const program = (() => {
  const { config } = ts.readConfigFile(path.join(ROOT, "tsconfig.json"), (file) => ts.sys.readFile(file)) as {
    config: { compilerOptions: object };
  };
  const { options } = ts.convertCompilerOptionsFromJson(config.compilerOptions, ROOT);
  // Examples do not share declarations.
  const own = { ...options, paths: PACKAGE, moduleDetection: ts.ModuleDetectionKind.Force };
  const disk = ts.createCompilerHost(own);
  return ts.createProgram([...SOURCES.keys()], own, {
    ...disk,
    // Comments are not checked, and take long to read.
    jsDocParsingMode: ts.JSDocParsingMode.ParseNone,
    fileExists: (file) => SOURCES.has(file) || disk.fileExists(file),
    readFile: (file) => SOURCES.get(file) ?? disk.readFile(file),
    getSourceFile: (file, language) => {
      const source = SOURCES.get(file);
      return source === undefined ? disk.getSourceFile(file, language) : ts.createSourceFile(file, source, language);
    },
  });
})();

function problemsOf(file: string): string[] {
  const source = program.getSourceFile(file);
  return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
    ({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"),
  );
}

it.each(EXAMPLES)("$name compiles", ({ file }) => {
  expect(problemsOf(file)).toEqual([]);
});

it("a mistake is detected", () => {
  expect(problemsOf(MISTAKE.file)).toHaveLength(1);
});
