import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { describe, expect, it } from "@jest/globals";
import { TerraformVariable, type TerraformStack } from "cdktf";
import * as v from "valibot";
import {
  AlarmTopic,
  ClientCredentialsSecret,
  PisteApplication,
  TOKEN_ALARMS,
  type Role,
  type PisteApplicationProps,
  type TechnicalAccountConfiguration,
} from "../../constructs";
import { accountPageSchema, descriptionSchema } from "../../piste/description-schemas";
import { synthesize, type SynthesizedStack } from "./synthesize";

const PAGE_ARN = "arn:aws:sns:eu-west-3:123456789012:pager";
const INFORM_ARN = "arn:aws:sns:eu-west-3:123456789012:mailbox";
const ALARM = "aws_cloudwatch_metric_alarm";
const SUBSCRIPTION = "aws_sns_topic_subscription";
const PARAMETER = "aws_ssm_parameter";

const account = (name: string): TechnicalAccountConfiguration => ({
  name,
  structure: { identifier: "12345678200010", identifierType: "SIRET" },
});

function application(props: Partial<PisteApplicationProps> = {}): SynthesizedStack {
  return synthesize((stack) => {
    new PisteApplication(stack, "application", { environment: "qualif", name: "chorus-pro", ...props });
  });
}

const parameterNamed = (stack: SynthesizedStack, name: string): unknown =>
  JSON.parse(String(stack.only(PARAMETER, { name })["insecure_value"]));

const topic = (emails?: string[]): SynthesizedStack =>
  synthesize((stack) => {
    new AlarmTopic(stack, "alarms", { topicName: "alarms", emails });
  });

describe("an alarm topic", () => {
  it("has no subscribers by default", () => {
    const stack = topic();
    expect(stack.only("aws_sns_topic")).toEqual({ name: "alarms" });
    expect(stack.types).not.toContain(SUBSCRIPTION);
  });

  it("sends e-mails to each address", () => {
    const emails = ["equipe@exemple.fr", "astreinte@exemple.fr"];
    const stack = topic(emails);
    expect(stack.all(SUBSCRIPTION)).toEqual(
      [...emails]
        .sort()
        .map((endpoint) => ({ endpoint, protocol: "email", topic_arn: stack.reference("aws_sns_topic", "arn") })),
    );
  });

  it.each(["equipe", "equipe@exemple", "@exemple.fr", "deux equipes@exemple.fr", "a@b@exemple.fr", ""])(
    "refuses the address «%s»",
    (email) => {
      expect(() => topic(["equipe@exemple.fr", email])).toThrow(
        `alarmEmails[1] must be an e-mail address, got ${JSON.stringify(email)}`,
      );
    },
  );

  it("refuses a repeated address", () => {
    expect(() => topic(["equipe@exemple.fr", "equipe@exemple.fr"])).toThrow(
      'alarmEmails must differ from each other, got "equipe@exemple.fr" twice',
    );
  });
});

