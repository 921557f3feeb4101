/**
 * Tests that the alarms of an environment reach people: puts one alarm of each topic into ALARM for a moment, so that
 * CloudWatch publishes to the topic, and lists the topic's subscribers.
 */
import type { Severity } from "../../aws/alarms/alarm";
import { alarmCalled, severityOf } from "../../aws/alarms/alarms";
import { type Environment, isProduction } from "../../piste/environments";
import { joined, type Language, type Text } from "../../piste/language";
import type { Alarm, Subscription } from "../command/aws";
import {
  type AlarmsToTry,
  type Candidate,
  type Cause,
  causeOf,
  maySet,
  type Reason,
  reasonsOf,
  type Surroundings,
  type Trial,
  tryAlarm,
} from "./trial";

/** An application and its alarms, by name. */
export interface AlarmedApplication {
  readonly application: string;
  readonly alarms: readonly string[];
}

export interface AlarmsInAws extends AlarmsToTry {
  applications(environment: Environment): Promise<{
    readonly applications: readonly AlarmedApplication[];
    /** Parameters whose descriptions are not believed, so their alarms are unknown. */
    readonly notBelieved: readonly string[];
  }>;
  subscriptions(topic: string): Promise<readonly Subscription[]>;
}

/** A subscription's endpoint, without its secret parts. */
export interface Recipient {
  readonly protocol: string;
  readonly endpoint: string;
}

export interface TopicReport {
  readonly topic: string;
  /** The alarms that publish to it. */
  readonly alarms: readonly string[];
  /** The alarm that was put into ALARM for a moment. */
  readonly tested?: string;
  /**
   * - `accepted`: CloudWatch published to it
   * - `refused`: the topic or its key refused CloudWatch
   * - `unknown`: the test could not run, or its result was not seen
   * - `none-ok`: none of its alarms is OK and may be set
   * - `not-here`: an emulated AWS runs no alarm actions
   */
  readonly outcome: "accepted" | "refused" | "unknown" | "none-ok" | "not-here";
  /** The reason for an outcome other than `accepted`. */
  readonly reason?: Reason;
  readonly because?: Text;
  /** The topic also received the message that the alarm is OK again. */
  readonly toldOfEnd: boolean;
  readonly confirmed: readonly Recipient[];
  readonly unconfirmed: readonly Recipient[];
  /** The reason why the subscriptions are unknown. */
  readonly unknownReason?: Reason;
  readonly unknownBecause?: Text;
}

export interface AlarmReport {
  readonly alarm: string;
  readonly severity: Severity;
  /** The reason why it reaches nobody. */
  readonly reason: "missing" | "switched-off" | "no-topic" | "no-subscription" | "unconfirmed";
}

/** An alarm that was not put back. */
export interface LeftAlarm extends Cause {
  readonly alarm: string;
  /** It stays in ALARM until it has data. */
  readonly keepsState: boolean;
}

export interface AlarmsReport {
  readonly environment: Environment;
  readonly applications: readonly string[];
  readonly alarms: number;
  readonly topics: readonly TopicReport[];
  /** Alarms that would reach nobody. */
  readonly silent: readonly AlarmReport[];
  /** Alarms that may still be in ALARM. */
  readonly left: readonly LeftAlarm[];
  /** Names in descriptions that are not names of these applications' alarms. They are neither read nor set. */
  readonly notTheirs: readonly string[];
  /** Parameters whose applications' alarms are not known. */
  readonly notBelieved: readonly string[];
  /** Every paging topic has a confirmed subscriber, CloudWatch published to every topic, and all alarms are known. */
  readonly ok: boolean;
}

export interface TestOptions {
  /** The language of the test messages. @default "en" */
  readonly language?: Language;
  /** AWS is emulated and runs no alarm actions, so no state is set. */
  readonly local?: boolean;
  /** Called before the test pages; throws to refuse. */
  readonly allow: (paging: readonly Candidate[]) => Promise<void>;
  /** Wraps the test, so that an interruption still puts the alarms back. */
  readonly interruptibly: <T>(act: (around: Surroundings) => Promise<T>) => Promise<T>;
}

