import { mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { LambdaClient, PublishLayerVersionCommand } from "@aws-sdk/client-lambda";
import { PutSecretValueCommand } from "@aws-sdk/client-secrets-manager";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { App, TerraformStack } from "cdktf";
import { strToU8, zipSync } from "fflate";
import { PisteApplication, type PisteApplicationProps } from "../../constructs";
import { startEmulator, type Emulator } from "../../emulator";
import { deployedApplications } from "../../scripts/local/deployed-applications";
import { LOCAL_CREDENTIALS } from "../../aws/local/environment";
import { readDeployedFunction, runAsLambda } from "../../aws/local/deployed-function";
import { ROOT } from "../../scripts/local/folders";
import { runCommand, type CommandResult } from "../../scripts/local/processes";
import { secretNames, secretsOf } from "../deploy/emulated-secrets";
import { openFixture, REGION, succeeded, type Fixture } from "../deploy/fixture";
import { installedExample } from "../package/example";
import pack from "../package/pack";
import type { Project } from "../package/project";
import removeTarball from "../package/remove-tarball";
import { FALSE_APIS, METEO } from "../own-api";

/** Commands that install, apply or destroy. */
jest.setTimeout(10 * 60_000);

const STRUCTURE = { identifier: "12345678200010", identifierType: "SIRET" } as const;
const CLIENT = { client_id: "canary-id", client_secret: "canary-secret" };

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
  readonly address: string;
  readonly mode: string;
  readonly type: string;
  readonly values: Values;
}
interface Module {
  readonly resources?: readonly Resource[];
  readonly child_modules?: readonly Module[];
}

const resourcesOf = ({ resources = [], child_modules: children = [] }: Module): Resource[] => [
  ...resources.filter(({ mode }) => mode === "managed"),
  ...children.flatMap(resourcesOf),
];

/** Terraform's attributes of each resource, including those of modules. */
async function managedIn(folder: string): Promise<Resource[]> {
  const { output } = await terraformIn(folder, "show", "-json");
  const state = JSON.parse(output.slice(output.indexOf('{"format_version"'))) as { values: { root_module: Module } };
  return resourcesOf(state.values.root_module);
}

/** Attributes that differ between deployments. */
const OWN = /^(?:id|arn|.*_arn|last_modified|created?_.*|.*_date|unique_id|version|filename|code_sha256)$/;
/** Without existing topics the construct creates some. */
const ACTIONS = /^(?:alarm_actions|ok_actions)$/;

/** ARNs of secrets end in six random characters. */
const withoutChance = (text: string): string =>
  text.replaceAll(/(:secret:[\w/-]+)-[A-Za-z0-9]{6}(?=")/g, "$1-<chance>");

function statements(policy: string): string[] {
  const { Statement } = JSON.parse(withoutChance(policy)) as { Statement: Record<string, string | string[]>[] };
  // One right each, whatever its statement.
  return Statement.flatMap(({ Action = [], Resource = "", ...rest }) =>
    [Action]
      .flat()
      .flatMap((action) => [Resource].flat().map((resource) => JSON.stringify([action, resource, listed(rest)]))),
  ).sort();
}

/** AWS treats a single value as a list of one. */
function listed(value: unknown): unknown {
  if (typeof value === "string") return [value];
  if (Array.isArray(value) || typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => one.localeCompare(other))
      .map(([key, each]) => [key, listed(each)]),
  );
}

/** The order of JSON in a string does not matter. */
function readable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(readable);
  if (typeof value === "object" && value !== null) return readableBlock(value as Values);
  if (typeof value !== "string") return value;
  if (/^\{"(?:Statement|Version)"/.test(value)) return statements(value);
  return /^[{[]/.test(value) ? (JSON.parse(value) as unknown) : value;
}

const readableBlock = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, readable(value)]));

interface Compared {
  /** Keyed by name in AWS. */
  readonly resources: Readonly<Record<string, object>>;
  /** The rights of the role `consumer`, one each. */
  readonly granted: readonly string[];
}

/** Resources that only the constructs create; the module's documentation lists them. */
const WITHOUT = ["aws_sns_topic", "aws_secretsmanager_secret_policy"];

