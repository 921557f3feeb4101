import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { show, toJson } from "../../../cli/alarms/show";
import type { AlarmsInAws, AlarmsReport } from "../../../cli/alarms/test-alarms";
import { awsError } from "../../../cli/command/aws-failure";
import { AlarmingAws } from "./alarming-aws";
import { alarmsIn, DEGRADED, deploy, INFORM, LAPSING, NAMES, PAGE, PASSWORD, SILENT, tested } from "./fixture";

const NOT_AUTHORIZED = `Resource: arn:aws:cloudwatch:eu-west-3:123456789012:alarm:${LAPSING} is not authorized to perform: SNS:Publish on resource: ${PAGE}`;
const NO_KEY = "CloudWatch Alarms does not have authorization to access the SNS topic encryption key.";

let aws: AlarmingAws;
beforeEach(async () => {
  aws = await AlarmingAws.start();
});
afterEach(async () => {
  await aws.stop();
  expect(aws.problems).toEqual([]);
});

const reportOf = async (): Promise<AlarmsReport> => (await tested(alarmsIn(aws))).report;
const reasonsOf = ({ silent }: AlarmsReport): string[] =>
  silent.map(({ alarm, severity, reason }) => `${severity} ${alarm.replace("piste-prod-chorus-pro-", "")} ${reason}`);
const outcomesOf = ({ topics }: AlarmsReport): string[] => topics.map(({ outcome }) => outcome);
const states = (): string[] => [...aws.alarms.values()].map(({ state }) => state);
const ALL_OK = ["OK", "OK", "OK", "OK"];