/** @throws what `allow` throws, before anything is set. */
export async function testAlarms(
  environment: Environment,
  aws: AlarmsInAws,
  { language = "en", local = false, allow, interruptibly }: TestOptions,
): Promise<AlarmsReport> {
  const { applications, notBelieved } = await aws.applications(environment);
  const severities = new Map<string, Severity>();
  const notTheirs: string[] = [];
  for (const { application, alarms } of applications) {
    for (const alarm of alarms) {
      const name = alarmCalled({ environment, application }, alarm);
      // Qualif does not page.
      if (name === undefined) notTheirs.push(alarm);
      else severities.set(alarm, isProduction(environment) ? severityOf(name) : "inform");
    }
  }
  const names = [...severities.keys()];
  const found = await aws.alarms(names);
  const topics = [...new Set(names.flatMap((name) => found.get(name)?.topics ?? []))];
  const candidates = names.flatMap((name): Candidate[] => {
    const alarm = found.get(name);
    return alarm === undefined ? [] : [{ name, alarm }];
  });
  const of = (topic: string): Candidate[] => candidates.filter(({ alarm }) => alarm.topics.includes(topic));
  const subscriptions = new Map(
    await Promise.all(topics.map(async (topic) => [topic, await aws.subscriptions(topic).catch(causeOf)] as const)),
  );

  const chosen = new Map(local ? [] : topics.map((topic) => [topic, choose(of(topic), severities)]));
  const isPaging = (topic: string): boolean => of(topic).some(({ name }) => severities.get(name) === "page");
  const firsts = [...new Set([...chosen.values()].flatMap(([first]) => first ?? []))];
  const paging = firsts.filter(({ alarm }) => alarm.topics.some(isPaging));
  if (paging.length > 0) await allow(paging);
  const reasons = reasonsOf(`piste alarms test ${environment}`)[language];
  const trials = new Map<Candidate, Promise<Trial>>();
  const results = new Map<string, TopicResult>();
  if (firsts.length > 0) {
    await interruptibly(async (around) => {
      const tryOnce = (candidate: Candidate): Promise<Trial> => {
        const trial = trials.get(candidate) ?? tryAlarm(aws, candidate, reasons, around);
        trials.set(candidate, trial);
        return trial;
      };
      await Promise.all(
        [...chosen].map(async ([topic, all]) => {
          for (const candidate of all) {
            const trial = await tryOnce(candidate);
            results.set(topic, resultOf(topic, candidate, trial));
            if (!trial.notAllowed) return;
          }
        }),
      );
    });
  }

  const reports = topics.map((topic): TopicReport => {
    const result: TopicResult = local
      ? { outcome: "not-here", toldOfEnd: false }
      : (results.get(topic) ?? noneOk(of(topic)));
    return {
      topic,
      alarms: of(topic).map(({ name }) => name),
      ...result,
      ...receivers(subscriptions.get(topic) ?? []),
    };
  });
  const silent = names.flatMap((alarm): AlarmReport[] => {
    const reason = whySilent(found.get(alarm), reports);
    return reason === undefined ? [] : [{ alarm, severity: severities.get(alarm) ?? "page", reason }];
  });
  const left: LeftAlarm[] = [];
  for (const [{ name, alarm }, trial] of trials) {
    const cause = (await trial).left;
    if (cause !== undefined) left.push({ alarm: name, ...cause, keepsState: alarm.keepsState });
  }
  return {
    environment,
    applications: applications.map(({ application }) => application),
    alarms: names.length,
    topics: reports,
    silent,
    left,
    notTheirs,
    notBelieved,
    ok:
      names.length > 0 &&
      notTheirs.length === 0 &&
      notBelieved.length === 0 &&
      left.length === 0 &&
      reports.every(({ outcome }) => outcome === "accepted" || outcome === "not-here") &&
      reports.every(({ topic, confirmed }) => confirmed.length > 0 || !isPaging(topic)) &&
      silent.every(({ severity }) => severity === "inform"),
  };
}