async function comparedIn(folder: string, hasTopics: boolean): Promise<Compared> {
  const managed = (await managedIn(folder)).filter(({ type }) => !WITHOUT.includes(type));
  const isGrant = ({ values }: Resource): boolean => values["role"] === "consumer";
  const resources = managed
    .filter((resource) => !isGrant(resource))
    .map(({ type, values: of }) => {
      const name = String(of["alarm_name"] ?? of["name"] ?? of["function_name"]);
      const kept = Object.entries(of).filter(([key]) => !OWN.test(key) && (hasTopics || !ACTIONS.test(key)));
      return [`${type} ${name}`, readableBlock(Object.fromEntries(kept))] as const;
    });
  const granted = managed
    .filter(isGrant)
    .flatMap(({ values }) => statements(String(values["policy"])).flatMap(perSecret));
  return { resources: Object.fromEntries(resources), granted: granted.sort() };
}

/** The module of this checkout, by a relative path: Terraform would copy another one, without the zip. */
const moduleFrom = (folder: string): string => path.relative(folder, path.join(ROOT, "terraform"));

/** One statement on a key for all secrets equals one statement for each. */
function perSecret(text: string): string[] {
  const [, arns] = /"kms:EncryptionContext:SecretARN":(\[[^\]]*\])/.exec(text) ?? [];
  if (arns === undefined) return [text];
  return (JSON.parse(arns) as string[]).map((arn) => text.replace(arns, JSON.stringify([arn])));
}

const CONSUMER = {
  name: "consumer",
  assumeRolePolicy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" }],
  }),
};

/** Applies the folder, returns Terraform's state, and clears the emulated AWS. */
async function applied(folder: string, hasTopics: boolean): Promise<Compared> {
  await terraformIn(folder, "init", "-no-color");
  await terraformIn(folder, "apply", "-auto-approve", "-no-color");
  const compared = await comparedIn(folder, hasTopics);
  await emptyAws();
  return compared;
}

/** Creates the existing roles and layer of some landing zones. */
async function emptyAws(): Promise<void> {
  await fetch(`${fixture.endpoint}/moto-api/reset`, { method: "POST" });
  const place = { endpoint: fixture.endpoint, region: REGION, credentials: LOCAL_CREDENTIALS };
  const ZipFile = zipSync({ "acme-ca.pem": strToU8("") });
  await new LambdaClient(place).send(new PublishLayerVersionCommand({ LayerName: "acme-ca", Content: { ZipFile } }));
  const iam = new IAMClient(place);
  for (const RoleName of ["given-refresher", "given-schedules"]) {
    await iam.send(
      new CreateRoleCommand({ RoleName, Path: "/given/", AssumeRolePolicyDocument: CONSUMER.assumeRolePolicy }),
    );
  }
}

async function stateOfConstruct(id: string, props: PisteApplicationProps): Promise<Compared> {
  const outdir = path.join(fixture.folder, `construct-${id}`);
  mkdirSync(outdir);
  const app = new App({ outdir });
  const stack = new TerraformStack(app, "same");
  new AwsProvider(stack, "aws", { region: REGION });
  const piste = new PisteApplication(stack, "piste", props);
  const consumer = new IamRole(stack, "consumer", CONSUMER);
  for (const secret of [piste.accessToken, ...Object.values(piste.technicalAccounts)]) secret.grantRead(consumer);
  stack.addOverride("terraform.backend.local.path", "terraform.tfstate");
  app.synth();
  return applied(path.join(outdir, "stacks", "same"), props.landingZone?.informTopicArns !== undefined);
}

async function stateOfModule(id: string, settings: Values): Promise<Compared> {
  const folder = path.join(fixture.folder, `module-${id}`);
  mkdirSync(folder);
  const main = {
    module: { piste: { source: moduleFrom(folder), ...settings } },
    resource: {
      aws_iam_role: { consumer: { name: CONSUMER.name, assume_role_policy: CONSUMER.assumeRolePolicy } },
      aws_iam_role_policy: {
        consumer: {
          name: "read",
          role: "${aws_iam_role.consumer.name}",
          policy: "${module.piste.consumer_policy}",
        },
      },
    },
  };
  writeFileSync(path.join(folder, "main.tf.json"), JSON.stringify(main));
  return applied(folder, (settings["landing_zone"] as Values | undefined)?.["inform_topic_arns"] !== undefined);
}

