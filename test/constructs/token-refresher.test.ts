import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { describe, expect, it } from "@jest/globals";
import { TerraformOutput, TerraformVariable } from "cdktf";
import { Construct } from "constructs";
import {
  AccessTokenSecret,
  ClientCredentialsSecret,
  PisteApplication,
  TokenRefresher,
  type Environment,
  type TechnicalAccountConfiguration,
  type TokenRefresherProps,
} from "../../constructs";
import {
  decodeOwnApplication,
  encodeSettings,
  METRICS,
  parseInput,
  type MetricKey,
} from "../../lambda/token-refresh/contract";
import { ENVIRONMENTS, HOSTS } from "../../piste/environments";
import { PLACE, statementsOf, synthesize, type Statement, type SynthesizedStack } from "./synthesize";

const NAME = "piste-qualif-chorus-pro-token-refresh";
const FUNCTION = "aws_lambda_function";
const SECRET = "aws_secretsmanager_secret";
const SCHEDULE = "aws_scheduler_schedule";
const CLIENT = { name: "piste/qualif/chorus-pro/client" };
const TOKEN = { name: "piste/qualif/chorus-pro/token" };
const KEY = "arn:aws:kms:eu-west-3:123456789012:key/00000000-0000-0000-0000-000000000000";
const labelled = (...labels: string[]): unknown => ({
  "ForAnyValue:StringEquals": { "secretsmanager:VersionStage": labels },
});
/** The function names the stage, so a read without a stage is refused. */
const READ_CONDITION = labelled("AWSCURRENT");

type Options = Partial<TokenRefresherProps>;

function addRefresher(stack: Construct, props: Options = {}): TokenRefresher {
  const { environment = "qualif", application, landingZone } = props;
  const secretProps = { environment, application, landingZone };
  return new TokenRefresher(stack, "refresher", {
    environment,
    clientCredentials: props.clientCredentials ?? new ClientCredentialsSecret(stack, "client", secretProps),
    accessToken: props.accessToken ?? new AccessTokenSecret(stack, "token", secretProps),
    ...props,
  });
}

const refresher = (options?: Options): SynthesizedStack => synthesize((stack) => addRefresher(stack, options));

const variablesOf = (stack: SynthesizedStack): Record<string, string> =>
  (stack.only(FUNCTION)["environment"] as { variables: Record<string, string> }).variables;

const everyStatement = (stack: SynthesizedStack): Statement[] =>
  stack.all("aws_iam_role_policy").flatMap(({ policy }) => statementsOf(policy));

