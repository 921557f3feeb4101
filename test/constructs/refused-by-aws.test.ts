/** Configurations that plan and emulator accept, but AWS or its provider would refuse half-way through a deployment. */
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { SsmParameter } from "@cdktf/provider-aws/lib/ssm-parameter";
import { describe, expect, it } from "@jest/globals";
import { Aspects, Fn, type App, TerraformResource, TerraformStack, TerraformVariable } from "cdktf";
import type { IConstruct } from "constructs";
import {
  AccessTokenSecret,
  ConnectionCheck,
  PisteApplication,
  TechnicalAccountSecret,
  type PisteApplicationProps,
} from "../../constructs";
import { addStateStacks } from "../../stacks/state-stack";
import { synthesize, synthesizeApp, type SynthesizedStack } from "./synthesize";

type Tags = Readonly<Record<string, string>>;

function application(
  props: Partial<PisteApplicationProps> = {},
  more?: (made: PisteApplication, stack: TerraformStack) => void,
): SynthesizedStack {
  return synthesize((stack) => {
    const made = new PisteApplication(stack, "application", { environment: "prod", name: "chorus-pro", ...props });
    more?.(made, stack);
  });
}

function underDefaultTags(defaults: Tags, tags: Tags): SynthesizedStack {
  const { consumer } = synthesizeApp((app) => {
    const stack = new TerraformStack(app, "consumer");
    new AwsProvider(stack, "aws", { region: "eu-west-3", defaultTags: [{ tags: { ...defaults } }] });
    new PisteApplication(stack, "application", { environment: "prod", name: "chorus-pro", landingZone: { tags } });
  });
  if (consumer === undefined) throw new Error("the stack was not synthesized");
  return consumer;
}

