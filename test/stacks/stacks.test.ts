import os from "node:os";
import * as path from "node:path";
import { describe, expect, it, jest } from "@jest/globals";
import { TerraformOutput, type App, type TerraformStack } from "cdktf";
import { deployerPolicy } from "../../cli/policy/deployer";
import { TOKEN_ALARMS } from "../../constructs";
import type { Platform } from "../../piste/environments";
import type { EnvironmentConfiguration, StackApplication } from "../../stacks/configuration";
import { PisteStack } from "../../stacks/piste-stack";
import { prod } from "../../stacks/prod";
import { qualif } from "../../stacks/qualif";
import { addStateStacks, StateStack } from "../../stacks/state-stack";
import { statementsOf, synthesizeApp, type Block, type SynthesizedStack } from "../constructs/synthesize";

const SIRET = "73282932000074";
const ACCOUNT = "123456789012";
const BUCKET = "my-company-terraform-state";

const application = (props: Partial<StackApplication> = {}): StackApplication => ({
  name: "chorus-pro",
  technicalAccounts: [{ name: "default", structure: { identifier: SIRET, identifierType: "SIRET" } }],
  ...props,
});

type Environments = Readonly<Record<Platform, EnvironmentConfiguration>>;

/** Keyed by the configuration, so that each stack is synthesized once. */
function once<T>(made: Map<string, T>, of: unknown, make: () => T): T {
  const key = JSON.stringify(of);
  const known = made.get(key) ?? make();
  made.set(key, known);
  return known;
}

const stacks = new Map<string, SynthesizedStack>();
const apps = new Map<string, Record<string, SynthesizedStack>>();

const deployed = (environment: Platform, configuration: Partial<EnvironmentConfiguration> = {}): SynthesizedStack =>
  once(stacks, [environment, configuration], () => {
    const stack = synthesizeApp((app) => {
      new PisteStack(app, environment, { applications: [application()], ...configuration });
    })[environment];
    if (stack === undefined) throw new Error(`no stack ${environment}`);
    return stack;
  });

/** The whole app, as main.ts makes it. */
const synthesized = (environments: Environments): Record<string, SynthesizedStack> =>
  synthesizeApp((app) => {
    new PisteStack(app, "qualif", environments.qualif);
    new PisteStack(app, "prod", environments.prod);
    addStateStacks(app, environments);
  });

const everything = (environments: Environments): Record<string, SynthesizedStack> =>
  once(apps, environments, () => synthesized(environments));

const providerOf = ({ json }: SynthesizedStack): Block => json.provider?.aws[0] ?? {};
const backendOf = ({ json }: SynthesizedStack): Block => json.terraform.backend;
const messagesOf = ({ annotations }: SynthesizedStack): string[] => annotations.map(({ message }) => message);

