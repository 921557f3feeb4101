/** Stacks of many applications: shared resources, warnings, and proportional growth. */
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { SchedulerScheduleGroup } from "@cdktf/provider-aws/lib/scheduler-schedule-group";
import { describe, expect, it } from "@jest/globals";
import { TerraformStack } from "cdktf";
import { ALARM_NAMES } from "../../aws/alarms/alarms";
import type { EnvironmentConfiguration, StackApplication } from "../../stacks/configuration";
import { PisteStack } from "../../stacks/piste-stack";
import { warnOfQuotas } from "../../stacks/quotas";
import { synthesizeApp, type SynthesizedStack } from "../constructs/synthesize";

const SIRET = { identifier: "73282932000074", identifierType: "SIRET" } as const;
/** All resource types: with technical accounts and the connection check. */

/** Names of the same length, so that stacks of equal size are equally long. */
const nameOf = (index: number): string => `application-${String(index).padStart(4, "0")}`;

function fleet(
  size: number,
  configuration: Partial<EnvironmentConfiguration> = {},
  application: Partial<StackApplication> = {},
): SynthesizedStack {
  const { prod } = synthesizeApp((app) => {
    new PisteStack(app, "prod", {
      account: "123456789012",
      state: { bucket: "our-terraform-state" },
      landingZone: {
        informTopicArns: ["arn:aws:sns:eu-west-3:123456789012:inform"],
        pageTopicArns: ["arn:aws:sns:eu-west-3:123456789012:page"],
      },
      applications: Array.from({ length: size }, (_, index) => ({
        name: nameOf(index),
        technicalAccounts: [{ name: "default", structure: SIRET }],
        ...application,
      })),
      ...configuration,
    });
  });
  if (prod === undefined) throw new Error("no stack prod");
  return prod;
}

const messagesOf = ({ annotations }: SynthesizedStack): string[] => annotations.map(({ message }) => message);

describe("many applications", () => {
  it("get a warning for each default quota of AWS that they exceed", () => {
    const warned = (roles: number, groups: number): string[] => {
      const { stack } = synthesizeApp((app) => {
        const made = new TerraformStack(app, "stack");
        new AwsProvider(made, "aws", { region: "eu-west-3" });
        for (let index = 0; index < roles; index++) new IamRole(made, `role-${index}`, { assumeRolePolicy: "{}" });
        for (let index = 0; index < groups; index++) new SchedulerScheduleGroup(made, `group-${index}`);
        warnOfQuotas(made);
      });
      return stack === undefined ? [] : messagesOf(stack);
    };
    expect(warned(1000, 500)).toEqual([]);
    expect(warned(1001, 501)).toEqual([
      expect.stringMatching(/^stack has 1001 IAM roles, but AWS's default quota is 1000 per account/),
      expect.stringMatching(/^stack has 501 schedule groups of EventBridge Scheduler, but AWS's default quota is 500 /),
    ]);
  });
});

describe("the synthesized JSON of applications", () => {
  const resourcesOf = ({ json }: SynthesizedStack): number =>
    Object.values(json.resource ?? {}).reduce((sum, byId) => sum + Object.keys(byId).length, 0);

  it("grows by the same resources and the same bytes for each", () => {
    const [four, eight, sixteen] = [4, 8, 16].map((size) => fleet(size, { dashboard: false }));
    if (four === undefined || eight === undefined || sixteen === undefined) throw new Error("a stack is missing");
    const perApplication = (resourcesOf(eight) - resourcesOf(four)) / 4;
    expect(perApplication).toBeGreaterThan(15);
    expect((resourcesOf(sixteen) - resourcesOf(eight)) / 8).toBe(perApplication);
    const bytes = (eight.text.length - four.text.length) / 4;
    expect((sixteen.text.length - eight.text.length) / 8 / bytes).toBeCloseTo(1, 3);
  });
});

describe("an application with 300 technical accounts", () => {
  const accounts = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      name: `account-${String(index).padStart(3, "0")}`,
      structure: SIRET,
    }));
  const of = (count: number): SynthesizedStack =>
    fleet(1, {}, { technicalAccounts: accounts(count), connectionCheck: true });

  it("differs from one with a single account only in secrets, their policies and pages of the description", () => {
    const [one, many] = [of(1), of(300)];
    const counts = (stack: SynthesizedStack): Record<string, number> =>
      Object.fromEntries(
        Object.entries(stack.json.resource ?? {}).map(([type, byId]) => [type, Object.keys(byId).length]),
      );
    const { aws_secretsmanager_secret, aws_secretsmanager_secret_policy, aws_ssm_parameter, ...others } = counts(many);
    expect(others).toEqual(
      expect.objectContaining({ aws_cloudwatch_metric_alarm: ALARM_NAMES.length, aws_scheduler_schedule: 3 }),
    );
    expect(counts(one)).toMatchObject(others);
    expect([aws_secretsmanager_secret, aws_secretsmanager_secret_policy]).toEqual([302, 302]);
    expect(aws_ssm_parameter).toBeLessThan(25);
    for (const { insecure_value: value } of many.all("aws_ssm_parameter")) {
      expect(Buffer.byteLength(String(value))).toBeLessThanOrEqual(4096);
    }
    const policies = (stack: SynthesizedStack): unknown[] =>
      stack.all("aws_iam_role_policy").map(({ policy }) => policy);
    expect(policies(many)).toEqual(policies(one));
  });

  it("may have a hundred more, and then is refused with the way to split it", () => {
    expect(of(400).all("aws_secretsmanager_secret")).toHaveLength(402);
    expect(() => of(401)).toThrow(
      "applications[0]: technicalAccounts must have at most 400 accounts in one application, as many as one run can check, " +
        "got 401; give the rest to another application, with another name and the same clientCredentials",
    );
  });
});