/**
 * Orders the alarms that may be set: first those that CloudWatch puts back by itself if this command is killed, then those
 * that do not page. The later ones replace a first one whose state may not be set; they must not publish to other topics,
 * since the confirmation named the first one only.
 */
function choose(candidates: readonly Candidate[], severities: ReadonlyMap<string, Severity>): readonly Candidate[] {
  const cost = ({ name, alarm }: Candidate): number =>
    (alarm.keepsState ? 2 : 0) + (severities.get(name) === "inform" ? 0 : 1);
  const all = candidates.filter(({ alarm }) => maySet(alarm)).sort((one, other) => cost(one) - cost(other));
  return all.filter(({ alarm }) => alarm.topics.every((topic) => all[0]?.alarm.topics.includes(topic)));
}

type TopicResult = Pick<TopicReport, "tested" | "outcome" | "reason" | "because" | "toldOfEnd">;

function resultOf(topic: string, { name: tested }: Candidate, { actions, cause, toldOfEnd }: Trial): TopicResult {
  const action = actions.get(topic);
  const result = { tested, toldOfEnd: toldOfEnd.includes(topic) };
  if (action === undefined) return { ...result, outcome: "unknown", ...cause };
  const { refusal } = action;
  if (refusal === undefined) return { ...result, outcome: "accepted" };
  return { ...result, outcome: "refused", reason: "refused", because: { en: refusal, fr: refusal } };
}

function noneOk(all: readonly Candidate[]): TopicResult {
  const whyNot = ({ name, alarm: { enabled, state, otherActions } }: Candidate): Text => {
    if (!enabled) return { en: `${name} (switched off)`, fr: `${name} (désactivée)` };
    if (state !== "OK") return { en: `${name} (${state})`, fr: `${name} (${state})` };
    const others = otherActions.join(", ");
    return { en: `${name} (also runs ${others})`, fr: `${name} (exécute aussi ${others})` };
  };
  return { outcome: "none-ok", reason: "none-ok", because: joined(all.map(whyNot), ", "), toldOfEnd: false };
}

function receivers(
  subscriptions: readonly Subscription[] | Cause,
): Pick<TopicReport, "confirmed" | "unconfirmed" | "unknownReason" | "unknownBecause"> {
  const known = "reason" in subscriptions ? [] : subscriptions;
  return {
    confirmed: known.filter(({ confirmed }) => confirmed).map(shown),
    unconfirmed: known.filter(({ confirmed }) => !confirmed).map(shown),
    ...("reason" in subscriptions && {
      unknownReason: subscriptions.reason,
      unknownBecause: subscriptions.because,
    }),
  };
}

/** Shows only the host of a URL: the rest gives access to the pager or the chat. */
function shown({ protocol, endpoint }: Subscription): Recipient {
  if (!protocol.startsWith("http")) return { protocol, endpoint };
  return { protocol, endpoint: URL.canParse(endpoint) ? `${new URL(endpoint).hostname}/…` : "…" };
}

function whySilent(alarm: Alarm | undefined, topics: readonly TopicReport[]): AlarmReport["reason"] | undefined {
  if (alarm === undefined) return "missing";
  if (!alarm.enabled) return "switched-off";
  const own = topics.filter(({ topic }) => alarm.topics.includes(topic));
  if (own.length === 0) return "no-topic";
  if (own.some(({ confirmed, unknownBecause }) => confirmed.length > 0 || unknownBecause !== undefined))
    return undefined;
  return own.some(({ unconfirmed }) => unconfirmed.length > 0) ? "unconfirmed" : "no-subscription";
}
