import { readFileSync } from "node:fs";
import * as path from "node:path";
import { afterAll, beforeAll, expect, it, jest } from "@jest/globals";
import { GetSecretValueCommand, PutSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { downloadEnvironment } from "../../aws/local/environment";
import { ROOT } from "../../scripts/local/folders";
import { runCommand, type CommandResult } from "../../scripts/local/processes";
import { secretNames, secretsOf } from "../deploy/emulated-secrets";
import { openFixture, succeeded, type Fixture } from "../deploy/fixture";
import { cdkTerrainCli, type CdkTerrainCli } from "../package/cdk-terrain-cli";
import pack from "../package/pack";
import {
  CDK_TERRAIN,
  CDKTF,
  emptyProject,
  tenLines,
  withWholePaths,
  type Framework,
  type Project,
} from "../package/project";
import removeTarball from "../package/remove-tarball";
import { tarball } from "../package/tarball";

/** Commands that install, deploy or plan. */
jest.setTimeout(10 * 60_000);

const CLIENT = "piste/qualif/chorus-pro/client";
const TOKEN = "piste/qualif/chorus-pro/token";
const VALUE = JSON.stringify({ client_id: "made-up", client_secret: "made-up" });

const README = readFileSync(path.join(ROOT, "README.md"), "utf8");
const CONSTRUCTS = readFileSync(path.join(ROOT, "docs", "constructs.md"), "utf8");

const manifest = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as {
  readonly devDependencies: Readonly<Record<"cdktn" | "tsx", string>>;
};

/** Adds the line of docs/constructs.md, which also keeps the installed provider. */
function keepingProvider(code: string): string {
  const [, line = ""] = /^ +(stack\.addOverride\(.*)$/m.exec(CONSTRUCTS) ?? [];
  return code.replace("app.synth()", `${line}\napp.synth()`);
}

/** The README's cdktf.json. */
const [, CONFIGURATION = ""] = /`(\{ "language".*?\})` in `cdktf\.json`/.exec(README) ?? [];

let fixture: Fixture;
let cli: CdkTerrainCli;
let project: Project;
let present: Framework | undefined;
beforeAll(async () => {
  pack();
  fixture = await openFixture("CDK Terrain");
  cli = await cdkTerrainCli(path.join(fixture.folder, "cdktn-cli"), fixture.runId);
  project = emptyProject();
  project.write("package.json", JSON.stringify({ private: true }));
  project.write("cdktf.json", CONFIGURATION);
});
afterAll(async () => {
  await fixture.close();
  project.remove();
  removeTarball();
});

/** Installs from the registry with CDK Terrain's Node, since npm skips its packages otherwise; removes those of cdktf. */
async function install(framework: Framework): Promise<void> {
  if (framework === present) return;
  const environment = { ...downloadEnvironment(fixture.runId), PATH: pathWithNode() };
  const npm = (...words: string[]): Promise<CommandResult> =>
    succeeded(runCommand("npm", [...words, "--no-audit", "--no-fund"], { cwd: project.folder, env: environment }));
  const left = present?.peers.filter((name) => !framework.peers.includes(name));
  if (left !== undefined) await npm("uninstall", ...left);
  await npm(...framework.install(tarball()), `tsx@${manifest.devDependencies.tsx}`, "--ignore-scripts");
  present = framework;
}

const pathWithNode = (): string => `${path.dirname(cli.node)}${path.delimiter}${fixture.environment["PATH"] ?? ""}`;

/** Uses this repository's cdktf command line. */
function cdktf(...words: string[]): Promise<CommandResult> {
  const program = path.join(ROOT, "node_modules", ".bin", "cdktf");
  return inProject(program, words, fixture.environment);
}

function cdktn(...words: string[]): Promise<CommandResult> {
  return inProject(cli.node, [cli.program, ...words], { ...fixture.environment, PATH: pathWithNode() });
}

function inProject(program: string, words: readonly string[], env: NodeJS.ProcessEnv): Promise<CommandResult> {
  return succeeded(runCommand(program, [...words, "--skip-provider-lock"], { cwd: project.folder, env }));
}

const PLAN = /Plan: (\d+) to add, 0 to change, 0 to destroy/;
const UNCHANGED = "No changes. Your infrastructure matches the configuration.";
const NOTHING_DONE = "Apply complete! Resources: 0 added, 0 changed, 0 destroyed.";

async function storedValue(): Promise<unknown> {
  const { SecretString, VersionId } = await secretsOf(fixture).send(new GetSecretValueCommand({ SecretId: CLIENT }));
  return { SecretString, VersionId };
}

it("the README's ten lines give a plan on cdktf, as CommonJS and as an ES module", async () => {
  await install(CDKTF);
  project.write("main.ts", tenLines());
  const { output } = await cdktf("diff");
  expect(Number(PLAN.exec(output)?.[1])).toBeGreaterThan(15);

  const strangers = JSON.parse(project.read("package.json")) as object;
  project.write("main.ts", withWholePaths(tenLines()));
  project.write("package.json", JSON.stringify({ ...strangers, type: "module" }));
  try {
    expect(PLAN.exec((await cdktf("diff")).output)?.[0]).toBe(PLAN.exec(output)?.[0]);
  } finally {
    project.write("package.json", JSON.stringify(strangers));
  }
});

it("a stack deployed by cdktf moves to CDK Terrain and back without a change", async () => {
  await install(CDKTF);
  project.write("main.ts", tenLines());
  await cdktf("deploy", "--auto-approve");
  expect(await secretNames(fixture)).toEqual([CLIENT, TOKEN]);
  await secretsOf(fixture).send(new PutSecretValueCommand({ SecretId: CLIENT, SecretString: VALUE }));
  const before = await storedValue();

  await install(CDK_TERRAIN);
  project.write("main.ts", keepingProvider(CDK_TERRAIN.adapt(tenLines())));
  expect((await cdktn("diff")).output).toContain(UNCHANGED);
  expect((await cdktn("deploy", "--auto-approve")).output).toContain(NOTHING_DONE);
  expect(project.read("cdktf.out/stacks/invoicing/cdk.tf.json")).toContain(
    `"version": "${manifest.devDependencies.cdktn}"`,
  );

  await install(CDKTF);
  project.write("main.ts", tenLines());
  expect((await cdktf("diff")).output).toContain(UNCHANGED);
  expect((await cdktf("deploy", "--auto-approve")).output).toContain(NOTHING_DONE);
  expect(await storedValue()).toEqual(before);

  await cdktf("destroy", "--auto-approve");
  expect(await secretNames(fixture)).toEqual([]);
});

it("the README's ten lines give a plan on CDK Terrain, with the local provider", async () => {
  await install(CDK_TERRAIN);
  project.write("main.ts", keepingProvider(CDK_TERRAIN.adapt(tenLines())));
  expect(Number(PLAN.exec((await cdktn("diff")).output)?.[1])).toBeGreaterThan(15);
});
