import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { describe, expect, it } from "@jest/globals";
import { TerraformStack } from "cdktf";
import {
  ClientCredentialsSecret,
  PisteApplication,
  SharedTokenRefresher,
  TOKEN_ALARMS,
  type IPisteSecret,
  type PisteApplicationProps,
  type SharedTokenRefresherProps,
} from "../../constructs";
import {
  decodeSettings,
  MOST_SHARING_APPLICATIONS,
  parseInput,
  settingsOfApplication,
} from "../../lambda/token-refresh/contract";
import { statementsOf, synthesize, synthesizeApp, type Statement, type SynthesizedStack } from "./synthesize";

const NAME = "piste-prod-shared_token-refresh";
const FUNCTION = "aws_lambda_function";
const SCHEDULE = "aws_scheduler_schedule";
const ALARM = "aws_cloudwatch_metric_alarm";
const KEY = "arn:aws:kms:eu-west-3:123456789012:key/00000000-0000-0000-0000-000000000000";
const SIRET = { identifier: "12345678200010", identifierType: "SIRET" } as const;

type ApplicationOptions = Partial<PisteApplicationProps>;

interface Fleet {
  readonly refresher?: Partial<SharedTokenRefresherProps>;
  /** By name. */
  readonly applications: Readonly<Record<string, ApplicationOptions>>;
}

function addFleet(stack: TerraformStack, { refresher, applications }: Fleet): SharedTokenRefresher {
  const environment = refresher?.environment ?? "prod";
  const sharedRefresher = new SharedTokenRefresher(stack, "shared", { environment, ...refresher });
  for (const [name, options] of Object.entries(applications)) {
    new PisteApplication(stack, name, { environment, name, sharedRefresher, guardRails: false, ...options });
  }
  return sharedRefresher;
}

const fleet = (applications: Fleet["applications"], refresher?: Fleet["refresher"]): SynthesizedStack =>
  synthesize((stack) => addFleet(stack, { applications, ...(refresher && { refresher }) }));

const many = (count: number, options: ApplicationOptions = {}): Fleet["applications"] =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`application-${index}`, options]));

const withAccount: ApplicationOptions = { technicalAccounts: [{ name: "default", structure: SIRET }] };

const variablesOf = (stack: SynthesizedStack): Record<string, string> =>
  (stack.only(FUNCTION)["environment"] as { variables: Record<string, string> }).variables;

const arn = (service: string, resource: string): string =>
  `arn:\${data.aws_partition.PistePartition.partition}:${service}:\${data.aws_region.PisteRegion.id}:` +
  `\${data.aws_caller_identity.PisteAccount.account_id}:${resource}`;
const secret = (name: string): string => arn("secretsmanager", `secret:${name}-??????`);
const reads = (stage: string): unknown => ({
  "ForAnyValue:StringEquals": { "secretsmanager:VersionStage": [stage] },
});