describe("the refresher's function", () => {
  it("is the built zip, by its hash, on a fixed runtime", () => {
    const stack = refresher();
    const zip = readFileSync(path.join(__dirname, "../../dist/lambda/token-refresh.zip"));
    const { filename, ...rest } = stack.only(FUNCTION);
    expect(rest).toMatchObject({
      function_name: NAME,
      handler: "index.handler",
      runtime: "nodejs22.x",
      architectures: ["arm64"],
      timeout: 30,
      memory_size: 256,
      role: stack.reference("aws_iam_role", "arn", { name: NAME }),
      source_code_hash: createHash("sha256").update(zip).digest("base64"),
    });
    expect(stack.files.get(String(filename))?.equals(zip)).toBe(true);
    expect(rest).not.toHaveProperty("vpc_config");
  });

  it.each<Environment>(["qualif", "prod"])(
    "has its application, the token endpoint of %s and its settings as variables",
    (environment) => {
      expect(variablesOf(refresher({ environment }))).toEqual(
        encodeSettings({
          environment,
          application: "chorus-pro",
          tokenEndpoint: HOSTS[environment].tokenEndpoint,
          scope: "openid",
          outageToleranceInMinutes: 30,
          reserveInMinutes: 5,
        }),
      );
    },
  );

  it("gets the settings that differ from the defaults", () => {
    const options = { scope: "openid profile", outageToleranceInMinutes: 20, reserveInMinutes: 8 };
    expect(variablesOf(refresher(options))).toEqual(
      encodeSettings({
        environment: "qualif",
        application: "chorus-pro",
        tokenEndpoint: HOSTS.qualif.tokenEndpoint,
        ...options,
      }),
    );
  });

  it("may read and promote another application's client credentials, and no others", () => {
    const stack = synthesize((scope) => {
      const clientCredentials = ClientCredentialsSecret.fromSecretName(scope, "client", "piste/qualif/first/client");
      addRefresher(scope, { application: "second", clientCredentials });
    });
    expect(variablesOf(stack)).toMatchObject({ PISTE_CLIENT_SECRET_NAME: "piste/qualif/first/client" });
    const read = stack
      .policy("piste-qualif-second-token-refresh")
      .filter(({ Action }) => Action.includes("secretsmanager:GetSecretValue"))
      .map(({ Resource }) => Resource);
    const first = expect.stringMatching(/:secret:piste\/qualif\/first\/client-\?{6}$/);
    expect(read).toEqual([first, first, stack.reference(SECRET, "arn", { name: "piste/qualif/second/token" })]);
  });

  it("accepts client credentials by ARN, and the plan fails for another account or region", () => {
    const arn = "arn:aws:secretsmanager:eu-west-3:123456789012:secret:finance/piste-AbCdEf";
    const stack = synthesize((scope) => {
      addRefresher(scope, { clientCredentials: ClientCredentialsSecret.fromSecretArn(scope, "existing", arn) });
    });
    expect(variablesOf(stack)["PISTE_CLIENT_SECRET_NAME"]).toBe("finance/piste");
    const reads = stack.policy(NAME).filter(({ Resource }) => Resource === arn);
    expect(reads.flatMap(({ Action }) => Action)).toContain("secretsmanager:GetSecretValue");
    const { precondition } = stack.only(FUNCTION)["lifecycle"] as { precondition: Record<string, string>[] };
    expect(precondition).toEqual([
      {
        condition: expect.stringMatching(/account_id.* == "123456789012".*&&.* == "eu-west-3"/),
        error_message: `clientCredentials must be in the stack's account and region, got ${arn}; store a copy there.`,
      },
    ]);
  });

  it("refuses client credentials of an account other than the stack's", () => {
    const arn = "arn:aws:secretsmanager:eu-west-3:210987654321:secret:finance/piste-AbCdEf";
    const attributes = {
      encryptionKeyArn: "arn:aws:kms:eu-west-3:210987654321:key/00000000-0000-0000-0000-000000000000",
    };
    expect(() =>
      synthesize((scope) => {
        const existing = ClientCredentialsSecret.fromSecretArn(scope, "existing", arn, attributes);
        addRefresher(scope, { clientCredentials: existing });
      }),
    ).toThrow(`clientCredentials must be in 123456789012, the stack's account, got "${arn}"; store a copy there`);
  });

  it("depends on its permissions and its log group", () => {
    const stack = refresher();
    expect(stack.only(FUNCTION)["depends_on"]).toEqual([
      stack.address("aws_iam_role_policy", { name: NAME }),
      stack.address("aws_cloudwatch_log_group"),
    ]);
  });

  it("is not retried by Lambda", () => {
    const stack = refresher();
    expect(stack.only("aws_lambda_function_event_invoke_config")).toEqual({
      function_name: stack.reference(FUNCTION, "function_name"),
      maximum_retry_attempts: 0,
      maximum_event_age_in_seconds: 60,
    });
  });

  it("writes to a log group with a retention of 90 days, or the configured one", () => {
    const group = { name: `/aws/lambda/${NAME}`, retention_in_days: 90 };
    expect(refresher().only("aws_cloudwatch_log_group")).toEqual(group);
    const asked = refresher({ landingZone: { logRetentionInDays: 365 } }).only("aws_cloudwatch_log_group");
    expect(asked).toEqual({ ...group, retention_in_days: 365 });
  });

  it.each<[string, Options, string]>([
    [
      "a log retention unknown to CloudWatch",
      { landingZone: { logRetentionInDays: 10 } },
      "logRetentionInDays must be one of 1, 3, 5,",
    ],
    [
      "an unknown environment",
      { environment: "test" as Environment },
      `environment must be one of ${ENVIRONMENTS.join(", ")}, got`,
    ],
    ["no reserve", { reserveInMinutes: 0 }, "reserveInMinutes must be a whole number from 1 to 30, got 0"],
  ])("refuses %s", (_, options, message) => {
    expect(() => refresher(options)).toThrow(message);
  });

  it("refuses an existing role without room for its policy", () => {
    const role = "arn:aws:iam::123456789012:role/theirs";
    expect(() =>
      synthesize((stack) => {
        for (let index = 0; index < 8; index++) {
          addRefresher(new Construct(stack, `of-${index}`), {
            application: `application-${index}`,
            landingZone: { roleArns: { refresher: role } },
          });
        }
      }),
    ).toThrow(
      /: the inline policies of the role theirs must have at most 10240 characters together, got 1\d{4}; .*give each function a role of its own/,
    );
  });

  it("names the highest outage tolerance that works, and accepts it", () => {
    const highest = 36;
    expect(() => refresher({ outageToleranceInMinutes: highest + 1 })).toThrow(
      `outageToleranceInMinutes must be at most ${highest} for a 60-minute token, got ${highest + 1}`,
    );
    expect(variablesOf(refresher({ outageToleranceInMinutes: highest }))).toMatchObject({
      PISTE_OUTAGE_TOLERANCE_IN_MINUTES: String(highest),
    });
  });

  it("refuses references as settings, since everything is computed from them", () => {
    expect(() =>
      synthesize((stack) => {
        const minutes = new TerraformVariable(stack, "minutes", { type: "number" });
        addRefresher(stack, { outageToleranceInMinutes: minutes.numberValue });
      }),
    ).toThrow("outageToleranceInMinutes must be known at synth, got a reference");
  });

  it("refuses an invalid name, even with imported secrets", () => {
    expect(() =>
      synthesize((stack) => {
        const clientCredentials = ClientCredentialsSecret.fromSecretName(stack, "client", "piste/qualif/-/client");
        const accessToken = AccessTokenSecret.fromSecretName(stack, "token", "piste/qualif/-/token");
        addRefresher(stack, { application: "-", clientCredentials, accessToken });
      }),
    ).toThrow('secretName must refer to a token, piste/<environment>/<application>/token, got "piste/qualif/-/token"');
  });

  it("refuses a token secret that consumers would not find", () => {
    expect(() =>
      synthesize((stack) => {
        const accessToken = AccessTokenSecret.fromSecretName(stack, "other", "piste/prod/chorus-pro/token");
        addRefresher(stack, { accessToken });
      }),
    ).toThrow('accessToken must be the secret piste/qualif/chorus-pro/token, got "piste/prod/chorus-pro/token"');
  });
});

