/** Adds a third environment to a copy by CONTRIBUTING.md; it must compile and synthesize. */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { writeZips } from "../../scripts/build-lambda";

const ROOT = path.resolve(__dirname, "../..");
const SOURCES = [
  "piste",
  "aws",
  "cli",
  "lambda",
  "client",
  "emulator",
  "simulation",
  "constructs",
  "stacks",
  "scripts",
  "bench",
];

// Compiles all sources, on a machine that may be busy.
jest.setTimeout(240_000);

let folder: string;

function edit(file: string, from: string, to: string): void {
  const whole = path.join(folder, file);
  const before = readFileSync(whole, "utf8");
  expect(before).toContain(from);
  writeFileSync(whole, before.replace(from, to));
}

function run(program: string, ...words: string[]): { readonly code: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words], {
    cwd: folder,
    encoding: "utf8",
  });
  return { code: status, output: stdout + stderr };
}
const compiled = (): ReturnType<typeof run> => run("node_modules/typescript/bin/tsc", "-p", "sources.json");

beforeAll(async () => {
  await writeZips();
  folder = mkdtempSync(path.join(realpathSync(tmpdir()), "a third environment "));
  for (const copied of [...SOURCES, "test", "main.ts", "package.json", "tsconfig.json"]) {
    cpSync(path.join(ROOT, copied), path.join(folder, copied), { recursive: true });
  }
  for (const shared of ["node_modules", "dist"]) symlinkSync(path.join(ROOT, shared), path.join(folder, shared));
  writeFileSync(
    path.join(folder, "sources.json"),
    JSON.stringify({ extends: "./tsconfig.json", include: ["main.ts", ...SOURCES] }),
  );
  edit("piste/environments.ts", '  prod: "prod",\n', '  essais: "qualif",\n  prod: "prod",\n');
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe("a third environment", () => {
  it("with only a name is missing in main.ts, and nowhere else", () => {
    const { code, output } = compiled();
    expect(code).not.toBe(0);
    const places = output.match(/^\S+\.ts\(/gm);
    expect(places).toEqual(["main.ts("]);
    expect(output).toContain("'essais' is missing");
  });

  it("compiles and synthesizes with a configuration: own names, PISTE's sandbox, no pages", () => {
    const qualif = readFileSync(path.join(folder, "stacks/qualif.ts"), "utf8");
    writeFileSync(path.join(folder, "stacks/essais.ts"), qualif.replace("const qualif:", "const essais:"));
    edit(
      "main.ts",
      'import { qualif } from "./stacks/qualif";',
      'import { qualif } from "./stacks/qualif";\nimport { essais } from "./stacks/essais";',
    );
    edit("main.ts", "EnvironmentConfiguration>> = { ", "EnvironmentConfiguration>> = { essais, ");
    expect(compiled()).toEqual({ code: 0, output: "" });
    expect(run("--import", "tsx", "main.ts").code).toBe(0);
    const json = readFileSync(path.join(folder, "cdktf.out/stacks/essais/cdk.tf.json"), "utf8");
    const { resource } = JSON.parse(json) as { resource: Record<string, Record<string, Record<string, unknown>>> };
    const namesOf = (type: string): unknown[] => Object.values(resource[type] ?? {}).map(({ name }) => name);
    expect(namesOf("aws_secretsmanager_secret")).toContain("piste/essais/chorus-pro/token");
    expect(namesOf("aws_sns_topic")).toEqual(["piste-essais-inform"]);
    expect(Object.values(resource["aws_lambda_function"] ?? {})).toMatchObject([
      { function_name: "piste-essais-chorus-pro-token-refresh" },
    ]);
    expect(json).not.toMatch(/piste[-/](?:qualif|prod)[-/]/);
    const print =
      'const { HOSTS } = require("./piste/environments.ts"); const { GUIDE } = require("./piste/guide.ts");' +
      "console.log(HOSTS.essais.apiBaseUrl, GUIDE.essais.map(({ id }) => id).join());";
    expect(run("--import", "tsx", "-e", print).output).toContain(
      "https://sandbox-api.piste.gouv.fr Q1,Q2,Q3,Q4,Q5,Q6,Q7",
    );
    expect(readFileSync(path.join(folder, "cdktf.out/stacks/qualif/cdk.tf.json"), "utf8")).not.toContain("essais");
  });
});
