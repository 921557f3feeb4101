import { describe, expect, it } from "@jest/globals";
import { AlarmKey, AlarmTopic, TOKEN_ALARMS, TokenMonitoring, type TokenMonitoringProps } from "../../constructs";
import { DEFAULT_REFRESH_SETTINGS, METRICS, type MetricKey } from "../../lambda/token-refresh/contract";
import { synthesize, type Block, type SynthesizedStack } from "./synthesize";

const PAGE_ARN = "arn:aws:sns:eu-west-3:123456789012:pager";
const INFORM_ARN = "arn:aws:sns:eu-west-3:123456789012:mailbox";
const LONGEST_NAME = "a".repeat(30);
const ALARM = "aws_cloudwatch_metric_alarm";
const FUNCTION = "piste-qualif-chorus-pro-token-refresh";
const DIMENSIONS = { Environment: "qualif", Application: "chorus-pro" };

const monitoring = (props: Partial<TokenMonitoringProps> = {}): SynthesizedStack =>
  synthesize((stack) => {
    new TokenMonitoring(stack, "monitoring", {
      environment: "qualif",
      application: "chorus-pro",
      settings: DEFAULT_REFRESH_SETTINGS,
      clientSecretName: "piste/qualif/chorus-pro/client",
      functionName: FUNCTION,
      hasTechnicalAccounts: true,
      pageTopicArn: PAGE_ARN,
      informTopicArn: INFORM_ARN,
      ...props,
    });
  });
const alarm = (name: string, stack = monitoring()): Block =>
  stack.only(ALARM, { alarm_name: `piste-qualif-chorus-pro-${name}` });

const ours = (id: string, key: MetricKey, period: number): object => ({
  id,
  metric: {
    namespace: "Piste",
    metric_name: METRICS[key].name,
    stat: METRICS[key].statistic,
    dimensions: DIMENSIONS,
    period,
  },
  return_data: false,
});
const lambdas = (id: string, name: string, period: number): object => ({
  id,
  metric: { namespace: "AWS/Lambda", metric_name: name, stat: "Sum", dimensions: { FunctionName: FUNCTION }, period },
  return_data: false,
});