describe("a test of the alarms", () => {
  it("lets CloudWatch publish once to each topic, and puts the alarms back", async () => {
    deploy(aws);
    const { report, said } = await tested(alarmsIn(aws));
    expect(report.ok).toBe(true);
    expect(report.silent).toEqual([]);
    expect(outcomesOf(report)).toEqual(["accepted", "accepted"]);
    expect(states()).toEqual(ALL_OK);
    for (const [topic, alarm] of [
      [PAGE, LAPSING],
      [INFORM, DEGRADED],
    ] as const) {
      const [rings, isOver, ...others] = aws.messages.filter((message) => message.startsWith(topic));
      expect(rings).toMatch(new RegExp(`: ALARM: ${alarm}: TEST: nothing is wrong.*"piste alarms test prod"`));
      expect(isOver).toMatch(new RegExp(`: OK: ${alarm}: TEST: `));
      expect(others).toEqual([]);
      expect(said).toContain(`${alarm}: put back to OK`);
    }
    expect(show(report)).toMatch(/receives it\s+nuit@exemple\.fr \(email\)/);
    expect(show(report)).toContain("a second message");
  });

  it.each([
    ["policy", NOT_AUTHORIZED],
    ["key", NO_KEY],
  ])("fails when the topic's %s refuses CloudWatch, and says what to allow", async (_, why) => {
    deploy(aws);
    aws.refusing.set(PAGE, why);
    const report = await reportOf();
    expect(report.ok).toBe(false);
    expect(outcomesOf(report)).toEqual(["refused", "accepted"]);
    expect(aws.messages.filter((message) => message.startsWith(PAGE))).toEqual([]);
    expect(states()).toEqual(ALL_OK);
    const text = show(report);
    expect(text).toContain(why);
    expect(text).toContain("cloudwatch.amazonaws.com");
    expect(text).toContain("kms:GenerateDataKey*");
    expect(text).toContain("docs/alarm-delivery.md");
  });

  it("reads the error from the summary when HistoryData is cut off", async () => {
    aws.historyData = (data) => JSON.stringify(data).slice(0, 40);
    deploy(aws);
    aws.refusing.set(PAGE, NO_KEY);
    const report = await reportOf();
    expect(outcomesOf(report)).toEqual(["refused", "accepted"]);
    expect(show(report)).toContain(NO_KEY);
  });

  it("ignores an alarm's earlier actions", async () => {
    deploy(aws);
    // The history has only old actions.
    const report = (
      await tested(
        alarmsIn(aws, {
          actions: () =>
            alarmsIn(aws)
              .actions(LAPSING, 0)
              .then((all) => all.slice(-1)),
        }),
      )
    ).report;
    expect(outcomesOf(report)).toEqual(["unknown", "unknown"]);
    expect(report.ok).toBe(false);
  });

  it("fails when the history shows no action in time, and puts the alarm back", async () => {
    deploy(aws);
    aws.recording = false;
    const report = await reportOf();
    expect(outcomesOf(report)).toEqual(["unknown", "unknown"]);
    expect(report.ok).toBe(false);
    expect(states()).toEqual(ALL_OK);
    expect(show(report)).toContain("no action after 30 seconds");
    expect(show(report)).not.toContain("fix the cause");
    expect(toJson(report, "en")).toMatchObject({ topics: [{ reason: "no-history" }, { reason: "no-history" }] });
  });

  it("puts the alarms back when the history may not be read", async () => {
    deploy(aws);
    aws.denied.set("DescribeAlarmHistory", "AccessDeniedException");
    const report = await reportOf();
    expect(outcomesOf(report)).toEqual(["unknown", "unknown"]);
    expect(states()).toEqual(ALL_OK);
    expect(show(report)).toContain("npx piste policy alarm-tester");
  });

  it("names the policy when states may not be set", async () => {
    deploy(aws);
    aws.denied.set("SetAlarmState", "AccessDeniedException");
    const report = await reportOf();
    expect(report.ok).toBe(false);
    expect(report.left).toEqual([]);
    expect(aws.set).toEqual([]);
    expect(toJson(report, "fr")).toMatchObject({
      topics: [
        {
          outcome: "unknown",
          reason: "denied",
          because: expect.stringContaining("npx piste policy alarm-tester") as unknown,
        },
        {},
      ],
    });
  });

  it.each(["DescribeAlarms", "ListSubscriptionsByTopic"])("names the policy when %s is denied", async (operation) => {
    deploy(aws);
    aws.denied.set(operation, "AccessDeniedException");
    const said = await tested(alarmsIn(aws)).then(
      ({ report }) => show(report),
      (error: unknown) => (error as Error).message,
    );
    expect(said).toContain(
      "`npx piste policy alarm-tester --environment prod --account-id <12 digits> --region eu-west-3`",
    );
    expect(said).not.toContain("policy operator");
  });

  it("sets only the application's own alarms, even if its description names others", async () => {
    deploy(aws);
    const foreign = [LAPSING.replace("prod", "qualif"), LAPSING.replace("chorus-pro", "other"), "asg-terminate-all"];
    for (const name of foreign) aws.add(name, [PAGE]);
    const applications = [{ application: "chorus-pro", alarms: [...foreign, ...NAMES] }];
    const { report } = await tested(
      alarmsIn(aws, { applications: () => Promise.resolve({ applications, notBelieved: [] }) }),
    );
    expect(aws.set.map(([name]) => name).filter((name) => !NAMES.includes(name))).toEqual([]);
    expect(outcomesOf(report)).toEqual(["accepted", "accepted"]);
    expect(report).toMatchObject({ ok: false, notTheirs: foreign });
    for (const language of ["en", "fr"] as const)
      for (const name of foreign) expect(show(report, language)).toContain(name);
  });

  it("tries a topic's next alarm when the first may not be set", async () => {
    deploy(aws);
    aws.notSettable.add(LAPSING);
    const report = await reportOf();
    expect(report.ok).toBe(true);
    expect(report.topics[0]).toMatchObject({ topic: PAGE, tested: SILENT, outcome: "accepted" });
    expect(states()).toEqual(ALL_OK);
  });

  it("does not try an alarm that also pages without a confirmed question", async () => {
    deploy(aws, { [DEGRADED]: {}, [PASSWORD]: { topics: [INFORM, PAGE] } });
    aws.notSettable.add(DEGRADED);
    const report = await reportOf();
    expect(aws.set.map(([name]) => name)).toEqual([LAPSING, LAPSING]);
    expect(outcomesOf(report)).toEqual(["accepted", "unknown"]);
  });

  it("puts the alarm back when the answer to SetAlarmState was lost", async () => {
    deploy(aws);
    const before = alarmsIn(aws);
    const action = { en: "set", fr: "changer", permission: "cloudwatch:SetAlarmState" };
    let isFirst = true;
    const { report } = await tested({
      ...before,
      setState: async (...change) => {
        await before.setState(...change);
        if (!isFirst) return;
        isFirst = false;
        throw awsError(action, Object.assign(new Error("reset"), { code: "ECONNRESET" }));
      },
    });
    expect(report.ok).toBe(false);
    expect(states()).toEqual(ALL_OK);
  });
});

