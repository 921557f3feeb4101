/** Names changed by an Aspect or override: alarms, grants and descriptions use the new names. */
import { beforeAll, describe, expect, it } from "@jest/globals";
import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { SchedulerSchedule } from "@cdktf/provider-aws/lib/scheduler-schedule";
import { SchedulerScheduleGroup } from "@cdktf/provider-aws/lib/scheduler-schedule-group";
import { Aspects, TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";
import { PisteApplication, PisteDashboard, type PisteApplicationProps } from "../../constructs";
import { synthesize, type SynthesizedStack } from "./synthesize";

const APPLICATION: PisteApplicationProps = {
  environment: "prod",
  name: "chorus-pro",
  connectionCheck: true,
  accessAlarm: true,
  landingZone: { network: { subnetIds: ["subnet-0a"], securityGroupIds: ["sg-0a"] } },
  technicalAccounts: [{ name: "default", structure: { identifier: "12345678200010", identifierType: "SIRET" } }],
};
const OURS = "piste-prod-chorus-pro";
const THEIRS = "acme-prod-chorus-pro";

/** Renames everything that has a name, after the app is complete. */
class Renamed {
  visit(node: IConstruct): void {
    const renamed = (name: string | undefined): string => String(name).replace(OURS, THEIRS);
    if (node instanceof LambdaFunction) node.functionName = renamed(node.functionNameInput);
    if (node instanceof SchedulerSchedule) node.name = renamed(node.nameInput);
    if (node instanceof SchedulerScheduleGroup) node.name = renamed(node.nameInput);
    if (node instanceof CloudwatchMetricAlarm) node.alarmName = renamed(node.alarmNameInput);
  }
}

function build(rename: (application: PisteApplication) => void): SynthesizedStack {
  return synthesize((stack) => {
    const application = new PisteApplication(stack, "piste", APPLICATION);
    new PisteDashboard(stack, "dashboard", { applications: [application] });
    rename(application);
  });
}

describe("names changed by an Aspect", () => {
  let changed: SynthesizedStack;
  beforeAll(() => {
    changed = build((application) => {
      Aspects.of(TerraformStack.of(application)).add(new Renamed());
    });
  });

  it("replace all old names of functions, schedules and alarms", () => {
    const named = (type: string, attribute: string): unknown[] => changed.all(type).map((each) => each[attribute]);
    const left = [
      ...changed.all("aws_cloudwatch_metric_alarm"),
      ...changed.all("aws_cloudwatch_dashboard"),
      ...changed.all("aws_cloudwatch_log_group"),
      ...changed.all("aws_cloudwatch_event_rule").map(({ event_pattern: pattern }) => pattern),
      ...changed.all("aws_ssm_parameter").map(({ insecure_value: value }) => value),
    ].filter((each) => JSON.stringify(each).includes(OURS));
    expect(named("aws_lambda_function", "function_name")).toEqual([
      `${THEIRS}-connection-check`,
      `${THEIRS}-token-refresh`,
    ]);
    expect(left).toEqual([]);
  });

  it("are used by the description, the alarms and the log groups", () => {
    const { insecure_value: value } = changed.only("aws_ssm_parameter", { name: "/piste/prod/chorus-pro" });
    expect(JSON.parse(String(value))).toMatchObject({
      function: `${THEIRS}-token-refresh`,
      schedule: { group: THEIRS, name: `${THEIRS}-tick` },
      alarms: expect.arrayContaining([`${THEIRS}-token-lapsing`, `${THEIRS}-connection-refused`]) as unknown,
    });
    const silent = changed.only("aws_cloudwatch_metric_alarm", { alarm_name: `${THEIRS}-refresher-silent` });
    expect(JSON.stringify(silent["metric_query"])).toContain(`"FunctionName":"${THEIRS}-token-refresh"`);
    expect(silent["alarm_description"]).toContain(`--name ${THEIRS}-tick`);
    expect(changed.all("aws_cloudwatch_log_group").map(({ name }) => name)).toEqual([
      `/aws/lambda/${THEIRS}-connection-check`,
      `/aws/lambda/${THEIRS}-token-refresh`,
    ]);
  });

  it("are used in the Deny of network actions", () => {
    const denied = changed.policy(`${OURS}-token-refresh`).filter(({ Effect: effect }) => effect === "Deny");
    expect(JSON.stringify(denied)).toContain(`function:${THEIRS}-token-refresh`);
  });
});

it("an overridden name is followed too", () => {
  const changed = build(({ refresher }) => {
    refresher.function.addOverride("function_name", "acme-refresher");
  });
  const { insecure_value: value } = changed.only("aws_ssm_parameter", { name: "/piste/prod/chorus-pro" });
  expect(JSON.parse(String(value))).toMatchObject({ function: "acme-refresher" });
  expect(JSON.stringify(changed.all("aws_cloudwatch_metric_alarm"))).not.toContain("chorus-pro-token-refresh");
});

it("a description that new names make too long is refused at synth", () => {
  expect(() =>
    build(({ monitoring }) => {
      for (const [name, alarm] of Object.entries(monitoring.alarms)) alarm.alarmName = `${name}-${"é".repeat(225)}`;
    }),
  ).toThrow(/insecure_value of aws_ssm_parameter must have at most 4096 bytes, got \d+/);
});

describe("a log group under another name than its function's", () => {
  const other = (application: PisteApplication): void => {
    application.refresher.logGroup.name = "/acme/refresher";
  };

  it("is refused, since the function could not write its logs and metrics", () => {
    expect(() => build(other)).toThrow(
      "piste/refresher/log-group: name of aws_cloudwatch_log_group must be /aws/lambda/piste-prod-chorus-pro-token-refresh, where " +
        'its function writes, got "/acme/refresher"; keep that name, or set loggingConfig on the function',
    );
  });

  it("is accepted if the function writes to it", () => {
    const stack = build((application) => {
      other(application);
      application.refresher.function.putLoggingConfig({ logFormat: "Text", logGroup: "/acme/refresher" });
    });
    expect(stack.all("aws_cloudwatch_log_group").map(({ name }) => name)).toContain("/acme/refresher");
  });
});
