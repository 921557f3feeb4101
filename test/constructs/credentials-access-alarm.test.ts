import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { describe, expect, it } from "@jest/globals";
import type { TerraformStack } from "cdktf";
import { AlarmKey, ClientCredentialsSecret, PisteApplication, type PisteApplicationProps } from "../../constructs";
import { AppliedStack, type AppliedRule } from "../iam/applied";
import { DEPLOYER, EVENTS, REFRESHER, sessionOf } from "./access-events";
import { matches } from "./event-patterns";
import { statementsOf, synthesize, type SynthesizedStack } from "./synthesize";

const POLICY = "aws_sns_topic_policy";

function application(
  props: Partial<PisteApplicationProps> = {},
  more: (application: PisteApplication, stack: TerraformStack) => void = () => undefined,
): SynthesizedStack {
  return synthesize((stack) => {
    const watched: PisteApplicationProps = {
      environment: "prod",
      name: "chorus-pro",
      accessAlarm: { deployerRoleArns: [DEPLOYER] },
    };
    more(new PisteApplication(stack, "application", { ...watched, ...props }), stack);
  });
}

function ruleOf(stack: SynthesizedStack, name: string): AppliedRule {
  const [rule, ...more] = new AppliedStack(stack).rules.filter((each) => each.name === name);
  if (rule === undefined || more.length > 0) throw new Error(`expected one rule ${name}`);
  return rule;
}
const readRule = (stack: SynthesizedStack): AppliedRule => ruleOf(stack, "piste-prod-chorus-pro-unexpected-read");
const changeRule = (stack: SynthesizedStack): AppliedRule => ruleOf(stack, "piste-prod-chorus-pro-unexpected-change");

