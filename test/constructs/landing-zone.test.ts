/** A landing zone applies to every resource of its kind, whichever construct creates it. */
import { describe, expect, it } from "@jest/globals";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformStack, TerraformVariable, Token, type App } from "cdktf";
import {
  AccessTokenSecret,
  AlarmKey,
  ClientCredentialsSecret,
  PisteApplication,
  PisteDashboard,
  TokenMonitoring,
  TokenRefresher,
  type LandingZone,
  type PisteApplicationProps,
  type ResourcePolicyStatement,
} from "../../constructs";
import { statementsOf, synthesize, type Block, type SynthesizedStack } from "./synthesize";

const ACCOUNT = "123456789012";
const KEY = `arn:aws:kms:eu-west-3:${ACCOUNT}:key/00000000-0000-0000-0000-000000000000`;
const topic = (name: string): string => `arn:aws:sns:eu-west-3:${ACCOUNT}:${name}`;
const role = (name: string): string => `arn:aws:iam::${ACCOUNT}:role/team/${name}`;

const LAYER = `arn:aws:lambda:eu-west-3:${ACCOUNT}:layer:acme-ca:3`;

const PRESCRIBED = {
  namePrefix: "acme",
  rolePath: "/team/",
  permissionsBoundaryArn: `arn:aws:iam::${ACCOUNT}:policy/boundary`,
  tags: { Environment: "production", Application: "F42" },
  encryptionKeyArn: KEY,
  logRetentionInDays: 400,
  network: {
    subnetIds: ["subnet-0a"],
    securityGroupIds: ["sg-0a"],
    httpsProxy: "http://proxy.example:3128",
    awsThroughProxy: true,
    certificateAuthority: { layerArn: LAYER, file: "/opt/acme-ca.pem" },
  },
  runbookBaseUrl: "https://wiki.example.org/piste",
} satisfies LandingZone;

function build(landingZone: LandingZone, props: Partial<PisteApplicationProps> = {}): SynthesizedStack {
  return synthesize((stack) => {
    const application = new PisteApplication(stack, "piste", {
      environment: "prod",
      name: "chorus-pro",
      technicalAccounts: [{ name: "default", structure: { identifier: "12345678200010", identifierType: "SIRET" } }],
      connectionCheck: true,
      accessAlarm: true,
      landingZone,
      ...props,
    });
    new AlarmKey(stack, "key", { aliasName: "acme-alarms", landingZone });
    new PisteDashboard(stack, "dashboard", { applications: [application], landingZone });
  });
}

/** Every member: the compiler refuses a table that lacks one. */
const WHOLE: Required<LandingZone> = {
  ...PRESCRIBED,
  roleArns: { refresher: role("one"), connectionCheck: role("two"), schedules: role("three") },
  pageTopicArns: [topic("pager")],
  informTopicArns: [topic("mailbox")],
};

it.each(Object.keys(WHOLE) as (keyof LandingZone)[])("%s changes the resources", (member) => {
  // If every role exists already, none has a path or a boundary.
  const { roleArns, ...rest } = WHOLE;
  const zone = member === "roleArns" ? { ...rest, roleArns } : rest;
  expect(build({ ...zone, [member]: undefined }).text).not.toBe(build(zone).text);
});

/** Without the names that programs rely on, and resources without a name of their own. */
const NAMES: Readonly<Record<string, string>> = {
  aws_cloudwatch_dashboard: "dashboard_name",
  aws_cloudwatch_event_rule: "name",
  aws_cloudwatch_metric_alarm: "alarm_name",
  aws_iam_role: "name",
  aws_lambda_function: "function_name",
  aws_scheduler_schedule: "name",
  aws_scheduler_schedule_group: "name",
  aws_sns_topic: "name",
};
/** The provider's resources with tags, among those that the constructs create. */
const TAGGED = [
  "aws_cloudwatch_event_rule",
  "aws_cloudwatch_log_group",
  "aws_cloudwatch_metric_alarm",
  "aws_iam_role",
  "aws_kms_key",
  "aws_lambda_function",
  "aws_scheduler_schedule_group",
  "aws_secretsmanager_secret",
  "aws_sns_topic",
  "aws_ssm_parameter",
];

