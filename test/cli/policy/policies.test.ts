import { describe, expect, it } from "@jest/globals";
import type { PolicyStatement } from "../../../aws/policy-statements";
import { ALARM_NAMES } from "../../../aws/alarms/alarms";
import { policyOf } from "../../../cli/policy/policies";
import { adviceOnSize, checkOptions } from "../../../cli/policy/run";
import { HOLDERS, type ExplainedStatement, type Holder, type PolicyOptions } from "../../../cli/policy/statement";

const OPTIONS: PolicyOptions = {
  environment: "qualif",
  application: "chorus-pro",
  region: "eu-west-3",
  accountId: "123456789012",
};
const KEY = "arn:aws:kms:eu-west-3:123456789012:key/0a1b2c3d-0000-4000-8000-000000000000";
const TOPIC = "arn:aws:sns:eu-west-3:123456789012:pager";
/** With names of the maximum length. */
const EVERYTHING: PolicyOptions = {
  environment: "prod",
  application: "a".repeat(30),
  region: "ap-southeast-2",
  accountId: "123456789012",
  encryptionKeyArn: KEY,
  topicArns: [TOPIC, `${TOPIC}-2`],
  stateBucket: "state",
  encryptAlarms: true,
  accessAlarm: true,
  permissionsBoundaryArn: "arn:aws:iam::123456789012:policy/boundary",
  rolePath: "/service/",
  roleArns: ["arn:aws:iam::123456789012:role/service/brought-in"],
  network: true,
};
const LAYER = "arn:aws:lambda:eu-west-3:123456789012:layer:acme-ca:3";
/** Statements for `*`: AWS lists, the resource has no name yet, or the action knows none. */
const UNNAMED = ["Look", "MakeAlarmKey", "Observe"];
const SECRET = "arn:aws:secretsmanager:eu-west-3:123456789012:secret:piste/qualif/chorus-pro";
const CLIENT = `${SECRET}/client-??????`;
const ACCOUNTS = `${SECRET}/technical-account/*-??????`;
const TOKEN = `${SECRET}/token-??????`;

const statementsOf = (holder: Holder, more: Partial<PolicyOptions> = {}): PolicyStatement[] =>
  policyOf(holder, { ...OPTIONS, ...more }).map(({ statement }) => statement);

const documentOf = (statements: readonly ExplainedStatement[]): object => ({
  Version: "2012-10-17",
  Statement: statements.map(({ statement }) => statement),
});

function grantsOf(holder: Holder, more: Partial<PolicyOptions> = {}): Record<string, [string[], string | string[]]> {
  return Object.fromEntries(
    statementsOf(holder, more).map(({ Sid = "", Action, Resource }) => [Sid, [Action, Resource]]),
  );
}

