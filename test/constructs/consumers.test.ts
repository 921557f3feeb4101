import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { DataAwsIamRole } from "@cdktf/provider-aws/lib/data-aws-iam-role";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { describe, expect, it } from "@jest/globals";
import { TerraformStack, TerraformVariable, type App } from "cdktf";
import {
  PisteApplication,
  type ApplicationAttributes,
  type PisteApplicationProps,
  type TechnicalAccountConfiguration,
} from "../../constructs";
import { World } from "../client/fixture";
import { statementsOf, synthesize, type SynthesizedStack } from "./synthesize";
import { ENVIRONMENTS } from "../../piste/environments";

const ROLE_POLICY = "aws_iam_role_policy";
const KEY = "arn:aws:kms:eu-west-3:123456789012:key/00000000-0000-0000-0000-000000000000";
const TOKEN = "piste/qualif/chorus-pro/token";
const ACCOUNT = "piste/qualif/chorus-pro/technical-account/lyon";

const account = (name: string): TechnicalAccountConfiguration => ({
  name,
  structure: { identifier: "12345678200010", identifierType: "SIRET" },
});

const application = (stack: TerraformStack, props: Partial<PisteApplicationProps> = {}): PisteApplication =>
  new PisteApplication(stack, "application", { environment: "qualif", name: "chorus-pro", ...props });

const existing = (stack: TerraformStack, attributes: Partial<ApplicationAttributes> = {}) =>
  PisteApplication.fromApplicationName(stack, "existing", { environment: "qualif", ...attributes });

const readBy = (stack: SynthesizedStack, role: unknown): string[] =>
  stack.all(ROLE_POLICY, { role }).map(({ name }) => String(name));

describe("grantRead takes a role", () => {
  it("of the user's stack, from a data source, by name, and by ARN", () => {
    const stack = synthesize((scope) => {
      const { accessToken } = existing(scope);
      accessToken.grantRead(new IamRole(scope, "made", { name: "made", assumeRolePolicy: "{}" }));
      accessToken.grantRead(new DataAwsIamRole(scope, "found", { name: "found" }));
      accessToken.grantRead({ roleName: "by-name" });
      accessToken.grantRead({ roleArn: "arn:aws:iam::123456789012:role/teams/billing/by-arn" });
    });
    const roles = stack.all(ROLE_POLICY).map(({ role }) => role);
    expect(roles.sort()).toEqual(["${aws_iam_role.made.name}", "${data.aws_iam_role.found.name}", "by-arn", "by-name"]);
    expect(new Set(stack.all(ROLE_POLICY).map(({ policy }) => policy)).size).toBe(1);
  });

  it("by its ARN, which a secret with guard rails then admits", () => {
    const stack = synthesize((scope) => {
      application(scope, { protection: { guardRails: true } }).clientCredentials.grantRead({
        roleArn: "arn:aws:iam::123456789012:role/teams/by-arn",
      });
    });
    const policy = stack
      .all("aws_secretsmanager_secret_policy")
      .find(({ policy }) => String(policy).includes("by-arn"));
    expect(String(policy?.["policy"])).toContain('"arn:aws:iam::123456789012:role/teams/by-arn"');
    expect(String(policy?.["policy"])).not.toContain("role/*/by-arn");
    expect(readBy(stack, "by-arn")).toEqual(["read-piste-qualif-chorus-pro-client"]);
  });

  it.each([
    "by-name",
    "arn:aws:iam::123456789012:user/somebody",
    "arn:aws:iam::210987654321:root",
    "arn:aws:iam::210987654321:role/*",
    "arn:aws:sts::123456789012:assumed-role/by-arn/session",
    "arn:aws:iam::123456789012:role/",
    "arn:aws:iam::12345:role/by-arn",
  ])("but not the ARN %p", (roleArn) => {
    expect(() => synthesize((scope) => existing(scope).accessToken.grantRead({ roleArn }))).toThrow(
      `roleArn must be the ARN of an IAM role, as literal text, got ${JSON.stringify(roleArn)}`,
    );
  });

  it.each<[unknown, string]>([
    [
      "arn:aws:iam::123456789012:role/by-arn",
      'the role must be an IamRole, a DataAwsIamRole, { roleName } or { roleArn }, got "arn:',
    ],
    [undefined, "the role must be an IamRole, a DataAwsIamRole, { roleName } or { roleArn }, got undefined"],
    [null, "{ roleArn }, got null"],
    [{}, "{ roleArn }, got {}"],
    [{ rolename: "by-name" }, "rolename is unknown, did you mean roleName?"],
    [{ roleName: undefined }, "{ roleArn }, got {}"],
  ])("but not %p, without type-checking", (role, message) => {
    const granted = (grant: (made: PisteApplication) => void) => () =>
      synthesize((scope) => {
        grant(application(scope));
      });
    expect(granted(({ accessToken }) => accessToken.grantRead(role as { roleName: string }))).toThrow(message);
    expect(granted(({ refresher }) => refresher.grantRefresh(role as { roleName: string }))).toThrow(message);
  });

  it("or an account, for reading only", () => {
    expect(() =>
      synthesize((scope) => {
        application(scope).refresher.grantRefresh({ accountId: "210987654321" } as never);
      }),
    ).toThrow("accountId is unknown; known are roleName, roleArn");
  });

  it("but not an ARN as a reference", () => {
    expect(() =>
      synthesize((scope) => {
        existing(scope).accessToken.grantRead({ roleArn: new TerraformVariable(scope, "arn", {}).stringValue });
      }),
    ).toThrow("roleArn must be the ARN of an IAM role, as literal text, got a reference; pass the role itself");
  });

  it("by an ARN of another account: the plan fails, if the stack does not name its account", () => {
    const stack = synthesize(
      (scope) => existing(scope).accessToken.grantRead({ roleArn: "arn:aws:iam::123456789012:role/reader" }),
      null,
    );
    const { lifecycle } = stack.only("aws_iam_role_policy");
    const condition = `\${(data.aws_caller_identity.existing_PisteAccount_`;
    expect(lifecycle).toMatchObject({
      precondition: [{ error_message: expect.stringContaining("allowedAccountIds") }],
    });
    expect(JSON.stringify(lifecycle)).toContain(condition);
    expect(JSON.stringify(lifecycle)).toContain('== \\"123456789012\\")');
  });
});