describe("a landing zone", () => {
  const stack = build(PRESCRIBED);
  const all = (type: string): Block[] => {
    const found = stack.all(type);
    expect(found).not.toEqual([]);
    return found;
  };

  it("puts the prefix on every name except secrets and the description", () => {
    for (const [type, attribute] of Object.entries(NAMES)) {
      for (const each of all(type)) expect(each[attribute]).toMatch(/^acme-piste-prod/);
    }
    for (const { name } of all("aws_cloudwatch_log_group")) expect(name).toMatch(/^\/aws\/lambda\/acme-piste-prod-/);
    for (const { name } of all("aws_secretsmanager_secret")) expect(name).toMatch(/^piste\/prod\/chorus-pro\//);
    for (const { name } of all("aws_ssm_parameter")) expect(name).toMatch(/^\/piste\/prod\/chorus-pro/);
    const { insecure_value: value } = stack.only("aws_ssm_parameter", { name: "/piste/prod/chorus-pro" });
    expect(JSON.parse(String(value))).toMatchObject({
      function: "acme-piste-prod-chorus-pro-token-refresh",
      schedule: { group: "acme-piste-prod-chorus-pro", name: "acme-piste-prod-chorus-pro-tick" },
    });
  });

  it.each(TAGGED)("tags each %s", (type) => {
    for (const { tags } of all(type)) expect(tags).toEqual(PRESCRIBED.tags);
  });

  it("tags every type that accepts tags", () => {
    const others = stack.types.filter((type) => !TAGGED.includes(type));
    expect(others).toEqual([
      "aws_cloudwatch_dashboard",
      "aws_cloudwatch_event_target",
      "aws_iam_role_policy",
      "aws_kms_alias",
      "aws_lambda_function_event_invoke_config",
      "aws_scheduler_schedule",
      "aws_secretsmanager_secret_policy",
      "aws_sns_topic_policy",
    ]);
  });

  it("gives each role its path and its boundary", () => {
    expect(all("aws_iam_role")).toHaveLength(4);
    for (const each of all("aws_iam_role")) {
      expect(each).toMatchObject({ path: "/team/", permissions_boundary: PRESCRIBED.permissionsBoundaryArn });
    }
  });

  it("encrypts each secret, topic and log group, and sets the retention of logs", () => {
    for (const { kms_key_id: key } of all("aws_secretsmanager_secret")) expect(key).toBe(KEY);
    for (const { kms_master_key_id: key } of all("aws_sns_topic")) expect(key).toBe(KEY);
    for (const each of all("aws_cloudwatch_log_group")) {
      expect(each).toMatchObject({ kms_key_id: KEY, retention_in_days: 400 });
    }
  });

  it("puts each function into the network, and the runbooks' address into each alarm", () => {
    expect(all("aws_lambda_function")).toHaveLength(2);
    for (const { vpc_config: network, layers, environment } of all("aws_lambda_function")) {
      expect(network).toEqual({ subnet_ids: ["subnet-0a"], security_group_ids: ["sg-0a"] });
      expect(layers).toEqual([LAYER]);
      expect(environment).toMatchObject({
        variables: {
          PISTE_HTTPS_PROXY: "http://proxy.example:3128",
          PISTE_AWS_THROUGH_PROXY: "true",
          PISTE_CA_FILE: "/opt/acme-ca.pem",
        },
      });
    }
    for (const { alarm_description: text } of all("aws_cloudwatch_metric_alarm")) {
      expect(text).toContain("Runbook: https://wiki.example.org/piste/");
    }
    expect(JSON.stringify(all("aws_cloudwatch_event_target"))).toContain("https://wiki.example.org/piste/");
  });
});

it("existing roles are used, each for its purpose, and none is created", () => {
  const stack = build({
    roleArns: { refresher: role("refresher"), connectionCheck: role("check"), schedules: role("schedules") },
  });
  expect(stack.types).not.toContain("aws_iam_role");
  expect(stack.all("aws_lambda_function").map((each) => each["role"])).toEqual([role("check"), role("refresher")]);
  const targets = stack.all("aws_scheduler_schedule").map(({ target }) => (target as Block)["role_arn"]);
  expect(new Set(targets)).toEqual(new Set([role("schedules")]));
  const policies = stack.all("aws_iam_role_policy").map((each) => [each["role"], each["name"]]);
  expect(policies.sort()).toEqual([
    ["check", "piste-prod-chorus-pro-connection-check"],
    ["refresher", "piste-prod-chorus-pro-token-refresh"],
    ["schedules", "invoke-piste-prod-chorus-pro-connection-check"],
    ["schedules", "invoke-piste-prod-chorus-pro-token-refresh"],
  ]);
});

it("all existing topics get each message", () => {
  const [page, inform] = [[topic("pager"), topic("bridge")], [topic("mailbox")]];
  const stack = build({ pageTopicArns: page, informTopicArns: inform });
  expect(stack.types).not.toContain("aws_sns_topic");
  const actions = stack.all("aws_cloudwatch_metric_alarm").map((each) => [each["alarm_actions"], each["ok_actions"]]);
  expect(new Set(actions.map((each) => JSON.stringify(each)))).toEqual(
    new Set([JSON.stringify([page, page]), JSON.stringify([inform, inform])]),
  );
  expect(
    stack
      .all("aws_cloudwatch_event_target")
      .map(({ arn }) => arn)
      .sort(),
  ).toEqual([...page, ...page].sort());
});

/** A valid network, except for these members. */
const inNetwork = (more: object): LandingZone => ({
  network: { subnetIds: ["subnet-0a"], securityGroupIds: ["sg-0a"], ...more },
});

describe("a landing zone is refused", () => {
  it.each<[unknown, string | RegExp]>([
    [{ prefix: "acme" }, "landingZone.prefix is unknown; known are namePrefix, rolePath,"],
    [{ rolepaht: "/" }, "landingZone.rolepaht is unknown, did you mean rolePath?"],
    ["acme", 'landingZone must be an object, got "acme"'],
    [
      { namePrefix: "Acme" },
      'landingZone.namePrefix must be 1 to 30 lower-case letters, digits and inner hyphens, got "Acme"',
    ],
    [
      { roleArns: { refresher: "refresher" } },
      'landingZone.roleArns.refresher must be the ARN of an IAM role, as literal text, got "refresher"',
    ],
    [
      { roleArns: { schedules: Token.asString({ resolve: () => "" }) } },
      /roleArns\.schedules must be the ARN of an IAM role, as literal text, got a reference$/,
    ],
    [{ roleArns: { function: role("x") } }, "landingZone.roleArns.function is unknown; known are refresher,"],
    [
      { roleArns: { refresher: role("one"), connectionCheck: role("one") } },
      "landingZone.roleArns must be different roles",
    ],
    [{ logRetentionInDays: 10 }, "landingZone.logRetentionInDays must be one of 1, 3, 5,"],
    [{ pageTopicArns: [] }, "landingZone.pageTopicArns must be 1 to 5 topics, as many as an alarm takes, got 0"],
    [
      { informTopicArns: ["https://hooks.example.org/canary"] },
      "landingZone.informTopicArns[0] must be the ARN of an SNS topic, got something else",
    ],
    [{ network: { subnets: [] } }, "landingZone.network.subnets is unknown, did you mean subnetIds?"],
    [{ network: { subnetIds: ["subnet-0a"] } }, "landingZone.network.securityGroupIds must be a list, got undefined"],
    [
      { network: { subnetIds: ["foo"], securityGroupIds: ["sg-0a"] } },
      'landingZone.network.subnetIds (vpc_config.subnet_ids of aws_lambda_function) must be ids of subnets, subnet-…, got "foo"',
    ],
    [
      { network: { subnetIds: ["subnet-0a"], securityGroupIds: ["default"] } },
      'must be ids of security groups, sg-…, got "default"',
    ],
    [
      inNetwork({ httpsProxy: "http://proxy.example/path" }),
      "landingZone.network.httpsProxy must be http:// or https://, a host and an optional port, such as http://proxy.example:3128, got another form",
    ],
    [inNetwork({ httpsProxy: 3128 }), "landingZone.network.httpsProxy must be http:// or https://"],
    [
      inNetwork({ awsThroughProxy: true }),
      "landingZone.network.awsThroughProxy must have an httpsProxy beside it, got none",
    ],
    [inNetwork({ awsThroughProxy: "yes" }), 'landingZone.network.awsThroughProxy must be true or false, got "yes"'],
    [
      inNetwork({ certificateAuthority: { layerArn: LAYER, file: "/etc/acme-ca.pem" } }),
      'landingZone.network.certificateAuthority.file must be a path below /opt/, where Lambda puts a layer\'s files, such as /opt/acme-ca.pem, got "/etc/acme-ca.pem"',
    ],
    [inNetwork({ certificateAuthority: { layerArn: LAYER, file: "/opt/../etc/x" } }), "must be a path below /opt/"],
    [inNetwork({ certificateAuthority: { layerArn: LAYER } }), "certificateAuthority.file must be a path below /opt/"],
    [
      inNetwork({ certificateAuthority: { file: "/opt/ca.pem" } }),
      "landingZone.network.certificateAuthority.layerArn must be the ARN of a layer's version, got undefined",
    ],
    ...[LAYER.replace(/:3$/, ""), LAYER.replace("eu-west-3", "paris"), LAYER.replace("layer", "function")].map(
      (layerArn): [object, string] => [
        inNetwork({ certificateAuthority: { layerArn, file: "/opt/ca.pem" } }),
        "landingZone.network.certificateAuthority.layerArn (layers of aws_lambda_function) must be the ARN of a version " +
          `of a layer, arn:…:lambda:…:layer:…:3, got "${layerArn}"`,
      ],
    ),
    [{ runbookBaseUrl: "http://wiki" }, "landingZone.runbookBaseUrl must be an https address"],
    [null, "landingZone must be omitted if there is none, got null"],
    [{ encryptionKeyArn: null }, "landingZone.encryptionKeyArn must be omitted if there is none, got null"],
    [{ tags: ["invoicing"] }, 'landingZone.tags must be an object, got ["invoicing"]'],
    [{ logRetentionInDays: "365" }, '3653, got "365"'],
  ])("%j", (landingZone, message) => {
    expect(() => build(landingZone as LandingZone)).toThrow(message);
  });

  const given = Token.asString({ resolve: () => "" });
  it.each<[string, LandingZone, string]>([
    ["namePrefix", { namePrefix: given }, "must be known at synth, got a reference"],
    ["runbookBaseUrl", { runbookBaseUrl: given }, "must be known at synth, got a reference"],
    [
      "network.awsThroughProxy",
      inNetwork({ httpsProxy: "http://proxy.example", awsThroughProxy: Token.asAny({ resolve: () => true }) }),
      "must be known at synth, got a reference",
    ],
    [
      "pageTopicArns",
      { pageTopicArns: Token.asList({ resolve: () => [] }) },
      "must be a list whose length is known at synth, got a reference; name each, such as Fn.element(list, 0)",
    ],
  ])("whose %s is a reference", (member, landingZone, rule) => {
    expect(() => build(landingZone)).toThrow(`landingZone.${member} ${rule}`);
  });

  it("without topics, for alarm constructs that are used alone", () => {
    const props = { environment: "qualif" } as const;
    expect(() =>
      synthesize((stack) => {
        const clientCredentials = new ClientCredentialsSecret(stack, "client", props);
        const accessToken = new AccessTokenSecret(stack, "token", props);
        const refresher = new TokenRefresher(stack, "refresher", { ...props, clientCredentials, accessToken });
        new TokenMonitoring(stack, "monitoring", { refresher, landingZone: {} });
      }),
    ).toThrow("landingZone.informTopicArns must be set, since alarms need a topic, got none; AlarmTopic makes one");
  });

  it("has its tags on a key with further tags, also as a reference", () => {
    const stack = synthesize((scope) => {
      const tags = Token.asStringMap(new TerraformVariable(scope, "tags", { type: "map(string)" }).value);
      new AlarmKey(scope, "key", { aliasName: "alarms", tags: { Role: "alarms" }, landingZone: { tags } });
    });
    expect(stack.only("aws_kms_key")["tags"]).toBe('${merge(var.tags, {"Role" = "alarms"})}');
  });

  const elsewhere = (arn: string): string => arn.replace(ACCOUNT, "210987654321");
  it.each<[LandingZone, string]>([
    [
      { roleArns: { refresher: elsewhere(role("refresher")) } },
      `landingZone.roleArns.refresher must be in ${ACCOUNT}, the stack's account, got "arn:aws:iam::210987654321:`,
    ],
    [
      { roleArns: { schedules: elsewhere(role("schedules")) } },
      `landingZone.roleArns.schedules must be in ${ACCOUNT}, the stack's account, got "arn:aws:iam::210987654321:`,
    ],
    [
      { permissionsBoundaryArn: elsewhere(PRESCRIBED.permissionsBoundaryArn) },
      "landingZone.permissionsBoundaryArn (permissions_boundary of aws_iam_role) must be in the provider's account",
    ],
    [
      { encryptionKeyArn: KEY.replace("eu-west-3", "eu-west-1") },
      "landingZone.encryptionKeyArn (kms_key_id of aws_secretsmanager_secret) must be in the provider's region",
    ],
    [
      { pageTopicArns: [topic("pager").replace("eu-west-3", "eu-west-1")] },
      "pageTopicArns, informTopicArns (alarm_actions of aws_cloudwatch_metric_alarm) must be in the provider's region",
    ],
    [
      inNetwork({
        certificateAuthority: { layerArn: LAYER.replace("eu-west-3", "eu-west-1"), file: "/opt/acme-ca.pem" },
      }),
      "certificateAuthority.layerArn (layers of aws_lambda_function) must be in the provider's region",
    ],
  ])("of another account or region: %j", (landingZone, message) => {
    expect(() => build(landingZone)).toThrow(message);
  });

  describe("for a second region", () => {
    const inTwoRegions = (account: string, namePrefix?: string) =>
      synthesize((first) => {
        const second = new TerraformStack(first.node.scope as App, "second");
        new AwsProvider(second, "aws", { region: "eu-west-1", allowedAccountIds: [account] });
        for (const [stack, landingZone] of [
          [first, { namePrefix: "acme" }],
          [second, { namePrefix }],
        ] as const) {
          new PisteApplication(stack, "piste", { environment: "qualif", name: "chorus-pro", landingZone });
        }
      });

    it("with the first region's prefix, since names of roles and dashboards are global", () => {
      expect(() => inTwoRegions(ACCOUNT, "acme")).toThrow(
        'landingZone.namePrefix must differ in each region of an account, got "acme" for chorus-pro (qualif) ' +
          "in eu-west-3, at consumer/piste, and in eu-west-1, at second/piste",
      );
    });

    it("but not with a prefix of its own, or in another account", () => {
      expect(() => inTwoRegions(ACCOUNT)).not.toThrow();
      expect(() => inTwoRegions("210987654321", "acme")).not.toThrow();
    });
  });

  it("for a prefix that makes a name too long for AWS", () => {
    expect(() => build({ namePrefix: "a".repeat(30) }, { name: "b".repeat(30) })).toThrow(
      /name of aws_iam_role must have at most 64 characters, got "a{30}-piste-prod-b{30}-/,
    );
  });
});

it("a proxy's password is refused and not repeated", () => {
  for (const httpsProxy of [
    "http://user:canary@proxy.example:3128",
    "http://user%3Acanary@proxy.example",
    "http://user:canary",
  ]) {
    const refusal = expect(() => build(inNetwork({ httpsProxy })));
    refusal.toThrow(/^landingZone\.network\.httpsProxy must be .*got another form/);
    refusal.not.toThrow("canary");
  }
});

it("references are accepted", () => {
  const stack = synthesize((scope) => {
    const text = (name: string): string => new TerraformVariable(scope, name, { type: "string" }).stringValue;
    new PisteApplication(scope, "piste", {
      environment: "qualif",
      name: "chorus-pro",
      landingZone: inNetwork({
        httpsProxy: text("proxy"),
        certificateAuthority: { layerArn: text("layer"), file: text("file") },
      }),
    });
  });
  expect(stack.only("aws_lambda_function")["layers"]).toEqual(["${var.layer}"]);
});

it("more layers than a function may have are refused", () => {
  const build = (): unknown =>
    synthesize((scope) => {
      const { refresher } = new PisteApplication(scope, "piste", { environment: "qualif", name: "chorus-pro" });
      refresher.function.layers = Array.from({ length: 6 }, () => LAYER);
    });
  expect(build).toThrow("layers of aws_lambda_function must be at most 5 layers, got 6");
});

it("settings without an option are set on the provider's resources, with matching rights", () => {
  const statement = { Effect: "Allow", Action: ["xray:PutTraceSegments"], Resource: "*" } as const;
  const denial = {
    Sid: "Ours",
    Effect: "Deny",
    Principal: "*",
    Action: ["secretsmanager:GetSecretValue"],
    Resource: "*",
  };
  const stack = synthesize((scope) => {
    const clientCredentials = new ClientCredentialsSecret(scope, "client", { environment: "qualif" });
    const { refresher, connectionCheck } = new PisteApplication(scope, "piste", {
      environment: "qualif",
      name: "chorus-pro",
      connectionCheck: true,
      clientCredentials,
    });
    for (const each of [refresher, connectionCheck]) {
      each?.function.putTracingConfig({ mode: "Active" });
      each?.addToRolePolicy({ ...statement, Action: [...statement.Action] });
      expect(each?.role).toBeDefined();
    }
    clientCredentials.addToResourcePolicy(denial as ResourcePolicyStatement);
  });
  for (const name of ["token-refresh", "connection-check"]) {
    expect(stack.policy(`piste-qualif-chorus-pro-${name}`)).toContainEqual(statement);
  }
  expect(statementsOf(stack.only("aws_secretsmanager_secret_policy")["policy"])).toEqual([denial]);
  for (const each of stack.all("aws_lambda_function")) expect(each["tracing_config"]).toEqual({ mode: "Active" });
});