describe("fifty applications on one shared refresher", () => {
  const stack = fleet(many(50, withAccount));
  const names = Object.keys(many(50));

  it("have one function, one role for it and one for its schedules", () => {
    expect(stack.only(FUNCTION)).toMatchObject({ function_name: NAME, timeout: 30 });
    expect(stack.all("aws_iam_role").map(({ name }) => name)).toEqual([NAME, "piste-prod-shared_schedule"]);
    expect(stack.all("aws_scheduler_schedule_group")).toEqual([{ name: NAME }]);
    expect(stack.all("aws_cloudwatch_log_group").map(({ name }) => name)).toEqual([`/aws/lambda/${NAME}`]);
    expect(stack.only("aws_lambda_function_event_invoke_config")).toMatchObject({
      maximum_retry_attempts: 0,
      maximum_event_age_in_seconds: 60,
    });
  });

  it("each have schedules of their own, whose runs are for them alone", () => {
    for (const [suffix, operation] of [
      ["tick", "tick"],
      ["passwords", "passwords"],
    ] as const) {
      const schedules = names.map((name) => stack.only(SCHEDULE, { name: `piste-prod-${name}-${suffix}` }));
      expect(schedules.map(({ target }) => parseInput(JSON.parse((target as { input: string }).input)))).toEqual(
        names.map((application) => ({ environment: "prod", application, operation })),
      );
      for (const { group_name, flexible_time_window, target } of schedules) {
        expect(group_name).toBe(stack.reference("aws_scheduler_schedule_group", "name"));
        // A tick must come in its minute: alarms count one in each.
        expect(flexible_time_window).toEqual({ mode: "OFF" });
        expect(target).toMatchObject({
          arn: stack.reference(FUNCTION, "arn"),
          role_arn: stack.reference("aws_iam_role", "arn", { name: "piste-prod-shared_schedule" }),
          retry_policy: { maximum_retry_attempts: 0, maximum_event_age_in_seconds: 60 },
        });
      }
    }
    expect(stack.all(SCHEDULE)).toHaveLength(100);
  });

  it("look after passwords in minutes of their own, spread over the hour", () => {
    const minutes = stack
      .all(SCHEDULE)
      .flatMap(({ schedule_expression: expression }) => /^cron\((\d+) \* /.exec(String(expression))?.[1] ?? [])
      .map(Number);
    expect(minutes).toHaveLength(50);
    expect(Math.min(...minutes)).toBeGreaterThanOrEqual(5);
    expect(Math.max(...minutes)).toBeLessThan(55);
    // By chance; all in one minute would be 1.
    expect(new Set(minutes).size).toBeGreaterThan(20);
  });

  it("each have alarms of their own, on what is reported of them alone", () => {
    for (const name of names) {
      const own = stack.all(ALARM).filter(({ alarm_name }) => String(alarm_name).startsWith(`piste-prod-${name}-`));
      expect(own).toHaveLength(TOKEN_ALARMS.length);
      const dimensions = JSON.stringify(own).match(/"dimensions":\{[^}]*\}/g) ?? [];
      expect(new Set(dimensions)).toEqual(new Set([`"dimensions":{"Application":"${name}","Environment":"prod"}`]));
    }
    expect(stack.all(ALARM)).toHaveLength(TOKEN_ALARMS.length * 50);
  });

  it("are found by the function's name and the schedule's in their descriptions", () => {
    const { insecure_value: value } = stack.only("aws_ssm_parameter", { name: "/piste/prod/application-7" });
    expect(JSON.parse(String(value))).toMatchObject({
      function: NAME,
      schedule: { group: NAME, name: "piste-prod-application-7-tick" },
    });
  });

  it("need a policy that is no longer than for two", () => {
    expect(stack.policy(NAME)).toEqual(fleet(many(2, withAccount)).policy(NAME));
  });

  it("refresh within two seconds of each other, at random, when they come due at once", () => {
    expect(variablesOf(stack)["PISTE_SPREAD_IN_SECONDS"]).toBe("2");
    expect(variablesOf(fleet(many(1)))["PISTE_SPREAD_IN_SECONDS"]).toBe("1");
  });
});

