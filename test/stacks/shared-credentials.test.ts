import { describe, expect, it } from "@jest/globals";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { TerraformVariable, type TerraformStack } from "cdktf";
import { AccessTokenSecret, AlarmTopic, ClientCredentialsSecret, PisteApplication } from "../../constructs";
import type { EnvironmentConfiguration, StackApplication } from "../../stacks/configuration";
import { PisteStack } from "../../stacks/piste-stack";
import { addStateStacks } from "../../stacks/state-stack";
import { statementsOf, synthesize, synthesizeApp, type SynthesizedStack } from "../constructs/synthesize";

function qualif(...applications: StackApplication[]): SynthesizedStack {
  const { qualif: stack } = synthesizeApp((app) => new PisteStack(app, "qualif", { applications }));
  if (stack === undefined) throw new Error("no stack qualif");
  return stack;
}

const reference = (stack: TerraformStack): string =>
  new TerraformVariable(stack, "reference", { type: "string" }).stringValue;

describe("a second scope of one PISTE application", () => {
  const stack = qualif(
    { name: "chorus-pro" },
    { name: "statistics", apis: ["captchetat"], clientCredentialsOf: "chorus-pro" },
  );

  it("has no client secret and reads the first application's", () => {
    expect(stack.all("aws_secretsmanager_secret", { name: "piste/qualif/statistics/client" })).toEqual([]);
    const { environment } = stack.only("aws_lambda_function", {
      function_name: "piste-qualif-statistics-token-refresh",
    }) as { environment: { variables: Record<string, string> } };
    expect(environment.variables["PISTE_SCOPE"]).toBe("piste.captchetat");
    expect(environment.variables["PISTE_CLIENT_SECRET_NAME"]).toBe("piste/qualif/chorus-pro/client");
    const read = statementsOf(
      stack.only("aws_iam_role_policy", { name: "piste-qualif-statistics-token-refresh" })["policy"],
    ).flatMap(({ Action, Resource }) => (Action.includes("secretsmanager:GetSecretValue") ? [Resource] : []));
    expect(read).toContain(
      stack.reference("aws_secretsmanager_secret", "arn", { name: "piste/qualif/chorus-pro/client" }),
    );
  });

  it("names the secret to replace in its alarm", () => {
    const { alarm_description } = stack.only("aws_cloudwatch_metric_alarm", {
      alarm_name: "piste-qualif-statistics-credentials-rejected",
    });
    expect(alarm_description).toContain("in piste/qualif/chorus-pro/client.");
  });

  it("is required for APIs of another scope", () => {
    expect(() => qualif({ name: "chorus-pro", apis: ["legifrance", "captchetat"] })).toThrow(
      "applications[0]: apis must have one scope, since an application has one token, got legifrance (openid) and " +
        "captchetat (piste.captchetat); keep legifrance here, and give captchetat to a second application",
    );
  });

  it("leaves one secret to store, and says so", () => {
    expect(stack.json.output?.["next"]?.value).toContainEqual(
      "npx piste credentials set qualif client --application chorus-pro --region eu-west-3",
    );
  });

  it("must come after the first application", () => {
    expect(() => qualif({ name: "statistics", clientCredentialsOf: "chorus-pro" }, { name: "chorus-pro" })).toThrow(
      'applications[0]: clientCredentialsOf must name an application above it (none), got "chorus-pro"',
    );
  });

  it("may not use the other environment's credentials", () => {
    expect(() =>
      synthesize((scope) => {
        const clientCredentials = ClientCredentialsSecret.fromSecretName(
          scope,
          "theirs",
          "piste/prod/chorus-pro/client",
        );
        new PisteApplication(scope, "piste", { environment: "qualif", name: "chorus-pro", clientCredentials });
      }),
    ).toThrow('clientCredentials must belong to qualif, got "piste/prod/chorus-pro/client"');
  });
});

it.each(["aws", "alarms", "applications", "piste-region", "token-refresh"])(
  "an application may be named %s",
  (name) => {
    const stack = qualif({ name });
    expect(stack.only("aws_lambda_function")["filename"]).toMatch(/token-refresh\.zip$/);
    expect(Object.keys(stack.json.output?.["applications"]?.value as object)).toEqual([name]);
  },
);

it("an application's own tolerance overrides the environment's", () => {
  const { qualif: stack } = synthesizeApp(
    (app) =>
      new PisteStack(app, "qualif", {
        outageToleranceInMinutes: 20,
        applications: [
          { name: "one", outageToleranceInMinutes: undefined },
          { name: "two", outageToleranceInMinutes: 10 },
        ],
      }),
  );
  const tolerances = stack
    ?.all("aws_lambda_function")
    .map(
      (resource) =>
        (resource["environment"] as { variables: Record<string, string> }).variables[
          "PISTE_OUTAGE_TOLERANCE_IN_MINUTES"
        ],
    );
  expect(tolerances).toEqual(["20", "10"]);
});

