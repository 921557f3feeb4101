import { describe, expect, it } from "@jest/globals";
import { TerraformOutput, type TerraformStack } from "cdktf";
import {
  AccessTokenSecret,
  AlarmKey,
  AlarmTopic,
  ClientCredentialsSecret,
  TOKEN_ALARMS,
  TokenMonitoring,
  TokenRefresher,
  type TokenMonitoringProps,
  type TokenRefresherProps,
} from "../../constructs";
import { synthesize, type Block, type SynthesizedStack } from "./synthesize";

const PAGE_ARN = "arn:aws:sns:eu-west-3:123456789012:pager";
const INFORM_ARN = "arn:aws:sns:eu-west-3:123456789012:mailbox";
const LONGEST_NAME = "a".repeat(30);
const ALARM = "aws_cloudwatch_metric_alarm";

type Watched = Partial<Omit<TokenMonitoringProps, "refresher"> & TokenRefresherProps>;

function add(stack: TerraformStack, watched: Watched = {}): TokenMonitoring {
  const { environment = "qualif", application = "chorus-pro" } = watched;
  const of = { environment, application };
  return new TokenMonitoring(stack, "monitoring", {
    ...watched,
    landingZone: { pageTopicArns: [PAGE_ARN], informTopicArns: [INFORM_ARN], ...watched.landingZone },
    refresher: new TokenRefresher(stack, "refresher", {
      hasTechnicalAccounts: true,
      ...watched,
      ...of,
      clientCredentials: new ClientCredentialsSecret(stack, "client", of),
      accessToken: new AccessTokenSecret(stack, "token", of),
    }),
  });
}
const monitoring = (watched?: Watched): SynthesizedStack => synthesize((stack) => void add(stack, watched));
const alarm = (name: string, stack = monitoring()): Block =>
  stack.only(ALARM, { alarm_name: `piste-qualif-chorus-pro-${name}` });

describe("the alarms of a token refresher", () => {
  it("are complete, with those on passwords if there are technical accounts", () => {
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

  it("can be omitted by name, if the name is known", () => {
    const stack = monitoring({ omittedAlarms: ["piste-degraded", "password-expiring-7"] });
    expect(stack.all(ALARM)).toHaveLength(TOKEN_ALARMS.length - 2);
    const omittedAlarms = ["pisted"] as unknown as TokenMonitoringProps["omittedAlarms"];
    expect(() => monitoring({ omittedAlarms })).toThrow(
      `omittedAlarms[0] "pisted" is unknown; known are ${TOKEN_ALARMS.join(", ")}`,
    );
  });

  it("use the refresher's own reserve", () => {
    const stack = monitoring({ outageToleranceInMinutes: 20, reserveInMinutes: 8 });
    expect(alarm("token-lapsing", stack)).toMatchObject({ threshold: (8 + 1) * 60 + 60 + 20 });
  });

  it("page in prod if someone must act now, inform otherwise, and never page in qualif", () => {
    const paging = (environment: "qualif" | "prod"): unknown[] =>
      monitoring({ environment })
        .all(ALARM)
        .filter(({ alarm_actions }) => JSON.stringify(alarm_actions) === JSON.stringify([PAGE_ARN]))
        .map(({ alarm_name }) => String(alarm_name).replace(`piste-${environment}-chorus-pro-`, ""))
        .sort();
    expect(paging("prod")).toEqual(["credentials-rejected", "refresher-failing", "refresher-silent", "token-lapsing"]);
    expect(paging("qualif")).toEqual([]);
  });

  it("notify the same topic when they start and when they end", () => {
    for (const { alarm_actions, ok_actions } of monitoring({ environment: "prod" }).all(ALARM)) {
      expect([[PAGE_ARN], [INFORM_ARN]]).toContainEqual(alarm_actions);
      expect(ok_actions).toEqual(alarm_actions);
    }
  });

  it("link their runbook below the configured address", () => {
    const stack = monitoring({ landingZone: { runbookBaseUrl: "https://wiki.example.org/piste/" } });
    const addresses = stack
      .all(ALARM)
      .map(({ alarm_description }) => /Runbook: (\S+)$/.exec(String(alarm_description))?.[1]);
    expect(addresses).toContain("https://wiki.example.org/piste/refresher-silent.md");
    expect(addresses.filter((address) => address?.startsWith("https://wiki.example.org/piste/") !== true)).toEqual([]);
  });

  it.each([
    "http://wiki.example.org",
    "wiki.example.org",
    "https://wiki.example.org?page=",
    `https://${"a".repeat(200)}`,
  ])("refuse %s as the runbooks' address", (runbookBaseUrl) => {
    expect(() => monitoring({ landingZone: { runbookBaseUrl } })).toThrow(
      /^landingZone\.runbookBaseUrl must be an https address .+, got "/,
    );
  });

  const LONGEST_FUNCTION = `piste-qualif-${LONGEST_NAME}-token-refresh`;
  it("say cause, owner, first command and runbook in CloudWatch's 1024 characters", () => {
    const stack = monitoring({ application: LONGEST_NAME });
    for (const { alarm_description } of stack.all(ALARM)) {
      const description = String(alarm_description);
      expect(description.length).toBeLessThanOrEqual(1024);
      expect(description).toMatch(
        /Owner: .+First: aws (logs|scheduler) .+Runbook: cdktf-piste: docs\/runbooks\/[a-z-]+\.md$/,
      );
      expect(description).toContain(`aws logs tail /aws/lambda/${LONGEST_FUNCTION} --since 1h`);
    }
    const descriptionOf = (name: string): unknown =>
      stack.only(ALARM, { alarm_name: `piste-qualif-${LONGEST_NAME}-${name}` })["alarm_description"];
    const group = `piste-qualif-${LONGEST_NAME}`;
    expect(descriptionOf("refresher-silent")).toContain(`--group-name ${group} --name ${group}-tick`);
    expect(descriptionOf("password-expiring")).toContain(" --since 1h --filter-pattern passwords (which accounts).");
  });

  it("have names and tags", () => {
    const tags = { team: "billing" };
    const stack = synthesize((scope) => {
      const { alarmNames } = add(scope, { environment: "prod", application: "legifrance", landingZone: { tags } });
      new TerraformOutput(scope, "names", { value: alarmNames, staticId: true });
    });
    const names = stack.all(ALARM).map(({ alarm_name: name }) => name);
    expect(stack.json.output?.["names"]?.value).toEqual(expect.arrayContaining(names));
    expect(names).toHaveLength(TOKEN_ALARMS.length);
    for (const each of stack.all(ALARM)) expect(each["tags"]).toEqual(tags);
  });
});

describe("an alarm key", () => {
  it("lets CloudWatch publish encrypted messages of this account and region's alarms, and the account administer it", () => {
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
