/** The report on alarms: what was sent where, who would receive nothing, what to type next; and the same for programs. */
import { counted, type Language, type Text } from "../../piste/language";
import { shellWord } from "../command/shell-word";
import { indented } from "../command/wrap";
import type { AlarmReport, AlarmsReport, Recipient, TopicReport } from "./test-alarms";
import { configurationFile, deployCommand } from "../command/deployment-command";

const REASONS: Readonly<Record<AlarmReport["reason"], Text>> = {
  missing: { en: "it does not exist in CloudWatch", fr: "elle n'existe pas dans CloudWatch" },
  "switched-off": { en: "its actions are switched off", fr: "ses actions sont désactivées" },
  "no-topic": { en: "it is published to no topic", fr: "elle n'est publiée sur aucun sujet" },
  "no-subscription": { en: "nobody is subscribed to its topic", fr: "personne n'est abonné à son sujet" },
  unconfirmed: { en: "nobody has confirmed", fr: "personne n'a confirmé" },
};

const WORDS = {
  alarms: { en: "alarms", fr: "alarmes" },
  test: { en: "test", fr: "essai" },
  sent: { en: "sent", fr: "envoyé" },
  notSent: { en: "NOT sent:", fr: "PAS envoyé :" },
  receives: { en: "receives it", fr: "le reçoit" },
  unconfirmed: { en: "unconfirmed", fr: "à confirmer" },
  subscribed: { en: "subscribed", fr: "abonnés" },
  unknown: { en: "cannot be told:", fr: "inconnus :" },
  nobody: { en: "NOBODY", fr: "PERSONNE" },
  wakesNobody: { en: "Would wake NOBODY:", fr: "Ne réveilleraient PERSONNE :" },
  informsNobody: { en: "Would inform nobody:", fr: "N'informeraient personne :" },
  next: { en: "Next:", fr: "Ensuite :" },
} as const satisfies Record<string, Text>;

const named = ({ protocol, endpoint }: Recipient): string => `${endpoint} (${protocol})`;

/** What is to be done, and the commands for it, each on a line of its own. */
interface Step {
  readonly text: Text;
  readonly commands?: readonly string[];
}

const subscribeCommand = (topic: string, endpoint: string): string =>
  `aws sns subscribe --topic-arn ${shellWord(topic)} --protocol email --notification-endpoint ${endpoint}`;

const hasNobody = ({ confirmed, unconfirmed, unknownBecause }: TopicReport): boolean =>
  confirmed.length + unconfirmed.length === 0 && unknownBecause === undefined;

function confirmSteps({ topic, unconfirmed }: TopicReport): Step[] {
  return unconfirmed.map(({ protocol, endpoint }) => {
    if (protocol !== "email") {
      const name = named({ protocol, endpoint });
      return { text: { en: `${name}: confirm it where it is received`, fr: `${name} : confirmez là où il arrive` } };
    }
    return {
      text: {
        en: `${endpoint}: confirm AWS's mail "Subscription Confirmation" (look into the spam, too); to have it sent again:`,
        fr: `${endpoint} : confirmez le message d'AWS « Subscription Confirmation » (voyez aussi les indésirables) ; pour le faire renvoyer :`,
      },
      commands: [subscribeCommand(topic, shellWord(endpoint))],
    };
  });
}