describe("an environment's stack", () => {
  it("is by default in Paris, in any account, with its state in a file beside cdktf.json", () => {
    const stack = deployed("qualif");
    expect(providerOf(stack)).toEqual({
      region: "eu-west-3",
      default_tags: [{ tags: { application: "cdktf-piste", environment: "qualif" } }],
    });
    expect(backendOf(stack)).toEqual({ local: { path: "../../../terraform.qualif.tfstate" } });
    expect(stack.types).not.toContain("aws_sns_topic_subscription");
  });

  it("has the configured region, account and tags", () => {
    const stack = deployed("prod", {
      region: "eu-west-1",
      account: ACCOUNT,
      landingZone: { tags: { team: "billing" } },
    });
    expect(providerOf(stack)).toEqual({
      region: "eu-west-1",
      allowed_account_ids: [ACCOUNT],
      default_tags: [{ tags: { application: "cdktf-piste", environment: "prod", team: "billing" } }],
    });
  });

  it("takes an account as AWS's console shows it, in its state's stack and in comparisons, too", () => {
    const pasted = { account: "1234-5678-9012", state: { bucket: BUCKET } };
    const accessAlarm = { deployerRoleArns: [`arn:aws:iam::${ACCOUNT}:role/deployer`] };
    const stacks = everything({
      qualif: { ...qualif, ...pasted },
      prod: { ...prod, ...pasted, account: ACCOUNT, accessAlarm },
    });
    for (const stack of Object.values(stacks)) expect(providerOf(stack)["allowed_account_ids"]).toEqual([ACCOUNT]);
    expect(Object.keys(stacks).sort()).toEqual(["prod", "qualif", "state"]);
    const same = deployed("prod", { account: "1234 5678 9012", accessAlarm });
    expect(providerOf(same)["allowed_account_ids"]).toEqual([ACCOUNT]);
  });

  it.each<{ readonly [key: string]: string }>([
    { Environment: "production", APPLICATION: "F42" },
    { environment: "production", application: "F42" },
  ])("replaces its own tags by a company's: %j", (tags) => {
    expect(providerOf(deployed("prod", { landingZone: { tags } }))["default_tags"]).toEqual([{ tags }]);
  });

  it("tags its alarms' key as the deployer's policy requires, whatever its other tags", () => {
    const stack = deployed("prod", { encryptAlarms: true, landingZone: { tags: { Environment: "production" } } });
    const [condition] = deployerPolicy({
      environment: "prod",
      application: "chorus-pro",
      region: "eu-west-3",
      accountId: ACCOUNT,
      encryptAlarms: true,
    })
      .map(({ statement }) => statement)
      .filter(({ Sid }) => Sid === "MakeAlarmKey")
      .map(({ Condition }) => Condition);
    expect(stack.only("aws_kms_key")["tags"]).toEqual({ "cdktf-piste": "prod" });
    expect(condition).toEqual({ StringEquals: { "aws:RequestTag/cdktf-piste": "prod" } });
  });

  it("keeps its state in a configured bucket, encrypted and locked", () => {
    const key = "cdktf-piste/prod.tfstate";
    const common = { bucket: BUCKET, key, encrypt: true, use_lockfile: true };
    expect(backendOf(deployed("prod", { state: { bucket: BUCKET } }))).toEqual({
      s3: { ...common, region: "eu-west-3" },
    });
    expect(backendOf(deployed("prod", { region: "eu-west-1", state: { bucket: BUCKET } }))).toEqual({
      s3: { ...common, region: "eu-west-1" },
    });
    expect(
      backendOf(deployed("prod", { region: "eu-west-1", state: { bucket: BUCKET, region: "eu-central-1" } })),
    ).toEqual({ s3: { ...common, region: "eu-central-1" } });
  });

  it("has one topic to page and one to inform for all its applications, with the configured e-mails", () => {
    const stack = deployed("prod", {
      applications: [application(), application({ name: "legifrance" })],
      alarmEmails: ["astreinte@exemple.fr"],
    });
    const topics = ["inform", "page"].map((severity) =>
      stack.reference("aws_sns_topic", "arn", { name: `piste-prod-${severity}` }),
    );
    const actions = stack.all("aws_cloudwatch_metric_alarm").map(({ alarm_actions }) => alarm_actions as string[]);
    expect(new Set(actions.flat())).toEqual(new Set(topics));
    expect(stack.all("aws_sns_topic_subscription")).toEqual(
      topics.map((topic) => ({ endpoint: "astreinte@exemple.fr", protocol: "email", topic_arn: topic })),
    );
  });

  it("informs only in qualif, where nothing pages", () => {
    expect(deployed("qualif").only("aws_sns_topic")).toMatchObject({ name: "piste-qualif-inform" });
  });

  it("publishes to existing topics if configured", () => {
    const [page, inform] = [["pager", "bridge"], ["mailbox"]].map((names) =>
      names.map((name) => `arn:aws:sns:eu-west-3:123456789012:${name}`),
    );
    const stack = deployed("prod", {
      applications: [application()],
      landingZone: { pageTopicArns: page, informTopicArns: inform },
    });
    expect(stack.types).not.toContain("aws_sns_topic");
    expect(stack.json.output).toMatchObject({
      alarm_topics: { value: { page, inform } },
    });
    expect(stack.all("aws_cloudwatch_metric_alarm").map((each) => each["alarm_actions"])).toContainEqual(page);
  });

  it("encrypts its topics with one key if configured", () => {
    const stack = deployed("prod", { applications: [application()], encryptAlarms: true });
    const key = stack.reference("aws_kms_key", "arn");
    expect(stack.all("aws_sns_topic").map(({ kms_master_key_id }) => kms_master_key_id)).toEqual([key, key]);
    expect(stack.only("aws_kms_alias")).toMatchObject({ name: "alias/piste-prod-alarms" });
    expect(deployed("prod").types).not.toContain("aws_kms_key");
  });

  it("has a dashboard of all its applications with their settings and alarms, unless it is switched off", () => {
    const applications = [application(), application({ name: "legifrance", outageToleranceInMinutes: 10 })];
    const { dashboard_name, dashboard_body } = deployed("prod", { applications }).only("aws_cloudwatch_dashboard");
    expect(dashboard_name).toBe("piste-prod");
    const body = String(dashboard_body);
    for (const name of ["chorus-pro", "legifrance"]) {
      for (const alarm of ["token-lapsing", "refresher-silent"])
        expect(body).toContain(`:alarm:piste-prod-${name}-${alarm}"`);
      expect(body).toContain(`"title":"Minutes left on the token of ${name}"`);
    }
    expect(body).toContain("the tolerance of 30 minutes is used up");
    expect(body).toContain("the tolerance of 10 minutes is used up");
    expect(deployed("prod", { applications, dashboard: false }).types).not.toContain("aws_cloudwatch_dashboard");
  });

  it("takes the outage tolerance from the environment, or from the application", () => {
    const stack = deployed("prod", {
      outageToleranceInMinutes: 20,
      applications: [application(), application({ name: "legifrance", outageToleranceInMinutes: 10 })],
    });
    const toleranceOf = (name: string): unknown =>
      stack.only("aws_lambda_function", { function_name: `piste-prod-${name}-token-refresh` })["environment"];
    expect(toleranceOf("chorus-pro")).toMatchObject({ variables: { PISTE_OUTAGE_TOLERANCE_IN_MINUTES: "20" } });
    expect(toleranceOf("legifrance")).toMatchObject({ variables: { PISTE_OUTAGE_TOLERANCE_IN_MINUTES: "10" } });
  });

  it("outputs the next commands, complete for any shell", () => {
    const nextOf = (configuration: Partial<EnvironmentConfiguration>): unknown =>
      deployed("qualif", configuration).json.output?.["next"]?.value;
    expect(nextOf({})).toEqual([
      "npx piste credentials set qualif client --region eu-west-3",
      "npx piste credentials set qualif technical-account --region eu-west-3",
      "npx piste doctor qualif --region eu-west-3",
      "npx piste alarms test qualif --region eu-west-3",
    ]);
    const [account] = application().technicalAccounts ?? [];
    if (account === undefined) throw new Error("the application has no account");
    const several = [application({ technicalAccounts: [account, { ...account, name: "mairie" }] })];
    expect(nextOf({ region: "eu-west-1", applications: several })).toContain(
      "npx piste credentials set qualif technical-account --account <name> --region eu-west-1",
    );
    expect(nextOf({ applications: [application(), application({ name: "legifrance" })] })).toContain(
      "npx piste credentials set qualif client --application <name> --region eu-west-3",
    );
    expect(nextOf({ applications: [application({ technicalAccounts: [] })] })).toHaveLength(3);
  });

  it("outputs the resources of each application", () => {
    const stack = deployed("qualif");
    expect(stack.json.output).toMatchObject({
      alarm_topics: {
        value: {
          page: [stack.reference("aws_sns_topic", "arn")],
          inform: [stack.reference("aws_sns_topic", "arn")],
        },
      },
      applications: {
        value: {
          "chorus-pro": {
            client_secret: "piste/qualif/chorus-pro/client",
            technical_account_secrets: { default: "piste/qualif/chorus-pro/technical-account/default" },
            token_secret: "piste/qualif/chorus-pro/token",
            token_secret_arn: stack.reference("aws_secretsmanager_secret", "arn", {
              name: "piste/qualif/chorus-pro/token",
            }),
            refresh_function: "piste-qualif-chorus-pro-token-refresh",
            description_parameter: "/piste/qualif/chorus-pro",
            alarms: TOKEN_ALARMS.map((name) => `piste-qualif-chorus-pro-${name}`),
          },
        },
      },
    });
  });

  it("warns if prod has no account or keeps its state in a file, but not for qualif", () => {
    expect(deployed("prod").annotations).toMatchObject([
      {
        level: "@cdktf/warn",
        message: expect.stringMatching(/^stacks\/prod\.ts sets no `alarmEmails`: nobody receives/),
      },
      { level: "@cdktf/warn", message: expect.stringMatching(/^stacks\/prod\.ts sets no `account`: prod deploys to/) },
      { level: "@cdktf/warn", message: expect.stringMatching(/^stacks\/prod\.ts sets no `state`: the state of prod/) },
    ]);
    expect(
      messagesOf(
        deployed("prod", { account: ACCOUNT, state: { bucket: BUCKET }, alarmEmails: ["astreinte@exemple.fr"] }),
      ),
    ).toEqual([]);
    expect(messagesOf(deployed("qualif"))).toEqual([]);
  });

  it("warns of too many e-mails per second", () => {
    const warned = (size: number): string[] =>
      messagesOf(
        deployed("qualif", {
          alarmEmails: ["equipe@exemple.fr"],
          dashboard: false,
          applications: Array.from({ length: size }, (_, index) => ({ name: `application-${index}` })),
        }),
      );
    expect(warned(11)).toEqual([
      expect.stringMatching(
        /^stacks\/qualif\.ts has 11 applications and `alarmEmails`: .* more than 10 e-mails per second/,
      ),
    ]);
    expect(warned(10)).toEqual([]);
  });

  it("warns once for each remaining example value", () => {
    const identifier = "12345678200010";
    const technicalAccounts = ["one", "two"].map((name) => ({
      name,
      structure: { identifier, identifierType: "SIRET" as const },
    }));
    expect(messagesOf(deployed("qualif", { applications: [application({ technicalAccounts })] }))).toEqual([
      "stacks/qualif.ts still has the example's SIRET 12345678200010: replace it with yours",
    ]);
  });

  it.each<[string, Platform, Partial<EnvironmentConfiguration>, string]>([
    [
      "a sandbox application in prod",
      "prod",
      { applications: [application({ pisteApplicationName: "APP_SANDBOX_equipe@exemple.fr" })] },
      "applications[0]: pisteApplicationName must not begin with APP_SANDBOX_ in prod, " +
        'got "APP_SANDBOX_equipe@exemple.fr"',
    ],
    [
      "a SIRET in prod whose check digit is wrong",
      "prod",
      {
        applications: [
          application({ name: "first" }),
          application({
            technicalAccounts: [
              { name: "default", structure: { identifier: "73282932000075", identifierType: "SIRET" } },
            ],
          }),
        ],
      },
      "applications[1]: technicalAccounts[0].structure.identifier must be a SIRET with a valid check digit " +
        `(Luhn's rule) in prod, got "73282932000075"`,
    ],
    [
      "two applications of one name",
      "qualif",
      { applications: [application(), application()] },
      'applications must have different names, got "chorus-pro" twice',
    ],
    ["no application", "qualif", { applications: [] }, "applications must have at least one application, got []"],
    ["an unknown region", "qualif", { region: "Paris" }, 'region must be an AWS region such as eu-west-3, got "Paris"'],
    [
      "a deployer role of another account",
      "prod",
      { account: ACCOUNT, accessAlarm: { deployerRoleArns: ["arn:aws:iam::210987654321:role/deployer"] } },
      "accessAlarm.deployerRoleArns[0] must be in 123456789012, the stack's account, got " +
        '"arn:aws:iam::210987654321:role/deployer"',
    ],
    [
      "an account of 11 digits",
      "prod",
      { account: "12345678901" },
      'account must be the 12 digits of an AWS account, got "12345678901"',
    ],
    ...["a..b", "192.168.0.1"].map((bucket): [string, "prod", object, string] => [
      `the bucket ${bucket}`,
      "prod",
      { state: { bucket } },
      `state.bucket must be 3 to 63 lower-case letters, digits, hyphens and single dots, and no IP address, got "${bucket}"`,
    ]),
    [
      "a bucket in capitals",
      "prod",
      { state: { bucket: "State" } },
      'state.bucket must be 3 to 63 lower-case letters, digits, hyphens and single dots, and no IP address, got "State"',
    ],
    [
      "an unknown region of the state",
      "prod",
      { state: { bucket: BUCKET, region: "eu" } },
      'state.region must be an AWS region such as eu-west-3, got "eu"',
    ],
    [
      "an invalid e-mail address",
      "prod",
      { alarmEmails: ["astreinte"] },
      'alarmEmails[0] must be an e-mail address, got "astreinte"',
    ],
    [
      "an outage tolerance that is too high",
      "prod",
      { outageToleranceInMinutes: 59 },
      "applications[0]: outageToleranceInMinutes must be at most 36 for a 60-minute token, got 59",
    ],
  ])("refuses %s", (_, environment, configuration, message) => {
    expect(() => deployed(environment, configuration)).toThrow(message);
  });

  it("holds a dozen applications without a repeated name", () => {
    const applications = Array.from({ length: 12 }, (_, index) => application({ name: `application-${index}` }));
    const stack = deployed("prod", { applications });
    for (const type of stack.types) {
      const names = stack.all(type).map((resource) => {
        const { name, alarm_name, function_name, secret_arn, role } = resource;
        return JSON.stringify([name ?? alarm_name ?? function_name ?? secret_arn, role]);
      });
      expect({ type, repeated: names.filter((name, index) => names.indexOf(name) !== index) }).toEqual({
        type,
        repeated: [],
      });
      const isShared = ["aws_sns_topic", "aws_cloudwatch_dashboard"].includes(type);
      expect(names.length).toBeGreaterThanOrEqual(isShared ? 1 : 12);
    }
  });
});