it("is applied from the installed package; the command finds it, and its function fetches a token", async () => {
  await terraform("init", "-no-color");
  await terraform("validate", "-no-color");
  await terraform("fmt", "-check", "-recursive", "-no-color", ".");
  await terraform("apply", "-auto-approve", "-no-color");
  const again = await terraform("plan", "-no-color");
  expect(again.output).toContain("No changes.");
  expect(await secretNames(fixture)).toEqual([
    "piste/qualif/chorus-pro/client",
    "piste/qualif/chorus-pro/technical-account/default",
    "piste/qualif/chorus-pro/token",
    "piste/qualif/legifrance/client",
    "piste/qualif/legifrance/token",
  ]);

  const place = { endpoint: fixture.endpoint, region: REGION };
  const found = await deployedApplications("qualif", place);
  expect(found.map(({ description }) => description.application).sort()).toEqual(["chorus-pro", "legifrance"]);
  const application = found.find(({ description }) => description.application === "chorus-pro");
  if (application === undefined) throw new Error("no description was found");
  const client = { SecretId: "piste/qualif/chorus-pro/client", SecretString: JSON.stringify(CLIENT) };
  await secretsOf(fixture).send(new PutSecretValueCommand(client));
  const deployed = await readDeployedFunction(application.description, place, path.join(fixture.folder, "function"));
  const { result } = await runAsLambda(deployed, place, piste.tokenEndpoint, fixture.runId);
  expect(result).toMatchObject({ outcome: "refreshed" });

  const command = path.join(project.folder, "node_modules", ".bin", "piste");
  const options = { cwd: project.folder, env: fixture.environment };
  const words = ["token", "qualif", "--application", "chorus-pro", "--lang", "en"];
  const { output } = await succeeded(runCommand(command, words, options));
  expect(output).toMatch(/^chorus-pro \(qualif\): the token is valid for \d+ min/m);
});

describe("the applied example", () => {
  let resources: readonly Resource[];
  let inFrankfurt: readonly Resource[];
  beforeAll(async () => {
    resources = await managedIn(project.folder);
    inFrankfurt = resources.filter(({ address }) => address.startsWith("module.in_frankfurt."));
  });
  const ofTypes = (...types: string[]): Values[] => {
    const found = inFrankfurt.filter(({ type }) => types.includes(type)).map(({ values }) => values);
    expect(found.length).toBeGreaterThanOrEqual(types.length);
    return found;
  };

  it("has the default tags of the caller's provider on every taggable resource, and no secret's value", () => {
    const ofModules = resources.filter(({ address }) => address.startsWith("module."));
    const tagged = ofModules.filter(({ values }) => "tags_all" in values);
    expect(new Set(tagged.map(({ type }) => type)).size).toBeGreaterThanOrEqual(7);
    for (const { address, values } of tagged) {
      const elsewhere = { region: "frankfurt", "cost-center": "4711" };
      const expected = { owner: "team-billing", ...(address.startsWith("module.in_frankfurt.") && elsewhere) };
      expect({ address, tags: values["tags_all"] }).toEqual({ address, tags: expected });
    }
    expect(resources.map(({ type }) => type)).not.toContain("aws_secretsmanager_secret_version");
  });

  it("is in the region of the given provider", () => {
    const arns = ofTypes("aws_secretsmanager_secret", "aws_lambda_function").map(
      ({ arn }) => String(arn).split(":")[3],
    );
    expect(new Set(arns)).toEqual(new Set(["eu-central-1"]));
  });

  it("applies the landing zone to every resource", () => {
    const boundary = resources.find(({ type }) => type === "aws_iam_policy")?.values["arn"];
    const key = resources.find(({ type }) => type === "aws_kms_key")?.values["arn"];
    const topic = resources.find(({ type }) => type === "aws_sns_topic")?.values["arn"];
    expect([boundary, key, topic].map((arn) => typeof arn)).toEqual(["string", "string", "string"]);
    for (const role of ofTypes("aws_iam_role")) {
      expect(role).toMatchObject({ path: "/workloads/piste/", permissions_boundary: boundary });
    }
    for (const encrypted of ofTypes("aws_secretsmanager_secret", "aws_cloudwatch_log_group")) {
      expect(encrypted).toMatchObject({ kms_key_id: key });
    }
    expect(ofTypes("aws_cloudwatch_log_group")).toMatchObject([{ retention_in_days: 365 }]);
    const functions = ofTypes("aws_lambda_function");
    const network = { subnet_ids: [expect.any(String)], security_group_ids: [expect.any(String)] };
    const variables = expect.objectContaining({ PISTE_HTTPS_PROXY: "https://proxy.example" });
    expect(functions).toMatchObject([{ vpc_config: [network], environment: [{ variables }] }]);
    for (const alarm of ofTypes("aws_cloudwatch_metric_alarm")) {
      expect(alarm).toMatchObject({ alarm_actions: [topic], ok_actions: [topic] });
      expect(alarm["alarm_description"]).toContain("Runbook: https://wiki.example.org/piste/runbooks/");
    }
    const names = inFrankfurt.map(({ values: of }) => String(of["alarm_name"] ?? of["name"] ?? of["function_name"]));
    expect(
      names.filter((name) => !/^(?:(?:\/aws\/lambda\/|invoke-)?acme-piste-qualif-|\/?piste\/)/.test(name)),
    ).toEqual([]);
  });

  it("is destroyed completely", async () => {
    await terraform("destroy", "-auto-approve", "-no-color");
    expect(await secretNames(fixture)).toEqual([]);
  });
});