it.each([
  ["account", { account: "111111111111" }, { account: "222222222222" }],
  ["region", { region: "eu-west-1" }, { region: "eu-west-3" }],
])("one bucket for two environments is refused when their %s differs", (_, one, other) => {
  const common = { applications: [{ name: "chorus-pro" }], state: { bucket: "my-state" } };
  expect(() =>
    synthesizeApp((app) => {
      addStateStacks(app, { qualif: { ...common, ...one }, prod: { ...common, ...other } });
    }),
  ).toThrow(/state\.bucket must be in one region of one account, got "my-state" for qualif .* and prod /);
});

it("an e-mail address that is a reference is subscribed", () => {
  const stack = synthesize((scope) => {
    new AlarmTopic(scope, "topic", { topicName: "topic", emails: [reference(scope), "equipe@exemple.fr"] });
  });
  expect(stack.all("aws_sns_topic_subscription").map(({ endpoint }) => endpoint)).toEqual([
    "${var.reference}",
    "equipe@exemple.fr",
  ]);
});

it("a reference as role name is refused, unless it is a role of the app", () => {
  expect(() =>
    synthesize((scope) => {
      AccessTokenSecret.fromSecretName(scope, "token", "piste/qualif/chorus-pro/token").grantRead({
        roleName: reference(scope),
      });
    }),
  ).toThrow("roleName must be known at synth, got a reference; pass a role of this app itself");
  const stack = synthesize((scope) => {
    const role = new IamRole(scope, "role", { name: reference(scope), assumeRolePolicy: "{}" });
    AccessTokenSecret.fromSecretName(scope, "token", "piste/qualif/chorus-pro/token").grantRead(role);
  });
  expect(stack.all("aws_iam_role_policy")).toHaveLength(1);
});

describe("a configuration that was not type-checked", () => {
  const mistake = (configuration: object): (() => void) => {
    const whole = { applications: [{ name: "chorus-pro" }], ...configuration } as EnvironmentConfiguration;
    return () => synthesizeApp((app) => new PisteStack(app, "qualif", whole));
  };
  const account = (value: object): object => ({ applications: [{ name: "a", technicalAccounts: [value] }] });
  const structure = { identifier: "12345678901234", identifierType: "SIRET" };

  it.each([
    ["a misspelt property", { regoin: "eu-west-1" }, /^regoin is unknown, did you mean region\?$/],
    [
      "a misspelt property of the state",
      { state: { bucket: "a-bucket", regoin: "x" } },
      /^state\.regoin is unknown, did you mean region\?$/,
    ],
    [
      "a misspelt property of an application",
      { applications: [{ name: "a", acount: "1" }] },
      /^applications\[0\]\.acount is unknown; known are name, /,
    ],
    [
      "a misspelt property of an account",
      account({ name: "d", structure, passwordLifetime: 1 }),
      /technicalAccounts\[0\]\.passwordLifetime is unknown; known are .*passwordLifetimeInDays/,
    ],
    [
      "a misspelt property of a structure",
      account({ name: "d", structure: { ...structure, type: "SIRET" } }),
      /structure\.type is unknown; known are identifier, identifierType$/,
    ],
    [
      "an application without a name",
      { applications: [{}] },
      /^applications\[0\]\.name must be 1 to 30 .*, got undefined$/,
    ],
    [
      "an account without a structure",
      account({ name: "d" }),
      /\[0\]\.structure must be \{ identifier, identifierType \}, got undefined$/,
    ],
    ["no applications", { applications: undefined }, /^applications must be a list, got undefined$/],
    [
      "a region in French",
      { region: "eu-ouest-3" },
      /^region must be an AWS region such as eu-west-3, got "eu-ouest-3"$/,
    ],
    [
      "a reserved tag",
      { landingZone: { tags: { "aws:team": "x" } } },
      /: tags must not have keys that begin with aws:, got the key "aws:team"/,
    ],
    [
      "a key that is not an ARN",
      { applications: [{ name: "a", landingZone: { encryptionKeyArn: "abc" } }] },
      /encryptionKeyArn \(.*\) must be the ARN of a KMS key, .*, got "abc"/,
    ],
    [
      "a boundary that is not an ARN",
      { applications: [{ name: "a", landingZone: { permissionsBoundaryArn: "x" } }] },
      /permissionsBoundaryArn \(.*\) must be the ARN of an IAM policy, .*, got "x"/,
    ],
  ])("is refused for %s", (_, configuration, message) => {
    expect(mistake(configuration)).toThrow(message);
  });

  it.each(["eu-west-3", "us-gov-west-1", "ap-southeast-2", "ca-central-1", "cn-northwest-1", "il-central-1"])(
    "may be in the region %s",
    (region) => {
      expect(mistake({ region })).not.toThrow();
    },
  );
});