describe("the alarm on access to client credentials", () => {
  const stack = application();

  it.each(Object.entries(EVENTS))("when %s", (_, [event, expected]) => {
    expect([matches(readRule(stack).pattern, event), matches(changeRule(stack).pattern, event)]).toEqual([
      expected === "read",
      expected === "change",
    ]);
  });

  it("exists only on request, and changes no policy of a secret", () => {
    const without = application({ accessAlarm: false });
    expect(without.types.filter((type) => /^aws_cloudwatch_event_|^aws_sns_topic_policy$/.test(type))).toEqual([]);
    const policies = (of: SynthesizedStack): unknown[] => of.all("aws_secretsmanager_secret_policy");
    expect(policies(stack)).toEqual(policies(without));
  });

  it("receives read events, which EventBridge sends only to rules in one state", () => {
    for (const { state } of new AppliedStack(stack).rules) {
      expect(state).toBe("ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS");
    }
  });

  it("pages in prod and informs in qualif", () => {
    const topicsOf = (of: SynthesizedStack): string[] => new AppliedStack(of).rules.map(({ topicArn }) => topicArn);
    const topic = (name: string): string => `arn:aws:sns:eu-west-3:123456789012:${name}`;
    expect(topicsOf(stack)).toEqual(Array(2).fill(topic("piste-prod-chorus-pro-page")));
    expect(topicsOf(application({ environment: "qualif" }))).toEqual(
      Array(2).fill(topic("piste-qualif-chorus-pro-inform")),
    );
    const pageTopicArn = topic("pager");
    expect(topicsOf(application({ landingZone: { pageTopicArns: [pageTopicArn] } }))).toEqual(
      Array(2).fill(pageTopicArn),
    );
  });

  it("says what happened, who did it, what it means, the first command, and the runbook", () => {
    for (const { transformer } of [readRule(stack), changeRule(stack)]) {
      const { input_paths: paths, input_template: template } = transformer;
      // EventBridge expects a JSON string, and replaces names in angle brackets.
      const text = JSON.parse(template) as string;
      expect(text).toMatch(/ chorus-pro \(prod\).*<call> by <who>.*Meaning: .*Owner: you\. First: .*aws cloudtrail /);
      expect(text).toContain("piste/prod/chorus-pro/client");
      expect(text).toContain("Runbook: cdktf-piste: docs/runbooks/unexpected-access.md");
      expect([...text.matchAll(/<(\w+)>/g)].map(([, name = ""]) => name).filter((name) => !(name in paths))).toEqual(
        [],
      );
    }
  });

  it("expects roles with grantRead, refreshers that share the secret, and named roles", () => {
    const known = application(
      { accessAlarm: { expectedReaderArns: ["arn:aws:iam::123456789012:role/other-stack-*"] } },
      (lender, on) => {
        const role = new IamRole(on, "role", { name: "granted", assumeRolePolicy: "{}" });
        lender.clientCredentials.grantRead(role);
        const { clientCredentials } = lender;
        new PisteApplication(on, "borrower", { environment: "prod", name: "borrower", clientCredentials });
      },
    );
    const isSeen = (role: string): boolean => {
      const [event] = EVENTS["a user reads"] ?? [];
      const detail = { ...event?.detail, userIdentity: sessionOf(`arn:aws:iam::123456789012:role/${role}`) };
      return matches(readRule(known).pattern, { ...event, detail });
    };
    expect(["granted", "piste-prod-borrower-token-refresh", "other-stack-refresh"].map(isSeen)).toEqual([
      false,
      false,
      false,
    ]);
    expect(["granted-2", "path/granted", "other"].map(isSeen)).toEqual([true, true, true]);
  });

  it("reports break-glass readers", () => {
    const breakGlassPrincipalArns = ["arn:aws:iam::123456789012:role/break-glass"];
    const guarded = application({ protection: { breakGlassPrincipalArns } });
    const [event] = EVENTS["a user reads"] ?? [];
    const detail = { ...event?.detail, userIdentity: sessionOf(breakGlassPrincipalArns[0] ?? "") };
    expect(matches(readRule(guarded).pattern, { ...event, detail })).toBe(true);
  });

  it("reports changes by anyone if no deployer role is set", () => {
    const [event] = EVENTS["the deployer changes the function"] ?? [];
    expect(matches(changeRule(application({ accessAlarm: true })).pattern, event)).toBe(true);
  });

  it("watches an imported secret by its name", () => {
    const brought = synthesize((on) => {
      const clientCredentials = ClientCredentialsSecret.fromSecretName(on, "client", "finance/piste");
      const props = { environment: "prod", name: "chorus-pro", accessAlarm: true } as const;
      new PisteApplication(on, "application", { ...props, clientCredentials });
    });
    const [event] = EVENTS["a user reads"] ?? [];
    const reading = (secretId: string, userIdentity: unknown = event?.detail["userIdentity"]): object => ({
      ...event,
      detail: { ...event?.detail, requestParameters: { secretId }, userIdentity },
    });
    const arn = "arn:aws:secretsmanager:eu-west-3:123456789012:secret:finance/piste-AbCdEf";
    for (const secretId of ["finance/piste", arn]) {
      expect(matches(readRule(brought).pattern, reading(secretId))).toBe(true);
      expect(matches(readRule(brought).pattern, reading(secretId, sessionOf(REFRESHER)))).toBe(false);
    }
  });

  it("has patterns within EventBridge's limit, with the longest names", () => {
    const longest = application({ name: "a".repeat(30), landingZone: { rolePath: `/${"p".repeat(100)}/` } });
    for (const { name, pattern } of new AppliedStack(longest).rules) {
      expect(name.length).toBeLessThanOrEqual(64);
      // "Amazon EventBridge quotas": event pattern size.
      expect(JSON.stringify(pattern).length).toBeLessThanOrEqual(2048);
    }
  });

  const MANY = Array.from({ length: 30 }, (_, index) => `arn:aws:iam::123456789012:role/team-${index}/programs/reader`);

  it.each([
    ["deployerRoleArns", "change"],
    ["expectedReaderArns", "read"],
  ])("refuses more %s than EventBridge allows", (property, kind) => {
    const rule = `piste-prod-chorus-pro-unexpected-${kind}`;
    expect(() => application({ accessAlarm: { [property]: MANY } })).toThrow(
      new RegExp(
        `^${property} must leave the event pattern of ${rule} at most 2048 characters, got at least \\d{4} with`,
      ),
    );
    const stack = application({ accessAlarm: { [property]: MANY.slice(0, 8) } });
    expect(JSON.stringify(ruleOf(stack, rule).pattern)).toContain(MANY[7]);
  });

  it("refuses more roles with grantRead than EventBridge allows", () => {
    const grantToMany = ({ clientCredentials }: PisteApplication): void => {
      for (const arn of MANY) clientCredentials.grantRead({ roleArn: `${arn}-${arn.split("/")[1] ?? ""}` });
    };
    expect(() => application({ environment: "qualif" }, grantToMany)).toThrow(
      /Validation failed.*expectedReaderArns must leave the event pattern of piste-qualif-chorus-pro-unexpected-read at most/s,
    );
  });

  it.each([
    ["deployerRoleArns", "arn:aws:iam::123456789012:user/deployer"],
    ["expectedReaderArns", "arn:aws:iam::123456789012:user/reader"],
    ["deployerRoleArns", "deployer"],
  ])("refuses in %s an ARN that is not a role's: %s", (property, arn) => {
    expect(() => application({ accessAlarm: { [property]: [arn] } })).toThrow(
      `${property}[0] must be the ARN of an IAM role`,
    );
  });
});

describe("a topic that EventBridge may publish to", () => {
  it("lets alarms publish too, and no one else", () => {
    const stacks = [application(), application({ environment: "qualif" })];
    // The rules publish to one topic; the other topic keeps AWS's default policy.
    expect(stacks.map((stack) => stack.all(POLICY).length)).toEqual([1, 1]);
    for (const { policy } of stacks.flatMap((stack) => stack.all(POLICY))) {
      expect(statementsOf(policy).map(({ Principal, Action, Condition }) => [Principal, Action, Condition])).toEqual([
        [
          { Service: "cloudwatch.amazonaws.com" },
          ["sns:Publish"],
          { ArnLike: { "aws:SourceArn": expect.stringMatching(/:cloudwatch:.*:alarm:\*$/) } },
        ],
        [{ Service: "events.amazonaws.com" }, ["sns:Publish"], undefined],
      ]);
    }
  });

  it("has a key that EventBridge may use, if it has one", () => {
    const principalsOf = (allowEventBridge?: boolean): unknown[] => {
      const stack = synthesize((on) => {
        new AlarmKey(on, "key", { aliasName: "alarms", allowEventBridge });
      });
      return statementsOf(stack.only("aws_kms_key")["policy"]).map(({ Principal }) => Principal);
    };
    expect(principalsOf(true)).toEqual([...principalsOf(), { Service: "events.amazonaws.com" }]);
    expect(JSON.stringify(principalsOf())).not.toContain("events");
  });
});
