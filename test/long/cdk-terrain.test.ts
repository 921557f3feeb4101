import { readFileSync } from "node:fs";
import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { GetSecretValueCommand, PutSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { ROOT } from "../../scripts/local/folders";
import { runCommand, type CommandResult } from "../../scripts/local/processes";
import { secretNames, secretsOf } from "../deploy/emulated-secrets";
import { openWorkshop, succeeded, type Workshop } from "../deploy/local-tools";
import { cdkTerrainCli, type CdkTerrainCli } from "../package/cdk-terrain-cli";
import pack from "../package/pack";
import { CDK_TERRAIN, CDKTF, installed, tenLines, withWholePaths, type Project } from "../package/project";
import removeTarball from "../package/remove-tarball";

/** Each deploys, or shows what would be. */
jest.setTimeout(5 * 60_000);

const CLIENT = "piste/qualif/chorus-pro/client";
const TOKEN = "piste/qualif/chorus-pro/token";
const VALUE = JSON.stringify({ client_id: "made-up", client_secret: "made-up" });

const README = readFileSync(path.join(ROOT, "README.md"), "utf8");

/** With the README's line, which also keeps the provider that is there. */
function keepingProvider(code: string): string {
  const [, line = ""] = /^ +(stack\.addOverride\(.*)$/m.exec(README) ?? [];
  return code.replace("app.synth()", `${line}\napp.synth()`);
}

/** What the README says of cdktf.json. */
const [, CONFIGURATION = ""] = /`(\{ "language".*?\})` in `cdktf\.json`/.exec(README) ?? [];

let workshop: Workshop;
let cli: CdkTerrainCli;
let project: Project;
beforeAll(async () => {
  pack();
  workshop = await openWorkshop("CDK Terrain");
  cli = await cdkTerrainCli(path.join(workshop.folder, "cdktn-cli"), workshop.runId);
  project = await installed([...new Set([...CDKTF.peers, ...CDK_TERRAIN.peers, "cdktf-cli", "tsx"])]);
  project.write("cdktf.json", CONFIGURATION);
});
afterAll(async () => {
  await workshop.close();
  project.remove();
  removeTarball();
});

function cdktf(...words: string[]): Promise<CommandResult> {
  const environment = workshop.environment;
  return succeeded(
    runCommand("npx", ["cdktf", ...words, "--skip-provider-lock"], { cwd: project.folder, env: environment }),
  );
}

function cdktn(...words: string[]): Promise<CommandResult> {
  const PATH = `${path.dirname(cli.node)}${path.delimiter}${workshop.environment["PATH"] ?? ""}`;
  const environment = { ...workshop.environment, PATH };
  return succeeded(
    runCommand(cli.node, [cli.program, ...words, "--skip-provider-lock"], { cwd: project.folder, env: environment }),
  );
}

describe("the README's ten lines give a plan", () => {
  const PLAN = /Plan: (\d+) to add, 0 to change, 0 to destroy/;

  it("on cdktf, as CommonJS and as an ES module alike", async () => {
    project.write("main.ts", tenLines());
    const { output } = await cdktf("diff");
    expect(Number(PLAN.exec(output)?.[1])).toBeGreaterThan(15);

    const manifest = JSON.parse(project.read("package.json")) as object;
    project.write("main.ts", withWholePaths(tenLines()));
    project.write("package.json", JSON.stringify({ ...manifest, type: "module" }));
    try {
      expect(PLAN.exec((await cdktf("diff")).output)?.[0]).toBe(PLAN.exec(output)?.[0]);
    } finally {
      project.write("package.json", JSON.stringify(manifest));
    }
  });

  it("on CDK Terrain, with the provider that is here", async () => {
    project.write("main.ts", keepingProvider(CDK_TERRAIN.adapt(tenLines())));
    expect(Number(PLAN.exec((await cdktn("diff")).output)?.[1])).toBeGreaterThan(15);
  });
});

describe("a stack that is deployed by cdktf", () => {
  const UNCHANGED = "No changes. Your infrastructure matches the configuration.";
  const NOTHING_DONE = "Apply complete! Resources: 0 added, 0 changed, 0 destroyed.";

  async function storedValue(): Promise<unknown> {
    const { SecretString, VersionId } = await secretsOf(workshop).send(new GetSecretValueCommand({ SecretId: CLIENT }));
    return { SecretString, VersionId };
  }

  it("moves to CDK Terrain and back as the README says, each time without a change", async () => {
    project.write("main.ts", tenLines());
    await cdktf("deploy", "--auto-approve");
    expect(await secretNames(workshop)).toEqual([CLIENT, TOKEN]);
    await secretsOf(workshop).send(new PutSecretValueCommand({ SecretId: CLIENT, SecretString: VALUE }));
    const before = await storedValue();

    project.write("main.ts", keepingProvider(CDK_TERRAIN.adapt(tenLines())));
    expect((await cdktn("diff")).output).toContain(UNCHANGED);
    expect((await cdktn("deploy", "--auto-approve")).output).toContain(NOTHING_DONE);
    expect(project.read("cdktf.out/stacks/invoicing/cdk.tf.json")).toContain('"version": "0.24.0"');

    project.write("main.ts", tenLines());
    expect((await cdktf("diff")).output).toContain(UNCHANGED);
    expect((await cdktf("deploy", "--auto-approve")).output).toContain(NOTHING_DONE);
    expect(await storedValue()).toEqual(before);

    await cdktf("destroy", "--auto-approve");
    expect(await secretNames(workshop)).toEqual([]);
  });
});