describe("a PISTE application", () => {
  it("consists of its secrets, refresher, alarms and description, all named after it", () => {
    const stack = application({ technicalAccounts: [account("default")] });
    const names = stack.types.map((type) => [
      type,
      stack
        .all(type)
        .map((resource) => resource["name"] ?? resource["alarm_name"] ?? resource["function_name"])
        .sort(),
    ]);
    expect(names).toEqual([
      ["aws_cloudwatch_log_group", ["/aws/lambda/piste-qualif-chorus-pro-token-refresh"]],
      [ALARM, TOKEN_ALARMS.map((name) => `piste-qualif-chorus-pro-${name}`).sort()],
      ["aws_iam_role", ["piste-qualif-chorus-pro-schedule", "piste-qualif-chorus-pro-token-refresh"]],
      [
        "aws_iam_role_policy",
        ["invoke-piste-qualif-chorus-pro-token-refresh", "piste-qualif-chorus-pro-token-refresh"],
      ],
      ["aws_lambda_function", ["piste-qualif-chorus-pro-token-refresh"]],
      ["aws_lambda_function_event_invoke_config", [stack.reference("aws_lambda_function", "function_name")]],
      ["aws_scheduler_schedule", ["piste-qualif-chorus-pro-passwords", "piste-qualif-chorus-pro-tick"]],
      ["aws_scheduler_schedule_group", ["piste-qualif-chorus-pro"]],
      [
        "aws_secretsmanager_secret",
        [
          "piste/qualif/chorus-pro/client",
          "piste/qualif/chorus-pro/technical-account/default",
          "piste/qualif/chorus-pro/token",
        ],
      ],
      ["aws_sns_topic", ["piste-qualif-chorus-pro-inform"]],
      [PARAMETER, ["/piste/qualif/chorus-pro", "/piste/qualif/chorus-pro/accounts/1"]],
    ]);
  });

  it("tags every resource that AWS can tag", () => {
    const tags = { team: "billing" };
    const stack = application({
      technicalAccounts: [account("default")],
      alarmEmails: ["equipe@exemple.fr"],
      landingZone: { tags },
    });
    const untagged = stack.types.filter((type) =>
      stack.all(type).some((resource) => JSON.stringify(resource["tags"]) !== JSON.stringify(tags)),
    );
    expect(untagged).toEqual([
      "aws_iam_role_policy",
      "aws_lambda_function_event_invoke_config",
      "aws_scheduler_schedule",
      SUBSCRIPTION,
    ]);
  });

  it("describes itself and its accounts, without a secret, where programs find it", () => {
    const lyon = {
      ...account("lyon"),
      usageType: "API",
      technicalContact: "api@exemple.fr",
      passwordLifetimeInDays: 90,
    };
    const stack = application({
      pisteApplicationName: "APP_SANDBOX_equipe@exemple.fr",
      scope: "openid profile",
      apis: ["legifrance"],
      technicalAccounts: [account("default"), lyon],
    });
    for (const parameter of stack.all(PARAMETER)) expect(parameter).toMatchObject({ type: "String" });
    expect(v.parse(descriptionSchema, parameterNamed(stack, "/piste/qualif/chorus-pro"))).toEqual({
      environment: "qualif",
      application: "chorus-pro",
      pisteApplicationName: "APP_SANDBOX_equipe@exemple.fr",
      scope: "openid profile",
      apis: ["legifrance"],
      clientSecret: "piste/qualif/chorus-pro/client",
      tokenSecret: "piste/qualif/chorus-pro/token",
      function: "piste-qualif-chorus-pro-token-refresh",
      schedule: { group: "piste-qualif-chorus-pro", name: "piste-qualif-chorus-pro-tick" },
      alarms: TOKEN_ALARMS.map((name) => `piste-qualif-chorus-pro-${name}`),
      accountPages: 1,
    });
    const secret = "piste/qualif/chorus-pro/technical-account";
    expect(v.parse(accountPageSchema, parameterNamed(stack, "/piste/qualif/chorus-pro/accounts/1"))).toEqual([
      { ...account("default"), secret: `${secret}/default`, passwordLifetimeInDays: 424 },
      { ...lyon, secret: `${secret}/lyon` },
    ]);
  });

  it("refuses a scope before the function's variables exceed Lambda's 4 KB", () => {
    // Leaves as much room as possible for the scope in the description, whose limit comes first.
    const withScope = (length: number): SynthesizedStack | undefined => {
      const props = { name: "a", apis: ["judilibre" as const], omittedAlarms: [...TOKEN_ALARMS] };
      try {
        return application({ ...props, scope: "s".repeat(length) });
      } catch (error) {
        expect(String(error)).toMatch(/must be at most 4096 bytes/);
        return undefined;
      }
    };
    let [fits, tooLong] = [1, 4096];
    while (tooLong - fits > 1) {
      const middle = Math.floor((fits + tooLong) / 2);
      if (withScope(middle) === undefined) tooLong = middle;
      else fits = middle;
    }
    const { environment } = withScope(fits)?.only("aws_lambda_function") ?? {};
    const { variables } = environment as { readonly variables: Readonly<Record<string, string>> };
    expect(variables["PISTE_SCOPE"]).toHaveLength(fits);
    expect(Buffer.byteLength(JSON.stringify(variables))).toBeLessThanOrEqual(4096);
  });

  it("describes 300 accounts in pages that SSM accepts, and has a secret for each", () => {
    const names = Array.from({ length: 300 }, (_, index) => `etablissement-${index}`);
    const stack = application({ technicalAccounts: names.map(account) });
    for (const { insecure_value: value } of stack.all(PARAMETER)) {
      expect(Buffer.byteLength(String(value))).toBeLessThanOrEqual(4096);
    }
    const { accountPages } = v.parse(descriptionSchema, parameterNamed(stack, "/piste/qualif/chorus-pro"));
    expect(stack.all(PARAMETER)).toHaveLength(1 + accountPages);
    const described = Array.from({ length: accountPages }, (_, page) =>
      v.parse(accountPageSchema, parameterNamed(stack, `/piste/qualif/chorus-pro/accounts/${page + 1}`)),
    ).flat();
    expect(described.map(({ name }) => name)).toEqual(names);
    const secrets = stack.all("aws_secretsmanager_secret").map(({ name }) => name);
    expect(secrets).toEqual(expect.arrayContaining(described.map(({ secret }) => secret)));
    // The other secrets are the client's and the token's: nothing else grows with accounts.
    expect(secrets).toHaveLength(302);
  });

  it("finds its accounts by name, and lists them in the error for an unknown one", () => {
    synthesize((stack) => {
      const props = { environment: "qualif" as const, technicalAccounts: [account("lyon"), account("paris")] };
      const built = new PisteApplication(stack, "application", { ...props, name: "chorus-pro" });
      expect(built.account("lyon").secretName).toBe("piste/qualif/chorus-pro/technical-account/lyon");
      expect(() => built.account("lille")).toThrow('account must be one of lyon, paris, got "lille"');
      const empty = new PisteApplication(stack, "empty", { environment: "qualif", name: "empty" });
      expect(() => empty.account("lille")).toThrow(
        'account must be one of none, got "lille"; add it to technicalAccounts, which creates its secret',
      );
    });
  });

  it("must have a unique name per environment and stack", () => {
    synthesize((stack) => {
      const make = (id: string, name: string, environment: "qualif" | "prod"): PisteApplication =>
        new PisteApplication(stack, id, { environment, name });
      make("first", "chorus-pro", "qualif");
      make("of-prod", "chorus-pro", "prod");
      make("other", "legifrance", "qualif");
      expect(() => make("second", "chorus-pro", "qualif")).toThrow(
        'name must be unique among applications of qualif in a stack, got "chorus-pro" at consumer/first and at consumer/second; ' +
          "rename the second, or reference it with fromApplicationName; if it is in another account or region, give it a stack of its own",
      );
    });
    // Another stack may be in another account or region.
    expect(application().all("aws_lambda_function")).toHaveLength(1);
  });

  it("gives its refresher the scope and the settings", () => {
    const stack = application({ scope: "openid profile", outageToleranceInMinutes: 12, reserveInMinutes: 7 });
    expect(stack.only("aws_lambda_function")["environment"]).toMatchObject({
      variables: { PISTE_SCOPE: "openid profile", PISTE_OUTAGE_TOLERANCE_IN_MINUTES: "12" },
    });
    const lapsing = stack.only(ALARM, { alarm_name: "piste-qualif-chorus-pro-token-lapsing" });
    expect(lapsing["threshold"]).toBe((7 + 1) * 60 + 60 + 20);
  });

  it("may use another application's client credentials", () => {
    const stack = synthesize((scope) => {
      const clientCredentials = new ClientCredentialsSecret(scope, "client", {
        environment: "qualif",
        application: "first",
      });
      new PisteApplication(scope, "second", { environment: "qualif", name: "second", clientCredentials });
    });
    const secrets = stack.all("aws_secretsmanager_secret").map(({ name }) => name);
    expect(secrets).toEqual(["piste/qualif/first/client", "piste/qualif/second/token"]);
    expect(parameterNamed(stack, "/piste/qualif/second")).toMatchObject({ clientSecret: "piste/qualif/first/client" });
  });

  it("sends its alarms to new topics, with e-mails, or to existing ones", () => {
    const own = application({ environment: "prod", alarmEmails: ["equipe@exemple.fr"] });
    const topics = ["inform", "page"].map((severity) =>
      own.reference("aws_sns_topic", "arn", { name: `piste-prod-chorus-pro-${severity}` }),
    );
    expect(own.all(SUBSCRIPTION).map(({ endpoint, topic_arn }) => [endpoint, topic_arn])).toEqual(
      topics.map((topic) => ["equipe@exemple.fr", topic]),
    );
    expect(new Set(own.all(ALARM).flatMap(({ alarm_actions }) => alarm_actions))).toEqual(new Set(topics));

    const existing = application({
      environment: "prod",
      landingZone: { pageTopicArns: [PAGE_ARN], informTopicArns: [INFORM_ARN] },
    });
    expect(existing.types).not.toContain("aws_sns_topic");
    expect(new Set(existing.all(ALARM).flatMap(({ alarm_actions }) => alarm_actions))).toEqual(
      new Set([PAGE_ARN, INFORM_ARN]),
    );
  });

  it("creates the missing topic, with the e-mails", () => {
    const stack = application({
      environment: "prod",
      landingZone: { pageTopicArns: [PAGE_ARN] },
      alarmEmails: ["equipe@exemple.fr"],
    });
    expect(stack.only("aws_sns_topic")).toMatchObject({ name: "piste-prod-chorus-pro-inform" });
    expect(stack.only(SUBSCRIPTION)).toMatchObject({ topic_arn: stack.reference("aws_sns_topic", "arn") });
  });

  it("refuses e-mail addresses if all topics exist already", () => {
    const alarmEmails = ["equipe@exemple.fr"];
    const message = "alarmEmails must not be set if landingZone sets every topic";
    expect(() => application({ landingZone: { informTopicArns: [INFORM_ARN] }, alarmEmails })).toThrow(message);
    expect(() =>
      application({
        environment: "prod",
        landingZone: { informTopicArns: [INFORM_ARN], pageTopicArns: [PAGE_ARN] },
        alarmEmails,
      }),
    ).toThrow(message);
  });

  it.each<[string, Partial<PisteApplicationProps>, string]>([
    ["a name that breaks the rule", { name: "Chorus" }, "name must be 1 to 30 lower-case letters, digits and"],
    ["no API", { apis: [] }, "apis must name at least one API, got []"],
    ["a scope of nothing", { scope: "" }, 'scope must be words separated by single spaces, got ""'],
    [
      "two accounts of one name",
      { technicalAccounts: [account("lyon"), account("lyon")] },
      'technicalAccounts must have different names, got "lyon" twice',
    ],
  ])("refuses %s", (_, props, message) => {
    expect(() => application(props)).toThrow(message);
  });

  it("refuses a misspelt property, without repeating its value", () => {
    const misspelt = { alarmMails: ["canary@exemple.fr"] } as Partial<PisteApplicationProps>;
    expect(() => application(misspelt)).toThrow("alarmMails is unknown, did you mean alarmEmails?");
    expect(() => application(misspelt)).not.toThrow(/canary/);
  });

  it.each<[string, unknown, string]>([
    [
      "clientCredentials",
      "canary",
      " must be a secret of this package, got something else; import one with fromSecretName",
    ],
    ["clientCredentials", null, " must be omitted if there is none, got null"],
    ["technicalAccounts", {}, " must be a list, got {}"],
    ["apis", "legifrance", ' must be a list, got "legifrance"'],
    ["outageToleranceInMinutes", "30", ' must be a whole number from 0 to 36, got "30"'],
    ["protection", null, " must be omitted if there is none, got null"],
    [
      "protection",
      { recoveryWindowInDays: "7" },
      '.recoveryWindowInDays must be 0, or a whole number from 7 to 30, got "7"',
    ],
    ["accessAlarm", { deployerRoleArns: ["deployer"] }, ".deployerRoleArns[0] must be the ARN of an IAM role or user"],
  ])("refuses %s, by its name, with the untyped value %j", (property, value, rule) => {
    expect(() => application({ [property]: value })).toThrow(`${property}${rule}`);
    expect(() => application({ [property]: value })).not.toThrow("canary");
  });

  it("does not check references", () => {
    const stack = synthesize((scope) => {
      const text = (id: string): string => new TerraformVariable(scope, id, { type: "string" }).stringValue;
      const number = (id: string): number => new TerraformVariable(scope, id, { type: "number" }).numberValue;
      new PisteApplication(scope, "application", {
        environment: "prod",
        name: "chorus-pro",
        pisteApplicationName: text("piste_name"),
        scope: text("scope"),
        technicalAccounts: [
          {
            name: "default",
            structure: { identifier: text("siret"), identifierType: "SIRET" },
            passwordLifetimeInDays: number("days"),
          },
        ],
        protection: { recoveryWindowInDays: number("window") },
        landingZone: {
          encryptionKeyArn: text("key"),
          logRetentionInDays: number("retention"),
          pageTopicArns: [text("page")],
          informTopicArns: [text("inform")],
        },
      });
    });
    expect(stack.only("aws_secretsmanager_secret", { name: "piste/prod/chorus-pro/client" })).toMatchObject({
      recovery_window_in_days: "${var.window}",
      kms_key_id: "${var.key}",
    });
    expect(stack.only("aws_lambda_function")).toMatchObject({
      environment: { variables: { PISTE_SCOPE: "${var.scope}" } },
    });
    expect(stack.only("aws_cloudwatch_log_group")["retention_in_days"]).toBe("${var.retention}");
    const values = stack.all(PARAMETER).map((parameter) => parameter["insecure_value"]);
    expect(values.join()).toContain('"pisteApplicationName":"${var.piste_name}"');
    expect(values.join()).toContain('"identifier":"${var.siret}"');
    expect(values.join()).toContain('"passwordLifetimeInDays":${var.days}');
  });
});