const ACCOUNT_TAGS = { "cost-center": "4711" };
const ARN = "arn:aws:iam::123456789012";
const TOPICS = ["operations", "archive"].map((name) => `arn:aws:sns:eu-west-3:123456789012:${name}`);
const KEY = "arn:aws:kms:eu-west-3:123456789012:key/11111111-1111-1111-1111-111111111111";
const LAYER = "arn:aws:lambda:eu-west-3:123456789012:layer:acme-ca:1";
const APPLICATION = { environment: "qualif", name: "chorus-pro" } as const;

/** Equal configurations in TypeScript and HCL. */
const SAME: readonly { readonly what: string; readonly props: PisteApplicationProps; readonly settings: Values }[] = [
  {
    what: "an application",
    props: { ...APPLICATION, technicalAccounts: [{ name: "default", structure: STRUCTURE }] },
    settings: { environment: "qualif", technical_accounts: { default: { identifier: STRUCTURE.identifier } } },
  },
  {
    what: "one in prod with a landing zone and other settings",
    props: {
      environment: "prod",
      name: "billing",
      pisteApplicationName: "Billing",
      apis: [METEO, "chorus-pro-factures", { name: "other", basePath: "/Other/v1.0", scope: "openid" }],
      outageToleranceInMinutes: 20,
      reserveInMinutes: 3,
      technicalAccounts: [
        { name: "one", structure: STRUCTURE, usageType: "Portail", technicalContact: "é@exemple.fr" },
        { name: "two", structure: { identifier: "RIDET 1", identifierType: "RIDET" }, passwordLifetimeInDays: 90 },
      ],
      landingZone: {
        namePrefix: "acme",
        rolePath: "/workloads/piste/",
        permissionsBoundaryArn: `${ARN}:policy/boundary`,
        tags: ACCOUNT_TAGS,
        encryptionKeyArn: KEY,
        logRetentionInDays: 365,
        network: {
          subnetIds: ["subnet-1"],
          securityGroupIds: ["sg-1"],
          httpsProxy: "http://proxy.example:3128",
          awsThroughProxy: true,
          certificateAuthority: { layerArn: LAYER, file: "/opt/acme-ca.pem" },
        },
        pageTopicArns: TOPICS.slice(0, 1),
        informTopicArns: TOPICS,
        runbookBaseUrl: "https://wiki.example.org/runbooks/",
      },
    },
    settings: {
      environment: "prod",
      application: "billing",
      piste_application_name: "Billing",
      apis: [
        { name: METEO.name, base_path: METEO.basePath, ping: METEO.ping },
        "chorus-pro-factures",
        { name: "other", base_path: "/Other/v1.0", scope: "openid" },
      ],
      outage_tolerance_in_minutes: 20,
      reserve_in_minutes: 3,
      technical_accounts: {
        one: { identifier: STRUCTURE.identifier, usage_type: "Portail", technical_contact: "é@exemple.fr" },
        two: { identifier: "RIDET 1", identifier_type: "RIDET", password_lifetime_in_days: 90 },
      },
      landing_zone: {
        name_prefix: "acme",
        role_path: "/workloads/piste/",
        permissions_boundary_arn: `${ARN}:policy/boundary`,
        tags: ACCOUNT_TAGS,
        encryption_key_arn: KEY,
        log_retention_in_days: 365,
        network: {
          subnet_ids: ["subnet-1"],
          security_group_ids: ["sg-1"],
          https_proxy: "http://proxy.example:3128",
          aws_through_proxy: true,
          certificate_authority: { layer_arn: LAYER, file: "/opt/acme-ca.pem" },
        },
        page_topic_arns: TOPICS.slice(0, 1),
        inform_topic_arns: TOPICS,
        runbook_base_url: "https://wiki.example.org/runbooks/",
      },
    },
  },
  {
    what: "one of another scope with existing roles",
    props: {
      environment: "qualif",
      name: "captcha",
      apis: [{ name: "own", basePath: "/own", scope: "piste.captchetat" }, "captchetat"],
      landingZone: {
        roleArns: { refresher: `${ARN}:role/given/given-refresher`, schedules: `${ARN}:role/given/given-schedules` },
      },
    },
    settings: {
      environment: "qualif",
      application: "captcha",
      apis: [{ name: "own", base_path: "/own", scope: "piste.captchetat" }, "captchetat"],
      landing_zone: {
        role_arns: { refresher: `${ARN}:role/given/given-refresher`, schedules: `${ARN}:role/given/given-schedules` },
      },
    },
  },
];