describe("the alarms of a token refresher", () => {
  it("are eight, three of them on passwords where there are technical accounts", () => {
    const names = (stack: SynthesizedStack): unknown[] =>
      stack
        .all(ALARM)
        .map(({ alarm_name }) => alarm_name)
        .sort();
    const all = TOKEN_ALARMS.map((name) => `piste-qualif-chorus-pro-${name}`);
    expect(names(monitoring())).toEqual([...all].sort());
    expect(names(monitoring({ hasTechnicalAccounts: undefined }))).toEqual(
      all.filter((name) => !name.includes("password")).sort(),
    );
  });

  it("may be omitted by name, and only those that exist", () => {
    const stack = monitoring({ omittedAlarms: ["piste-degraded", "password-expiring-7"] });
    expect(stack.all(ALARM)).toHaveLength(TOKEN_ALARMS.length - 2);
    const omittedAlarms = ["pisted"] as unknown as TokenMonitoringProps["omittedAlarms"];
    expect(() => monitoring({ omittedAlarms })).toThrow(
      `omittedAlarms must be among ${TOKEN_ALARMS.join(", ")}, got "pisted"`,
    );
  });

  it("say when less is left of the token than the reserve, a tick, the schedule's minute and a tick's deadline", () => {
    expect(alarm("token-lapsing")).toMatchObject({
      namespace: "Piste",
      metric_name: METRICS.secondsToExpiry.name,
      statistic: METRICS.secondsToExpiry.statistic,
      dimensions: DIMENSIONS,
      comparison_operator: "LessThanThreshold",
      threshold: (5 + 1) * 60 + 60 + 20,
      period: 60,
      evaluation_periods: 1,
      treat_missing_data: "notBreaching",
    });
  });

  it("count with the refresher's own reserve", () => {
    const stack = monitoring({ settings: { outageToleranceInMinutes: 20, reserveInMinutes: 8 } });
    expect(alarm("token-lapsing", stack)).toMatchObject({ threshold: (8 + 1) * 60 + 60 + 20 });
  });

  it("say when 5 runs of 10 are missing after one that ran, and keep saying it", () => {
    expect(alarm("refresher-silent")).toMatchObject({
      comparison_operator: "LessThanThreshold",
      threshold: 1,
      evaluation_periods: 10,
      datapoints_to_alarm: 5,
      treat_missing_data: "ignore",
      metric_query: [
        ours("ticks", "ticks", 60),
        lambdas("errors", "Errors", 60),
        { id: "runs", expression: "SUM([ticks, errors])", return_data: false },
        { id: "runs_since_the_first", expression: "IF(FILL(runs, REPEAT), FILL(runs, 0))", return_data: true },
      ],
    });
  });

  it("say at the first certain refusal of the credentials, or the third ambiguous one, at the slowest pace too", () => {
    const window = 3 * 5 * 60 + 60;
    expect(alarm("credentials-rejected")).toMatchObject({
      comparison_operator: "GreaterThanOrEqualToThreshold",
      threshold: 3,
      evaluation_periods: 1,
      treat_missing_data: "notBreaching",
      metric_query: [
        ours("rejected", "rejected", window),
        ours("suspect", "suspect", window),
        { id: "certain", expression: "rejected * 3", return_data: false },
        { id: "sum", expression: "FILL(SUM([certain, suspect]), 0)", return_data: true },
      ],
    });
  });

  it("say when the function fails more often than a tick heals, whatever fails", () => {
    const window = 3 * 5 * 60 + 60;
    expect(alarm("refresher-failing")).toMatchObject({
      comparison_operator: "GreaterThanOrEqualToThreshold",
      threshold: 3,
      evaluation_periods: 1,
      treat_missing_data: "notBreaching",
      metric_query: [
        lambdas("errors", "Errors", window),
        lambdas("throttles", "Throttles", window),
        { id: "sum", expression: "FILL(SUM([errors, throttles]), 0)", return_data: true },
      ],
    });
  });

  it("say when PISTE has failed in whichever way for more than ten minutes", () => {
    const window = 5 * 60 + 60;
    expect(alarm("piste-degraded")).toMatchObject({
      comparison_operator: "GreaterThanOrEqualToThreshold",
      threshold: 1,
      evaluation_periods: 3,
      treat_missing_data: "notBreaching",
      metric_query: [
        ours("unavailable", "unavailable", window),
        ours("throttled", "throttled", window),
        ours("invalid", "invalid-response", window),
        { id: "sum", expression: "FILL(SUM([unavailable, throttled, invalid]), 0)", return_data: true },
      ],
    });
  });

  it.each([
    ["password-expiring", 30],
    ["password-expiring-15", 15],
    ["password-expiring-7", 7],
  ])("say %s when the fewest days left are under %d", (name, threshold) => {
    expect(alarm(name)).toMatchObject({
      metric_name: METRICS.passwordDaysLeft.name,
      statistic: "Minimum",
      dimensions: DIMENSIONS,
      comparison_operator: "LessThanThreshold",
      threshold,
      period: 3600,
      evaluation_periods: 1,
      treat_missing_data: "ignore",
    });
  });

  it("page for what someone must mend now in prod, inform of the rest, and never page in qualif", () => {
    const paging = (environment: "qualif" | "prod"): unknown[] =>
      monitoring({ environment })
        .all(ALARM)
        .filter(({ alarm_actions }) => JSON.stringify(alarm_actions) === JSON.stringify([PAGE_ARN]))
        .map(({ alarm_name }) => String(alarm_name).replace(`piste-${environment}-chorus-pro-`, ""))
        .sort();
    expect(paging("prod")).toEqual(["credentials-rejected", "refresher-failing", "refresher-silent", "token-lapsing"]);
    expect(paging("qualif")).toEqual([]);
  });

  it("tell the same topic when they begin and when they are over", () => {
    for (const { alarm_actions, ok_actions } of monitoring({ environment: "prod" }).all(ALARM)) {
      expect([[PAGE_ARN], [INFORM_ARN]]).toContainEqual(alarm_actions);
      expect(ok_actions).toEqual(alarm_actions);
    }
  });

  const LONGEST_FUNCTION = `piste-qualif-${LONGEST_NAME}-token-refresh`;
  it("describe themselves in CloudWatch's 1024 characters: cause, owner, first command, runbook", () => {
    const clientSecretName = `piste/qualif/${LONGEST_NAME}/client`;
    const stack = monitoring({ application: LONGEST_NAME, functionName: LONGEST_FUNCTION, clientSecretName });
    for (const { alarm_description } of stack.all(ALARM)) {
      const description = String(alarm_description);
      expect(description.length).toBeLessThanOrEqual(1024);
      expect(description).toMatch(/Owner: .+aws (logs|scheduler) .+Runbook: docs\/runbooks\/[a-z-]+\.md\.$/);
      expect(description).toContain(`aws logs tail /aws/lambda/${LONGEST_FUNCTION} --since 1h`);
    }
    const descriptionOf = (name: string): unknown =>
      stack.only(ALARM, { alarm_name: `piste-qualif-${LONGEST_NAME}-${name}` })["alarm_description"];
    const group = `piste-qualif-${LONGEST_NAME}`;
    expect(descriptionOf("refresher-silent")).toContain(`--group-name ${group} --name ${group}-tick`);
    expect(descriptionOf("password-expiring")).toContain(" --since 1h --filter-pattern passwords.");
  });

  it("have names and tags", () => {
    let names: string[] = [];
    const tags = { team: "billing" };
    const stack = synthesize((scope) => {
      names = new TokenMonitoring(scope, "monitoring", {
        environment: "prod",
        application: "legifrance",
        settings: DEFAULT_REFRESH_SETTINGS,
        clientSecretName: "piste/prod/legifrance/client",
        functionName: "the-function",
        pageTopicArn: PAGE_ARN,
        informTopicArn: INFORM_ARN,
        tags,
      }).alarmNames;
    });
    expect(new Set(names)).toEqual(new Set(stack.all(ALARM).map(({ alarm_name }) => alarm_name)));
    for (const each of stack.all(ALARM)) expect(each["tags"]).toEqual(tags);
  });
});

