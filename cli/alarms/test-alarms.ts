/**
 * Whether the alarms of an environment would reach anybody: a test message through each of their topics, and who is
 * subscribed to it. What is asked of AWS is behind an interface of four questions.
 */
import type { Severity } from "../../aws/alarms/alarm";
import { ALARMS } from "../../aws/alarms/alarms";
import { type Environment, isProduction } from "../../piste/environments";
import type { Language, Text } from "../../piste/language";
import { resourceName } from "../../aws/names";
import type { AlarmActions, Subscription } from "../command/aws";
import { own } from "../command/own";
import { textOf } from "../command/failure";

/** An application and its alarms, by name. */
export interface AlarmedApplication {
  readonly application: string;
  readonly alarms: readonly string[];
}

export interface AlarmsInAws {
  applications(environment: Environment): Promise<{
    readonly applications: readonly AlarmedApplication[];
    /** Parameters of applications whose descriptions are not believed, so that their alarms are not known. */
    readonly notBelieved: readonly string[];
  }>;
  /** By the alarm's name; one that does not exist is left out. */
  actions(alarms: readonly string[]): Promise<ReadonlyMap<string, AlarmActions>>;
  subscriptions(topic: string): Promise<readonly Subscription[]>;
  publish(topic: string, subject: string, message: string): Promise<void>;
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
  readonly sent: boolean;
  /** Why the message could not be sent. */
  readonly notSentBecause?: Text;
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

export interface AlarmsReport {
  readonly environment: Environment;
  readonly applications: readonly string[];
  readonly alarms: number;
  readonly topics: readonly TopicReport[];
  /** Alarms that would reach nobody. */
  readonly silent: readonly AlarmReport[];
  /** Parameters whose applications' alarms are not known. */
  readonly notBelieved: readonly string[];
  /** Whether every page would reach somebody, every message was sent, and all alarms are known. */
  readonly ok: boolean;
}

/** In qualif nothing pages; elsewhere an alarm that is not known here is better taken too seriously. */
function severityOf(alarm: string, environment: Environment): Severity {
  return isProduction(environment) ? (own<{ readonly severity: Severity }>(ALARMS, alarm)?.severity ?? "page") : "inform";
}

/** @param language of the message, which whoever receives alarms reads. */
export async function testAlarms(
  environment: Environment,
  aws: AlarmsInAws,
  language: Language = "en",
): Promise<AlarmsReport> {
  const { applications, notBelieved } = await aws.applications(environment);
  const names = applications.flatMap(({ alarms }) => alarms);
  const actions = await aws.actions(names);
  const topics = [...new Set(names.flatMap((name) => actions.get(name)?.topics ?? []))];
  const reports = await Promise.all(
    topics.map((topic) => {
      const alarms = names.filter((name) => actions.get(name)?.topics.includes(topic));
      return testTopic(testMessage(environment, alarms)[language], topic, alarms, aws);
    }),
  );
  const silent = applications.flatMap(({ application, alarms }) =>
    alarms.flatMap((alarm): AlarmReport[] => {
      const reason = whySilent(actions.get(alarm), reports);
      const severity = severityOf(alarm.replace(`${resourceName(environment, application)}-`, ""), environment);
      return reason === undefined ? [] : [{ alarm, severity, reason }];
    }),
  );
  return {
    environment,
    applications: applications.map(({ application }) => application),
    alarms: names.length,
    topics: reports,
    silent,
    notBelieved,
    ok:
      names.length > 0 &&
      notBelieved.length === 0 &&
      reports.every(({ sent }) => sent) &&
      silent.every(({ severity }) => severity === "inform"),
  };
}

interface Message {
  /** Of what SNS takes: fewer than 100 characters of ASCII, the first of them a letter. */
  readonly subject: string;
  readonly lines: readonly string[];
}

function testMessage(environment: Environment, alarms: readonly string[]): Readonly<Record<Language, Message>> {
  const list = ["", ...alarms.map((alarm) => `  ${alarm}`), ""];
  const command = `\`piste alarms test ${environment}\``;
  return {
    en: {
      subject: `TEST of the alarms of PISTE (${environment})`,
      lines: [
        "This is a test: nothing is wrong, and there is nothing to do. Whoever receives it also receives these alarms of",
        `PISTE (${environment}):`,
        ...list,
        `Sent by ${command}.`,
      ],
    },
    fr: {
      subject: `TEST des alarmes de PISTE (${environment})`,
      lines: [
        "Ceci est un essai : tout va bien, et il n'y a rien à faire. Qui le reçoit reçoit aussi ces alarmes de",
        `PISTE (${environment}) :`,
        ...list,
        `Envoyé par ${command}.`,
      ],
    },
  };
}

async function testTopic(
  { subject, lines }: Message,
  topic: string,
  alarms: readonly string[],
  aws: AlarmsInAws,
): Promise<TopicReport> {
  const notSentBecause = await aws.publish(topic, subject, lines.join("\n")).then(() => undefined, textOf);
  const subscriptions = await aws.subscriptions(topic).catch(textOf);
  const known = "en" in subscriptions ? [] : subscriptions;
  return {
    topic,
    alarms,
    sent: notSentBecause === undefined,
    ...(notSentBecause !== undefined && { notSentBecause }),
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

function whySilent(
  actions: AlarmActions | undefined,
  topics: readonly TopicReport[],
): AlarmReport["reason"] | undefined {
  if (actions === undefined) return "missing";
  if (!actions.enabled) return "switched-off";
  const own = topics.filter(({ topic }) => actions.topics.includes(topic));
  if (own.length === 0) return "no-topic";
  if (own.some(({ confirmed, unknownBecause }) => confirmed.length > 0 || unknownBecause !== undefined))
    return undefined;
  return own.some(({ unconfirmed }) => unconfirmed.length > 0) ? "unconfirmed" : "no-subscription";
}