describe("the alarm under test", () => {
  it("is one that does not page, if several publish to the topic", async () => {
    deploy(aws, { [DEGRADED]: { topics: [PAGE, INFORM] } });
    const report = await reportOf();
    expect(report.topics.map(({ topic, tested: by }) => [topic, by])).toEqual([
      [PAGE, DEGRADED],
      [INFORM, DEGRADED],
    ]);
    expect(aws.set.map(([name, state]) => `${name} ${state}`)).toEqual([`${DEGRADED} ALARM`, `${DEGRADED} OK`]);
  });

  it("is never one in ALARM, without data or switched off; a topic without another is reported as not tested", async () => {
    deploy(aws, {
      [LAPSING]: { state: "ALARM", reason: "Threshold Crossed" },
      [SILENT]: { state: "INSUFFICIENT_DATA" },
      [DEGRADED]: { enabled: false },
      [PASSWORD]: { state: "INSUFFICIENT_DATA" },
    });
    const report = await reportOf();
    expect(aws.set).toEqual([]);
    expect(report.ok).toBe(false);
    expect(outcomesOf(report)).toEqual(["none-ok", "none-ok"]);
    expect(show(report)).toContain("NOT TESTED: ");
    expect(show(report)).toContain(`${LAPSING} (ALARM)`);
    expect(show(report)).toContain(`${DEGRADED} (switched off)`);
    expect(show(report, "fr")).toContain(`${DEGRADED} (désactivée)`);
    expect(toJson(report, "en")).toMatchObject({ topics: [{ reason: "none-ok" }, { reason: "none-ok" }] });
  });

  it("is never one with an action other than SNS", async () => {
    const lambda = "arn:aws:lambda:eu-west-3:123456789012:function:restart-everything";
    const automate = "arn:aws:automate:eu-west-3:ec2:terminate";
    deploy(aws, {
      [LAPSING]: { topics: [PAGE, lambda] },
      [SILENT]: { okActions: [PAGE, automate] },
      [DEGRADED]: { okActions: [PAGE] },
    });
    const report = await reportOf();
    expect(aws.set.map(([name]) => name)).toEqual([PASSWORD, PASSWORD]);
    expect(report.ok).toBe(false);
    expect(outcomesOf(report)).toEqual(["none-ok", "accepted"]);
    for (const text of [show(report), show(report, "fr")]) {
      expect(text).toContain(lambda);
      expect(text).toContain(automate);
    }
  });

  it("is left alone when it got another action after it was chosen", async () => {
    deploy(aws);
    const lambda = "arn:aws:lambda:eu-west-3:123456789012:function:restart-everything";
    const allow = (): Promise<void> => {
      aws.add(LAPSING, [PAGE, lambda]);
      return Promise.resolve();
    };
    const { report } = await tested(alarmsIn(aws), { allow });
    expect(aws.set.map(([name]) => name)).toEqual([DEGRADED, DEGRADED]);
    expect(report.ok).toBe(false);
  });

  it("can be one that CloudWatch does not put back, after the command that does so was printed", async () => {
    deploy(aws, { [LAPSING]: { state: "ALARM", reason: "Threshold Crossed" } });
    const { report, said } = await tested(alarmsIn(aws));
    expect(report.topics[0]).toMatchObject({ topic: PAGE, tested: SILENT, outcome: "accepted" });
    expect(said).toContain(`aws cloudwatch set-alarm-state --alarm-name ${SILENT} --state-value OK`);
    expect(said).not.toContain(`--alarm-name ${DEGRADED}`);
    expect(aws.alarms.get(LAPSING)).toMatchObject({ state: "ALARM", reason: "Threshold Crossed" });
  });

  it("is not put back when it is in ALARM for a real reason", async () => {
    deploy(aws);
    const real = "Threshold Crossed: 3 datapoints";
    aws.after.set("DescribeAlarmHistory", () => {
      if (aws.alarms.get(LAPSING)?.reason === real) return;
      aws.change(LAPSING, "OK", "Threshold Crossed: no datapoints");
      aws.change(LAPSING, "ALARM", real);
    });
    const { report, said } = await tested(alarmsIn(aws));
    expect(aws.alarms.get(LAPSING)).toMatchObject({ state: "ALARM", reason: real });
    expect(said).toContain(`${LAPSING}: it now rings for a real reason`);
    expect(report.left).toEqual([]);
  });

  it("is not set again when CloudWatch has put it back first", async () => {
    deploy(aws);
    aws.after.set("SetAlarmState", () => {
      for (const [name, { state }] of aws.alarms) if (state === "ALARM") aws.change(name, "OK", "Threshold Crossed");
    });
    const report = await reportOf();
    expect(report.ok).toBe(true);
    expect(aws.set.map(([, state]) => state)).toEqual(["ALARM", "ALARM"]);
  });

  it("is named with the command that puts it back, when that failed", async () => {
    deploy(aws, { [LAPSING]: { state: "ALARM" } });
    aws.after.set("DescribeAlarmHistory", () => aws.denied.set("SetAlarmState", "AccessDeniedException"));
    const report = await reportOf();
    expect(report.ok).toBe(false);
    expect(report.left.map(({ alarm, keepsState }) => [alarm, keepsState])).toEqual([
      [SILENT, true],
      [DEGRADED, false],
    ]);
    const text = show(report);
    expect(text).toContain(`May still be in ALARM:\n  ${SILENT}: AWS does not allow you`);
    expect(text).toContain("only when the alarm has data again");
    expect(text).toContain(`aws cloudwatch set-alarm-state --alarm-name ${SILENT} --state-value OK`);
    expect(toJson(report, "fr")).toMatchObject({
      left: [{ alarm: SILENT, reason: "denied", keepsState: true }, { reason: "denied" }],
    });
    // Only one was sent.
    for (const each of [text, show(report, "fr")])
      expect(each).not.toMatch(/both messages|les deux messages|second message/);
  });

  it("announces a second message only if its OK actions send one", async () => {
    deploy(aws, { [LAPSING]: { okActions: [] } });
    const text = show(await reportOf());
    expect(text.match(/a second message/g)).toHaveLength(1);
    expect(text).not.toContain("both messages");
  });

  /** After an alarm is set, the first `times` reads of it fail. */
  const NAMES_OF_REFUSALS = { denied: "AccessDenied", other: "InternalFailure" };
  const failingLooks = (kind: "denied" | "other", times: number): [AlarmsInAws, () => number] => {
    const sdk = alarmsIn(aws);
    const action = { en: "describe alarms", fr: "décrire les alarmes", permission: "cloudwatch:DescribeAlarms" };
    let failed = 0;
    const alarms: AlarmsInAws["alarms"] = (names) => {
      if (!aws.set.some(([name]) => name === names[0]) || failed >= times) return sdk.alarms(names);
      failed += 1;
      return Promise.reject(awsError(action, Object.assign(new Error("not now"), { name: NAMES_OF_REFUSALS[kind] })));
    };
    return [{ ...sdk, alarms }, () => failed];
  };

  it("is put back although some reads fail", async () => {
    deploy(aws, { [LAPSING]: { topics: [] }, [SILENT]: { topics: [] } });
    const { report } = await tested(failingLooks("other", 3)[0]);
    expect(report.left).toEqual([]);
    expect(states()).toEqual(ALL_OK);
  });

  it("is named after many failed reads, or one that is denied", async () => {
    for (const kind of ["other", "denied"] as const) {
      aws.set.length = 0;
      deploy(aws, { [LAPSING]: { topics: [] }, [SILENT]: { topics: [] } });
      const [failing, looks] = failingLooks(kind, Infinity);
      const { report } = await tested(failing);
      expect(toJson(report, "fr")).toMatchObject({
        left: [{ alarm: DEGRADED, reason: kind, because: expect.stringContaining("not now") as unknown }],
      });
      expect(looks()).toBe(kind === "denied" ? 1 : 5);
    }
  });

  it("is not set after an interruption, not even one during the last read", async () => {
    deploy(aws);
    const interruption = new AbortController();
    let looks = 0;
    aws.after.set("DescribeAlarms", () => {
      looks += 1;
      if (looks === 2) interruption.abort();
    });
    const { report } = await tested(alarmsIn(aws), {}, interruption);
    expect(aws.set).toEqual([]);
    expect(toJson(report, "en")).toMatchObject({ topics: [{ reason: "interrupted" }, { reason: "interrupted" }] });
    expect(show(report)).not.toMatch(/fix the cause/);
  });

  it("is put back although AWS shows the change late", async () => {
    deploy(aws);
    const sdk = alarmsIn(aws);
    const before = await sdk.alarms([LAPSING, DEGRADED]);
    const looks = new Map<string, number>();
    await tested({
      ...sdk,
      alarms: (names) => {
        const [name = "", ...others] = names;
        if (others.length > 0) return sdk.alarms(names);
        looks.set(name, (looks.get(name) ?? 0) + 1);
        return looks.get(name) === 2 ? Promise.resolve(before) : sdk.alarms(names);
      },
    });
    expect(states()).toEqual(ALL_OK);
  });

  it.each(["SetAlarmState", "DescribeAlarmHistory"])(
    "is put back once when the command is interrupted after %s",
    async (when) => {
      deploy(aws);
      aws.recording = false;
      const interruption = new AbortController();
      aws.after.set(when, () => {
        interruption.abort();
      });
      const { report } = await tested(alarmsIn(aws), {}, interruption);
      expect(show(report)).toContain("the command was interrupted");
      // Of two alarms; the other may have asked before.
      expect(aws.asked.filter((operation) => operation === "DescribeAlarmHistory").length).toBeLessThanOrEqual(4);
      expect(states()).toEqual(ALL_OK);
      // The other may have been about to be set, and then is not.
      for (const name of new Set(aws.set.map(([name]) => name))) {
        expect(aws.set.filter(([other]) => other === name).map(([, state]) => state)).toEqual(["ALARM", "OK"]);
      }
      expect(aws.set.length).toBeGreaterThan(0);
    },
  );
});