describe.each(SAME)("$what", ({ what, props, settings }) => {
  it("creates the same resources as the construct", async () => {
    await emptyAws();
    const id = String(SAME.findIndex((same) => same.what === what));
    const ours = await stateOfModule(id, settings);
    const theirs = await stateOfConstruct(id, props);
    expect(Object.keys(ours.resources).length).toBeGreaterThan(13);
    expect(ours.resources).toEqual(theirs.resources);
    expect(ours.granted).toEqual(theirs.granted);
  });
});

/** Errors of the plan with these settings. */
type Refused = readonly [words: string | RegExp, settings: Values];

const network = (members: Values): Values => ({
  landing_zone: { network: { subnet_ids: ["subnet-1"], security_group_ids: ["sg-1"], ...members } },
});

/** Too many for a description. */
const MANY = Array.from({ length: 50 }, (_, index) => ({
  name: `api-${index}`,
  base_path: `/p${index}${"x".repeat(80)}`,
}));

/** The module's name of a property of the constructs. */
const PROPERTIES: readonly (readonly [constructs: RegExp, module: RegExp])[] = [
  [/^apis\[\d\]\.name$/, /apis\[…\]\.name (?:must be|and base_path must not be)/],
  [/^apis\[\d\]\.basePath$/, /apis\[…\]\.(?:base_path must be|name and base_path must not be)/],
  [/^apis\[\d\]\.ping$/, /apis\[…\]\.ping must be/],
  [/^apis\[\d\]\.scope$/, /apis\[…\]\.scope must be/],
  [/^apis\[\d\]$/, /apis must be at least one of .* as further members\./],
  [/^apis$/, /apis must differ/],
];

const falseApis: readonly Refused[] = FALSE_APIS.map(([apis, property]) => {
  const [, words = /never/] = PROPERTIES.find(([constructs]) => constructs.test(property)) ?? [];
  const written = apis.map((api) => {
    const { basePath, ...others } = api as { readonly basePath: unknown };
    return { ...others, base_path: basePath };
  });
  return [words, { apis: written }];
});