it("two regions may grant the same to one role, with different prefixes", () => {
  const stack = synthesize((scope) => {
    const found = existing(scope, { namePrefix: "dublin" });
    for (const { accessToken } of [application(scope, { landingZone: { namePrefix: "paris" } }), found]) {
      accessToken.grantRead({ roleName: "consumer" });
    }
    found.account("lyon").grantRead({ roleName: "consumer" });
  });
  expect(readBy(stack, "consumer").sort()).toEqual([
    "read-dublin-piste-qualif-chorus-pro-technical-account-lyon",
    "read-dublin-piste-qualif-chorus-pro-token",
    "read-paris-piste-qualif-chorus-pro-token",
  ]);
});

describe("a role of another account", () => {
  const roleArn = "arn:aws:iam::210987654321:role/reader";

  it.each<[string, (application: PisteApplication) => unknown]>([
    ["grantRefresh", ({ refresher }) => refresher.grantRefresh({ roleArn })],
    ["grantCheck", ({ connectionCheck }) => connectionCheck?.grantCheck({ roleArn })],
    ["grantWrite", ({ clientCredentials }) => clientCredentials.grantWrite({ roleArn })],
    ["grantReadTechnicalAccounts", (made) => made.grantReadTechnicalAccounts({ roleArn })],
  ])("is refused by %s, which cannot reach it", (_, grantIt) => {
    expect(() =>
      synthesize((scope) =>
        grantIt(application(scope, { connectionCheck: true, landingZone: { encryptionKeyArn: KEY } })),
      ),
    ).toThrow(
      `roleArn must be in 123456789012, the stack's account, got "${roleArn}"; only grantRead of a single secret works for another account`,
    );
  });

  it("is admitted by the secret's own policy if its stack deploys there", () => {
    const stack = synthesize((scope) => {
      const other = new TerraformStack(scope.node.scope as App, "other");
      new AwsProvider(other, "aws", { allowedAccountIds: ["210987654321"] });
      const reader = new IamRole(other, "reader", { name: "reader", assumeRolePolicy: "{}" });
      application(scope, { landingZone: { encryptionKeyArn: KEY } }).accessToken.grantRead(reader);
    });
    expect(readBy(stack, "reader")).toEqual([]);
    const [admission] = statementsOf(stack.only("aws_secretsmanager_secret_policy")["policy"]);
    expect(JSON.stringify(admission?.Principal)).toContain("data.terraform_remote_state");
  });

  it("may not be the stack's own account", () => {
    synthesize((scope) => {
      const { accessToken } = application(scope, { landingZone: { encryptionKeyArn: KEY } });
      expect(() => accessToken.grantRead({ accountId: "123456789012" })).toThrow(
        "accountId must be another account's, got 123456789012, the stack's own; name the role",
      );
    });
  });

  it("is recognized when it is looked up with another provider", () => {
    expect(() =>
      synthesize((scope) => {
        const provider = new AwsProvider(scope, "other", { alias: "other", allowedAccountIds: ["210987654321"] });
        existing(scope).accessToken.grantRead(new DataAwsIamRole(scope, "reader", { name: "reader", provider }));
      }),
    ).toThrow(
      "the role consumer/reader must be in account 123456789012, like the granted resource, got account 210987654321",
    );
  });
});

