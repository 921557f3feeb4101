/**
 * Whether the alarms of an environment would reach anybody: one alarm of each topic is put into ALARM for a moment, so that
 * CloudWatch publishes as it does at night, and who is subscribed to the topic. What is asked of AWS is behind an interface.
 */
import type { Severity } from "../../aws/alarms/alarm";
import { ALARMS } from "../../aws/alarms/alarms";
import { type Environment, isProduction } from "../../piste/environments";
import type { Language, Text } from "../../piste/language";
import { resourceName } from "../../aws/names";
import type { Alarm, Subscription } from "../command/aws";
import { own } from "../command/own";
import { textOf } from "../command/failure";
import { reasonsOf, tryAlarm, type AlarmsToTry, type Candidate, type Surroundings, type Trial } from "./trial";

/** An application and its alarms, by name. */
export interface AlarmedApplication {
  readonly application: string;
  readonly alarms: readonly string[];
}

export interface AlarmsInAws extends AlarmsToTry {
  applications(environment: Environment): Promise<{
    readonly applications: readonly AlarmedApplication[];
    /** Parameters of applications whose descriptions are not believed, so that their alarms are not known. */
    readonly notBelieved: readonly string[];
  }>;
  subscriptions(topic: string): Promise<readonly Subscription[]>;
}

/** One endpoint, as it may be shown. */
export interface Recipient {
  readonly protocol: string;
  readonly endpoint: string;
}

export interface TopicReport {
  readonly topic: string;
  /** The alarms that are published to it. */
  readonly alarms: readonly string[];
  /** The one that was put into ALARM for a moment. */
  readonly tested?: string;
  /**
   * - `accepted`: CloudWatch published to it
   * - `refused`: it did not let CloudWatch
   * - `unknown`: it could not be tried, or nothing is known of what came of it
   * - `none-ok`: no alarm of it is OK, and no other may be set
   * - `not-here`: an emulated AWS runs no action
   */
  readonly outcome: "accepted" | "refused" | "unknown" | "none-ok" | "not-here";
  /** Why it is not `accepted`. */
  readonly because?: Text;
  readonly confirmed: readonly Recipient[];
  readonly unconfirmed: readonly Recipient[];
  /** Why nobody knows who is subscribed. */
  readonly unknownBecause?: Text;
}

export interface AlarmReport {
  readonly alarm: string;
  readonly severity: Severity;
  /** Why it reaches nobody. */
  readonly reason: "missing" | "switched-off" | "no-topic" | "no-subscription" | "unconfirmed";
}

/** An alarm that was not put back. */
export interface LeftAlarm {
  readonly alarm: string;
  readonly because: Text;
  /** Whether it stays so while it has no data. */
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
  /** Parameters whose applications' alarms are not known. */
  readonly notBelieved: readonly string[];
  /** Whether every page would reach somebody, CloudWatch published to every topic, and all alarms are known. */
  readonly ok: boolean;
}

export interface TestOptions {
  /** Of the messages, which whoever receives alarms reads. @default "en" */
  readonly language?: Language;
  /** Whether AWS is an emulated one, which runs no action: then no state is set. */
  readonly local?: boolean;
  /** Asked before somebody is woken up; throws where that is not wanted. */
  readonly allow: (paging: readonly Candidate[]) => Promise<void>;
  /** Around what is put back whatever happens. */
  readonly interruptibly: <T>(act: (around: Surroundings) => Promise<T>) => Promise<T>;
}

/** In qualif nothing pages; elsewhere an alarm that is not known here is better taken too seriously. */
function severityOf(alarm: string, environment: Environment): Severity {
  return isProduction(environment)
    ? (own<{ readonly severity: Severity }>(ALARMS, alarm)?.severity ?? "page")
    : "inform";
}

