import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";
import ts from "typescript";
import { PLATFORMS, type Platform } from "../../../piste/environments";
import type { Answers } from "../../../scripts/init/fields";
import { literal, renderStack } from "../../../scripts/init/render";
import * as configuration from "../../../stacks/configuration";
import { PisteStack } from "../../../stacks/piste-stack";
import { synthesizeApp } from "../../constructs/synthesize";

const ROOT = path.resolve(__dirname, "../../..");
const SIRET = "73282932000074";

const ALL: Answers = {
  region: "eu-west-1",
  account: "123456789012",
  alarmEmails: ["astreinte@exemple.fr", "jour@exemple.fr"],
  siret: SIRET,
};
const ANSWERS: Readonly<Record<Platform, Answers>> = {
  qualif: { ...ALL, pisteApplicationName: "APP_SANDBOX_equipe@exemple.fr" },
  prod: { ...ALL, pisteApplicationName: "facturation-exemple", stateBucket: "my-company-terraform-state" },
};

/** What would end a string, begin code in one, or be taken for another character. */
const HOSTILE = [
  '"',
  "'",
  "`",
  "\\",
  '\\"',
  "\\'",
  "${process.exit(1)}",
  '"}] }; process.exit(1); //',
  "'}]}; process.exit(1); /*",
  "*/ process.exit(1); /*",
  "line\nbreak",
  "\u2028process.exit(1)\u2029",
  "\u0000\u0007\ud800",
  "</script>",
  "é « » 日本",
  `${'"'.repeat(5)}${"'".repeat(3)}\\`,
];

/** The configuration that a rendered file exports. */
function evaluate(environment: Platform, text: string): configuration.EnvironmentConfiguration {
  const { outputText, diagnostics } = ts.transpileModule(text, {
    reportDiagnostics: true,
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2022 },
  });
  expect(diagnostics).toEqual([]);
  const exported: Record<string, configuration.EnvironmentConfiguration> = {};
  const load = (name: string): unknown => {
    if (name === "./configuration") return configuration;
    throw new Error(`${name} is not for this file to import`);
  };
  // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call
  new Function("exports", "require", outputText)(exported, load);
  const found = exported[environment];
  if (found === undefined) throw new Error(`the file exports no ${environment}`);
  return found;
}

const applicationOf = ({ applications: [application] }: configuration.EnvironmentConfiguration) => {
  if (application === undefined) throw new Error("there is no application");
  return application;
};

describe("the files that are written", () => {
  it.each(PLATFORMS)("are, with no answer, those that this project comes with: %s", (environment) => {
    const shipped = readFileSync(path.join(ROOT, "stacks", `${environment}.ts`), "utf8");
    expect(renderStack(environment, {})).toBe(shipped);
    expect(renderStack(environment, { region: configuration.DEFAULT_REGION, alarmEmails: [] })).toBe(shipped);
  });

  it.each(PLATFORMS)("say what was answered, and nothing else: %s", (environment) => {
    const { siret, stateBucket, pisteApplicationName, ...common } = ANSWERS[environment];
    const text = renderStack(environment, ANSWERS[environment]);
    // What is only a type is imported as one, as this project's lint asks.
    expect(text).toContain('\nimport type { EnvironmentConfiguration } from "./configuration";\n');
    expect(evaluate(environment, text)).toEqual({
      ...common,
      ...(stateBucket !== undefined && { state: { bucket: stateBucket } }),
      applications: [
        {
          name: "chorus-pro",
          pisteApplicationName,
          technicalAccounts: [{ name: "default", structure: { identifier: siret, identifierType: "SIRET" } }],
        },
      ],
    });
  });

  it("synthesize", () => {
    const stacks = synthesizeApp((app) => {
      for (const environment of PLATFORMS) {
        const answers = ANSWERS[environment];
        new PisteStack(app, environment, evaluate(environment, renderStack(environment, answers)));
      }
    });
    expect(Object.keys(stacks).sort()).toEqual(["prod", "qualif"]);
    expect(stacks["prod"]?.text).toContain("my-company-terraform-state");
    expect(stacks["prod"]?.annotations).toEqual([]);
    expect(stacks["qualif"]?.text).toContain("APP_SANDBOX_equipe@exemple.fr");
  });

  it.each(HOSTILE)("hold an answer as a string, whatever is in it: %j", (text) => {
    for (const environment of PLATFORMS) {
      const answers = { pisteApplicationName: text, account: text, region: text, alarmEmails: [text, `${text}2`] };
      const found = evaluate(environment, renderStack(environment, { ...answers, siret: text, stateBucket: text }));
      expect(found).toMatchObject({ account: text, region: text, alarmEmails: [text, `${text}2`] });
      expect(applicationOf(found)).toMatchObject({
        pisteApplicationName: text,
        technicalAccounts: [{ structure: { identifier: text } }],
      });
    }
  });

  it("hold any text as it is", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('"', "'", "\\", "`", "$", "{", "}", "\n", "a", "\u2028") }),
        (text) => {
          expect(applicationOf(evaluate("prod", renderStack("prod", { pisteApplicationName: text })))).toMatchObject({
            pisteApplicationName: text,
          });
        },
      ),
      { numRuns: 200, seed: 5 },
    );
    expect(literal("plain")).toBe('"plain"');
  });
});