const many = (count: number, prefix = "key"): Tags =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}-${index}`, "x"]));

describe("tags", () => {
  it.each<[string, Tags, string]>([
    ["a key with a character that IAM refuses", { "cost&center": "x" }, 'got the key "cost&center"'],
    ["a value with a character that IAM refuses", { team: "R&D" }, 'got "R&D" of team'],
    ["a value of 257 characters", { team: "x".repeat(257) }, "must have values of at most 256 characters"],
    ["an empty key", { "": "x" }, 'must have keys of 1 to 128 characters, got the key ""'],
    ["a key of 129 characters", { ["k".repeat(129)]: "x" }, "must have keys of 1 to 128 characters"],
    [
      "a key of AWS's own, in capitals",
      { "AWS:team": "x" },
      'must not have keys that begin with aws:, got the key "AWS:team"',
    ],
    ["keys that differ only in case", { Team: "x", team: "y" }, "must not have keys that differ only in case"],
    ["more than fifty", many(51), "must be at most 50 with those of the provider, got 51"],
    ["no value, which Scheduler refuses", { team: "" }, "must have values of at least 1 character"],
  ])("are refused: %s", (_, tags, message) => {
    expect(() => application({ landingZone: { tags } })).toThrow(message);
    expect(() => underDefaultTags(tags, {})).toThrow(message);
  });

  it("are counted and compared together with the provider's default tags", () => {
    expect(() => underDefaultTags(many(30), many(30, "more"))).toThrow(
      "tags must be at most 50 with those of the provider, got 60",
    );
    expect(() => underDefaultTags({ Environment: "production" }, { environment: "prod" })).toThrow(
      'tags must not have keys that differ only in case, got "Environment" and "environment"; IAM takes them for one',
    );
  });

  it("with all allowed characters and the maximum length are accepted", () => {
    const tags = { ...many(48), ["k".repeat(128)]: "v".repeat(256), "coût : équipe/x=+-@_.": "Été 2027" };
    expect(
      application({ landingZone: { tags } }).only("aws_iam_role", { name: "piste-prod-chorus-pro-token-refresh" })[
        "tags"
      ],
    ).toEqual(tags);
  });

  it("that are references are not checked", () => {
    expect(() =>
      synthesize((stack) => {
        const variable = new TerraformVariable(stack, "team", { type: "string" });
        new PisteApplication(stack, "application", {
          environment: "prod",
          name: "chorus-pro",
          landingZone: { tags: { team: variable.stringValue, [variable.stringValue]: "R-D" } },
        });
      }),
    ).not.toThrow();
  });
});

const ALIAS = "arn:aws:kms:eu-west-3:123456789012:alias/secrets";
const KEY = "arn:aws:kms:eu-west-3:123456789012:key/mrk-0123456789abcdef0123456789abcdef";
const TOPIC = "arn:aws:sns:eu-west-3:123456789012:pager";
const KEY_RULE = "must be the ARN of a KMS key, arn:…:kms:…:key/…, since rights on an alias never apply";
const ROLES = "consumer/application/refresher/role (and 1 more): ";

const subnets = (count: number): string[] => Array.from({ length: count }, (_, index) => `subnet-${index}`);
const groups = (count: number): string[] => Array.from({ length: count }, (_, index) => `sg-${index}`);
const network = (subnetIds: string[], securityGroupIds: string[]): Partial<PisteApplicationProps> => ({
  landingZone: { network: { subnetIds, securityGroupIds } },
});

describe("a value that AWS refuses", () => {
  it.each<[string, Partial<PisteApplicationProps>, string]>([
    [
      "an alias for a key",
      { landingZone: { encryptionKeyArn: ALIAS } },
      `encryptionKeyArn (kms_key_id of aws_secretsmanager_secret) ${KEY_RULE}, got "${ALIAS}"`,
    ],
    ["a bucket for a key", { landingZone: { encryptionKeyArn: "arn:aws:s3:::bucket" } }, 'got "arn:aws:s3:::bucket"'],
    ["a key that is not an ARN", { landingZone: { encryptionKeyArn: "abc" } }, 'got "abc"'],
    [
      "a role for a boundary",
      { landingZone: { permissionsBoundaryArn: "arn:aws:iam::123456789012:role/x" } },
      `${ROLES}landingZone.permissionsBoundaryArn (permissions_boundary of aws_iam_role) must be the ARN of an IAM policy, arn:…:iam::…:policy/…, got "arn:aws:iam::123456789012:role/x"`,
    ],
    [
      "a path without a slash",
      { landingZone: { rolePath: "service" } },
      `${ROLES}landingZone.rolePath (path of aws_iam_role) must begin and end with a slash, such as /service/, with at most 512 characters, got "service"`,
    ],
    ["a path of 513 characters", { landingZone: { rolePath: `/${"x".repeat(511)}/` } }, "with at most 512 characters"],
    [
      "no subnet",
      network([], ["sg-1"]),
      "network.subnetIds (vpc_config.subnet_ids of aws_lambda_function) must be 1 to 16 subnets, got 0",
    ],
    ["17 subnets", network(subnets(17), ["sg-1"]), "must be 1 to 16 subnets, got 17"],
    [
      "no security group",
      network(["subnet-1"], []),
      "network.securityGroupIds (vpc_config.security_group_ids of aws_lambda_function) must be 1 to 5 security groups, got 0",
    ],
    ["6 security groups", network(["subnet-1"], groups(6)), "must be 1 to 5 security groups, got 6"],
    [
      "a FIFO topic",
      { landingZone: { pageTopicArns: [`${TOPIC}.fifo`] } },
      `(alarm_actions of aws_cloudwatch_metric_alarm) must be standard topics, since CloudWatch does not publish to FIFO ones, got "${TOPIC}.fifo"`,
    ],
    [
      "a name with an SSM reference",
      { scope: "{{resolve:ssm:x}}" },
      "insecure_value of aws_ssm_parameter must not contain {{, which SSM takes for a reference",
    ],
  ])("is refused: %s", (_, props, message) => {
    expect(() => application(props)).toThrow(message);
  });

  it("is accepted if AWS accepts it", () => {
    const stack = application({
      landingZone: {
        encryptionKeyArn: KEY,
        permissionsBoundaryArn: "arn:aws:iam::aws:policy/PowerUserAccess",
        rolePath: "/",
        network: { subnetIds: subnets(16), securityGroupIds: groups(5) },
      },
    });
    expect(stack.only("aws_lambda_function")["vpc_config"]).toEqual({
      subnet_ids: subnets(16),
      security_group_ids: groups(5),
    });
  });

  it("is not checked if it is a reference", () => {
    const stack = synthesize((scope) => {
      const { stringValue: text, listValue: list } = new TerraformVariable(scope, "given", {});
      new PisteApplication(scope, "application", {
        environment: "prod",
        name: "chorus-pro",
        landingZone: {
          encryptionKeyArn: text,
          permissionsBoundaryArn: text,
          rolePath: text,
          network: { subnetIds: list, securityGroupIds: Fn.tolist([text]) },
          pageTopicArns: [text],
        },
      });
    });
    expect(stack.types).toContain("aws_lambda_function");
  });

  it("is refused for the key of an existing secret, if a role gets rights on it", () => {
    expect(() =>
      synthesize((stack) => {
        const name = "piste/prod/chorus-pro/token";
        AccessTokenSecret.fromSecretName(stack, "token", name, { encryptionKeyArn: ALIAS }).grantRead({
          roleName: "reader",
        });
      }),
    ).toThrow(`encryptionKeyArn (policy of aws_iam_role_policy) ${KEY_RULE}, got "${ALIAS}"`);
  });
});

describe("a schedule expression", () => {
  const scheduled = (scheduleExpression: string) => (): SynthesizedStack =>
    synthesize((stack) => {
      const accessToken = new AccessTokenSecret(stack, "token", { environment: "prod" });
      const topics = { landingZone: { pageTopicArns: [TOPIC], informTopicArns: [TOPIC] } };
      new ConnectionCheck(stack, "check", { environment: "prod", accessToken, scheduleExpression, ...topics });
    });

  it.each([
    "daily",
    "at(2027-01-01T00:00:00)",
    "cron(0 8 * * ?)",
    "cron(0 8 * * ? * *)",
    "cron(0 8 * * * *)",
    "cron(0 8 ? * ? *)",
    "cron(60 8 * * ? *)",
    "cron(0 24 * * ? *)",
    "cron(0 8 0 * ? *)",
    "cron(0 8 ? 13 MON *)",
    "cron(0 8 ? * 0 *)",
    "cron(0 8 ? * MONDAY *)",
    "cron(0 8 ? * MON 1969)",
    "cron(? 8 * * ? *)",
    "rate(0 hours)",
    "rate(1 hours)",
    "rate(2 hour)",
    "rate(1.5 hours)",
    "rate(30 seconds)",
  ])("is refused: %s", (expression) => {
    expect(scheduled(expression)).toThrow(
      "scheduleExpression (schedule_expression of aws_scheduler_schedule) must be cron(…) of six fields with one `?`, for " +
        `the day of the month or of the week, or rate(…), such as rate(1 hour) or rate(12 hours), got "${expression}"`,
    );
  });

  it.each([
    "cron(17 6,10,14,18 * * ? *)",
    "cron(0/15 8-18 ? * MON-FRI *)",
    "cron(0 8 L * ? *)",
    "cron(0 8 L-2 * ? *)",
    "cron(0 8 15W JAN,jul ? 2027-2030)",
    "cron(0 8 LW * ? *)",
    "cron(0 8 ? * 6L *)",
    "cron(0 8 ? * THU#3 *)",
    "cron(*/5 */2 ? * SUN *)",
    "rate(1 minute)",
    "rate(1 day)",
    "rate(90 minutes)",
  ])("is accepted: %s", (expression) => {
    expect(scheduled(expression)().only("aws_scheduler_schedule")["schedule_expression"]).toBe(expression);
  });
});

describe("a runtime", () => {
  const withProvider = (version: string) => (): SynthesizedStack =>
    application({}, ({ refresher }, stack) => {
      refresher.function.runtime = "nodejs24.x";
      stack.addOverride("terraform.required_providers.aws.version", version);
    });

  it("that the provider does not know is refused, with the version that does", () => {
    const message =
      'runtime of aws_lambda_function must be one that the AWS provider knows, got "nodejs24.x"; nodejs24.x needs ' +
      "version 6.19.0 or newer: install @cdktf/provider-aws 21.16 or newer, or @cdktn/provider-aws";
    expect(withProvider("6.18.0")).toThrow(message);
  });

  it.each(["6.19.0", "6.25.0", "7.0.0", "~> 6.0", ">= 5.100"])("is accepted with the provider %s", (version) => {
    expect(withProvider(version)().only("aws_lambda_function")["runtime"]).toBe("nodejs24.x");
  });
});

describe("the inline policies of a role", () => {
  const LONGEST = "x".repeat(28);
  /** This many technical-account secrets with names of this length, each granted separately. */
  const granted = (count: number, name = LONGEST, more?: (role: IamRole) => void): SynthesizedStack =>
    synthesize((stack) => {
      const role = new IamRole(stack, "role", { name: "consumer", assumeRolePolicy: "{}" });
      for (let index = 10; index < 10 + count; index++) {
        const props = { environment: "qualif", application: `${name}xx`, account: `${name}${index}` } as const;
        new TechnicalAccountSecret(stack, `account-${index}`, props).grantRead(role);
      }
      more?.(role);
    });

  it("are counted with their final ARNs: 30 secrets with the longest names are refused", () => {
    // In Paris: "arn:aws:secretsmanager:eu-west-3:123456789012:secret:piste/qualif/…", 152 characters.
    expect(() => granted(30)).toThrow(
      /: the inline policies of the role consumer\/role must have at most 10240 characters together, got 1\d{4}; grant all /,
    );
    expect(granted(29).all("aws_iam_role_policy")).toHaveLength(29);
  });

  it("may be more with shorter names", () => {
    expect(granted(33, "x").all("aws_iam_role_policy")).toHaveLength(33);
  });

  it("are counted together with those of other code", () => {
    const theirs = (length: number) => (role: IamRole) => {
      new IamRolePolicy(role, "theirs", { name: "theirs", role: role.name, policy: "x".repeat(length) });
    };
    expect(() => granted(10, LONGEST, theirs(7000))).toThrow("must have at most 10240 characters together, got 104");
    expect(granted(10, LONGEST, theirs(6000)).all("aws_iam_role_policy")).toHaveLength(11);
  });

  it("are counted over all stacks of an app, for a role by its name", () => {
    const stackOf = (app: App, id: string): void => {
      const stack = new TerraformStack(app, id);
      new AwsProvider(stack, "aws", { region: "eu-west-3" });
      for (let index = 10; index < 28; index++) {
        const props = { environment: "qualif", application: `${LONGEST}${id}`, account: `${LONGEST}${index}` } as const;
        new TechnicalAccountSecret(stack, `account-${index}`, props).grantRead({ roleName: "theirs" });
      }
    };
    expect(() =>
      synthesizeApp((app) => {
        stackOf(app, "aa");
        stackOf(app, "bb");
      }),
    ).toThrow("the inline policies of the role theirs must have at most 10240 characters together, got 12");
  });

  const inAccount = (app: App, account: string, region: string, application: string): void => {
    const stack = new TerraformStack(app, `${account}-${region}-${application}`);
    new AwsProvider(stack, "aws", { region, allowedAccountIds: [account] });
    PisteApplication.fromApplicationName(stack, "piste", {
      environment: "prod",
      name: application,
    }).accessToken.grantRead({
      roleName: "billing",
    });
    new IamRolePolicy(stack, "theirs", { name: `theirs-${application}`, role: "billing", policy: "x".repeat(6000) });
  };

  it("are not counted with those of another account's role of the same name", () => {
    const apps = synthesizeApp((app) => {
      inAccount(app, "111122223333", "eu-west-3", "one");
      inAccount(app, "444455556666", "eu-west-3", "two");
    });
    expect(Object.keys(apps)).toHaveLength(2);
  });

  it("must have different names in two regions, since AWS overwrites a policy of the same name", () => {
    expect(() =>
      synthesizeApp((app) => {
        inAccount(app, "111122223333", "eu-west-3", "one");
        inAccount(app, "111122223333", "eu-west-1", "one");
      }),
    ).toThrow(
      "111122223333-eu-west-1-one/piste/token/read-billing: name of aws_iam_role_policy must be unique among the policies of " +
        'the role billing, got "read-piste-prod-one-token" at 111122223333-eu-west-3-one/piste/token/read-billing too; set a ' +
        "namePrefix",
    );
  });

  it("must have different names in one stack that reads from two regions", () => {
    expect(() =>
      synthesize((stack) => {
        const role = new IamRole(stack, "role", { name: "consumer", assumeRolePolicy: "{}" });
        for (const region of ["eu-west-3", "eu-west-1"]) {
          AccessTokenSecret.fromSecretArn(
            stack,
            region,
            `arn:aws:secretsmanager:${region}:123456789012:secret:piste/prod/chorus-pro/token-AbCdEf`,
          ).grantRead(role);
        }
      }, null),
    ).toThrow(
      /must be unique among the policies of the role consumer\/role, got "read-piste-prod-chorus-pro-token" at /,
    );
  });
});

describe("a change to our construct by other code", () => {
  /** Another package's Aspect, which finds resources by type. */
  const overriding = (type: string, attribute: string, value: unknown) => (): SynthesizedStack =>
    synthesize((stack) => {
      new PisteApplication(stack, "application", { environment: "prod", name: "chorus-pro" });
      Aspects.of(stack).add({
        visit: (node: IConstruct) => {
          if (TerraformResource.isTerraformResource(node) && node.terraformResourceType === type) {
            node.addOverride(attribute, value);
          }
        },
      });
    });

  it.each<[string, string, unknown, string]>([
    ["aws_iam_role", "path", "service/", "rolePath (path of aws_iam_role) must begin and end with a slash"],
    ["aws_iam_role", "tags", { "R&D": "x" }, 'got the key "R&D"'],
    ["aws_lambda_function", "vpc_config", [{ subnet_ids: subnets(17), security_group_ids: ["sg-1"] }], "got 17"],
    ["aws_secretsmanager_secret", "kms_key_id", ALIAS, KEY_RULE],
    ["aws_sns_topic", "fifo_topic", true, "must be false, since CloudWatch does not publish to FIFO topics"],
    ["aws_ssm_parameter", "value", "{{x}}", "must not contain {{"],
    ["aws_scheduler_schedule", "schedule_expression", "rate(1 hours)", 'got "rate(1 hours)"'],
    [
      "aws_secretsmanager_secret",
      "name",
      "acme-piste/prod/chorus-pro/token",
      "name of aws_secretsmanager_secret must be piste/<environment>/<application>/…, the name that functions, programs and npx piste " +
        'use, got "acme-piste/prod/chorus-pro/token"; exclude it from the Aspect or override that renames resources',
    ],
    [
      "aws_ssm_parameter",
      "name",
      "/acme/piste/prod/chorus-pro",
      "name of aws_ssm_parameter must be /piste/<environment>/",
    ],
  ])("is seen: %s.%s", (type, attribute, value, message) => {
    expect(overriding(type, attribute, value)).toThrow(message);
  });

  it("is seen in the stack's overrides", () => {
    expect(() =>
      application({}, ({ refresher }, stack) => {
        stack.addOverride(`resource.aws_lambda_function.${refresher.function.friendlyUniqueId}.vpc_config`, {
          subnet_ids: [],
          security_group_ids: [],
        });
      }),
    ).toThrow("must be 1 to 16 subnets, got 0");
  });

  it("is checked, but other resources are not", () => {
    const stack = application({}, (_, scope) => {
      new SsmParameter(scope, "theirs", { name: "theirs", type: "String", value: "{{x}}" });
      new IamRole(scope, "their-role", { name: "theirs", assumeRolePolicy: "{}", path: "service" });
    });
    expect(stack.only("aws_ssm_parameter", { name: "theirs" })["value"]).toBe("{{x}}");
  });
});

describe("the bucket of the state", () => {
  it.each([
    "xn--state",
    "sthree-state",
    "amzn-s3-demo-state",
    "state-s3alias",
    "state--ol-s3",
    "state.mrap",
    "state--x-s3",
    "state--table-s3",
    "state-123456789012-eu-west-3-an",
  ])("is refused a name that S3 reserves: %s", (bucket) => {
    expect(() =>
      synthesizeApp((app) => {
        addStateStacks(app, { prod: { applications: [], state: { bucket } } });
      }),
    ).toThrow(
      "state.bucket must not begin with xn--, sthree- or amzn-s3-demo-, nor end with -s3alias, --ol-s3, .mrap, --x-s3, " +
        `--table-s3 or -an, which S3 reserves, got "${bucket}"`,
    );
  });
});
