import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { describe, expect, it } from "@jest/globals";
import type { TerraformStack } from "cdktf";
import * as v from "valibot";
import {
  AccessTokenSecret,
  ConnectionCheck,
  PisteApplication,
  type ConnectionCheckProps,
  type Environment,
  type PisteApplicationProps,
} from "../../constructs";
import { CONNECTION_METRICS, encodeSettings, type ConnectionMetricKey } from "../../lambda/connection-check/contract";
import { descriptionSchema } from "../../piste/description-schemas";
import { ENVIRONMENTS, HOSTS } from "../../piste/environments";
import { PLACE, statementsOf, synthesize, type Statement, type SynthesizedStack } from "./synthesize";

const NAME = "piste-qualif-chorus-pro-connection-check";
const FUNCTION = "aws_lambda_function";
const SCHEDULE = "aws_scheduler_schedule";
const ALARM = "aws_cloudwatch_metric_alarm";
const TOPIC_ARN = "arn:aws:sns:eu-west-3:123456789012:alarms";
const KEY = "arn:aws:kms:eu-west-3:123456789012:key/00000000-0000-0000-0000-000000000000";

type Options = Partial<ConnectionCheckProps>;

function addCheck(stack: TerraformStack, props: Options = {}): ConnectionCheck {
  const { environment = "qualif", application } = props;
  const accessToken = props.accessToken ?? new AccessTokenSecret(stack, "token", { environment, application });
  return new ConnectionCheck(stack, "check", {
    environment,
    accessToken,
    ...props,
    landingZone: { pageTopicArns: [TOPIC_ARN], informTopicArns: [TOPIC_ARN], ...props.landingZone },
  });
}

const check = (options?: Options): SynthesizedStack => synthesize((stack) => addCheck(stack, options));

const everyStatement = (stack: SynthesizedStack): Statement[] =>
  stack.all("aws_iam_role_policy").flatMap(({ policy }) => statementsOf(policy));

/** An ARN of the stack's own account and region. */
const here = (service: string, resource: string): string =>
  `arn:${PLACE.partition}:${service}:${PLACE.region}:` + `${PLACE.account}:${resource}`;
const ACCOUNTS = here("secretsmanager", "secret:piste/qualif/chorus-pro/technical-account/*-??????");

