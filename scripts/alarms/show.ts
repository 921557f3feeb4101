/** The report on alarms, for a person: what was sent where, who would receive nothing, what to type next. */
import { shellWord } from "../command/shell-word";
import type { AlarmReport, AlarmsReport, Recipient, TopicReport } from "./test-alarms";

const REASONS: Readonly<Record<AlarmReport["reason"], string>> = {
  missing: "it does not exist in CloudWatch",
  "switched-off": "its actions are switched off",
  "no-topic": "it is published to no topic",
  "no-subscription": "nobody is subscribed to its topic",
  unconfirmed: "nobody has confirmed",
};

const counted = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? "" : "s"}`;
const named = ({ protocol, endpoint }: Recipient): string => `${endpoint} (${protocol})`;

function field(name: string, lines: readonly string[]): string[] {
  return lines.map((line, index) => `  ${(index === 0 ? name : "").padEnd(12)} ${line}`);
}

function topicLines(report: TopicReport): string[] {
  const { topic, alarms, sent, notSentBecause, confirmed, unconfirmed, unknownBecause } = report;
  const nobody = confirmed.length + unconfirmed.length === 0 && unknownBecause === undefined;
  return [
    "",
    topic,
    ...field("alarms", alarms),
    ...field("test", [sent ? "sent" : `NOT sent: ${notSentBecause ?? "unknown"}`]),
    ...field("receives it", confirmed.map(named)),
    ...field("unconfirmed", unconfirmed.map(named)),
    ...field("subscribed", unknownBecause === undefined ? [] : [`cannot be told: ${unknownBecause}`]),
    ...field("subscribed", nobody ? ["NOBODY"] : []),
  ];
}

function silentLines({ silent }: AlarmsReport): string[] {
  return (["page", "inform"] as const).flatMap((severity) => {
    const alarms = silent.filter((alarm) => alarm.severity === severity);
    if (alarms.length === 0) return [];
    const title = severity === "page" ? "Would wake NOBODY:" : "Would inform nobody:";
    return ["", title, ...alarms.map(({ alarm, reason }) => `  ${alarm}: ${REASONS[reason]}`)];
  });
}

function nextSteps({ environment, topics, silent }: AlarmsReport): string[] {
  const deploy = `npx cdktf deploy ${environment}`;
  const reasons = new Set(silent.map(({ reason }) => reason));
  const switchedOff = silent.filter(({ reason }) => reason === "switched-off").map(({ alarm }) => alarm);
  const steps: string[] = [];
  for (const { topic, unconfirmed } of topics) {
    for (const { protocol, endpoint } of unconfirmed) {
      steps.push(
        protocol === "email"
          ? `${endpoint}: confirm AWS's mail "Subscription Confirmation" (look into the spam, too); to have it sent again:\n` +
              `    aws sns subscribe --topic-arn ${shellWord(topic)} --protocol email --notification-endpoint ${shellWord(endpoint)}`
          : `${named({ protocol, endpoint })}: confirm it where it is received`,
      );
    }
  }
  const empty = topics.filter(
    ({ confirmed, unconfirmed, unknownBecause }) =>
      confirmed.length + unconfirmed.length === 0 && unknownBecause === undefined,
  );
  if (empty.length > 0) {
    steps.push(
      `name somebody in \`alarmEmails\` of stacks/${environment}.ts, then \`${deploy}\`; or, outside of this code:\n` +
        empty
          .map(
            ({ topic }) =>
              `    aws sns subscribe --topic-arn ${shellWord(topic)} --protocol email --notification-endpoint <e-mail>`,
          )
          .join("\n"),
    );
  }
  if (reasons.has("missing") || reasons.has("no-topic")) steps.push(`put the alarms back: \`${deploy}\``);
  if (switchedOff.length > 0) {
    steps.push(
      `switch them on again:\n    aws cloudwatch enable-alarm-actions --alarm-names ${switchedOff.map(shellWord).join(" ")}`,
    );
  }
  if (topics.some(({ sent }) => !sent)) steps.push("try again with rights to sns:Publish on the topics above");
  if (topics.some(({ confirmed }) => confirmed.length > 0)) {
    steps.push("ask each one who receives it whether the test has come; it takes a minute at most");
  }
  return ["", "Next:", ...steps.map((step) => `  - ${step}`)];
}

export function show(report: AlarmsReport): string {
  const { environment, applications, alarms, topics } = report;
  return [
    `${environment}: ${counted(applications.length, "application")} (${applications.join(", ")}), ` +
      `${counted(alarms, "alarm")}, ${counted(topics.length, "topic")}`,
    ...topics.flatMap(topicLines),
    ...silentLines(report),
    ...nextSteps(report),
  ].join("\n");
}