describe("the stacks for the state", () => {
  const state = { bucket: BUCKET };

  it("do not exist while the state is in files", () => {
    expect(Object.keys(everything({ qualif, prod })).sort()).toEqual(["prod", "qualif"]);
  });

  const only = (stacks: Record<string, SynthesizedStack>): SynthesizedStack => {
    const stack = stacks["state"];
    if (stack === undefined) throw new Error("no stack state");
    return stack;
  };

  it("are one stack if the environments share a bucket: versioned, encrypted, private, its own state in a file", () => {
    const shared = { state, region: "eu-west-1", account: ACCOUNT };
    const stacks = everything({ qualif: { ...qualif, ...shared }, prod: { ...prod, ...shared } });
    expect(Object.keys(stacks).sort()).toEqual(["prod", "qualif", "state"]);
    const stack = only(stacks);

    expect(backendOf(stack)).toEqual({ local: { path: "../../../terraform.state.tfstate" } });
    expect(providerOf(stack)).toMatchObject({ region: "eu-west-1", allowed_account_ids: [ACCOUNT] });
    expect(stack.only("aws_s3_bucket")).toEqual({ bucket: BUCKET, lifecycle: { prevent_destroy: true } });
    const bucket = stack.reference("aws_s3_bucket", "id");
    expect(stack.only("aws_s3_bucket_versioning")).toEqual({ bucket, versioning_configuration: { status: "Enabled" } });
    expect(stack.only("aws_s3_bucket_server_side_encryption_configuration")).toEqual({
      bucket,
      rule: [{ apply_server_side_encryption_by_default: { sse_algorithm: "AES256" } }],
    });
    expect(stack.only("aws_s3_bucket_public_access_block")).toEqual({
      bucket,
      block_public_acls: true,
      block_public_policy: true,
      ignore_public_acls: true,
      restrict_public_buckets: true,
    });
    expect(stack.only("aws_s3_bucket_ownership_controls")).toEqual({
      bucket,
      rule: { object_ownership: "BucketOwnerEnforced" },
    });
  });

  it("refuse all requests without TLS 1.2 or newer, and allow nothing", () => {
    const stack = only(everything({ qualif, prod: { ...prod, state } }));
    const { bucket, policy, depends_on } = stack.only("aws_s3_bucket_policy");
    expect(bucket).toBe(stack.reference("aws_s3_bucket", "id"));
    const arn = stack.reference("aws_s3_bucket", "arn");
    const refused = { Effect: "Deny", Principal: "*", Action: ["s3:*"], Resource: [arn, `${arn}/*`] };
    expect(statementsOf(policy)).toEqual([
      { ...refused, Sid: "RefuseWithoutTls", Condition: { Bool: { "aws:SecureTransport": "false" } } },
      { ...refused, Sid: "RefuseOldTls", Condition: { NumericLessThan: { "s3:TlsVersion": "1.2" } } },
    ]);
    // S3 does not accept both at once.
    expect(depends_on).toEqual([stack.address("aws_s3_bucket_public_access_block")]);
  });

  it("keep replaced states for a year, and no abandoned uploads", () => {
    const stack = only(everything({ qualif, prod: { ...prod, state } }));
    const { bucket, rule, depends_on } = stack.only("aws_s3_bucket_lifecycle_configuration");
    expect(bucket).toBe(stack.reference("aws_s3_bucket", "id"));
    expect(rule).toEqual([
      {
        id: "old-states",
        status: "Enabled",
        filter: [{}],
        noncurrent_version_expiration: [{ noncurrent_days: 365 }],
        expiration: [{ expired_object_delete_marker: true }],
        abort_incomplete_multipart_upload: [{ days_after_initiation: 7 }],
      },
    ]);
    expect(depends_on).toEqual([stack.address("aws_s3_bucket_versioning")]);
  });

  it("are one stack per bucket if the buckets differ", () => {
    const stacks = everything({
      qualif: { ...qualif, state: { bucket: "state-of-qualif" } },
      prod: { ...prod, state: { bucket: "state-of-prod", region: "eu-central-1" } },
    });
    const made = ["state-qualif", "state-prod"].map((name) => {
      const stack = stacks[name];
      return stack && [stack.only("aws_s3_bucket")["bucket"], providerOf(stack)["region"], backendOf(stack)];
    });
    expect(made).toEqual([
      ["state-of-qualif", "eu-west-3", { local: { path: "../../../terraform.state-qualif.tfstate" } }],
      ["state-of-prod", "eu-central-1", { local: { path: "../../../terraform.state-prod.tfstate" } }],
    ]);
    expect(Object.keys(stacks)).toHaveLength(4);
  });

  it("are called `state` if only one environment has a bucket", () => {
    const stacks = everything({ qualif, prod: { ...prod, state } });
    expect(Object.keys(stacks).sort()).toEqual(["prod", "qualif", "state"]);
  });
});