describe("the question before a page", () => {
  it("names the alarms that page, and nothing is set without a yes", async () => {
    deploy(aws);
    const asked: string[][] = [];
    const allow = (paging: readonly { name: string }[]): Promise<void> => {
      asked.push(paging.map(({ name }) => name));
      return Promise.reject(new Error("no"));
    };
    await expect(tested(alarmsIn(aws), { allow })).rejects.toThrow("no");
    expect(asked).toEqual([[LAPSING]]);
    expect(aws.set).toEqual([]);
  });

  it("leaves an alarm alone that goes off meanwhile", async () => {
    deploy(aws);
    const real = { state: "ALARM", reason: "Threshold Crossed: 3 datapoints" };
    const allow = (): Promise<void> => {
      aws.change(LAPSING, real.state, real.reason);
      return Promise.resolve();
    };
    const { report } = await tested(alarmsIn(aws), { allow });
    expect(aws.alarms.get(LAPSING)).toMatchObject(real);
    expect(aws.set.map(([name]) => name)).toEqual([DEGRADED, DEGRADED]);
    expect(report.ok).toBe(false);
    expect(outcomesOf(report)).toEqual(["unknown", "accepted"]);
    expect(show(report)).toContain("it is no longer OK");
    expect(show(report)).not.toMatch(/fix the cause/);
    expect(toJson(report, "en")).toMatchObject({ topics: [{ reason: "no-longer-ok" }, {}] });
  });

  it("is not asked when no topic pages", async () => {
    deploy(aws, { [LAPSING]: { topics: [] }, [SILENT]: { topics: [] } });
    const allow = (): Promise<void> => Promise.reject(new Error("asked"));
    expect(outcomesOf((await tested(alarmsIn(aws), { allow })).report)).toEqual(["accepted"]);
  });
});