/** @throws what `allow` throws, before anything is set. */
export async function testAlarms(
  environment: Environment,
  aws: AlarmsInAws,
  { language = "en", local = false, allow, interruptibly }: TestOptions,
): Promise<AlarmsReport> {
  const { applications, notBelieved } = await aws.applications(environment);
  const severities = new Map(
    applications.flatMap(({ application, alarms }) =>
      alarms.map((alarm): [string, Severity] => {
        const short = alarm.replace(`${resourceName(environment, application)}-`, "");
        return [alarm, severityOf(short, environment)];
      }),
    ),
  );
  const names = [...severities.keys()];
  const found = await aws.alarms(names);
  const topics = [...new Set(names.flatMap((name) => found.get(name)?.topics ?? []))];
  const of = (topic: string): Candidate[] =>
    names.flatMap((name) => {
      const alarm = found.get(name);
      return alarm?.topics.includes(topic) ? [{ name, alarm }] : [];
    });
  const subscriptions = new Map(
    await Promise.all(topics.map(async (topic) => [topic, await aws.subscriptions(topic).catch(textOf)] as const)),
  );

  const chosen = new Map(local ? [] : topics.flatMap((topic) => choose(topic, of(topic), severities)));
  const isPaging = (topic: string): boolean => of(topic).some(({ name }) => severities.get(name) === "page");
  const candidates = [...new Map([...chosen.values()].map((one) => [one.name, one])).values()];
  const paging = candidates.filter(({ alarm }) => alarm.topics.some(isPaging));
  if (paging.length > 0) await allow(paging);
  const reasons = reasonsOf(`piste alarms test ${environment}`)[language];
  const trials = new Map<string, Trial>();
  if (candidates.length > 0) {
    await interruptibly(async (around) => {
      await Promise.all(
        candidates.map(async (candidate) => {
          trials.set(candidate.name, await tryAlarm(aws, candidate, reasons, around));
        }),
      );
    });
  }

  const reports = topics.map((topic): TopicReport => {
    const candidate = chosen.get(topic);
    const trial = trials.get(candidate?.name ?? "");
    const result = local ? ({ outcome: "not-here" } as const) : resultOf(topic, candidate, trial, of(topic));
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
  const left = candidates.flatMap(({ name, alarm: { keepsState } }): LeftAlarm[] => {
    const because = trials.get(name)?.left;
    return because === undefined ? [] : [{ alarm: name, because, keepsState }];
  });
  return {
    environment,
    applications: applications.map(({ application }) => application),
    alarms: names.length,
    topics: reports,
    silent,
    left,
    notBelieved,
    ok:
      names.length > 0 &&
      notBelieved.length === 0 &&
      left.length === 0 &&
      reports.every(({ outcome }) => outcome === "accepted" || outcome === "not-here") &&
      silent.every(({ severity }) => severity === "inform"),
  };
}

/**
 * The alarm that does least harm: one that CloudWatch itself puts back if this command is killed, and a quiet one. None
 * that rings, which would be hidden, or that has no data yet.
 */
function choose(
  topic: string,
  candidates: readonly Candidate[],
  severities: ReadonlyMap<string, Severity>,
): [string, Candidate][] {
  const cost = ({ name, alarm }: Candidate): number =>
    (alarm.keepsState ? 2 : 0) + (severities.get(name) === "inform" ? 0 : 1);
  const [best] = candidates
    .filter(({ alarm }) => alarm.enabled && alarm.state === "OK")
    .sort((one, other) => cost(one) - cost(other));
  return best === undefined ? [] : [[topic, best]];
}

function resultOf(
  topic: string,
  candidate: Candidate | undefined,
  trial: Trial | undefined,
  all: readonly Candidate[],
): Pick<TopicReport, "tested" | "outcome" | "because"> {
  if (candidate === undefined || trial === undefined) {
    const states = all.map(({ name, alarm }) => `${name} (${alarm.enabled ? alarm.state : "-"})`).join(", ");
    return { outcome: "none-ok", because: { en: states, fr: states } };
  }
  const tested = candidate.name;
  const action = trial.actions.get(topic);
  if (action === undefined) return { tested, outcome: "unknown", because: trial.because };
  const { refusal } = action;
  if (refusal === undefined) return { tested, outcome: "accepted" };
  return { tested, outcome: "refused", because: { en: refusal, fr: refusal } };
}

function receivers(
  subscriptions: readonly Subscription[] | Text,
): Pick<TopicReport, "confirmed" | "unconfirmed" | "unknownBecause"> {
  const known = "en" in subscriptions ? [] : subscriptions;
  return {
    confirmed: known.filter(({ confirmed }) => confirmed).map(shown),
    unconfirmed: known.filter(({ confirmed }) => !confirmed).map(shown),
    ...("en" in subscriptions && { unknownBecause: subscriptions }),
  };
}

/** Of an address on the web its host alone: the rest opens the pager or the chat. */
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
