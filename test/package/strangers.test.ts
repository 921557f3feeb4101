import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { ROOT } from "../../scripts/local/folders";
import {
  asCommonJs,
  asEsModule,
  CDK_TERRAIN,
  CDKTF,
  installed,
  runIn,
  tenLines,
  withWholePaths,
  type Framework,
  type Project,
} from "./project";

/** Each test starts programs, on a machine that may be busy. */
jest.setTimeout(120_000);

const manifest = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as {
  readonly exports: Readonly<Record<string, unknown>>;
};
const ENTRIES = Object.keys(manifest.exports).filter((entry) => entry !== "./package.json");
const specifier = (entry: string): string => `cdktf-piste${entry.slice(1)}`;

interface Synthesized {
  readonly "//": { readonly metadata: { readonly version: string } };
  readonly terraform: { readonly required_providers: { readonly aws: { readonly version: string } } };
  readonly resource: Readonly<Record<string, object>>;
}

const versionsOf = ({ "//": { metadata }, terraform }: Synthesized) => ({
  framework: metadata.version,
  provider: terraform.required_providers.aws.version,
});

/** Versions of the installed framework, and of the provider that its bindings require. */
function versionsHere({ peers: [framework, bindings] }: Framework): ReturnType<typeof versionsOf> {
  const read = (name = ""): unknown =>
    JSON.parse(readFileSync(path.join(ROOT, "node_modules", name, "package.json"), "utf8"));
  const { version } = read(framework) as { version: string };
  const { cdktf } = read(bindings) as { cdktf: { provider: { version: string } } };
  return { framework: version, provider: cdktf.provider.version };
}

const withoutVersions = ({ "//": { metadata }, terraform, ...rest }: Synthesized): object => ({
  ...rest,
  "//": { metadata: { ...metadata, version: "" } },
  terraform: { ...terraform, required_providers: Object.keys(terraform.required_providers) },
});

let projects: Readonly<Record<string, Project>> = {};
beforeAll(async () => {
  const [cdktf, terrain, none] = await Promise.all(
    [CDKTF.peers, CDK_TERRAIN.peers, []].map((packages) => installed(packages)),
  );
  projects = { [CDKTF.name]: cdktf, [CDK_TERRAIN.name]: terrain, none } as Record<string, Project>;
});
afterAll(() => {
  for (const project of Object.values(projects)) project.remove();
});

function projectOf(name: string): Project {
  const project = projects[name];
  if (project === undefined) throw new Error(`there is no project of ${name}`);
  return project;
}

/** Runs the app in the project, and reads the JSON of each stack. */
async function synthesized(
  { name }: Framework,
  file: string,
  code: string,
  stacks: readonly string[],
): Promise<Synthesized[]> {
  const project = projectOf(name);
  project.write(file, code);
  await project.run("node", file);
  return stacks.map((stack) => JSON.parse(project.read(`cdktf.out/stacks/${stack}/cdk.tf.json`)) as Synthesized);
}

describe.each([CDKTF, CDK_TERRAIN])("a project on $name with the package", (framework) => {
  it("needs at most ten lines of code for an application", () => {
    const lines = framework.adapt(tenLines()).split("\n");
    expect(lines.filter((line) => line.trim() !== "").length).toBeLessThanOrEqual(10);
  });

  it("synthesizes with them as CommonJS and as an ES module", async () => {
    const code = framework.adapt(tenLines());
    const asScript = await synthesized(framework, "main.cjs", asCommonJs(code), ["invoicing"]);
    const { aws_lambda_function: functions, aws_secretsmanager_secret: secrets = {} } = asScript[0]?.resource ?? {};
    expect(Object.keys(secrets)).toHaveLength(2);
    // Terraform finds the zip.
    const [{ filename } = { filename: "" }] = Object.values(functions ?? {}) as { filename: string }[];
    expect(existsSync(path.join(projectOf(framework.name).folder, "cdktf.out/stacks/invoicing", filename))).toBe(true);
    expect(await synthesized(framework, "main.mjs", asEsModule(code), ["invoicing"])).toEqual(asScript);
  });

  it("can use the next Lambda runtime if its provider knows it, and otherwise gets an error that names the provider", async () => {
    const code = framework
      .adapt(tenLines())
      .replace("new PisteApplication", "const piste = new PisteApplication")
      .replace("app.synth()", 'piste.refresher.function.runtime = "nodejs24.x"; app.synth()');
    projectOf(framework.name).write("runtime.cjs", asCommonJs(code));
    const { code: exitCode, output } = await runIn(projectOf(framework.name).folder, "node", ["runtime.cjs"]);
    const [major = 0, minor = 0] = versionsHere(framework).provider.split(".").map(Number);
    const isKnown = major > 6 || (major === 6 && minor >= 19);
    expect({ exitCode, isTold: output.includes("nodejs24.x needs version 6.19.0 or newer") }).toEqual(
      isKnown ? { exitCode: 0, isTold: false } : { exitCode: 1, isTold: true },
    );
  });

  it("is refused a secret value in its code", async () => {
    const code = framework.adapt(tenLines()).replace(
      "app.synth()",
      `require("${framework.peers[0]}").Aspects.of(stack).add(new (require("${framework.constructs}").NoSecretValues)());
         new (require("${framework.peers[1]}/lib/ssm-parameter").SsmParameter)(stack, "leak", {
           name: "leak", type: "SecureString", value: "made-up",
         });
         app.synth()`,
    );
    const project = projectOf(framework.name);
    project.write("leak.cjs", asCommonJs(code));
    const { code: exitCode, output } = await runIn(project.folder, "node", ["leak.cjs"]);
    expect(exitCode).not.toBe(0);
    expect(output).toContain("[invoicing/leak]");
  });

  it("has types that TypeScript checks, including the framework's", async () => {
    const project = projectOf(framework.name);
    const more = `
      // @ts-expect-error unknown environment
      new PisteApplication(stack, "a", { environment: "preprod", name: "chorus-pro" });
      const piste = new PisteApplication(stack, "b", { environment: "prod", name: "statistics" });
      // @ts-expect-error has the provider resource's type
      const nothing: number = piste.refresher.function;
      const arn: string = piste.refresher.function.arn;
      console.log(nothing, arn);`;
    const code = framework.adapt(tenLines());
    project.write("checked.cts", code + more);
    project.write("checked.mts", withWholePaths(code) + more);
    const compilerOptions = {
      noEmit: true,
      strict: true,
      skipLibCheck: true,
      module: "nodenext",
      target: "es2022",
      types: [],
    };
    project.write("tsconfig.json", JSON.stringify({ compilerOptions, files: ["checked.cts", "checked.mts"] }));
    await project.run(path.join(ROOT, "node_modules", ".bin", "tsc"), "-p", ".");
  });
});