describe("the configured stacks", () => {
  it("synthesize with their example values", () => {
    for (const [environment, stack] of Object.entries(everything({ qualif, prod }))) {
      const names = stack.all("aws_secretsmanager_secret").map(({ name }) => name);
      expect(names).toContain(`piste/${environment}/chorus-pro/client`);
      expect(messagesOf(stack).join()).toContain(`stacks/${environment}.ts still has the example's SIRET`);
    }
  });

  it("are the same, byte for byte, in another folder", () => {
    const [first, second] = [everything({ qualif, prod }), synthesized({ qualif, prod })];
    for (const environment of ["qualif", "prod"]) {
      expect(first[environment]?.text).toBe(second[environment]?.text);
      expect([...(first[environment]?.files.keys() ?? [])]).toEqual([...(second[environment]?.files.keys() ?? [])]);
    }
  });

  it("contain nothing of the machine that synthesized them", () => {
    jest.spyOn(os, "hostname").mockReturnValue("machine-of-nobody");
    jest.spyOn(os, "homedir").mockReturnValue("/home-of-nobody");
    try {
      const root = path.resolve(__dirname, "../..");
      for (const { text } of Object.values(synthesized({ qualif, prod }))) {
        for (const local of ["of-nobody", root, process.cwd(), os.tmpdir()]) expect(text).not.toContain(local);
        // A hash may begin with a slash: one zip in 64.
        const words = text.replaceAll(/"source_code_hash": "[^"]+"/g, "");
        expect(words).not.toBe(text);
        const absolute = [...words.matchAll(/"(\/[^"]+|[A-Za-z]:\\[^"]+)"/g)].map(([, value]) => value);
        // Metadata, and names of SSM parameters and log groups, begin with a slash too.
        expect(absolute.filter((value) => !/^\/(\/$|piste\/|aws\/lambda\/)/.test(value ?? ""))).toEqual([]);
      }
    } finally {
      jest.restoreAllMocks();
    }
  });
});

it.each<[string, (app: App) => TerraformStack]>([
  ["an environment", (app) => new PisteStack(app, "qualif", { applications: [application()] })],
  ["the state", (app) => new StateStack(app, "state", { state: { bucket: BUCKET, region: "eu-west-3" } })],
])("the stack of %s refuses a secret value of any element", (_, make) => {
  expect(() =>
    synthesizeApp((app) => {
      new TerraformOutput(make(app), "added_password", { value: "c4n4ry" });
    }),
  ).toThrow(/\[\w+\/added_password\] value of output\.added_password holds a value under a name of a secret/);
});