const REFUSED: readonly Refused[] = [
  ["environment must be qualif or prod", { environment: "preprod" }],
  ["application must be 1 to 30 lower-case letters", { application: "Chorus_Pro" }],
  ["reserve_in_minutes must be a whole number from 1 to 30, got 0", { reserve_in_minutes: 0 }],
  ["apis must be at least one of captchetat, chorus-pro-factures", { apis: ["légifrance"] }],
  ["apis must be at least one of captchetat, chorus-pro-factures", { apis: "legifrance" }],
  ["apis must be at least one of captchetat, chorus-pro-factures", { apis: [] }],
  ["apis must fit, with piste_application_name, one SSM parameter", { apis: MANY }],
  ["technical_accounts[…].identifier must be a SIRET", { technical_accounts: { one: { identifier: "123" } } }],
  ["landing_zone must have only the members", { landing_zone: { permission_boundary_arn: "x" } }],
  ["landing_zone.name_prefix must be 1 to 30", { landing_zone: { name_prefix: "Acme" } }],
  ["landing_zone.role_path must begin and end with a slash", { landing_zone: { role_path: "workloads" } }],
  ["landing_zone.permissions_boundary_arn must be", { landing_zone: { permissions_boundary_arn: "boundary" } }],
  ["landing_zone.role_arns must have only", { landing_zone: { role_arns: { scheduler: `${ARN}:role/one` } } }],
  ["landing_zone.encryption_key_arn must be", { landing_zone: { encryption_key_arn: KEY.replace("key/", "alias/") } }],
  ["landing_zone.log_retention_in_days must be one of 1, 3,", { landing_zone: { log_retention_in_days: 10 } }],
  ["landing_zone.network must have subnet_ids and", { landing_zone: { network: { subnet_ids: ["subnet-1"] } } }],
  ["landing_zone.network must have subnet_ids and", network({ http_proxy: "http://proxy.example" })],
  ...["proxy.example:3128", "http://proxy.example/", "ftp://proxy.example", "${local.proxy}", "${local.no_port}"].map(
    (https_proxy) => ["landing_zone.network.https_proxy must be", network({ https_proxy })] as const,
  ),
  ...[{ aws_through_proxy: true }, { aws_through_proxy: "perhaps", https_proxy: "http://proxy.example" }].map(
    (members) => ["landing_zone.network.aws_through_proxy must be", network(members)] as const,
  ),
  ...[
    { layer_arn: LAYER },
    { file: "/opt/acme-ca.pem" },
    { layer_arn: LAYER.replace(":1", ""), file: "/opt/acme-ca.pem" },
    { layer_arn: LAYER, file: "/opt/../etc/ca.pem" },
    { layer_arn: LAYER, file: "/etc/ca.pem" },
    { layer_arn: LAYER, file: "/opt/acme-ca.pem", pem: "x" },
  ].map(
    (certificate_authority) =>
      ["landing_zone.network.certificate_authority must have", network({ certificate_authority })] as const,
  ),
  ["landing_zone.page_topic_arns must be", { landing_zone: { page_topic_arns: "${local.pager}" } }],
  ["landing_zone.inform_topic_arns must be", { landing_zone: { inform_topic_arns: ["${local.pager}"] } }],
  ["landing_zone.runbook_base_url must be", { landing_zone: { runbook_base_url: "http://example.org" } }],
  [
    "application must leave the name twenty-seven-characters-long-piste-qualif-an-application-of-twenty-six-token-refresh",
    { application: "an-application-of-twenty-six", landing_zone: { name_prefix: "twenty-seven-characters-long" } },
  ],
  ["outage_tolerance_in_minutes must be a whole number, and at most 36 for a", { outage_tolerance_in_minutes: 37 }],
  ["apis must have one scope, since an application has one token", { apis: ["legifrance", "captchetat"] }],
  ["piste_application_name must be APP_SANDBOX_<e-mail", { piste_application_name: "Billing" }],
  ["zip must be the built function, got missing.zip", { zip: "missing.zip" }],
  ...falseApis,
];

it("reports each invalid variable once by name, without a pager's address or a password", async () => {
  const folder = path.join(fixture.folder, "refused");
  mkdirSync(folder);
  // Terraform shows the wrong lines of code.
  const locals = {
    pager: "https://example.org/canary",
    proxy: "http://user:canary@proxy.example",
    no_port: "http://user:canary",
  };
  const left = new Map(REFUSED.map((each, index) => [`refused_${index}`, each]));
  // Terraform reports some errors only without the others.
  while (left.size > 0) {
    const module = Object.fromEntries(
      [...left].map(([name, [, settings]]) => [
        name,
        { source: moduleFrom(folder), environment: "qualif", ...settings },
      ]),
    );
    writeFileSync(path.join(folder, "main.tf.json"), JSON.stringify({ locals, module }, null, 1));
    await terraformIn(folder, "init", "-no-color");
    const options = { cwd: folder, env: fixture.environment };
    const { code, output } = await runCommand(fixture.terraform, ["plan", "-no-color"], options);
    expect({ code, left: [...left.values()] }).toMatchObject({ code: 1 });
    expect(output).not.toContain("canary");
    const errors = output.split(/^Error: /m).slice(1);
    expect(errors).not.toEqual([]);
    for (const error of errors) {
      const said = error.replaceAll(/\s+/g, " ");
      // Terraform does not name the module of a failed precondition.
      const [of = "none"] = [...left].find(([, [words]]) => typeof words === "string" && said.includes(words)) ?? [];
      const [, name = of] = /in module\.(\w+)/.exec(said) ?? [];
      expect(said).toMatch(left.get(name)?.[0] ?? "nothing more");
      left.delete(name);
    }
  }
});
