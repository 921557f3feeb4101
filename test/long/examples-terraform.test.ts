import { mkdirSync } from "node:fs";
import * as path from "node:path";
import { afterAll, beforeAll, expect, it, jest } from "@jest/globals";
import { PutSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, TerraformStack } from "cdktf";
import { PisteApplication } from "../../constructs";
import { startEmulator, type Emulator } from "../../emulator";
import { deployedApplications } from "../../scripts/local/deployed-applications";
import { readDeployedFunction, runAsLambda } from "../../aws/local/deployed-function";
import { runCommand, type CommandResult } from "../../scripts/local/processes";
import { secretNames, secretsOf } from "../deploy/emulated-secrets";
import { openFixture, REGION, succeeded, type Fixture } from "../deploy/fixture";
import { installedExample } from "../package/example";
import pack from "../package/pack";
import type { Project } from "../package/project";
import removeTarball from "../package/remove-tarball";

/** Each installs, applies, or destroys. */
jest.setTimeout(10 * 60_000);

const STRUCTURE = { identifier: "12345678200010", identifierType: "SIRET" } as const;
const CLIENT = { client_id: "canary-id", client_secret: "canary-secret" };

const ARGUMENTS = [
  "-var=environment=qualif",
  `-var=technical_accounts={ default = { identifier = "${STRUCTURE.identifier}" } }`,
];

let fixture: Fixture;
let project: Project;
let piste: Emulator;
beforeAll(async () => {
  pack();
  [fixture, project, piste] = await Promise.all([
    openFixture("Terraform example"),
    installedExample("terraform"),
    startEmulator(),
  ]);
  piste.piste.platform.addClient(CLIENT);
});
afterAll(async () => {
  await Promise.all([fixture.close(), piste.stop()]);
  project.remove();
  removeTarball();
});

const terraformIn = (cwd: string, ...words: string[]): Promise<CommandResult> =>
  succeeded(runCommand(fixture.terraform, words, { cwd, env: fixture.environment }));

const terraform = (...words: string[]): Promise<CommandResult> => terraformIn(project.folder, ...words);

type Values = Readonly<Record<string, unknown>>;
interface Resource {
  readonly mode: string;
  readonly type: string;
  readonly values: Values;
}

/** Which differ from one deployment to the next, and those that the example leaves to its user. */
const OWN =
  /^(?:id|arn|.*_arn|last_modified|created?_.*|.*_date|unique_id|version|filename|alarm_actions|ok_actions|code_sha256)$/;

/** Secrets have six characters of chance at the end of their ARNs. */
const withoutChance = (text: string): string =>
  text.replaceAll(/(:secret:[\w/-]+)-[A-Za-z0-9]{6}(?=")/g, "$1-<chance>");

function statements(policy: string): unknown {
  const { Statement } = JSON.parse(withoutChance(policy)) as { Statement: Record<string, string | string[]>[] };
  // A right each, whatever statements they are in.
  return Statement.flatMap(({ Action = [], Resource = "", ...rest }) =>
    [Action]
      .flat()
      .flatMap((action) => [Resource].flat().map((resource) => JSON.stringify([action, resource, listed(rest)]))),
  ).sort();
}

/** AWS takes one value for a list of one. */
function listed(value: unknown): unknown {
  if (typeof value === "string") return [value];
  if (Array.isArray(value) || typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => one.localeCompare(other))
      .map(([key, each]) => [key, listed(each)]),
  );
}

/** JSON in a string says the same in any order. */
function readable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value === "object" && value !== null) return readableBlock(value as Values);
  if (typeof value !== "string") return value;
  if (/^\{"(?:Statement|Version)"/.test(value)) return statements(value);
  return /^[{[]/.test(value) ? (JSON.parse(value) as unknown) : value;
}

const readableBlock = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, readable(value)]));