describe("the shared refresher's function", () => {
  it("is told for all how tokens are kept, and of each what differs", () => {
    const stack = synthesize((scope) => {
      const brought = ClientCredentialsSecret.fromSecretName(scope, "brought-in", "finance/client");
      addFleet(scope, {
        refresher: { outageToleranceInMinutes: 20, tickInMinutes: 2 },
        applications: {
          first: {},
          statistics: { scope: "resource.READ", apis: ["judilibre"] },
          third: { clientCredentials: brought },
        },
      });
    });
    const variables = variablesOf(stack);
    expect(variables["PISTE_APPLICATIONS"]).toBe(
      '{"statistics":{"scope":"resource.READ"},"third":{"clientSecretName":"finance/client"}}',
    );
    const settings = decodeSettings(variables);
    expect(settings).toMatchObject({ outageToleranceInMinutes: 20, tickInMinutes: 2, scope: "openid" });
    expect(settingsOfApplication(settings, "statistics")).toMatchObject({ scope: "resource.READ" });
    expect(settingsOfApplication(settings, "third")).toMatchObject({ clientSecretName: "finance/client" });
    expect(settingsOfApplication(settings, "first")).toEqual(settings);
  });

  it("is not told of applications of which nothing differs", () => {
    expect(variablesOf(fleet(many(3)))).not.toHaveProperty("PISTE_APPLICATIONS");
  });

  it("is run only once the application's secrets and their policies are there", () => {
    const stack = fleet({ first: { guardRails: true } });
    expect(stack.only(SCHEDULE)["depends_on"]).toEqual(
      expect.arrayContaining([
        stack.address("aws_secretsmanager_secret", { name: "piste/prod/first/client" }),
        stack.address("aws_secretsmanager_secret", { name: "piste/prod/first/token" }),
        expect.stringMatching(/^aws_secretsmanager_secret_policy\.first_client_/),
      ]),
    );
  });

  it("ticks in a minute of each application's own, where a tick is several", () => {
    const stack = fleet(many(20), { tickInMinutes: 5, outageToleranceInMinutes: 20 });
    const expressions = stack.all(SCHEDULE).map(({ schedule_expression }) => String(schedule_expression));
    expect(new Set(expressions)).toEqual(new Set([0, 1, 2, 3, 4].map((first) => `cron(${first}/5 * * * ? *)`)));
  });

  it("has a name of its own, and options", () => {
    const tags = { team: "billing" };
    const stack = fleet(many(1), { name: "publisher", memorySizeInMegabytes: 512, logRetentionInDays: 30, tags });
    expect(stack.only(FUNCTION)).toMatchObject({
      function_name: "piste-prod-publisher_token-refresh",
      memory_size: 512,
      tags,
    });
    expect(stack.only("aws_cloudwatch_log_group")).toMatchObject({ retention_in_days: 30, tags });
  });

  it("may be run by a role that is granted to, for whichever application", () => {
    const stack = synthesize((scope) => {
      const shared = addFleet(scope, { applications: many(2) });
      shared.grantRefresh(new IamRole(scope, "operator", { name: "operator", assumeRolePolicy: "{}" }));
    });
    expect(stack.policy(`refresh-${NAME}`)).toEqual([
      { Effect: "Allow", Action: ["lambda:InvokeFunction"], Resource: stack.reference(FUNCTION, "arn") },
    ]);
  });
});