describe("environmentVariables", () => {
  const ofFunction = (variables: (scope: TerraformStack) => { readonly [name: string]: string }): unknown =>
    synthesize((scope) => {
      const environment = { variables: { ...variables(scope), OWN: "1" } };
      new LambdaFunction(scope, "consumer", { functionName: "consumer", role: "role", environment });
    }).only("aws_lambda_function", { function_name: "consumer" })["environment"];

  it("give a consumer the application, the maximum cache time of a token, and its technical account", () => {
    const technicalAccounts = [account("lyon")];
    expect(
      ofFunction((scope) => application(scope, { technicalAccounts, reserveInMinutes: 3 }).environmentVariables),
    ).toEqual({
      variables: {
        PISTE_ENVIRONMENT: "qualif",
        PISTE_APPLICATION: "chorus-pro",
        PISTE_RESERVE_IN_MINUTES: "3",
        PISTE_TECHNICAL_ACCOUNT: "lyon",
        OWN: "1",
      },
    });
  });

  it("name no account if there is none, or several", () => {
    for (const technicalAccounts of [[], [account("lyon"), account("default")]]) {
      synthesize((scope) => {
        expect(Object.keys(application(scope, { technicalAccounts }).environmentVariables)).toEqual([
          "PISTE_ENVIRONMENT",
          "PISTE_APPLICATION",
          "PISTE_RESERVE_IN_MINUTES",
        ]);
      });
    }
  });

  it("are sufficient for the client", async () => {
    const world = new World();
    const token = world.putToken();
    world.put("piste/prod/legifrance/token", world.secrets.get(TOKEN)?.value);
    let variables: { readonly [name: string]: string } = {};
    synthesize((scope) => {
      ({ environmentVariables: variables } = application(scope, { environment: "prod", name: "legifrance" }));
    });
    expect(await world.client({}, variables).getToken()).toBe(token);
  });

  it("exist for an application of another stack too", () => {
    synthesize((scope) => {
      expect(existing(scope).environmentVariables).toEqual({
        PISTE_ENVIRONMENT: "qualif",
        PISTE_APPLICATION: "chorus-pro",
      });
    });
    synthesize((scope) => {
      const attributes = { environment: "prod", name: "edi", reserveInMinutes: 10, technicalAccount: "lyon" } as const;
      expect(existing(scope, attributes).environmentVariables).toEqual({
        PISTE_ENVIRONMENT: "prod",
        PISTE_APPLICATION: "edi",
        PISTE_RESERVE_IN_MINUTES: "10",
        PISTE_TECHNICAL_ACCOUNT: "lyon",
      });
    });
  });
});

