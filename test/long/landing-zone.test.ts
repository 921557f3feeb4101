/**
 * Installs the example of a landing zone like its user, and deploys it by its README's commands into two accounts of an
 * emulated AWS. Checks AWS's answers to Terraform's second plan.
 */
import { cpSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { downloadEnvironment } from "../../aws/local/environment";
import { ROOT } from "../../scripts/local/folders";
import { runCommand } from "../../scripts/local/processes";
import { statementsOf } from "../constructs/synthesize";
import { codeBlocks } from "../docs/runbook-pages";
import { openFixture, succeeded, type Fixture } from "../deploy/fixture";
import { oneStepOutside } from "../iam/outside";
import { shortcomings } from "../iam/proof";
import { administrator } from "../iam/service-calls";
import { isAllowed, type Call, type Policy, type Request, type World } from "../iam/simulator";
import { buildExample, EXAMPLES, installedExample } from "../package/example";
import pack from "../package/pack";
import { CDK_TERRAIN, installed, type Project } from "../package/project";
import removeTarball from "../package/remove-tarball";

/** Eleven deployments and plans, on a machine that may be busy. */
jest.setTimeout(10 * 60_000);

const EXAMPLE = path.join(EXAMPLES, "landing-zone");
const PUBLISHER = "111122223333";
const CONSUMER = "444455556666";
const PLACES = [
  ["paris", "eu-west-3", "acme-par"],
  ["dublin", "eu-west-1", "acme-dub"],
] as const;
const STACKS = [
  "platform-consumer",
  ...PLACES.flatMap(([place]) => [`platform-${place}`, `publisher-${place}`]),
  "consumer",
];

type Values = Readonly<Record<string, unknown>>;
interface Resource {
  readonly mode: "managed" | "data";
  readonly type: string;
  readonly values: Values;
}

let fixture: Fixture;
let project: Project;
/** Keyed by stack. */
const deployed = new Map<string, readonly Resource[]>();

/** The README's commands, in order. */
const COMMANDS = codeBlocks(readFileSync(path.join(EXAMPLE, "README.md"), "utf8"))
  .flatMap(({ code }) => code.split("\n"))
  .filter((line) => line.startsWith("npx cdktf "))
  .map((line) => line.split(" ").slice(2));

beforeAll(async () => {
  pack();
  [project, fixture] = await Promise.all([installedExample("landing-zone"), openFixture("landing zone")]);
  await buildExample("landing-zone", project);
  const options = { cwd: project.folder, env: fixture.environment };
  for (const words of COMMANDS) {
    const program = path.join(ROOT, "node_modules", ".bin", "cdktf");
    await succeeded(runCommand(program, [...words, "--auto-approve", "--skip-provider-lock"], options));
  }
  const output = path.join(project.folder, "cdktf.out");
  await Promise.all(
    STACKS.map(async (stack) => {
      const terraform = (...words: string[]) => fixture.terraformIn(output, stack, ...words);
      await succeeded(terraform("plan", "-detailed-exitcode", "-input=false", "-no-color", "-out=second-plan"));
      const { output: shown } = await succeeded(terraform("show", "-json", "second-plan"));
      const { prior_state: state } = JSON.parse(shown) as {
        prior_state: { values: { root_module: { resources: Resource[] } } };
      };
      deployed.set(stack, state.values.root_module.resources);
    }),
  );
});
afterAll(async () => {
  await fixture.close();
  project.remove();
  removeTarball();
});

function all(stack: string, type?: string): Values[] {
  const resources = (deployed.get(stack) ?? []).filter(({ mode }) => mode === "managed");
  const found = resources.filter((each) => type === undefined || each.type === type).map(({ values }) => values);
  if (found.length === 0) throw new Error(`${stack} has no ${type ?? "resource"}`);
  return found;
}

function one(stack: string, type: string, ofName = ""): Values {
  const [found, ...more] = all(stack, type).filter((each) => String(each["name"]).includes(ofName));
  if (found === undefined || more.length > 0) throw new Error(`${stack} must have one ${type} ${ofName}`);
  return found;
}

/** Attributes that name a resource. */
const nameOf = (values: Values): string | undefined =>
  (values["function_name"] ?? values["alarm_name"] ?? values["dashboard_name"] ?? values["name"]) as string | undefined;

it("is deployed by its README's commands", () => {
  const named = COMMANDS.flatMap((words) => words.filter((word) => STACKS.includes(word)));
  expect(named.sort()).toEqual([...STACKS].sort());
  expect(deployed.size).toBe(STACKS.length);
});

describe.each(PLACES)("the prescribed settings, in %s", (place, region, prefix) => {
  const stack = `publisher-${place}`;
  const platform = `platform-${place}`;

  it("prefix all names except the contract's with the region's prefix", () => {
    const names = all(stack).flatMap((values) => nameOf(values) ?? []);
    const own = names.filter((name) => !new RegExp(`^(/aws/lambda/|invoke-)?${prefix}-piste-prod`).test(name));
    expect(own.sort()).toEqual([
      "/piste/prod/chorus-pro",
      "/piste/prod/chorus-pro/accounts/1",
      "piste/prod/chorus-pro/client",
      "piste/prod/chorus-pro/technical-account/lille",
      "piste/prod/chorus-pro/technical-account/lyon",
      "piste/prod/chorus-pro/token",
    ]);
    expect(names.length).toBeGreaterThan(25);
  });

  it("tag every taggable resource", () => {
    const tagged = all(stack).filter((values) => "tags_all" in values);
    expect(tagged.length).toBeGreaterThan(20);
    for (const { tags_all: tags } of tagged) {
      expect(tags).toEqual({ Environment: "production", Application: "invoicing", CostCenter: "F42" });
    }
  });

  it("give the only created role its path and boundary", () => {
    expect(one(stack, "aws_iam_role")).toMatchObject({
      name: `${prefix}-piste-prod-chorus-pro-connection-check`,
      path: "/piste/",
      permissions_boundary: one(platform, "aws_iam_policy")["arn"],
    });
    const [check, refresher] = all(stack, "aws_lambda_function");
    expect(check?.["role"]).toBe(one(stack, "aws_iam_role")["arn"]);
    expect(refresher?.["role"]).toBe(one(platform, "aws_iam_role", "refresher")["arn"]);
    for (const { target } of all(stack, "aws_scheduler_schedule")) {
      expect(target).toMatchObject([{ role_arn: one(platform, "aws_iam_role", "schedules")["arn"] }]);
    }
  });

  it("encrypt secrets and logs with the company's key, and keep logs for a year", () => {
    const key = one(platform, "aws_kms_key")["arn"];
    expect(String(key)).toContain(`:${region}:${PUBLISHER}:`);
    for (const secret of all(stack, "aws_secretsmanager_secret")) expect(secret["kms_key_id"]).toBe(key);
    for (const group of all(stack, "aws_cloudwatch_log_group")) {
      expect(group).toMatchObject({ kms_key_id: key, retention_in_days: 365 });
    }
  });

  it("put both functions into the company's network", () => {
    const subnets = all(platform, "aws_subnet").map(({ id }) => id);
    const functions = all(stack, "aws_lambda_function");
    expect(functions).toHaveLength(2);
    for (const { vpc_config: network } of functions) {
      const [{ subnet_ids: ids, security_group_ids: groups } = {}] = network as Record<string, string[]>[];
      expect(new Set(ids)).toEqual(new Set(subnets));
      expect(groups).toEqual([one(platform, "aws_security_group")["id"]]);
    }
    const { arn: layer } = one(platform, "aws_lambda_layer_version");
    for (const { layers, environment } of functions) {
      expect(layers).toEqual([layer]);
      const network = { PISTE_HTTPS_PROXY: "http://proxy.acme.example:3128", PISTE_CA_FILE: "/opt/acme-ca.crt" };
      expect(environment).toMatchObject([{ variables: network }]);
    }
  });

  it("describe the additional API", () => {
    const description = all(stack, "aws_ssm_parameter").find(({ name }) => name === "/piste/prod/chorus-pro");
    expect(JSON.parse(String(description?.["insecure_value"]))).toMatchObject({
      apis: expect.arrayContaining([{ name: "meteo", basePath: "/meteofrance/public/v1", ping: "/health" }]),
    });
  });

  it("use the company's topics and create none", () => {
    expect(() => all(stack, "aws_sns_topic")).toThrow();
    const told = all(stack, "aws_cloudwatch_metric_alarm").flatMap(({ alarm_actions: topics }) => topics as string[]);
    expect(new Set(told)).toEqual(new Set(all(platform, "aws_sns_topic").map(({ arn }) => arn)));
  });
});

describe("rights", () => {
  /** All deployed policies. */
  function world(): World {
    const identity = new Map<string, Policy[]>();
    const resource = new Map<string, Policy>();
    const roles = STACKS.flatMap((stack) => (stack === "consumer" ? [] : byType(stack, "aws_iam_role")));
    const arnOf = new Map(roles.map(({ name, arn }) => [String(name), String(arn)]));
    for (const { name, arn, assume_role_policy: trust } of roles) {
      resource.set(String(arn), { name: `trust of ${String(name)}`, statements: statementsOf(trust) });
    }
    for (const stack of STACKS) {
      for (const { role, name, policy } of byType(stack, "aws_iam_role_policy")) {
        const arn = arnOf.get(String(role)) ?? "none";
        identity.set(arn, [...(identity.get(arn) ?? []), { name: String(name), statements: statementsOf(policy) }]);
      }
      for (const { secret_arn: on, policy } of byType(stack, "aws_secretsmanager_secret_policy")) {
        resource.set(String(on), { name: `policy of ${String(on)}`, statements: statementsOf(policy) });
      }
      for (const { arn, policy } of byType(stack, "aws_kms_key")) {
        resource.set(String(arn), { name: `policy of ${String(arn)}`, statements: statementsOf(policy) });
      }
    }
    return { identity, resource };
  }
  const byType = (stack: string, type: string): Values[] =>
    (deployed.get(stack) ?? [])
      .filter((each) => each.mode === "managed" && each.type === type)
      .map(({ values }) => values);

  const secret = (name: string, place = "paris"): string =>
    String(
      all(`publisher-${place}`, "aws_secretsmanager_secret").find(
        (each) => each["name"] === `piste/prod/chorus-pro/${name}`,
      )?.["arn"],
    );
  const key = (place = "paris"): string => String(one(`platform-${place}`, "aws_kms_key")["arn"]);
  const regionOf = (arn: string): string => arn.split(":")[3] ?? "";
  const withKey = (action: string, on: string): Call => ({
    action,
    resource: key(PLACES.find(([, region]) => region === regionOf(on))?.[0]),
    context: {
      "kms:EncryptionContext:SecretARN": on,
      "kms:ViaService": `secretsmanager.${regionOf(on)}.amazonaws.com`,
    },
  });
  const ofStage = (action: string, resource: string, stage = "AWSCURRENT"): Call => ({
    action: `secretsmanager:${action}`,
    resource,
    context: { "secretsmanager:VersionStage": stage },
  });
  const on = (action: string, resource: string): Call => ({ action, resource, context: {} });
  const reading = (principal: string, arn: string): Request[] =>
    [on("secretsmanager:GetSecretValue", arn), ofStage("GetSecretValue", arn), withKey("kms:Decrypt", arn)].map(
      (call) => ({ principal, call }),
    );
  /** The allowed calls of a read. */
  const allowed = async (of: World, requests: readonly Request[]): Promise<string[]> => {
    const found: string[] = [];
    for (const request of requests) if (await isAllowed(of, request)) found.push(request.call.action);
    return [...new Set(found)];
  };

  describe("of the reader in the other account", () => {
    const reader = (): string => String(one("platform-consumer", "aws_iam_role")["arn"]);
    const WHOLE = ["secretsmanager:GetSecretValue", "kms:Decrypt"];

    it.each(["token", "technical-account/lyon"])("allow to read %s", async (name) => {
      expect(reader()).toContain(`:${CONSUMER}:role/`);
      expect(await shortcomings({ world: world(), needed: reading(reader(), secret(name)), outside: [] })).toEqual([]);
    });

    it.each([
      ["client", "paris"],
      ["technical-account/lille", "paris"],
      ["token", "dublin"],
      ["technical-account/lyon", "dublin"],
    ])("are nothing of %s in %s", async (name, place) => {
      expect(await allowed(world(), reading(reader(), secret(name, place)))).toEqual([]);
    });

    it("allow only reading", async () => {
      const needed = ["token", "technical-account/lyon"].flatMap((name) => reading(reader(), secret(name)));
      const resources = new Map([
        ["secretsmanager secret", ["client", "token", "technical-account/lille"].map((name) => secret(name))],
        ["kms key", [key("dublin")]],
      ]);
      const outside = oneStepOutside(needed, resources);
      expect(outside.length).toBeGreaterThan(50);
      // A read by the id of a version: see toleratedReads.
      const tolerated = outside.filter(({ call: { context } }) => "secretsmanager:VersionId" in context);
      const others = outside.filter((request) => !tolerated.includes(request));
      expect(await shortcomings({ world: world(), needed, outside: others })).toEqual([]);
    });

    it("need each of the secret's policy, the key's and their own", async () => {
      const whole = world();
      const token = secret("token");
      const requests = reading(reader(), token);
      const without = (arn: string, sid: (statement: Policy["statements"][number]) => boolean): World => {
        const policy = whole.resource.get(arn) ?? { name: "none", statements: [] };
        const statements = policy.statements.filter((statement) => !sid(statement));
        expect(statements.length).toBe(policy.statements.length - 1);
        return { ...whole, resource: new Map([...whole.resource, [arn, { ...policy, statements }]]) };
      };
      const names = ({ Principal }: Policy["statements"][number]): boolean =>
        JSON.stringify(Principal).includes(reader());
      expect(await allowed(whole, requests)).toEqual(WHOLE);
      expect(await allowed(without(token, names), requests)).toEqual(["kms:Decrypt"]);
      expect(await allowed(without(key(), names), requests)).toEqual(["secretsmanager:GetSecretValue"]);
      expect(await allowed({ ...whole, identity: new Map() }, requests)).toEqual([]);
    });

    it("exclude other roles there, whatever that account allows", async () => {
      const other = reader().replace(/[^/]*$/, "administrator");
      const { identity, resource } = world();
      const withOther = { resource, identity: new Map([...identity, administrator(other)]) };
      expect(await allowed(withOther, reading(other, secret("token")))).toEqual([]);
    });
  });

  describe.each(PLACES)("of the existing roles, in %s", (place, region, prefix) => {
    const role = (name: string): string => String(one(`platform-${place}`, "aws_iam_role", name)["arn"]);
    const functionArn = (name: string): string =>
      `arn:aws:lambda:${region}:${PUBLISHER}:function:${prefix}-piste-prod-chorus-pro-${name}`;

    /** The refresher's calls: lambda/token-refresh. */
    function refreshing(): Request[] {
      const [client, token] = [secret("client", place), secret("token", place)];
      const accounts = ["lyon", "lille"].map((name) => secret(`technical-account/${name}`, place));
      const parameter = (name: string): string =>
        `arn:aws:ssm:${region}:${PUBLISHER}:parameter/piste/prod/chorus-pro${name}`;
      const log = `arn:aws:logs:${region}:${PUBLISHER}:log-group:/aws/lambda/${prefix}-piste-prod-chorus-pro-token-refresh:log-stream:2026/11/30/[$LATEST]0123456789abcdef`;
      return [
        ...["AWSCURRENT", "AWSPENDING"].flatMap((stage) => [
          ofStage("GetSecretValue", client, stage),
          ofStage("UpdateSecretVersionStage", client, stage),
        ]),
        on("secretsmanager:DescribeSecret", client),
        ofStage("GetSecretValue", token),
        on("secretsmanager:PutSecretValue", token),
        ...[token, ...accounts].map((arn) => on("secretsmanager:ListSecretVersionIds", arn)),
        ...["", "/accounts/1"].map((name) => on("ssm:GetParameter", parameter(name))),
        ...["logs:CreateLogStream", "logs:PutLogEvents"].map((action) => on(action, log)),
        ...[client, token].map((arn) => withKey("kms:Decrypt", arn)),
        withKey("kms:GenerateDataKey", token),
        on("ec2:CreateNetworkInterface", `arn:aws:ec2:${region}:${PUBLISHER}:network-interface/eni-1`),
      ].map((call) => ({ principal: role("refresher"), call }));
    }

    const invoking = (): Request[] =>
      ["token-refresh", "connection-check"].map((name) => ({
        principal: role("schedules"),
        call: on("lambda:InvokeFunction", functionArn(name)),
      }));

    it("allow what is needed, and nothing one step outside", async () => {
      const needed = [...refreshing(), ...invoking()];
      const secrets = ["client", "token", "technical-account/lyon", "technical-account/lille"];
      const resources = new Map([
        ["secretsmanager secret", secrets.map((name) => secret(name, place))],
        ["kms key", [key("paris"), key("dublin")]],
      ]);
      const outside = oneStepOutside(needed, resources);
      expect(outside.length).toBeGreaterThan(100);
      expect(await shortcomings({ world: world(), needed, outside })).toEqual([]);
    });

    it("are within the boundary", async () => {
      const { name, policy } = one(`platform-${place}`, "aws_iam_policy");
      const boundary = { name: String(name), statements: statementsOf(policy) };
      const needed = [...refreshing(), ...invoking()];
      const identity = new Map(needed.map(({ principal }) => [principal, [boundary]]));
      expect(await shortcomings({ world: { ...world(), identity }, needed, outside: [] })).toEqual([]);
    });

    it("of all roles together equal the boundary", () => {
      const actionsOf = (policy: unknown): string[] =>
        statementsOf(policy).flatMap(({ Effect, Action }) => (Effect === "Allow" ? Action : []));
      const used = all(`publisher-${place}`, "aws_iam_role_policy").flatMap(({ policy }) => actionsOf(policy));
      expect([...new Set(used)].sort()).toEqual(actionsOf(one(`platform-${place}`, "aws_iam_policy")["policy"]).sort());
    });

    it("can be assumed by their service", async () => {
      const asks = (principal: string, on: string, context: Call["context"]): Promise<boolean> =>
        isAllowed(world(), { principal, call: { action: "sts:AssumeRole", resource: role(on), context } });
      const account = { "aws:SourceAccount": PUBLISHER };
      expect(await asks("lambda.amazonaws.com", "refresher", {})).toBe(true);
      expect(await asks("scheduler.amazonaws.com", "refresher", account)).toBe(false);
      expect(await asks("scheduler.amazonaws.com", "schedules", account)).toBe(true);
      expect(await asks("scheduler.amazonaws.com", "schedules", { "aws:SourceAccount": CONSUMER })).toBe(false);
    });
  });
});

describe("the same stacks", () => {
  interface Synthesized {
    readonly resource: object;
    readonly data?: object;
    readonly output?: object;
    readonly terraform: { readonly required_providers: { readonly aws: { readonly version: string } } };
  }
  const synthesized = (of: Project): { stacks: object[]; versions: Set<string> } => {
    const json = STACKS.map((stack) => JSON.parse(of.read(`cdktf.out/stacks/${stack}/cdk.tf.json`)) as Synthesized);
    return {
      stacks: json.map(({ resource, data, output }) => ({ resource, data, output })),
      versions: new Set(json.map(({ terraform }) => terraform.required_providers.aws.version)),
    };
  };

  /** Type-checked and synthesized with the deployed example's existing resources. */
  async function checked(other: Project, adapt: (code: string) => string): Promise<ReturnType<typeof synthesized>> {
    for (const each of ["build", "acme-ca.crt", "cdktf.json", "tsconfig.json", "published.json"]) {
      cpSync(path.join(project.folder, each), path.join(other.folder, each), { recursive: true });
    }
    for (const file of [
      "accounts",
      "account-stack",
      "consumer",
      "landing-zone",
      "lookup",
      "main",
      "platform",
      "publisher",
      "zipped",
    ]) {
      other.write(`${file}.ts`, adapt(project.read(`${file}.ts`)));
    }
    await other.run(path.join(ROOT, "node_modules", ".bin", "tsc"), "-p", ".");
    await other.run("node", "--import", "tsx", "main.ts");
    return synthesized(other);
  }
  const TOOLS = ["@types/node", "fflate", "tsx"];

  it("are synthesized by CDK Terrain", async () => {
    const other = await installed([...CDK_TERRAIN.peers, ...TOOLS]);
    try {
      expect((await checked(other, (code) => CDK_TERRAIN.adapt(code))).stacks).toEqual(synthesized(project).stacks);
    } finally {
      other.remove();
    }
  });

  it("are synthesized with version 21 of the AWS provider's bindings", async () => {
    const other = await installed(["cdktf", "constructs", ...TOOLS]);
    const options = { cwd: other.folder, env: downloadEnvironment(fixture.runId) };
    const words = ["--no-save", "--ignore-scripts", "--legacy-peer-deps", "--no-audit", "--no-fund"];
    try {
      await succeeded(runCommand("npm", ["install", ...words, "@cdktf/provider-aws@21"], options));
      const { stacks, versions } = await checked(other, (code) => code);
      expect([...versions].map((version) => version.split(".")[0])).toEqual(["6"]);
      expect(stacks).toEqual(synthesized(project).stacks);
    } finally {
      other.remove();
    }
  });
});