describe("the shared refresher's role", () => {
  const CLIENT = secret("piste/prod/*/client");
  const TOKEN = secret("piste/prod/*/token");
  const ACCOUNTS = secret("piste/prod/*/technical-account/*");
  const logs = (stack: SynthesizedStack): Statement => ({
    Effect: "Allow",
    Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource: `${stack.reference("aws_cloudwatch_log_group", "arn")}:*`,
  });

  it("has rights by the pattern of names, and none on technical accounts that are called like them", () => {
    const stack = fleet(many(2));
    expect(stack.policy(NAME)).toEqual([
      {
        Effect: "Allow",
        Action: ["secretsmanager:GetSecretValue"],
        Resource: [CLIENT, TOKEN],
        Condition: reads("AWSCURRENT"),
      },
      {
        Effect: "Allow",
        Action: ["secretsmanager:GetSecretValue"],
        Resource: [CLIENT],
        Condition: reads("AWSPENDING"),
      },
      { Effect: "Allow", Action: ["secretsmanager:DescribeSecret"], Resource: [CLIENT] },
      {
        Effect: "Allow",
        Action: ["secretsmanager:UpdateSecretVersionStage"],
        Resource: [CLIENT],
        Condition: {
          "ForAnyValue:StringEquals": { "secretsmanager:VersionStage": ["AWSCURRENT", "AWSPENDING"] },
        },
      },
      { Effect: "Allow", Action: ["secretsmanager:PutSecretValue"], Resource: TOKEN },
      {
        Effect: "Deny",
        Action: [
          "secretsmanager:GetSecretValue",
          "secretsmanager:PutSecretValue",
          "secretsmanager:DescribeSecret",
          "secretsmanager:UpdateSecretVersionStage",
        ],
        Resource: ACCOUNTS,
      },
      logs(stack),
    ]);
  });

  it("may look after passwords only where an application has technical accounts", () => {
    const about = (stack: SynthesizedStack): Statement[] =>
      stack.policy(NAME).filter(({ Action }) => /ListSecretVersionIds|ssm:/.test(JSON.stringify(Action)));
    expect(about(fleet(many(2)))).toEqual([]);
    expect(about(fleet({ first: {}, second: withAccount }))).toEqual([
      { Effect: "Allow", Action: ["secretsmanager:ListSecretVersionIds"], Resource: ACCOUNTS },
      { Effect: "Allow", Action: ["ssm:GetParameter"], Resource: arn("ssm", "parameter/piste/prod/*") },
    ]);
  });

  it("ends at the prefix of its applications' names, when it has one", () => {
    const text = JSON.stringify(
      fleet({ "client-one": withAccount, "client-two": {} }, { applicationPrefix: "client-" }).policy(NAME),
    );
    expect(text.match(/piste\/prod\/[^-]*-\*/g)?.length).toBeGreaterThan(5);
    expect(text).not.toContain("piste/prod/*");
  });

  it("names client credentials that have another name, one by one", () => {
    const stack = synthesize((scope) => {
      const brought = ClientCredentialsSecret.fromSecretName(scope, "brought-in", "finance/client");
      addFleet(scope, { applications: { first: {}, second: { clientCredentials: brought } } });
    });
    const clients = [CLIENT, secret("finance/client")];
    expect(
      stack
        .policy(NAME)
        .slice(0, 4)
        .map(({ Resource }) => Resource),
    ).toEqual([[...clients, TOKEN], clients, clients, clients]);
  });

  it("uses a customer's key for what is encrypted with it, once", () => {
    const stack = synthesize((scope) => {
      const clientCredentials = ClientCredentialsSecret.fromSecretName(scope, "brought-in", "finance/client");
      const encrypted = { encryptionKeyArn: KEY };
      addFleet(scope, { applications: { first: encrypted, second: encrypted, third: { clientCredentials } } });
    });
    const used = stack.policy(NAME).filter(({ Resource }) => JSON.stringify(Resource).includes(KEY));
    expect(used).toMatchObject([
      { Action: ["kms:Decrypt"], Condition: { StringLike: { "kms:EncryptionContext:SecretARN": [CLIENT] } } },
      {
        Action: ["kms:Decrypt", "kms:GenerateDataKey"],
        Condition: { StringLike: { "kms:EncryptionContext:SecretARN": [TOKEN] } },
      },
    ]);
  });

  it("is let in by the client credentials of its applications, whose own policies refuse all others", () => {
    const stack = synthesize((scope) => {
      addFleet(scope, { applications: many(2, { guardRails: true }) });
      new PisteApplication(scope, "alone", { environment: "prod", name: "alone" });
    });
    const readers = stack.all("aws_secretsmanager_secret_policy").flatMap(({ secret_arn: on, policy }) =>
      statementsOf(policy).flatMap(({ Condition }) => {
        const { ArnNotLike } = (Condition ?? {}) as { ArnNotLike?: { "aws:PrincipalArn": string[] } };
        return ArnNotLike === undefined ? [] : [[String(on), ArnNotLike["aws:PrincipalArn"]]];
      }),
    );
    const role = (name: string): string[] => [stack.reference("aws_iam_role", "arn", { name })];
    const client = (name: string): string =>
      stack.reference("aws_secretsmanager_secret", "arn", { name: `piste/prod/${name}/client` });
    expect(Object.fromEntries(readers)).toEqual({
      [client("application-0")]: role(NAME),
      [client("application-1")]: role(NAME),
      [client("alone")]: role("piste-prod-alone-token-refresh"),
    });
  });
});