/** IAM's wildcards: `*` and `?`. */
function fits(pattern: string, text: string): boolean {
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${escaped}$`, "s").test(text);
}
const listOf = (words: string | string[]): string[] => (typeof words === "string" ? [words] : words);

/** Ignores conditions. */
const lets = (statements: readonly PolicyStatement[], action: string, resource: string): boolean =>
  statements.some(
    ({ Action, Resource }) =>
      Action.some((pattern) => fits(pattern, action)) && listOf(Resource).some((pattern) => fits(pattern, resource)),
  );

describe("a consumer's policy", () => {
  it("allows only reading the current token and technical accounts", () => {
    expect(statementsOf("consumer")).toEqual([
      {
        Sid: "ReadTokenAndAccounts",
        Effect: "Allow",
        Action: ["secretsmanager:GetSecretValue"],
        Resource: [TOKEN, ACCOUNTS],
        Condition: { StringEqualsIfExists: { "secretsmanager:VersionStage": "AWSCURRENT" } },
      },
    ]);
  });

  it("allows decrypting them with a customer managed key", () => {
    expect(statementsOf("consumer", { encryptionKeyArn: KEY })[1]).toEqual({
      Sid: "UseKeyToRead",
      Effect: "Allow",
      Action: ["kms:Decrypt"],
      Resource: KEY,
      Condition: {
        StringLike: { "kms:EncryptionContext:SecretARN": [TOKEN, ACCOUNTS], "kms:ViaService": "secretsmanager.*" },
      },
    });
  });
});

describe("a depositor's policy", () => {
  it("allows only finding the application and storing credentials", () => {
    expect(grantsOf("depositor")).toEqual({
      FindApplications: [["ssm:GetParametersByPath"], "arn:aws:ssm:eu-west-3:123456789012:parameter/piste/qualif"],
      StoreCredentials: [["secretsmanager:PutSecretValue"], [CLIENT, ACCOUNTS]],
    });
  });

  it("allows encrypting them with a customer managed key", () => {
    expect(statementsOf("depositor", { encryptionKeyArn: KEY })[2]).toMatchObject({
      Action: ["kms:Decrypt", "kms:GenerateDataKey"],
      Resource: KEY,
      Condition: {
        StringLike: { "kms:EncryptionContext:SecretARN": [CLIENT, ACCOUNTS], "kms:ViaService": "secretsmanager.*" },
      },
    });
  });
});

describe("an operator's policy", () => {
  it("allows the commands' actions on the application's resources", () => {
    const functions = ["token-refresh", "connection-check"].map((name) => `piste-qualif-chorus-pro-${name}`);
    expect(grantsOf("operator")).toEqual({
      ...grantsOf("depositor"),
      SeeVersions: [["secretsmanager:ListSecretVersionIds"], [CLIENT, ACCOUNTS, TOKEN]],
      SeeDrills: [
        ["scheduler:GetSchedule"],
        "arn:aws:scheduler:eu-west-3:123456789012:schedule/piste-qualif-chorus-pro/piste-qualif-chorus-pro-tick",
      ],
      StageClient: [["secretsmanager:UpdateSecretVersionStage"], CLIENT],
      LabelAccounts: [["secretsmanager:UpdateSecretVersionStage"], ACCOUNTS],
      ReadTokenAndAccounts: [["secretsmanager:GetSecretValue"], [TOKEN, ACCOUNTS]],
      RunFunctions: [
        ["lambda:InvokeFunction"],
        functions.map((name) => `arn:aws:lambda:eu-west-3:123456789012:function:${name}`),
      ],
      ReadLogs: [
        ["logs:FilterLogEvents"],
        functions.map((name) => `arn:aws:logs:eu-west-3:123456789012:log-group:/aws/lambda/${name}:*`),
      ],
      DescribeAlarms: [["cloudwatch:DescribeAlarms"], "arn:aws:cloudwatch:eu-west-3:123456789012:alarm:*"],
      SeeSubscribers: [
        ["sns:ListSubscriptionsByTopic"],
        ["piste-qualif-inform", "piste-qualif-chorus-pro-inform"].map(
          (topic) => `arn:aws:sns:eu-west-3:123456789012:${topic}`,
        ),
      ],
    });
  });

  it("allows moving the commands' labels, and never AWSCURRENT", () => {
    const labels = statementsOf("operator")
      .filter(({ Action }) => Action.includes("secretsmanager:UpdateSecretVersionStage"))
      .map(({ Condition }) => Condition);
    expect(labels).toEqual([
      { "ForAnyValue:StringEquals": { "secretsmanager:VersionStage": ["AWSPENDING"] } },
      { "ForAnyValue:StringLike": { "secretsmanager:VersionStage": ["REFUSED", "CHANGED-*"] } },
    ]);
  });

  it("includes the topics that page in prod, and existing topics", () => {
    const grants = grantsOf("operator", { environment: "prod", topicArns: [TOPIC] });
    expect(grants["SeeSubscribers"]?.[1]).toEqual([
      ...["piste-prod-page", "piste-prod-inform", "piste-prod-chorus-pro-page", "piste-prod-chorus-pro-inform"].map(
        (topic) => `arn:aws:sns:eu-west-3:123456789012:${topic}`,
      ),
      TOPIC,
    ]);
  });
});

describe("an alarm tester's policy", () => {
  it("allows setting the states of the application's own alarms, and seeing their subscriptions", () => {
    const { TestAlarms, ...see } = grantsOf("alarm-tester");
    const { FindApplications, DescribeAlarms, SeeSubscribers } = grantsOf("operator");
    expect(see).toEqual({ FindApplications, DescribeAlarms, SeeSubscribers });
    const [actions, alarms = []] = TestAlarms ?? [];
    expect(actions).toEqual(["cloudwatch:SetAlarmState", "cloudwatch:DescribeAlarmHistory"]);
    const alarm = "arn:aws:cloudwatch:eu-west-3:123456789012:alarm:piste-qualif-chorus-pro-";
    for (const name of ALARM_NAMES) expect(alarms).toContain(alarm + name);
    for (const one of alarms)
      expect(one).toMatch(/^arn:aws:cloudwatch:eu-west-3:123456789012:alarm:piste-qualif-chorus-pro-[a-z\d-]+$/);
  });

  it.each(HOLDERS.filter((holder) => holder !== "alarm-tester"))(
    "allows setting alarm states, which no other does: %s",
    (holder) => {
      const alarm = "arn:aws:cloudwatch:eu-west-3:123456789012:alarm:piste-qualif-chorus-pro-token-lapsing";
      expect(lets(statementsOf("alarm-tester"), "cloudwatch:SetAlarmState", alarm)).toBe(true);
      expect(lets(statementsOf(holder), "cloudwatch:SetAlarmState", alarm)).toBe(false);
      expect(lets(statementsOf(holder), "sns:Publish", "arn:aws:sns:eu-west-3:123456789012:piste-qualif-inform")).toBe(
        false,
      );
    },
  );
});

describe("a deployer's policy", () => {
  it("covers all applications of the environment", () => {
    expect(statementsOf("deployer", { application: "other" })).toEqual(statementsOf("deployer"));
  });

  it("allows only the given version of a layer", () => {
    const find = (more: Partial<PolicyOptions>): PolicyStatement[] =>
      statementsOf("deployer", more).filter(({ Action }) => Action.includes("lambda:GetLayerVersion"));
    expect(find({})).toEqual([]);
    expect(find({ layerArns: [LAYER] })).toEqual([
      { Sid: "Layers", Effect: "Allow", Action: ["lambda:GetLayerVersion"], Resource: [LAYER] },
    ]);
  });

  it("requires the permissions boundary, if there is one, and follows the roles' path", () => {
    const boundary = "arn:aws:iam::123456789012:policy/boundary";
    const find = (more: Partial<PolicyOptions>): PolicyStatement[] =>
      statementsOf("deployer", more).filter(({ Action }) => Action.includes("iam:PutRolePolicy"));
    expect(find({})).toMatchObject([{ Sid: "Roles" }]);
    expect(find({ permissionsBoundaryArn: boundary, rolePath: "/service/" })).toEqual([
      {
        Sid: "RolesWithinBoundary",
        Effect: "Allow",
        Action: ["iam:CreateRole", "iam:PutRolePolicy", "iam:PutRolePermissionsBoundary"],
        Resource: "arn:aws:iam::123456789012:role/service/piste-qualif-*",
        Condition: { StringEquals: { "iam:PermissionsBoundary": boundary } },
      },
    ]);
  });
});

describe.each(HOLDERS)("the policy of a %s", (holder) => {
  const isDeployer = holder === "deployer";
  const policies = [OPTIONS, { ...OPTIONS, encryptionKeyArn: KEY }, { ...EVERYTHING, environment: "qualif" as const }];

  it("never allows reading client credentials", () => {
    for (const options of policies) {
      const statements = policyOf(holder, options).map(({ statement }) => statement);
      const { region, application } = options;
      const secrets = `arn:aws:secretsmanager:${region}:123456789012:secret:piste/qualif`;
      const [client, other] = [application, "other"].map((name) => `${secrets}/${name}/client-AbCdEf`);
      const reads = ["GetSecretValue", "BatchGetSecretValue", "ReplicateSecretToRegions"];
      for (const action of isDeployer ? reads : [...reads, "DeleteSecret", "PutResourcePolicy"]) {
        for (const resource of [client, other, "*"]) {
          expect(lets(statements, `secretsmanager:${action}`, resource ?? "")).toBe(false);
        }
      }
      // Proves that the matcher can match.
      const token = `${secrets}/${application}/token-AbCdEf`;
      expect(lets(statements, "secretsmanager:GetSecretValue", token)).toBe(
        holder === "operator" || holder === "consumer",
      );
    }
  });

  it("has no wildcard action, and no wildcard resource except alarm names and where AWS requires `*`", () => {
    for (const { statement } of policyOf(holder, EVERYTHING)) {
      expect(statement.Effect).toBe("Allow");
      for (const action of statement.Action) expect(action).toMatch(/^[a-z0-9-]+:[A-Za-z]+$/);
      if (UNNAMED.includes(statement.Sid ?? "")) continue;
      for (const resource of listOf(statement.Resource)) {
        if (
          (isDeployer || holder === "verifier") &&
          /^arn:aws:(?:iam::123456789012:role|s3:::state|cloudwatch::123456789012:dashboard)\//.test(`${resource}/`)
        ) {
          continue;
        }
        expect(resource).toMatch(/^arn:aws:[a-z]+:(ap-southeast-2|eu-west-3):123456789012:.{5,}$/);
      }
    }
  });

  it("fits into a managed IAM policy with names of usual length, and explains each statement", () => {
    const statements = policyOf(holder, EVERYTHING);
    expect(adviceOnSize(documentOf(statements))).toBeUndefined();
    const ids = statements.map(({ statement: { Sid = "" } }) => Sid);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[A-Za-z0-9]+$/);
    for (const { why } of statements) expect(why.en.length * why.fr.length).toBeGreaterThan(0);
  });

  it("uses the partition of its region", () => {
    for (const [region, partition] of [
      ["eu-west-3", "aws"],
      ["cn-north-1", "aws-cn"],
      ["us-gov-west-1", "aws-us-gov"],
    ] as const) {
      const resources = statementsOf(holder, { region }).flatMap(({ Resource }) => listOf(Resource));
      for (const resource of resources) {
        expect(resource === "*" ? isDeployer || holder === "verifier" : resource.startsWith(`arn:${partition}:`)).toBe(
          true,
        );
      }
    }
  });
});

describe("the deployer's policy with all options and the longest names", () => {
  const policyWith = (roles: number): object =>
    documentOf(
      policyOf("deployer", {
        ...EVERYTHING,
        layerArns: [LAYER],
        stateBucket: "b".repeat(63),
        permissionsBoundaryArn: `arn:aws:iam::123456789012:policy/${"b".repeat(128)}`,
        rolePath: `/${"p".repeat(62)}/`,
        roleArns: Array.from(
          { length: roles },
          (_, index) => `arn:aws:iam::123456789012:role/${"r".repeat(62)}${index}`,
        ),
      }),
    );

  it("must be an inline policy, because it exceeds the limit of managed ones", () => {
    const { length } = JSON.stringify(policyWith(2));
    expect(length).toBeGreaterThan(6144);
    expect(length).toBeLessThanOrEqual(10_240);
    const advice = adviceOnSize(policyWith(2));
    for (const text of [advice?.en, advice?.fr]) {
      expect(text).toContain(String(length));
      expect(text).toContain("aws iam put-role-policy --role-name");
    }
  });

  it("must be split over several roles when it exceeds a role's limit for inline policies", () => {
    const advice = adviceOnSize(policyWith(30));
    for (const text of [advice?.en, advice?.fr]) {
      expect(text).toContain("10240");
      expect(text).not.toContain("put-role-policy");
    }
  });
});

it("accepts an account id as the console shows it", () => {
  const typed = (accountId: string) => ({
    environment: "qualif" as const,
    application: "chorus-pro",
    region: "eu-west-3",
    accountId,
  });
  for (const accountId of ["1234-5678-9012", "1234 5678 9012", "123456789012"]) {
    expect(checkOptions("operator", typed(accountId)).accountId).toBe("123456789012");
  }
  expect(() => checkOptions("operator", typed("1234-5678-901"))).toThrow('got "1234-5678-901"');
});