describe("on the emulated AWS", () => {
  it.each(["en", "fr"] as const)(
    "sets no state, says what was not checked, and gives no commands for AWS: %s",
    async (language) => {
      deploy(aws);
      aws.subscribed.set(INFORM, []);
      const { report } = await tested(alarmsIn(aws), { local: true });
      expect(aws.set).toEqual([]);
      expect(report.ok).toBe(true);
      expect(outcomesOf(report)).toEqual(["not-here", "not-here"]);
      const text = show(report, language);
      expect(text).toMatch(/Not checked: that CloudWatch may publish|Pas vérifié : que CloudWatch peut publier/);
      expect(text).not.toMatch(/aws (?:sns|cloudwatch)|cdktf/);
    },
  );

  it("fails for a paging topic without a subscriber", async () => {
    deploy(aws);
    aws.subscribed.set(PAGE, []);
    expect((await tested(alarmsIn(aws), { local: true })).report.ok).toBe(false);
  });
});

describe("who receives alarms", () => {
  it("fails when a paging topic has no subscription, and says how to subscribe", async () => {
    deploy(aws);
    aws.subscribed.set(PAGE, []);
    const report = await reportOf();
    expect(report.ok).toBe(false);
    expect(reasonsOf(report)).toEqual(["page refresher-silent no-subscription", "page token-lapsing no-subscription"]);
    const text = show(report);
    expect(text).toMatch(/subscribed\s+NOBODY/);
    expect(text).toContain(`Would wake NOBODY:\n  ${SILENT}: nobody is subscribed to its topic`);
    expect(text).toContain("alarmEmails");
    expect(text).toContain(`aws sns subscribe --topic-arn ${PAGE} --protocol email`);
    expect(text).not.toContain(`--topic-arn ${INFORM}`);
    // AWS may have deleted an unconfirmed subscription.
    expect(text).toContain("within 48 hours");
  });

  it("fails when nobody has confirmed, and says how to confirm and by when", async () => {
    deploy(aws);
    aws.subscribed.set(PAGE, [["nuit@exemple.fr", false]]);
    const report = await reportOf();
    expect(report.ok).toBe(false);
    expect(reasonsOf(report)).toEqual(["page refresher-silent unconfirmed", "page token-lapsing unconfirmed"]);
    const text = show(report);
    expect(text).toMatch(/unconfirmed\s+nuit@exemple\.fr/);
    expect(text).toContain(`--topic-arn ${PAGE} --protocol email --notification-endpoint nuit@exemple.fr`);
    expect(text).toContain("Subscription Confirmation");
    expect(text).toMatch(/within 48 hours; `npx cdktf deploy prod` then subscribes/);
  });

  it("passes when one of two has confirmed, and still names the other", async () => {
    deploy(aws);
    aws.subscribed.set(PAGE, [
      ["nuit@exemple.fr", true],
      ["absent@exemple.fr", false],
    ]);
    const report = await reportOf();
    expect(report.ok).toBe(true);
    expect(show(report)).toContain("absent@exemple.fr: confirm AWS's mail");
  });

  it("passes with a warning when only an informing topic has no subscription", async () => {
    deploy(aws);
    aws.subscribed.set(INFORM, []);
    const report = await reportOf();
    expect(report.ok).toBe(true);
    expect(reasonsOf(report)).toEqual([
      "inform password-expiring-15 no-subscription",
      "inform piste-degraded no-subscription",
    ]);
    expect(show(report)).toContain("Would inform nobody:");
  });

  it("fails when alarms are gone, switched off or without a topic", async () => {
    deploy(aws, { [LAPSING]: { enabled: false }, [DEGRADED]: { topics: [] } });
    aws.alarms.delete(SILENT);
    const report = await reportOf();
    expect(report.ok).toBe(false);
    expect(reasonsOf(report)).toEqual([
      "page refresher-silent missing",
      "page token-lapsing switched-off",
      "inform piste-degraded no-topic",
    ]);
    const text = show(report);
    expect(text).toContain(`aws cloudwatch enable-alarm-actions --alarm-names ${LAPSING}`);
    expect(text).toContain("npx cdktf deploy prod");
  });

  it("fails when a paging topic has no subscription, even if the alarm's other topic has one", async () => {
    deploy(aws, { [LAPSING]: { topics: [PAGE, INFORM] }, [SILENT]: { topics: [PAGE, INFORM] } });
    aws.subscribed.set(PAGE, []);
    const report = await reportOf();
    expect(report.ok).toBe(false);
    expect(report.silent).toEqual([]);
    expect(show(report)).toContain(`aws sns subscribe --topic-arn ${PAGE}`);
  });

  it("does not count deleted subscriptions", async () => {
    deploy(aws);
    aws.subscribed.set(PAGE, [["parti@exemple.fr", "Deleted"]]);
    const report = await reportOf();
    expect(report.ok).toBe(false);
    expect(reasonsOf(report)).toEqual(["page refresher-silent no-subscription", "page token-lapsing no-subscription"]);
    expect(show(report)).not.toContain("parti@exemple.fr");
  });

  it("treats subscriptions that it may not list as unknown, and fails if they may be pages", async () => {
    deploy(aws);
    aws.denied.set("ListSubscriptionsByTopic", "AuthorizationErrorException");
    const report = await reportOf();
    expect(report.ok).toBe(false);
    expect(report.silent).toEqual([]);
    expect(show(report)).toContain("unknown: AWS does not allow you");
    expect(show(report)).not.toMatch(/NOBODY|aws sns subscribe/);
    expect(show(report)).toMatch(/^Next:\n {2}- .*`sns:ListSubscriptionsByTopic`/m);
    expect(toJson(report, "en")).toMatchObject({ topics: [{ unknownReason: "denied" }, { unknownReason: "denied" }] });
  });

  it("passes in qualif, where nothing pages, with unknown subscriptions", async () => {
    const name = LAPSING.replace("prod", "qualif");
    aws.add(name, [INFORM]);
    aws.denied.set("ListSubscriptionsByTopic", "AuthorizationErrorException");
    const applications = [{ application: "chorus-pro", alarms: [name] }];
    const { report } = await tested(
      alarmsIn(aws, { applications: () => Promise.resolve({ applications, notBelieved: [] }) }),
      {},
      undefined,
      "qualif",
    );
    expect(report.ok).toBe(true);
  });

  it("shows only the host of a web address", async () => {
    deploy(aws);
    const pager = {
      protocol: "https",
      endpoint: "https://events.example.com/integration/SECRET?key=SECRET",
      confirmed: true,
    };
    const { report } = await tested(
      alarmsIn(aws, {
        subscriptions: () => Promise.resolve([pager, { ...pager, endpoint: "SECRET", confirmed: false }]),
      }),
    );
    expect(report.topics[0]?.confirmed).toEqual([{ protocol: "https", endpoint: "events.example.com/…" }]);
    expect(JSON.stringify(report) + show(report)).not.toContain("SECRET");
  });
});

