import { describe, expect, it } from "@jest/globals";
import { show, toJson } from "../../../cli/alarms/show";
import { testAlarms, type AlarmsInAws, type AlarmsReport } from "../../../cli/alarms/test-alarms";
import type { AlarmActions, Subscription } from "../../../cli/command/aws";
import { awsError } from "../../../cli/command/aws-failure";

const PAGE = "arn:aws:sns:eu-west-3:123456789012:piste-prod-page";
const INFORM = "arn:aws:sns:eu-west-3:123456789012:piste-prod-inform";
const LAPSING = "piste-prod-chorus-pro-token-lapsing";
const SILENT = "piste-prod-chorus-pro-refresher-silent";
const DEGRADED = "piste-prod-chorus-pro-piste-degraded";
const PASSWORD = "piste-prod-chorus-pro-password-expiring-15";

const email = (endpoint: string, confirmed = true): Subscription => ({ protocol: "email", endpoint, confirmed });
const to = (...topics: string[]): AlarmActions => ({ enabled: true, topics });

interface FakeAws extends AlarmsInAws {
  readonly published: { readonly topic: string; readonly subject: string; readonly message: string }[];
}

/** An AWS in which everything is well, bar what is said. */
function fakeAws(
  more: {
    readonly actions?: Record<string, AlarmActions>;
    readonly subscriptions?: Record<string, readonly Subscription[]>;
    readonly refused?: { readonly publish?: string; readonly subscriptions?: string };
  } = {},
): FakeAws {
  const actions = more.actions ?? {
    [LAPSING]: to(PAGE),
    [SILENT]: to(PAGE),
    [DEGRADED]: to(INFORM),
    [PASSWORD]: to(INFORM),
  };
  const subscriptions: Readonly<Record<string, readonly Subscription[]>> = {
    [PAGE]: [email("nuit@exemple.fr")],
    [INFORM]: [email("jour@exemple.fr")],
    ...more.subscriptions,
  };
  const published: FakeAws["published"] = [];
  return {
    published,
    applications: () =>
      Promise.resolve({
        applications: [{ application: "chorus-pro", alarms: [LAPSING, SILENT, DEGRADED, PASSWORD] }],
        notBelieved: [],
      }),
    actions: (names) => Promise.resolve(new Map(Object.entries(actions).filter(([name]) => names.includes(name)))),
    subscriptions: (topic) =>
      more.refused?.subscriptions === topic
        ? Promise.reject(new Error("AWS refused: AuthorizationError"))
        : Promise.resolve(subscriptions[topic] ?? []),
    publish: (topic, subject, message) => {
      if (more.refused?.publish === topic) return Promise.reject(new Error("AWS refused: AuthorizationError"));
      published.push({ topic, subject, message });
      return Promise.resolve();
    },
  };
}

const reportOf = (...more: Parameters<typeof fakeAws>): Promise<AlarmsReport> => testAlarms("prod", fakeAws(...more));
const reasonsOf = ({ silent }: AlarmsReport): string[] =>
  silent.map(({ alarm, severity, reason }) => `${severity} ${alarm.replace("piste-prod-chorus-pro-", "")} ${reason}`);