function stepsAfter({ environment, topics, silent }: AlarmsReport): Step[] {
  const deploy = deployCommand(environment);
  const reasons = new Set(silent.map(({ reason }) => reason));
  const switchedOff = silent.filter(({ reason }) => reason === "switched-off").map(({ alarm }) => shellWord(alarm));
  const empty = topics.filter(hasNobody);
  const steps: Step[] = topics.flatMap(confirmSteps);
  if (empty.length > 0) {
    steps.push({
      text: {
        en: `name somebody in \`alarmEmails\` of ${configurationFile(environment)}, then ${deploy}; or, outside of this code:`,
        fr: `indiquez quelqu'un dans \`alarmEmails\` de ${configurationFile(environment)}, puis ${deploy} ; ou, hors de ce code :`,
      },
      commands: empty.map(({ topic }) => subscribeCommand(topic, "<e-mail>")),
    });
  }
  if (reasons.has("missing") || reasons.has("no-topic")) {
    steps.push({ text: { en: `put the alarms back: ${deploy}`, fr: `remettez les alarmes en place : ${deploy}` } });
  }
  if (switchedOff.length > 0) {
    steps.push({
      text: { en: "switch them on again:", fr: "réactivez leurs actions :" },
      commands: [`aws cloudwatch enable-alarm-actions --alarm-names ${switchedOff.join(" ")}`],
    });
  }
  if (topics.some(({ sent }) => !sent)) {
    steps.push({
      text: {
        en: "try again with rights to sns:Publish on the topics above",
        fr: "réessayez avec le droit sns:Publish sur les sujets ci-dessus",
      },
    });
  }
  if (topics.some(({ confirmed }) => confirmed.length > 0)) {
    steps.push({
      text: {
        en: "ask each one who receives it whether the test has come; it takes a minute at most",
        fr: "demandez à chacun de ceux qui le reçoivent si l'essai est arrivé ; il met une minute au plus",
      },
    });
  }
  return steps;
}

/** @param width of a terminal's line; without one each sentence has one line, however long. */
export function show(report: AlarmsReport, language: Language = "en", width = Infinity): string {
  const { environment, applications, alarms, topics, silent } = report;
  const colon = language === "fr" ? " :" : ":";
  const labels = [WORDS.alarms, WORDS.test, WORDS.receives, WORDS.unconfirmed, WORDS.subscribed];
  const column = Math.max(...labels.map((label) => label[language].length)) + 1;
  const field = (name: Text, lines: readonly string[]): string[] =>
    lines.flatMap((line, index) => indented(line, `  ${(index === 0 ? name[language] : "").padEnd(column)} `, width));

  const topicLines = (topic: TopicReport): string[] => {
    const { notSentBecause, unknownBecause, sent } = topic;
    return [
      "",
      topic.topic,
      ...field(WORDS.alarms, topic.alarms),
      ...field(WORDS.test, [
        sent ? WORDS.sent[language] : `${WORDS.notSent[language]} ${notSentBecause?.[language] ?? "?"}`,
      ]),
      ...field(WORDS.receives, topic.confirmed.map(named)),
      ...field(WORDS.unconfirmed, topic.unconfirmed.map(named)),
      ...field(
        WORDS.subscribed,
        unknownBecause === undefined ? [] : [`${WORDS.unknown[language]} ${unknownBecause[language]}`],
      ),
      ...field(WORDS.subscribed, hasNobody(topic) ? [WORDS.nobody[language]] : []),
    ];
  };
  const silentLines = (["page", "inform"] as const).flatMap((severity) => {
    const ofIt = silent.filter((alarm) => alarm.severity === severity);
    if (ofIt.length === 0) return [];
    const title = severity === "page" ? WORDS.wakesNobody : WORDS.informsNobody;
    return [
      "",
      title[language],
      ...ofIt.flatMap(({ alarm, reason }) => indented(`${alarm}${colon} ${REASONS[reason][language]}`, "  ", width)),
    ];
  });
  const of = [
    counted(applications.length, "application", "application")[language] + ` (${applications.join(", ")})`,
    counted(alarms, "alarm", "alarme")[language],
    counted(topics.length, "topic", "sujet")[language],
  ];
  return [
    ...indented(`${environment}${colon} ${of.join(", ")}`, "", width),
    ...topics.flatMap(topicLines),
    ...silentLines,
    "",
    WORDS.next[language],
    ...stepsAfter(report).flatMap(({ text, commands = [] }) => [
      ...indented(text[language], "  - ", width),
      ...commands.map((command) => `    ${command}`),
    ]),
  ].join("\n");
}

export function toJson(report: AlarmsReport, language: Language): object {
  return {
    ...report,
    topics: report.topics.map(({ notSentBecause, unknownBecause, ...topic }) => ({
      ...topic,
      ...(notSentBecause && { notSentBecause: notSentBecause[language] }),
      ...(unknownBecause && { unknownBecause: unknownBecause[language] }),
    })),
  };
}