describe("the refresher's role", () => {
  it("can be assumed by Lambda", () => {
    expect(statementsOf(refresher().only("aws_iam_role", { name: NAME })["assume_role_policy"])).toEqual([
      { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
    ]);
  });

  it("may only read both secrets, promote client credentials, write the token, count its versions and write its own log", () => {
    const stack = refresher();
    const client = stack.reference(SECRET, "arn", CLIENT);
    const token = stack.reference(SECRET, "arn", TOKEN);
    const logs = `${stack.reference("aws_cloudwatch_log_group", "arn")}:*`;
    expect(stack.policy(NAME)).toEqual([
      { Effect: "Allow", Action: ["secretsmanager:GetSecretValue"], Resource: client, Condition: READ_CONDITION },
      {
        Effect: "Allow",
        Action: ["secretsmanager:GetSecretValue"],
        Resource: client,
        Condition: labelled("AWSPENDING"),
      },
      { Effect: "Allow", Action: ["secretsmanager:DescribeSecret"], Resource: client },
      {
        Effect: "Allow",
        Action: ["secretsmanager:UpdateSecretVersionStage"],
        Resource: client,
        Condition: labelled("AWSCURRENT", "AWSPENDING"),
      },
      { Effect: "Allow", Action: ["secretsmanager:GetSecretValue"], Resource: token, Condition: READ_CONDITION },
      {
        Effect: "Allow",
        Action: ["secretsmanager:PutSecretValue", "secretsmanager:ListSecretVersionIds"],
        Resource: token,
      },
      { Effect: "Allow", Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: logs },
    ]);
    expect(stack.only("aws_iam_role_policy", { name: NAME })["role"]).toBe(
      stack.reference("aws_iam_role", "name", { name: NAME }),
    );
    // One policy for the function, one for the schedule.
    expect(stack.all("aws_iam_role_policy")).toHaveLength(2);
    expect(everyStatement(stack).map(({ Resource }) => Resource)).not.toContain("*");
  });

  it("may use a customer's key for these two secrets", () => {
    const stack = refresher({ landingZone: { encryptionKeyArn: KEY } });
    const kms = stack.policy(NAME).filter(({ Resource }) => Resource === KEY);
    const on = (secret: { name: string }): unknown => ({
      StringLike: {
        "kms:EncryptionContext:SecretARN": stack.reference(SECRET, "arn", secret),
        "kms:ViaService": "secretsmanager.*",
      },
    });
    expect(kms.map(({ Action, Condition }) => ({ Action, Condition }))).toEqual([
      { Action: ["kms:Decrypt"], Condition: on(CLIENT) },
      // This is also the right for reading it.
      { Action: ["kms:Decrypt", "kms:GenerateDataKey"], Condition: on(TOKEN) },
    ]);
  });

  it("can be an existing one", () => {
    const role = "arn:aws:iam::123456789012:role/team/brought-in";
    const stack = refresher({ landingZone: { roleArns: { refresher: role } } });
    expect(stack.only(FUNCTION)["role"]).toBe(role);
    expect(stack.only("aws_iam_role_policy", { name: NAME })["role"]).toBe("brought-in");
    expect(stack.only("aws_iam_role")["name"]).toBe("piste-qualif-chorus-pro-schedule");
  });

  it("has the configured path and permissions boundary, like the schedule's", () => {
    const boundary = "arn:aws:iam::123456789012:policy/boundary";
    const roles = refresher({ landingZone: { permissionsBoundaryArn: boundary, rolePath: "/piste/" } }).all(
      "aws_iam_role",
    );
    expect(roles).toHaveLength(2);
    for (const role of roles) expect(role).toMatchObject({ path: "/piste/", permissions_boundary: boundary });
    for (const role of refresher().all("aws_iam_role")) {
      expect(role).not.toHaveProperty("path");
      expect(role).not.toHaveProperty("permissions_boundary");
    }
  });

  it("may attach the function to a configured network", () => {
    const stack = refresher({ landingZone: { network: { subnetIds: ["subnet-1"], securityGroupIds: ["sg-1"] } } });
    expect(stack.only(FUNCTION)["vpc_config"]).toEqual({ subnet_ids: ["subnet-1"], security_group_ids: ["sg-1"] });
    const wide = stack.policy(NAME).filter(({ Resource }) => Resource === "*");
    const actions = [
      "ec2:CreateNetworkInterface",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeSubnets",
      "ec2:DeleteNetworkInterface",
      "ec2:AssignPrivateIpAddresses",
      "ec2:UnassignPrivateIpAddresses",
    ];
    // By its ARN as text: the function depends on this policy.
    const functionArn = expect.stringMatching(/^arn:.+:lambda:.+:function:piste-qualif-chorus-pro-token-refresh$/);
    expect(wide).toEqual([
      { Effect: "Allow", Action: actions, Resource: "*" },
      {
        Effect: "Deny",
        Action: actions,
        Resource: "*",
        Condition: { ArnEquals: { "lambda:SourceFunctionArn": functionArn } },
      },
    ]);
  });
});

describe("the refresher's schedule", () => {
  it("runs the function every clock minute", () => {
    const stack = refresher();
    expect(stack.only(SCHEDULE)).toMatchObject({
      name: "piste-qualif-chorus-pro-tick",
      group_name: stack.reference("aws_scheduler_schedule_group", "name"),
      schedule_expression: "cron(* * * * ? *)",
      flexible_time_window: { mode: "OFF" },
    });
    expect(stack.only("aws_scheduler_schedule_group")).toEqual({ name: "piste-qualif-chorus-pro" });
  });

  it("sends the function exactly its environment, application and the operation tick, without retries", () => {
    const stack = refresher({ environment: "prod", application: "legifrance" });
    expect(stack.only(SCHEDULE)["target"]).toEqual({
      arn: stack.reference(FUNCTION, "arn"),
      role_arn: stack.reference("aws_iam_role", "arn", { name: "piste-prod-legifrance-schedule" }),
      input: '{"environment":"prod","application":"legifrance","operation":"tick"}',
      retry_policy: { maximum_retry_attempts: 0, maximum_event_age_in_seconds: 60 },
    });
  });

  it("has a role for this group's schedules and this function only", () => {
    const stack = refresher();
    const role = { name: "piste-qualif-chorus-pro-schedule" };
    expect(statementsOf(stack.only("aws_iam_role", role)["assume_role_policy"])).toEqual([
      {
        Effect: "Allow",
        Principal: { Service: "scheduler.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: { StringEquals: { "aws:SourceArn": stack.reference("aws_scheduler_schedule_group", "arn") } },
      },
    ]);
    const policy = { name: `invoke-${NAME}` };
    expect(stack.policy(policy.name)).toEqual([
      { Effect: "Allow", Action: ["lambda:InvokeFunction"], Resource: stack.reference(FUNCTION, "arn") },
    ]);
    expect(stack.only("aws_iam_role_policy", policy)["role"]).toBe(stack.reference("aws_iam_role", "name", role));
    expect(stack.only(SCHEDULE)["depends_on"]).toEqual([stack.address("aws_iam_role_policy", policy)]);
  });
});

describe("grantRefresh", () => {
  it("lets a role only run the function", () => {
    const stack = synthesize((scope) => {
      const built = addRefresher(scope);
      const role = new IamRole(scope, "operator", { name: "operator", assumeRolePolicy: "{}" });
      expect(built.grantRefresh(role)).toBe(built.grantRefresh(role));
    });
    expect(stack.policy(`refresh-${NAME}`)).toEqual([
      { Effect: "Allow", Action: ["lambda:InvokeFunction"], Resource: stack.reference(FUNCTION, "arn") },
    ]);
    expect(stack.only("aws_iam_role_policy", { name: `refresh-${NAME}` })["role"]).toBe(
      stack.reference("aws_iam_role", "name", { name: "operator" }),
    );
  });
});

describe("the refresher's metrics", () => {
  it("are those that the handler reports, by environment and application", () => {
    synthesize((stack) => {
      const built = addRefresher(stack, { environment: "prod", application: "legifrance" });
      for (const [key, { name, statistic, unit }] of Object.entries(METRICS)) {
        expect(built.metric(key as MetricKey)).toEqual({
          namespace: "Piste",
          metricName: name,
          dimensions: { Environment: "prod", Application: "legifrance" },
          statistic,
          unit,
        });
      }
    });
  });

  it("of errors is Lambda's own for the function", () => {
    const stack = synthesize((scope) => {
      new TerraformOutput(scope, "errors", { value: addRefresher(scope).metricErrors(), staticId: true });
    });
    expect(stack.json.output?.["errors"]?.value).toEqual({
      namespace: "AWS/Lambda",
      metricName: "Errors",
      dimensions: { FunctionName: NAME },
      statistic: "Sum",
      unit: "Count",
    });
  });
});

const PASSWORDS = { name: "piste-qualif-chorus-pro-passwords" };
const TICK = { name: "piste-qualif-chorus-pro-tick" };

const account = (name: string): TechnicalAccountConfiguration => ({
  name,
  structure: { identifier: "12345678200010", identifierType: "SIRET" },
});

const application = (...accounts: string[]): SynthesizedStack =>
  synthesize((stack) => {
    const technicalAccounts = accounts.map(account);
    new PisteApplication(stack, "application", { environment: "qualif", name: "chorus-pro", technicalAccounts });
  });

const lookingAfter = (hasTechnicalAccounts?: boolean): SynthesizedStack =>
  synthesize((stack) => {
    const built = addRefresher(stack, { hasTechnicalAccounts });
    expect(built.passwordsSchedule?.nameInput).toBe(hasTechnicalAccounts === true ? PASSWORDS.name : undefined);
    expect(built.schedule.nameInput).toBe(TICK.name);
  });

const isAboutPasswords = ({ Action, Resource }: Statement): boolean =>
  JSON.stringify(Resource).includes("technical-account") || JSON.stringify(Action).includes("ssm:");

describe("the schedule for passwords", () => {
  it("runs hourly, in the group and with the role of the ticks, without retries", () => {
    const stack = lookingAfter(true);
    expect(stack.all(SCHEDULE)).toHaveLength(2);
    const { target, ...schedule } = stack.only(SCHEDULE, PASSWORDS);
    expect(schedule).toMatchObject({
      group_name: stack.reference("aws_scheduler_schedule_group", "name"),
      schedule_expression: "cron(5 * * * ? *)",
      // Spreads the applications over the hour.
      flexible_time_window: { mode: "FLEXIBLE", maximum_window_in_minutes: 50 },
      depends_on: [stack.address("aws_iam_role_policy", { name: `invoke-${NAME}` })],
    });
    expect(target).toEqual({
      arn: stack.reference("aws_lambda_function", "arn"),
      role_arn: stack.reference("aws_iam_role", "arn", { name: "piste-qualif-chorus-pro-schedule" }),
      input: '{"environment":"qualif","application":"chorus-pro","operation":"passwords"}',
      retry_policy: { maximum_retry_attempts: 0, maximum_event_age_in_seconds: 60 },
    });
    const own = decodeOwnApplication(variablesOf(stack));
    expect(parseInput(JSON.parse((target as { input: string }).input), own)).toMatchObject({ operation: "passwords" });
  });

  it.each([undefined, false])("is missing, with its rights, if hasTechnicalAccounts is %s", (hasTechnicalAccounts) => {
    const stack = lookingAfter(hasTechnicalAccounts);
    expect(stack.only(SCHEDULE)).toMatchObject(TICK);
    expect(stack.policy(NAME).filter(isAboutPasswords)).toEqual([]);
  });

  it("exists only for an application with technical accounts", () => {
    expect(application().all(SCHEDULE)).toHaveLength(1);
    expect(application("lyon").all(SCHEDULE)).toHaveLength(2);
  });

  it("is created after everything that its first run reads, but the ticks are not", () => {
    const stack = application("lyon", "paris");
    const secrets = ["lyon", "paris"].map((name) =>
      stack.address("aws_secretsmanager_secret", { name: `piste/qualif/chorus-pro/technical-account/${name}` }),
    );
    const parameters = ["/piste/qualif/chorus-pro", "/piste/qualif/chorus-pro/accounts/1"].map((name) =>
      stack.address("aws_ssm_parameter", { name }),
    );
    const policy = stack.address("aws_iam_role_policy", { name: `invoke-${NAME}` });
    const dependencies = stack.only(SCHEDULE, PASSWORDS)["depends_on"] as string[];
    expect([...dependencies].sort()).toEqual([policy, ...secrets, ...parameters].sort());
    expect(stack.only(SCHEDULE, TICK)["depends_on"]).toEqual([policy]);
  });
});

describe("the rights for passwords", () => {
  const here = (service: string): string => `arn:${PLACE.partition}:${service}:${PLACE.region}:` + PLACE.account;

  it("are to list versions of the accounts and to read the description, and never a value", () => {
    const stack = application("lyon");
    const description = `${here("ssm")}:parameter/piste/qualif/chorus-pro`;
    expect(stack.policy(NAME).filter(isAboutPasswords)).toEqual([
      {
        Effect: "Allow",
        Action: ["secretsmanager:ListSecretVersionIds"],
        Resource: `${here("secretsmanager")}:secret:piste/qualif/chorus-pro/technical-account/*-??????`,
      },
      { Effect: "Allow", Action: ["ssm:GetParameter"], Resource: [description, `${description}/accounts/*`] },
    ]);
    const reads = stack.policy(NAME).filter(({ Action }) => JSON.stringify(Action).includes("GetSecretValue"));
    expect(JSON.stringify(reads)).not.toContain("technical-account");
  });

  it("are as short for many accounts as for one", () => {
    expect(application("lyon", "paris", "nice").policy(NAME)).toEqual(application("lyon").policy(NAME));
  });
});