/** Every length around the limit of a line, and every kind of quote. */
function variants(): Map<string, string> {
  const files = new Map<string, string>();
  for (const environment of PLATFORMS) {
    files.set(`${environment}-all`, renderStack(environment, ANSWERS[environment]));
    for (let length = 76; length <= 96; length++) {
      files.set(
        `${environment}-name-${length}`,
        renderStack(environment, { pisteApplicationName: "n".repeat(length) }),
      );
    }
    for (let length = 30; length <= 50; length++) {
      const alarmEmails = [`${"a".repeat(length)}@exemple.fr`, `${"b".repeat(length)}@exemple.fr`];
      files.set(`${environment}-emails-${length}`, renderStack(environment, { alarmEmails }));
    }
    HOSTILE.forEach((text, index) => {
      const answers = { pisteApplicationName: text, account: text, alarmEmails: [text] };
      files.set(`${environment}-hostile-${index}`, renderStack(environment, answers));
    });
  }
  files.set("prod-bucket", renderStack("prod", { stateBucket: "b".repeat(63) }));
  return files;
}

describe("the files that are written, to this project's tools", () => {
  const inFolder = async (look: (folder: string) => Promise<void>): Promise<void> => {
    const folder = mkdtempSync(path.join(tmpdir(), "cdktf-piste-init-"));
    try {
      mkdirSync(path.join(folder, "stacks"));
      await look(folder);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };

  it(
    "are formatted",
    () =>
      inFolder(async (folder) => {
        for (const [name, text] of variants()) writeFileSync(path.join(folder, "stacks", `${name}.ts`), text);
        const words = ["--check", "--config", path.join(ROOT, ".prettierrc.json"), path.join(folder, "stacks")];
        const said = await new Promise<string>((resolve) => {
          const program = path.join(ROOT, "node_modules/prettier/bin/prettier.cjs");
          execFile(process.execPath, [program, ...words], (_, out, err) => {
            resolve(out + err);
          });
        });
        expect(said).toContain("All matched files use Prettier code style!");
      }),
    60_000,
  );

  it("are of the right types", () => {
    const texts = new Map(
      PLATFORMS.flatMap((environment) => [
        [path.join(ROOT, "stacks", `${environment}.ts`), renderStack(environment, ANSWERS[environment])],
        [
          path.join(ROOT, "stacks", `${environment}-hostile.ts`),
          renderStack(environment, { pisteApplicationName: HOSTILE.join("") }),
        ],
      ]),
    );
    const { config } = ts.readConfigFile(path.join(ROOT, "tsconfig.json"), (file) => ts.sys.readFile(file)) as {
      config: object;
    };
    const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);
    const host = ts.createCompilerHost(options);
    host.readFile = (file) => texts.get(path.resolve(file)) ?? ts.sys.readFile(file);
    host.fileExists = (file) => texts.has(path.resolve(file)) || ts.sys.fileExists(file);
    const program = ts.createProgram([...texts.keys()], { ...options, noEmit: true }, host);
    const problems = [...texts.keys()].flatMap((file) => {
      const source = program.getSourceFile(file);
      expect(source?.text).toBe(texts.get(file));
      return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    });
    expect(problems.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"))).toEqual([]);
  }, 120_000);
});