/** What Terraform knows of each resource, by its name in AWS. */
async function stateIn(folder: string): Promise<Record<string, object>> {
  const { output } = await terraformIn(folder, "show", "-json");
  const { values } = JSON.parse(output.slice(output.indexOf('{"format_version"'))) as {
    values: { root_module: { resources: readonly Resource[] } };
  };
  const managed = values.root_module.resources.filter(
    ({ mode, type }) => mode === "managed" && type !== "aws_sns_topic",
  );
  return Object.fromEntries(
    managed.map(({ type, values: of }) => {
      const name = String(of["alarm_name"] ?? of["name"] ?? of["function_name"]);
      const kept = Object.entries(of).filter(([key]) => !OWN.test(key));
      return [`${type} ${name}`, readableBlock(Object.fromEntries(kept))];
    }),
  );
}

/** The same application made by the construct, applied to the same emulated AWS. */
async function stateOfConstruct(): Promise<Record<string, object>> {
  const outdir = path.join(fixture.folder, "construct");
  mkdirSync(outdir);
  const app = new App({ outdir });
  const stack = new TerraformStack(app, "same");
  new AwsProvider(stack, "aws", { region: REGION });
  new PisteApplication(stack, "piste", {
    environment: "qualif",
    name: "chorus-pro",
    technicalAccounts: [{ name: "default", structure: STRUCTURE }],
  });
  stack.addOverride("terraform.backend.local.path", "terraform.tfstate");
  app.synth();
  const folder = path.join(outdir, "stacks", "same");
  await terraformIn(folder, "init", "-no-color");
  await terraformIn(folder, "apply", "-auto-approve", "-no-color");
  return stateIn(folder);
}

it("is applied from the installed package, found by the command, and its function fetches a token", async () => {
  await terraform("init", "-no-color");
  await terraform("validate", "-no-color");
  await terraform("plan", "-no-color", ...ARGUMENTS);
  await terraform("apply", "-auto-approve", "-no-color", ...ARGUMENTS);
  const again = await terraform("plan", "-no-color", ...ARGUMENTS);
  expect(again.output).toContain("No changes.");
  expect(await secretNames(fixture)).toEqual([
    "piste/qualif/chorus-pro/client",
    "piste/qualif/chorus-pro/technical-account/default",
    "piste/qualif/chorus-pro/token",
  ]);

  const place = { endpoint: fixture.endpoint, region: REGION };
  const [application, ...others] = await deployedApplications("qualif", place);
  expect(others).toEqual([]);
  if (application === undefined) throw new Error("no description was found");
  const client = { SecretId: "piste/qualif/chorus-pro/client", SecretString: JSON.stringify(CLIENT) };
  await secretsOf(fixture).send(new PutSecretValueCommand(client));
  const deployed = await readDeployedFunction(application.description, place, path.join(fixture.folder, "function"));
  const { result } = await runAsLambda(deployed, place, piste.tokenEndpoint, fixture.runId);
  expect(result).toMatchObject({ outcome: "refreshed" });

  const command = path.join(project.folder, "node_modules", ".bin", "piste");
  const options = { cwd: project.folder, env: fixture.environment };
  const { output } = await succeeded(runCommand(command, ["token", "qualif", "--lang", "en"], options));
  expect(output).toMatch(/^chorus-pro \(qualif\): the token is valid for \d+ min/m);
});

it("leaves Terraform with what the construct leaves it with", async () => {
  const ours = await stateIn(project.folder);
  await terraform("destroy", "-auto-approve", "-no-color", ...ARGUMENTS);
  expect(await secretNames(fixture)).toEqual([]);
  const theirs = await stateOfConstruct();
  expect(Object.keys(ours).length).toBeGreaterThan(20);
  expect(ours).toEqual(theirs);
});

it("refuses an environment and an application's name that nothing else would take", async () => {
  const plan = (...words: string[]): Promise<CommandResult> =>
    runCommand(fixture.terraform, ["plan", "-no-color", ...words], {
      cwd: project.folder,
      env: fixture.environment,
    });
  expect((await plan("-var=environment=preprod")).output).toContain("environment must be qualif or prod");
  const named = await plan("-var=environment=qualif", "-var=application=Chorus_Pro");
  expect(named.output).toContain("application must be 1 to 30 lower-case letters");
});