describe("the connection check's function", () => {
  it("is the built zip, with a time-out longer than its own deadline", () => {
    const stack = check();
    const zip = readFileSync(path.join(__dirname, "../../dist/lambda/connection-check.zip"));
    const { filename, ...rest } = stack.only(FUNCTION);
    expect(rest).toMatchObject({
      function_name: NAME,
      handler: "index.handler",
      runtime: "nodejs22.x",
      architectures: ["arm64"],
      timeout: 900,
      memory_size: 256,
      role: stack.reference("aws_iam_role", "arn", { name: NAME }),
      source_code_hash: createHash("sha256").update(zip).digest("base64"),
    });
    expect(stack.files.get(String(filename))?.equals(zip)).toBe(true);
  });

  it.each<Environment>(["qualif", "prod"])(
    "has only its application and the gateway of %s as variables",
    (environment) => {
      expect(check({ environment }).only(FUNCTION)["environment"]).toEqual({
        variables: encodeSettings({
          environment,
          application: "chorus-pro",
          apiBaseUrl: HOSTS[environment].apiBaseUrl,
        }),
      });
    },
  );

  it("is not retried, so that no password is sent twice", () => {
    const stack = check();
    expect(stack.only("aws_lambda_function_event_invoke_config")).toMatchObject({ maximum_retry_attempts: 0 });
    expect(stack.only(SCHEDULE)["target"]).toMatchObject({ retry_policy: { maximum_retry_attempts: 0 } });
  });

  it("has the configured log retention, network, role path and boundary", () => {
    const boundary = "arn:aws:iam::123456789012:policy/boundary";
    const stack = check({
      landingZone: {
        logRetentionInDays: 365,
        network: { subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"] },
        permissionsBoundaryArn: boundary,
        rolePath: "/piste/",
        tags: { team: "facturation" },
      },
    });
    expect(stack.only("aws_cloudwatch_log_group")).toEqual({
      name: `/aws/lambda/${NAME}`,
      retention_in_days: 365,
      tags: { team: "facturation" },
    });
    expect(stack.only(FUNCTION)).toMatchObject({
      vpc_config: { subnet_ids: ["subnet-1"], security_group_ids: ["sg-1"] },
      tags: { team: "facturation" },
    });
    const roles = stack.all("aws_iam_role");
    expect(roles).toHaveLength(2);
    for (const role of roles) expect(role).toMatchObject({ path: "/piste/", permissions_boundary: boundary });
  });

  it.each<[string, Options, string]>([
    [
      "an unknown environment",
      { environment: "test" as Environment },
      `environment must be one of ${ENVIRONMENTS.join(", ")}, got`,
    ],
    ["a name that breaks the rule", { application: "-" }, "application must be 1 to 30 lower-case letters"],
    [
      "an invalid schedule expression",
      { scheduleExpression: "daily" },
      "scheduleExpression (schedule_expression of aws_scheduler_schedule) must be cron(…)",
    ],
    [
      "a key that is not an ARN",
      { technicalAccountKeyArns: ["key"] },
      "must be the ARN of a KMS key, arn:…:kms:…:key/…, since rights on an alias never apply, got",
    ],
  ])("refuses %s", (_, options, message) => {
    expect(() => check(options)).toThrow(message);
  });

  it("refuses the token of another application", () => {
    expect(() =>
      synthesize((stack) => {
        const accessToken = AccessTokenSecret.fromSecretName(stack, "other", "piste/prod/chorus-pro/token");
        addCheck(stack, { accessToken });
      }),
    ).toThrow('accessToken must be the secret piste/qualif/chorus-pro/token, got "piste/prod/chorus-pro/token"');
  });
});

describe("the connection check's role", () => {
  it("may only read the token and the accounts, label the accounts, read its description and write its log", () => {
    const stack = check();
    const token = stack.reference("aws_secretsmanager_secret", "arn");
    const of = (stage: string): unknown => ({
      "ForAnyValue:StringEquals": { "secretsmanager:VersionStage": [stage] },
    });
    const [current, label] = [of("AWSCURRENT"), of("REFUSED")];
    const allow = { Effect: "Allow" };
    expect(stack.policy(NAME)).toEqual([
      { ...allow, Action: ["secretsmanager:GetSecretValue"], Resource: token, Condition: current },
      { ...allow, Action: ["secretsmanager:GetSecretValue"], Resource: ACCOUNTS, Condition: current },
      { ...allow, Action: ["secretsmanager:DescribeSecret"], Resource: ACCOUNTS },
      { ...allow, Action: ["secretsmanager:UpdateSecretVersionStage"], Resource: ACCOUNTS, Condition: label },
      {
        ...allow,
        Action: ["ssm:GetParameter"],
        Resource: [
          here("ssm", "parameter/piste/qualif/chorus-pro"),
          here("ssm", "parameter/piste/qualif/chorus-pro/accounts/*"),
        ],
      },
      {
        ...allow,
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: `${stack.reference("aws_cloudwatch_log_group", "arn")}:*`,
      },
    ]);
    expect(stack.all("aws_iam_role_policy")).toHaveLength(2);
    expect(everyStatement(stack).map(({ Resource }) => Resource)).not.toContain("*");
  });

  it("may invoke its refresher only", () => {
    const refresherArn = "arn:aws:lambda:eu-west-3:123456789012:function:piste-qualif-chorus-pro-token-refresh";
    const invoke = { Effect: "Allow", Action: ["lambda:InvokeFunction"], Resource: refresherArn };
    const stack = check({ refresherArn });
    expect(
      stack.policy(NAME).filter(({ Action }) => [Action].flat().some((name) => name.startsWith("lambda:"))),
    ).toEqual([invoke]);
    expect(stack.only(FUNCTION)).toMatchObject({ environment: { variables: { PISTE_REFRESHER_ARN: refresherArn } } });
    expect(JSON.stringify(check().only(FUNCTION))).not.toContain("PISTE_REFRESHER_ARN");
  });

  it.each(["*", "arn:aws:lambda:eu-west-3:123456789012:function:*", "piste-qualif-chorus-pro-token-refresh"])(
    "is given no refresher that is not one function's ARN: %s",
    (refresherArn) => {
      expect(() => check({ refresherArn })).toThrow("refresherArn must be the ARN of one Lambda function");
    },
  );

  it("may use a customer's keys for the accounts' secrets only, and names each key once", () => {
    const kms = check({ technicalAccountKeyArns: [KEY, KEY] })
      .policy(NAME)
      .filter(({ Resource }) => Resource === KEY);
    expect(kms).toEqual([
      {
        Effect: "Allow",
        Action: ["kms:Decrypt"],
        Resource: KEY,
        Condition: {
          StringLike: { "kms:EncryptionContext:SecretARN": ACCOUNTS, "kms:ViaService": "secretsmanager.*" },
        },
      },
    ]);
  });
});

describe("the connection check's schedule", () => {
  it("runs a few times a day, in Paris time, within a window", () => {
    const stack = check();
    expect(stack.only(SCHEDULE)).toMatchObject({
      name: NAME,
      schedule_expression: "cron(17 6,10,14,18 * * ? *)",
      schedule_expression_timezone: "Europe/Paris",
      flexible_time_window: { mode: "FLEXIBLE", maximum_window_in_minutes: 15 },
      group_name: stack.reference("aws_scheduler_schedule_group", "name"),
      target: {
        arn: stack.reference(FUNCTION, "arn"),
        input: '{"environment":"qualif","application":"chorus-pro","operation":"check"}',
      },
    });
    // With a dot, which no application's own group can have.
    expect(stack.only("aws_scheduler_schedule_group")["name"]).toBe("piste-qualif-chorus-pro.connection-check");
    expect(check({ scheduleExpression: "rate(12 hours)" }).only(SCHEDULE)["schedule_expression"]).toBe(
      "rate(12 hours)",
    );
  });

  it("may invoke the function, for this group's schedules only", () => {
    const stack = check();
    const role = stack.only("aws_iam_role", { name: "piste-qualif-chorus-pro-check-invoke" });
    expect(statementsOf(role["assume_role_policy"])[0]).toMatchObject({
      Condition: { StringEquals: { "aws:SourceArn": stack.reference("aws_scheduler_schedule_group", "arn") } },
    });
    const invoke = { Effect: "Allow", Action: ["lambda:InvokeFunction"], Resource: stack.reference(FUNCTION, "arn") };
    expect(stack.policy(`invoke-${NAME}`)).toEqual([invoke]);
  });

  it("can be run on demand by a role with grantCheck", () => {
    const stack = synthesize((scope) => {
      const role = new IamRole(scope, "role", { name: "operator", assumeRolePolicy: "{}" });
      addCheck(scope).grantCheck(role);
    });
    expect(stack.policy(`check-${NAME}`)).toEqual([
      { Effect: "Allow", Action: ["lambda:InvokeFunction"], Resource: stack.reference(FUNCTION, "arn") },
    ]);
  });

  it("has names that fit into AWS's 64 characters with the longest application name", () => {
    const stack = check({ application: "a".repeat(30) });
    const names = ["aws_iam_role", FUNCTION, SCHEDULE, "aws_scheduler_schedule_group"].flatMap((type) =>
      stack.all(type).map(({ name, function_name }) => String(name ?? function_name)),
    );
    expect(names).toHaveLength(5);
    for (const name of names) expect(name.length).toBeLessThanOrEqual(64);
  });
});

describe("the connection check's alarm", () => {
  it("lasts from the check that finds a refusal to the check that finds none", () => {
    expect(check().only(ALARM)).toMatchObject({
      alarm_name: "piste-qualif-chorus-pro-connection-refused",
      namespace: "Piste",
      metric_name: "ConnectionRefused",
      dimensions: { Environment: "qualif", Application: "chorus-pro" },
      statistic: "Maximum",
      period: 600,
      evaluation_periods: 1,
      comparison_operator: "GreaterThanOrEqualToThreshold",
      threshold: 1,
      treat_missing_data: "ignore",
      alarm_actions: [TOPIC_ARN],
      ok_actions: [TOPIC_ARN],
    });
  });

  it("says who must act on each refusal, and the first command, in CloudWatch's 1024 characters", () => {
    const longest = check({ application: "a".repeat(30) }).only(ALARM)["alarm_description"];
    expect(String(longest).length).toBeLessThanOrEqual(1024);
    const description = String(check().only(ALARM)["alarm_description"]);
    for (const part of [
      `aws logs tail /aws/lambda/${NAME} --since 13h --filter-pattern '{ $.verdict = "refused" }'`,
      "PISTE portal",
      "gestionnaire principal",
      "piste/qualif/chorus-pro/technical-account/<account>",
      "api-not-selected",
      "raccordement-or-habilitation",
      "forbidden",
      "account-refused",
      "refused-before",
      "scope-missing",
      "token-refused: npx piste token renew qualif",
    ]) {
      expect(description).toContain(part);
    }
  });

  it.each(Object.entries(CONNECTION_METRICS))(
    "counts with the declared metric %s",
    (key, { name, unit, statistic }) => {
      synthesize((stack) => {
        expect(addCheck(stack, { application: "other" }).metric(key as ConnectionMetricKey)).toEqual({
          namespace: "Piste",
          metricName: name,
          dimensions: { Environment: "qualif", Application: "other" },
          statistic,
          unit,
        });
      });
    },
  );
});

const application = (props: Partial<PisteApplicationProps> = {}): SynthesizedStack =>
  synthesize((stack) => {
    new PisteApplication(stack, "application", {
      environment: "qualif",
      name: "chorus-pro",
      connectionCheck: true,
      ...props,
    });
  });

describe("an application", () => {
  const functionsOf = (stack: SynthesizedStack): unknown[] =>
    stack.all(FUNCTION).map(({ function_name }) => function_name);

  it("has no connection check by default", () => {
    expect(functionsOf(application({ connectionCheck: undefined }))).toHaveLength(1);
    expect(functionsOf(application({ connectionCheck: false }))).toHaveLength(1);
    expect(functionsOf(application())).toContain(NAME);
  });

  it("describes the check's alarm with the others, and sends it to the same topic", () => {
    const stack = application({ landingZone: { informTopicArns: [TOPIC_ARN] } });
    const { insecure_value: value } = stack.only("aws_ssm_parameter", { name: "/piste/qualif/chorus-pro" });
    const { alarms } = v.parse(descriptionSchema, JSON.parse(String(value)));
    expect(new Set(alarms)).toEqual(new Set(stack.all(ALARM).map(({ alarm_name }) => alarm_name)));
    expect(alarms).toContain("piste-qualif-chorus-pro-connection-refused");
    expect(new Set(stack.all(ALARM).flatMap(({ alarm_actions }) => alarm_actions))).toEqual(new Set([TOPIC_ARN]));
  });

  it("lets the check invoke its refresher, by the same reference as in the check's variables", () => {
    const stack = application();
    const arn = stack.reference(FUNCTION, "arn", { function_name: "piste-qualif-chorus-pro-token-refresh" });
    expect(stack.policy(NAME)).toContainEqual({ Effect: "Allow", Action: ["lambda:InvokeFunction"], Resource: arn });
    expect(stack.only(FUNCTION, { function_name: NAME })).toMatchObject({
      environment: { variables: { PISTE_REFRESHER_ARN: arn } },
    });
  });

  it("gives the check its key and its options, but never the refresher's role", () => {
    const role = "arn:aws:iam::123456789012:role/brought-in";
    const stack = application({
      landingZone: { roleArns: { refresher: role }, encryptionKeyArn: KEY, logRetentionInDays: 30 },
    });
    expect(stack.only(FUNCTION, { function_name: NAME })["role"]).toBe(
      stack.reference("aws_iam_role", "arn", { name: NAME }),
    );
    expect(stack.policy(NAME).filter(({ Resource }) => Resource === KEY)).toHaveLength(2);
    expect(stack.only("aws_cloudwatch_log_group", { name: `/aws/lambda/${NAME}` })).toMatchObject({
      retention_in_days: 30,
    });
  });

  it("has a policy of the same length for any number of accounts", () => {
    const accounts = (count: number): PisteApplicationProps["technicalAccounts"] =>
      Array.from({ length: count }, (_, index) => ({
        name: `account-${index}`,
        structure: { identifier: "12345678901234", identifierType: "SIRET" },
      }));
    const [one, many] = [1, 3].map((count) => application({ technicalAccounts: accounts(count) }).policy(NAME));
    expect(many).toEqual(one);
  });
});