describe("a test of the alarms", () => {
  it("goes once to each topic, and says that it is a test and of what", async () => {
    const aws = fakeAws();
    const report = await testAlarms("prod", aws);
    expect(report.ok).toBe(true);
    expect(report.silent).toEqual([]);
    expect(aws.published.map(({ topic }) => topic)).toEqual([PAGE, INFORM]);
    const [page] = aws.published;
    expect(page?.subject).toBe("TEST of the alarms of PISTE (prod)");
    expect(page?.message).toContain("nothing is wrong");
    expect(page?.message).toContain(LAPSING);
    expect(page?.message).toContain(SILENT);
    expect(page?.message).not.toContain(DEGRADED);
    expect(show(report)).toMatch(/receives it\s+nuit@exemple\.fr \(email\)/);
  });

  it("has a subject that SNS takes", async () => {
    const aws = fakeAws();
    await testAlarms("qualif", aws);
    for (const { subject } of aws.published) expect(subject).toMatch(/^[A-Za-z][\x20-\x7e]{0,98}$/);
  });

  it("fails when nobody is subscribed to what pages, and says how to subscribe", async () => {
    const report = await reportOf({ subscriptions: { [PAGE]: [] } });
    expect(report.ok).toBe(false);
    expect(reasonsOf(report)).toEqual(["page token-lapsing no-subscription", "page refresher-silent no-subscription"]);
    const text = show(report);
    expect(text).toMatch(/subscribed\s+NOBODY/);
    expect(text).toContain(`Would wake NOBODY:\n  ${LAPSING}: nobody is subscribed to its topic`);
    expect(text).toContain("alarmEmails");
    expect(text).toContain(`aws sns subscribe --topic-arn ${PAGE} --protocol email`);
    expect(text).not.toContain(`--topic-arn ${INFORM}`);
  });

  it("fails when nobody has confirmed, and says what each has to do", async () => {
    const report = await reportOf({ subscriptions: { [PAGE]: [email("nuit@exemple.fr", false)] } });
    expect(report.ok).toBe(false);
    expect(reasonsOf(report)).toEqual(["page token-lapsing unconfirmed", "page refresher-silent unconfirmed"]);
    const text = show(report);
    expect(text).toMatch(/unconfirmed\s+nuit@exemple\.fr/);
    expect(text).toContain(`--topic-arn ${PAGE} --protocol email --notification-endpoint nuit@exemple.fr`);
    expect(text).toContain("Subscription Confirmation");
  });

  it("passes when one of two has confirmed, and still names the other", async () => {
    const report = await reportOf({
      subscriptions: { [PAGE]: [email("nuit@exemple.fr"), email("absent@exemple.fr", false)] },
    });
    expect(report.ok).toBe(true);
    expect(show(report)).toContain("absent@exemple.fr: confirm AWS's mail");
  });

  it("passes when only what informs reaches nobody, and says so", async () => {
    const report = await reportOf({ subscriptions: { [INFORM]: [] } });
    expect(report.ok).toBe(true);
    expect(reasonsOf(report)).toEqual([
      "inform piste-degraded no-subscription",
      "inform password-expiring-15 no-subscription",
    ]);
    expect(show(report)).toContain("Would inform nobody:");
  });

  it("fails when alarms are gone, switched off or without a topic", async () => {
    const report = await reportOf({
      actions: { [LAPSING]: { enabled: false, topics: [PAGE] }, [DEGRADED]: to(), [PASSWORD]: to(INFORM) },
    });
    expect(report.ok).toBe(false);
    expect(reasonsOf(report)).toEqual([
      "page token-lapsing switched-off",
      "page refresher-silent missing",
      "inform piste-degraded no-topic",
    ]);
    const text = show(report);
    expect(text).toContain(`aws cloudwatch enable-alarm-actions --alarm-names ${LAPSING}`);
    expect(text).toContain("npx cdktf deploy prod");
  });

  it("is reached through any one of an alarm's topics", async () => {
    const both = Object.fromEntries([LAPSING, SILENT, DEGRADED, PASSWORD].map((name) => [name, to(PAGE, INFORM)]));
    const report = await reportOf({ actions: both, subscriptions: { [PAGE]: [] } });
    expect(report.ok).toBe(true);
    expect(report.silent).toEqual([]);
  });

  it("fails when a message cannot be sent, goes on with the others, and says why", async () => {
    const aws = fakeAws({ refused: { publish: PAGE } });
    const report = await testAlarms("prod", aws);
    expect(report.ok).toBe(false);
    expect(aws.published.map(({ topic }) => topic)).toEqual([INFORM]);
    expect(show(report)).toContain("NOT sent: AWS refused: AuthorizationError");
    expect(show(report)).toContain("sns:Publish");
  });

  it("takes subscriptions that it may not list for unknown, not for none", async () => {
    const report = await reportOf({ refused: { subscriptions: PAGE } });
    expect(report.ok).toBe(true);
    expect(report.silent).toEqual([]);
    expect(show(report)).toContain("cannot be told: AWS refused: AuthorizationError");
    expect(show(report)).not.toMatch(/NOBODY|aws sns subscribe/);
  });

  it("shows of an address on the web its host alone", async () => {
    const pager = {
      protocol: "https",
      endpoint: "https://events.example.com/integration/SECRET?key=SECRET",
      confirmed: true,
    };
    const report = await reportOf({
      subscriptions: { [PAGE]: [pager, { ...pager, endpoint: "SECRET", confirmed: false }] },
    });
    expect(report.topics[0]?.confirmed).toEqual([{ protocol: "https", endpoint: "events.example.com/…" }]);
    expect(JSON.stringify(report) + show(report)).not.toContain("SECRET");
  });

  it("speaks French to whoever tests, and to whoever receives the test", async () => {
    const aws = fakeAws({
      actions: { [LAPSING]: { enabled: false, topics: [PAGE] }, [DEGRADED]: to(INFORM) },
      subscriptions: { [PAGE]: [], [INFORM]: [email("jour@exemple.fr"), email("absent@exemple.fr", false)] },
    });
    const report = await testAlarms("prod", aws, "fr");
    for (const { subject, message } of aws.published) {
      expect(subject).toMatch(/^TEST des alarmes[\x20-\x7e]{0,80}$/);
      expect(message).toMatch(/^Ceci est un essai : tout va bien/);
    }
    const text = show(report, "fr");
    expect(text).toMatch(/^prod : 1 application \(chorus-pro\), 4 alarmes, 2 sujets\n/);
    expect(text).toContain(`Ne réveilleraient PERSONNE :\n  ${LAPSING} : ses actions sont désactivées`);
    expect(text).toMatch(/à confirmer +absent@exemple\.fr \(email\)/);
    expect(text).toContain("absent@exemple.fr : confirmez le message d'AWS « Subscription Confirmation »");
    // Words that only English has.
    expect(text).not.toMatch(/\b(?:the|it|its|sent|nobody|again|would|whoever)\b/i);
  });

  it("gives AWS's refusal in the language of whoever asked, to programs, too", async () => {
    const refusal = awsError(
      { en: "publish", fr: "publier", permission: "sns:Publish" },
      Object.assign(new Error("no"), { name: "AuthorizationErrorException" }),
    );
    const report = await testAlarms("prod", { ...fakeAws(), publish: () => Promise.reject(refusal) });
    expect(show(report, "fr")).toContain("PAS envoyé : AWS ne vous autorise pas à publier");
    expect(toJson(report, "fr")).toMatchObject({
      topics: [{ topic: PAGE, notSentBecause: refusal.text.fr }, { notSentBecause: refusal.text.fr }],
    });
    expect(toJson(report, "en")).toMatchObject({ topics: [{ notSentBecause: refusal.text.en }, {}] });
  });

  it.each(["en", "fr"] as const)("fits a terminal, but for commands and names: %s", async (language) => {
    const report = await reportOf({
      actions: { [LAPSING]: { enabled: false, topics: [PAGE] } },
      subscriptions: { [PAGE]: [email("nuit@exemple.fr", false)], [INFORM]: [] },
    });
    const long = show(report, language, 80)
      .split("\n")
      .filter((line) => line.length > 80);
    expect(long.filter((line) => !/^ {4}aws \S/.test(line))).toEqual([]);
    expect(long.length).toBeGreaterThan(0);
  });

  it("fails where there is no alarm at all", async () => {
    const report = await testAlarms("prod", {
      ...fakeAws(),
      applications: () =>
        Promise.resolve({ applications: [{ application: "chorus-pro", alarms: [] }], notBelieved: [] }),
    });
    expect(report.ok).toBe(false);
  });

  it("fails where an application's alarms are not known, and names its parameter", async () => {
    const aws = fakeAws();
    const all = await aws.applications("prod");
    expect((await testAlarms("prod", aws)).ok).toBe(true);
    const notBelieved = ["/piste/prod/other"];
    const report = await testAlarms("prod", { ...aws, applications: () => Promise.resolve({ ...all, notBelieved }) });
    expect(report).toMatchObject({ ok: false, notBelieved });
    expect(toJson(report, "en")).toMatchObject({ notBelieved });
  });
});