describe("an application on a shared refresher", () => {
  it("keeps the function's options for its connection check", () => {
    const stack = fleet({ first: { ...withAccount, connectionCheck: true, memorySizeInMegabytes: 512 } });
    expect(stack.only(FUNCTION, { function_name: NAME })["memory_size"]).toBe(256);
    const check = { function_name: "piste-prod-first-connection-check" };
    expect(stack.only(FUNCTION, check)["memory_size"]).toBe(512);
  });

  it.each<[string, ApplicationOptions, string]>([
    [
      "how its token is kept",
      { outageToleranceInMinutes: 20 },
      "outageToleranceInMinutes must be set on the shared refresher, for all its applications, got it for first",
    ],
    ["how often it ticks", { tickInMinutes: 2 }, "tickInMinutes must be set on the shared refresher"],
    ["how the function is run", { memorySizeInMegabytes: 512 }, "memorySizeInMegabytes must be set on the shared"],
    [
      "a role, which would be the connection check's",
      { connectionCheck: true, role: { name: "own", arn: "arn:aws:iam::123456789012:role/own" } },
      "role must be set on the shared refresher",
    ],
    ["another environment", { environment: "qualif" }, "sharedRefresher must be of qualif, as the application first"],
  ])("may not say %s", (_, options, message) => {
    expect(() => fleet({ first: options })).toThrow(message);
  });

  it("is in the same stack", () => {
    expect(() =>
      synthesizeApp((app) => {
        const sharedRefresher = new SharedTokenRefresher(new TerraformStack(app, "one"), "shared", {
          environment: "prod",
        });
        const other = new TerraformStack(app, "other");
        new PisteApplication(other, "first", { environment: "prod", name: "first", sharedRefresher });
      }),
    ).toThrow("sharedRefresher must be of the same stack as the application first: make one in each stack");
  });

  it("has a name that begins as all of them do", () => {
    expect(() => fleet({ other: {} }, { applicationPrefix: "client-" })).toThrow(
      'application must begin with "client-", the shared refresher\'s applicationPrefix, got "other"',
    );
  });
});

describe("a shared refresher refuses", () => {
  it.each<[string, Fleet["refresher"], string]>([
    ["a name that breaks the rule", { name: "Fleet" }, "name must be 1 to 30 lower-case letters, digits and inner"],
    ["a prefix that no name can have", { applicationPrefix: "a/" }, "applicationPrefix must be the beginning of names"],
    ["settings that do not work", { outageToleranceInMinutes: 37 }, "outageToleranceInMinutes must be at most 36"],
    ["an old runtime", { runtime: "nodejs18.x" }, "runtime must be one of"],
  ])("%s", (_, refresher, message) => {
    expect(() => fleet({}, refresher)).toThrow(message);
  });

  it("more applications than can store their tokens in one tick, and says to make another", () => {
    expect(MOST_SHARING_APPLICATIONS).toBe(125);
    const names = Array.from({ length: 126 }, (_, index) => `a-${index}`);
    expect(() =>
      synthesize((stack) => {
        const shared = new SharedTokenRefresher(stack, "shared", { environment: "prod" });
        for (const name of names) {
          const secretOf = (kind: string): IPisteSecret =>
            ClientCredentialsSecret.fromSecretName(stack, `${name}-${kind}`, `piste/prod/${name}/${kind}`);
          shared.addApplication(stack, "prod", {
            name,
            scope: "openid",
            clientCredentials: secretOf("client"),
            accessToken: secretOf("token"),
            hasTechnicalAccounts: false,
          });
        }
      }),
    ).toThrow(
      "sharedRefresher must have at most 125 applications, or their tokens could not all be stored in one tick, got " +
        "126 with a-125; make another one, with another name, for the rest",
    );
  });

  it("what its function's environment has no room for", () => {
    const scope = `openid ${"x".repeat(200)}`;
    expect(() => fleet(many(20, { scope, apis: ["judilibre"] }))).toThrow(
      /^the environment of piste-prod-shared_token-refresh must have at most 4096 bytes, got 4\d{3}: .*; give some applications to another shared refresher/,
    );
  });

  it("what its role's policy has no room for", () => {
    expect(() =>
      synthesize((stack) => {
        const applications = Object.fromEntries(
          Array.from({ length: 40 }, (_, index) => {
            const name = `finance/${"x".repeat(40)}/${index}`;
            return [
              `a-${index}`,
              { clientCredentials: ClientCredentialsSecret.fromSecretName(stack, `client-${index}`, name) },
            ];
          }),
        );
        addFleet(stack, { applications });
      }),
    ).toThrow(
      /^the inline policies of the role consumer\/shared\/role must have at most 10240 characters together, got up to 1\d{4} with piste-prod-shared_token-refresh; give some applications to another shared refresher/,
    );
  });
});