describe("an application of another stack", () => {
  it("grants its token and its accounts by their names, and creates nothing", () => {
    const stack = synthesize((scope) => {
      const found = existing(scope, { encryptionKeyArn: KEY });
      found.accessToken.grantRead({ roleName: "consumer" });
      found.account("lyon").grantRead({ roleName: "consumer" });
      expect(found.account("lyon")).toBe(found.account("lyon"));
      expect([found.accessToken.secretName, found.account("lyon").secretName]).toEqual([TOKEN, ACCOUNT]);
    });
    expect(stack.types).toEqual([ROLE_POLICY]);
    for (const name of [TOKEN, ACCOUNT]) {
      const [read, decrypt] = stack.policy(`read-${name.replaceAll("/", "-")}`);
      expect(String(read?.Resource)).toMatch(new RegExp(`:secret:${name}-\\?{6}$`));
      expect(decrypt).toMatchObject({ Action: ["kms:Decrypt"], Resource: KEY });
    }
  });

  it("has the same metrics as one of this stack", () => {
    const alarm = (own: boolean) =>
      synthesize((scope) => {
        const { metricName, namespace, dimensions, statistic, unit } = (
          own ? application(scope) : existing(scope)
        ).metric("secondsToExpiry");
        new CloudwatchMetricAlarm(scope, "alarm", {
          alarmName: "own",
          ...{ metricName, namespace, dimensions, statistic, unit },
          comparisonOperator: "LessThanThreshold",
          evaluationPeriods: 1,
          period: 60,
          threshold: 60,
        });
      }).only("aws_cloudwatch_metric_alarm", { alarm_name: "own" });
    expect(alarm(false)).toEqual(alarm(true));
    expect(alarm(false)).toMatchObject({
      namespace: "Piste",
      metric_name: "SecondsToExpiry",
      dimensions: { Environment: "qualif", Application: "chorus-pro" },
      statistic: "Maximum",
    });
    synthesize((scope) => {
      expect(existing(scope).metric("connectionRefused").metricName).toBe("ConnectionRefused");
    });
  });

  it("is found in another account by the ARNs of its secrets, which its programs receive", () => {
    const arn = (name: string): string => `arn:aws:secretsmanager:eu-west-1:210987654321:secret:${name}-AbCdEf`;
    const attributes: Partial<ApplicationAttributes> = {
      tokenSecretArn: arn(TOKEN),
      technicalAccountSecretArns: { lyon: arn(ACCOUNT) },
      technicalAccount: "lyon",
      encryptionKeyArn: KEY,
    };
    const stack = synthesize((scope) => {
      const application = existing(scope, attributes);
      application.accessToken.grantRead({ roleName: "consumer" });
      application.account("lyon").grantRead({ roleName: "consumer" });
      expect(application.environmentVariables).toEqual({
        PISTE_ENVIRONMENT: "qualif",
        PISTE_APPLICATION: "chorus-pro",
        PISTE_TECHNICAL_ACCOUNT: "lyon",
        PISTE_TOKEN_SECRET_ARN: arn(TOKEN),
        PISTE_TECHNICAL_ACCOUNT_SECRET_ARN: arn(ACCOUNT),
      });
    });
    const read = stack.all(ROLE_POLICY, { role: "consumer" }).flatMap(({ policy }) => statementsOf(policy));
    expect(read.map(({ Resource }) => Resource)).toEqual([arn(ACCOUNT), KEY, arn(TOKEN), KEY]);
    expect(() =>
      synthesize((scope) =>
        existing(scope, { tokenSecretArn: arn("piste/prod/chorus-pro/token"), encryptionKeyArn: KEY }),
      ),
    ).toThrow(`tokenSecretArn must be the ARN of the secret ${TOKEN}, got`);
  });

  it("is found by references to ARNs of another stack, with the key's ARN", () => {
    const stack = synthesize((scope) => {
      const given = (id: string): string => new TerraformVariable(scope, id, {}).stringValue;
      const references = { tokenSecretArn: given("token"), technicalAccountSecretArns: { lyon: given("lyon") } };
      expect(() => existing(scope, references)).toThrow(
        "encryptionKeyArn must be set beside a reference, since its account is not known, got none for tokenSecretArn",
      );
      const found = PisteApplication.fromApplicationName(scope, "found", {
        environment: "qualif",
        ...references,
        encryptionKeyArn: given("key"),
      });
      found.accessToken.grantRead({ roleName: "consumer" });
      found.account("lyon").grantRead({ roleName: "consumer" });
      new LambdaFunction(scope, "program", {
        functionName: "program",
        role: "role",
        environment: { variables: found.environmentVariables },
      });
    });
    const read = stack.all(ROLE_POLICY, { role: "consumer" }).flatMap(({ policy }) => statementsOf(policy));
    expect(read.map(({ Resource }) => Resource)).toEqual(["${var.lyon}", "${var.key}", "${var.token}", "${var.key}"]);
    expect(stack.only("aws_lambda_function")["environment"]).toMatchObject({
      variables: { PISTE_TOKEN_SECRET_ARN: "${var.token}", PISTE_TECHNICAL_ACCOUNT_SECRET_ARN: "${var.lyon}" },
    });
  });

  it("uses the only account with an ARN if none is named", () => {
    const lyon = `arn:aws:secretsmanager:eu-west-3:210987654321:secret:${ACCOUNT}-AbCdEf`;
    synthesize((scope) => {
      const { environmentVariables } = existing(scope, {
        technicalAccountSecretArns: { lyon },
        encryptionKeyArn: KEY,
      });
      expect(environmentVariables).toMatchObject({
        PISTE_TECHNICAL_ACCOUNT: "lyon",
        PISTE_TECHNICAL_ACCOUNT_SECRET_ARN: lyon,
      });
    });
  });

  it("does not look up another account's secrets in this account", () => {
    const tokenSecretArn = `arn:aws:secretsmanager:eu-west-3:210987654321:secret:${TOKEN}-AbCdEf`;
    synthesize((scope) => {
      const found = existing(scope, { tokenSecretArn, encryptionKeyArn: KEY });
      expect(() => found.account("lyon")).toThrow(
        "technicalAccountSecretArns.lyon must be set beside tokenSecretArn, got none; if it is in this account, import it with TechnicalAccountSecret.fromSecretName",
      );
    });
  });

  it("refuses a reader in another AWS account, which the creating stack must admit", () => {
    synthesize((scope) => {
      expect(() => {
        existing(scope).accessToken.grantRead({ accountId: "210987654321" });
      }).toThrow(`grantRead for another account must be called where ${TOKEN} is made`);
    });
  });

  it.each<[Partial<ApplicationAttributes>, string]>([
    [{ environment: "test" as "prod" }, `environment must be one of ${ENVIRONMENTS.join(", ")}, got "test"`],
    [{ name: "Chorus Pro" }, "name must be 1 to 30 lower-case letters"],
    [{ namePrefix: "Acme" }, "namePrefix must be 1 to 30 lower-case letters"],
    [{ technicalAccount: "a/b" }, "technicalAccount must be 1 to 30 lower-case letters"],
    [{ reserveInMinutes: 0 }, "reserveInMinutes must be a whole number from 1 to 30, got 0"],
    [{ tokenArn: "arn" } as object, "tokenArn is unknown; known are environment, name,"],
    [
      { tokenSecretArn: `arn:aws:secretsmanager:eu-west-3:210987654321:secret:${TOKEN}-AbCdEf` },
      `encryptionKeyArn must be set for a secret of another account, since AWS's own key works in one account only, got none for ${TOKEN}`,
    ],
    [{ encryptionKeyArn: "key" }, "encryptionKeyArn (policy of aws_iam_role_policy) must be the ARN of a KMS key"],
  ])("refuses %p", (attributes, message) => {
    expect(() =>
      synthesize((scope) => existing(scope, attributes).accessToken.grantRead({ roleName: "consumer" })),
    ).toThrow(message);
  });
});