describe("the report", () => {
  it("is in French, as is the message to the topics", async () => {
    deploy(aws, { [LAPSING]: { enabled: false } });
    aws.refusing.set(PAGE, "refus");
    aws.subscribed.set(PAGE, []);
    aws.subscribed.set(INFORM, [
      ["jour@exemple.fr", true],
      ["absent@exemple.fr", false],
    ]);
    const { report, said } = await tested(alarmsIn(aws), { language: "fr" });
    for (const [, , reason] of aws.set) expect(reason).toMatch(/^TEST : (?:tout va bien|l'alarme est remise)/);
    const text = show(report, "fr");
    expect(text).toMatch(/^prod : 1 application \(chorus-pro\), 4 alarmes, 2 sujets\n/);
    expect(text).toContain(`Ne réveilleraient PERSONNE :\n  ${SILENT} : personne n'est abonné`);
    expect(text).toMatch(/à confirmer +absent@exemple\.fr \(email\)/);
    expect(text).toContain("absent@exemple.fr : confirmez le message d'AWS « Subscription Confirmation »");
    // Words that only English has.
    expect(text + said).not.toMatch(/\b(?:the|it|its|sent|nobody|again|would|whoever)\b/i);
  });

  it("says at the end only that the test is over", async () => {
    deploy(aws);
    for (const language of ["en", "fr"] as const) await tested(alarmsIn(aws), { language });
    const ends = aws.set.filter(([, state]) => state === "OK").map(([, , reason]) => reason);
    for (const reason of ends) expect(reason).toMatch(/[Tt]he test is over|l'essai est terminé/i);
    expect(ends.join("\n")).not.toMatch(/was wrong|allait bien/);
  });

  it("has a step below each heading", async () => {
    deploy(aws);
    const applications = [{ application: "chorus-pro", alarms: [] }];
    const { report } = await tested(
      alarmsIn(aws, { applications: () => Promise.resolve({ applications, notBelieved: [] }) }),
    );
    expect(show(report)).not.toMatch(/Next:\s*$/);
  });

  it("keeps each reason to CloudWatch's 1,023 characters", async () => {
    deploy(aws);
    for (const language of ["en", "fr"] as const) await tested(alarmsIn(aws), { language });
    expect(aws.set).toHaveLength(8);
    for (const [, , reason] of aws.set) expect(reason.length).toBeLessThanOrEqual(1023);
  });

  it.each(["en", "fr"] as const)("fits a terminal, except commands and names: %s", async (language) => {
    deploy(aws, { [LAPSING]: { enabled: false } });
    aws.subscribed.set(PAGE, [["nuit@exemple.fr", false]]);
    aws.subscribed.set(INFORM, []);
    const long = show(await reportOf(), language, 80)
      .split("\n")
      .filter((line) => line.length > 80);
    expect(long.filter((line) => !/^ {4}aws \S/.test(line))).toEqual([]);
    expect(long.length).toBeGreaterThan(0);
  });

  it("fails when there is no alarm", async () => {
    const applications = [{ application: "chorus-pro", alarms: [] }];
    const { report } = await tested(
      alarmsIn(aws, { applications: () => Promise.resolve({ applications, notBelieved: [] }) }),
    );
    expect(report.ok).toBe(false);
  });

  it("fails when an application's alarms are unknown, and names its parameter", async () => {
    deploy(aws);
    const all = await alarmsIn(aws).applications("prod");
    expect((await reportOf()).ok).toBe(true);
    const notBelieved = ["/piste/prod/other"];
    const { report } = await tested(alarmsIn(aws, { applications: () => Promise.resolve({ ...all, notBelieved }) }));
    expect(report).toMatchObject({ ok: false, notBelieved });
    expect(toJson(report, "en")).toMatchObject({ notBelieved });
  });
});