describe("an alarm key", () => {
  it("lets CloudWatch encrypt what it publishes, for alarms of this account and region, and is the account's own", () => {
    const stack = synthesize((scope) => {
      const key = new AlarmKey(scope, "key", { aliasName: "piste-prod-alarms" });
      new AlarmTopic(scope, "topic", { topicName: "alarms", encryptionKeyArn: key.keyArn });
    });
    const policy = JSON.parse(String(stack.only("aws_kms_key")["policy"])) as { readonly Statement: Block[] };
    expect(policy.Statement).toMatchObject([
      { Principal: { AWS: expect.stringMatching(/^arn:.+:iam::.+:root$/) }, Action: ["kms:*"] },
      {
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
        Condition: { ArnLike: { "aws:SourceArn": expect.stringMatching(/^arn:.+:cloudwatch:.+:alarm:\*$/) } },
      },
    ]);
    expect(policy.Statement).toHaveLength(2);
    expect(stack.only("aws_kms_key")).toMatchObject({ enable_key_rotation: true });
    expect(stack.only("aws_kms_alias")).toMatchObject({
      name: "alias/piste-prod-alarms",
      target_key_id: stack.reference("aws_kms_key", "key_id"),
    });
    expect(stack.only("aws_sns_topic")).toMatchObject({ kms_master_key_id: stack.reference("aws_kms_key", "arn") });
  });
});