describe("the same app on both frameworks", () => {
  const source = readFileSync(path.join(__dirname, "whole-app.ts"), "utf8");
  const importing = (framework: Framework): string =>
    asCommonJs(framework.adapt(source.replace('"../../constructs"', '"cdktf-piste"')));

  it("uses every export for stacks", async () => {
    const exported = await projectOf(CDKTF.name).run("node", "-p", 'Object.keys(require("cdktf-piste")).join(" ")');
    const unused = exported
      .trim()
      .split(" ")
      .filter((name) => !new RegExp(`\\b${name}\\b[(.,]`).test(source));
    expect(unused).toEqual([]);
  });

  it("synthesizes the same JSON, except versions of framework and provider", async () => {
    const [ones = [], others = []] = await Promise.all(
      [CDKTF, CDK_TERRAIN].map((each) => synthesized(each, "whole.cjs", importing(each), ["qualif", "prod"])),
    );
    for (const json of ones) expect(versionsOf(json)).toEqual(versionsHere(CDKTF));
    for (const json of others) expect(versionsOf(json)).toEqual(versionsHere(CDK_TERRAIN));
    expect(ones).toHaveLength(2);
    expect(Object.keys(ones[0]?.resource ?? {}).length).toBeGreaterThan(15);
    expect(others.map(withoutVersions)).toEqual(ones.map(withoutVersions));
  });
});

describe("names to import", () => {
  it.each(ENTRIES)("of %s are the same for ES modules and CommonJS", async (entry) => {
    const project = projectOf(entry === "./cdktn" ? CDK_TERRAIN.name : CDKTF.name);
    project.write(
      "names.mjs",
      `import { createRequire } from "node:module";
       import * as names from "${specifier(entry)}";
       const required = Object.keys(createRequire(import.meta.url)("${specifier(entry)}"));
       console.log(JSON.stringify({ required, missing: required.filter((name) => !(name in names)) }));`,
    );
    const { required, missing } = JSON.parse(await project.run("node", "names.mjs")) as Record<string, string[]>;
    expect(required?.length).toBeGreaterThan(5);
    expect(missing).toEqual([]);
  });

  it("are limited to the listed ones", async () => {
    const { code, output } = await runIn(projectOf(CDKTF.name).folder, "node", [
      "-e",
      'require("cdktf-piste/dist/constructs/internal/checks")',
    ]);
    expect(code).not.toBe(0);
    expect(output).toContain("ERR_PACKAGE_PATH_NOT_EXPORTED");
  });
});

describe("a project without any framework", () => {
  it("has the command", async () => {
    const project = projectOf("none");
    // npx looks here first.
    const command = path.join("node_modules", ".bin", "piste");
    const { version } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as { version: string };
    expect((await project.run(command, "--version")).trim()).toBe(version);
    const help = await project.run(command, "token", "--help");
    expect(help).toContain("--print");
  });

  it("runs the local PISTE, and gets a token from it", async () => {
    const project = projectOf("none");
    project.write(
      "token.mjs",
      `import { startEmulator } from "cdktf-piste/emulator";
       import { callHttp, checkTokenEndpoint, DEFAULT_SCOPE, requestToken } from "cdktf-piste/piste";
       const emulator = await startEmulator();
       await fetch(\`\${emulator.controlUrl}/clients\`, {
         method: "POST",
         body: JSON.stringify({ client_id: "made-up", client_secret: "made-up" }),
       });
       const ask = (client_secret) => requestToken({
         endpoint: checkTokenEndpoint(emulator.tokenEndpoint, "qualif", true),
         credentials: { client_id: "made-up", client_secret },
         scope: DEFAULT_SCOPE,
         issuedAt: 0,
         timeoutInMilliseconds: 5_000,
       }, callHttp);
       const [right, wrong] = [await ask("made-up"), await ask("wrong")];
       console.log(JSON.stringify([right.ok, wrong.ok, wrong.diagnosis.code]));
       await emulator.stop();`,
    );
    expect(JSON.parse(await project.run("node", "token.mjs"))).toEqual([true, false, "invalid-client"]);
  });
});