describe("a program that calls with hundreds of technical accounts", () => {
  const KEY = "arn:aws:kms:eu-west-3:123456789012:key/00000000-0000-0000-0000-000000000000";
  const accounts = Array.from({ length: 40 }, (_, index) => account(`account-${index}`));
  const granted = (grant: (built: PisteApplication, role: IamRole, stack: TerraformStack) => void): SynthesizedStack =>
    synthesize((stack) => {
      const built = new PisteApplication(stack, "application", {
        environment: "qualif",
        name: "chorus-pro",
        technicalAccounts: accounts,
        landingZone: { encryptionKeyArn: KEY },
      });
      grant(built, new IamRole(stack, "consumer", { name: "consumer", assumeRolePolicy: "{}" }), stack);
    });

  it("is granted all of them in one policy, by a name pattern, and the key for these", () => {
    const stack = granted((built, role) => {
      expect(built.grantReadTechnicalAccounts(role)).toBe(built.grantReadTechnicalAccounts(role));
    });
    const pattern = expect.stringMatching(/:secret:piste\/qualif\/chorus-pro\/technical-account\/\*-\?{6}$/);
    expect(stack.policy("read-piste-qualif-chorus-pro-technical-accounts")).toEqual([
      {
        Effect: "Allow",
        Action: ["secretsmanager:GetSecretValue"],
        Resource: pattern,
        Condition: { StringEqualsIfExists: { "secretsmanager:VersionStage": "AWSCURRENT" } },
      },
      {
        Effect: "Allow",
        Action: ["kms:Decrypt"],
        Resource: KEY,
        Condition: {
          StringLike: { "kms:EncryptionContext:SecretARN": pattern, "kms:ViaService": "secretsmanager.*" },
        },
      },
    ]);
  });

  it.each<[string, (role: IamRole) => Role]>([
    ["a role of the app", (role) => role],
    ["a role by its name", () => ({ roleName: "theirs" })],
  ])("that is %s is refused more single grants than IAM's limit allows in total", (_, roleOf) => {
    expect(() =>
      granted((built, role) => {
        built.accessToken.grantRead(roleOf(role));
        for (const { name } of accounts) built.account(name).grantRead(roleOf(role));
      }),
    ).toThrow(
      /: the inline policies of the role (?:consumer\/consumer|theirs) must have at most 10240 characters together, got \d{5}; grant all technical accounts of an application at once \(grantReadTechnicalAccounts\)/,
    );
  });

  it("is not refused for grants to other roles, or for a repeated grant", () => {
    const stack = granted((built, _, scope) => {
      for (const name of ["one", "two", "three"]) {
        const role = new IamRole(scope, name, { name, assumeRolePolicy: "{}" });
        for (const each of accounts.slice(0, 10)) {
          built.account(each.name).grantRead(role);
          built.account(each.name).grantRead(role);
        }
      }
    });
    const policies = stack.all("aws_iam_role_policy").filter(({ name }) => String(name).startsWith("read-"));
    expect(policies).toHaveLength(30);
  });
});
