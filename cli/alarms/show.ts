/** The report on alarms: what came of the test, who would receive nothing, what to type next; and the same for programs. */
import { counted, type Language, type Text } from "../../piste/language";
import { shellWord } from "../command/shell-word";
import { indented } from "../command/wrap";
import type { AlarmReport, AlarmsReport, LeftAlarm, Recipient, TopicReport } from "./test-alarms";
import { putBackCommand } from "./trial";
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
  left: { en: "May still be in ALARM:", fr: "Peut-être encore en ALARM :" },
  receives: { en: "receives it", fr: "le reçoit" },
  unconfirmed: { en: "unconfirmed", fr: "à confirmer" },
  subscribed: { en: "subscribed", fr: "abonnés" },
  unknown: { en: "cannot be told:", fr: "inconnus :" },
  nobody: { en: "NOBODY", fr: "PERSONNE" },
  wakesNobody: { en: "Would wake NOBODY:", fr: "Ne réveilleraient PERSONNE :" },
  informsNobody: { en: "Would inform nobody:", fr: "N'informeraient personne :" },
  next: { en: "Next:", fr: "Ensuite :" },
} as const satisfies Record<string, Text>;

const OUTCOMES: Readonly<Record<TopicReport["outcome"], (tested: string) => Text>> = {
  accepted: (tested) => ({
    en: `CloudWatch published ${tested} to it; a second message says that the alarm is OK again`,
    fr: `CloudWatch y a publié ${tested} ; un second message dit que l'alarme est de nouveau OK`,
  }),
  refused: (tested) => ({
    en: `REFUSED: CloudWatch could not publish ${tested} to it:`,
    fr: `REFUSÉ : CloudWatch n'a pas pu y publier ${tested} :`,
  }),
  unknown: (tested) => ({
    en: `NOT KNOWN whether CloudWatch may publish ${tested} to it:`,
    fr: `INCONNU : rien ne dit si CloudWatch peut y publier ${tested} :`,
  }),
  "none-ok": () => ({
    en: "NOT TESTED: no alarm of it is OK and switched on, and only such a one is put into ALARM:",
    fr: "PAS ESSAYÉ : aucune de ses alarmes n'est OK et activée, et seule une telle alarme est mise en ALARM :",
  }),
  "not-here": () => ({
    en: "not tested here: the emulated AWS runs no alarm's action",
    fr: "pas d'essai ici : l'AWS émulé n'exécute l'action d'aucune alarme",
  }),
};

/** All that there is to say where nothing of AWS was touched. */
const ONLY_LOCAL: Text = {
  en: "Looked at here: whether the alarms exist, are switched on and have a topic, and who is subscribed to it. Not looked at: whether CloudWatch may publish to the topics, and whether a message arrives. No alarm's state was changed and nothing was sent.",
  fr: "Vérifié ici : les alarmes existent, sont activées et ont un sujet, et qui y est abonné. Pas vérifié : si CloudWatch peut publier sur les sujets, et si un message arrive. Aucune alarme n'a changé d'état et rien n'a été envoyé.",
};

/** The page on what a topic must allow, and on addresses. */
const PAGE: Text = { en: "docs/alarm-delivery.md", fr: "docs/alarm-delivery.fr.md" };

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

function stepsAfter({ environment, topics, silent, left }: AlarmsReport): Step[] {
  const deploy = deployCommand(environment);
  const reasons = new Set(silent.map(({ reason }) => reason));
  const switchedOff = silent.filter(({ reason }) => reason === "switched-off").map(({ alarm }) => shellWord(alarm));
  const empty = topics.filter(hasNobody);
  const outcomes = new Set(topics.map(({ outcome }) => outcome));
  const steps: Step[] = left.length === 0 ? [] : [putBackStep(left)];
  if (outcomes.has("refused")) {
    steps.push({
      text: {
        en: `let cloudwatch.amazonaws.com publish to the topics that refused: \`sns:Publish\` in the topic's policy, \`kms:Decrypt\` and \`kms:GenerateDataKey*\` in the policy of its key (AWS's own, alias/aws/sns, cannot): ${PAGE.en}`,
        fr: `laissez cloudwatch.amazonaws.com publier sur les sujets qui ont refusé : \`sns:Publish\` dans la politique du sujet, \`kms:Decrypt\` et \`kms:GenerateDataKey*\` dans celle de sa clé (celle d'AWS, alias/aws/sns, ne le peut pas) : ${PAGE.fr}`,
      },
    });
  }
  if (outcomes.has("none-ok")) {
    steps.push({
      text: {
        en: "test again once an alarm of each topic is OK, which takes credentials that work and some minutes; until then nothing shows that a page arrives",
        fr: "refaites l'essai quand une alarme de chaque sujet est OK, ce qui demande des identifiants valables et quelques minutes ; d'ici là rien ne montre qu'une alerte arrive",
      },
    });
  }
  if (outcomes.has("unknown")) {
    steps.push({
      text: {
        en: "test again once what is said above is mended; until then nothing shows that a page arrives",
        fr: "refaites l'essai une fois corrigé ce qui est dit ci-dessus ; d'ici là rien ne montre qu'une alerte arrive",
      },
    });
  }
  steps.push(...topics.flatMap(confirmSteps));
  if (topics.some(({ unconfirmed }) => unconfirmed.some(({ protocol }) => protocol === "email")) || empty.length > 0) {
    steps.push({
      text: {
        en: `AWS deletes an address that is not confirmed within 48 hours; ${deploy} then subscribes those of \`alarmEmails\` again, and AWS sends its mail again`,
        fr: `AWS supprime une adresse qui n'est pas confirmée dans les 48 heures ; ${deploy} abonne alors de nouveau celles d'\`alarmEmails\`, et AWS renvoie son message`,
      },
    });
  }
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
  if (topics.some(({ outcome, confirmed }) => outcome === "accepted" && confirmed.length > 0)) {
    steps.push({
      text: {
        en: "ask each one who receives it whether both messages have come; they take a minute at most",
        fr: "demandez à chacun de ceux qui le reçoivent si les deux messages sont arrivés ; ils mettent une minute au plus",
      },
    });
  }
  return steps;
}

function putBackStep(left: readonly LeftAlarm[]): Step {
  const stays = left.some(({ keepsState }) => keepsState);
  return {
    text: {
      en: `put back what is still in ALARM; CloudWatch does so by itself ${stays ? "only when the alarm has data again" : "within minutes"}:`,
      fr: `remettez à OK ce qui est encore en ALARM ; CloudWatch le fait de lui-même ${stays ? "seulement quand l'alarme a de nouveau des données" : "en quelques minutes"} :`,
    },
    commands: left.map(({ alarm }) => putBackCommand(alarm)),
  };
}

/** @param width of a terminal's line; without one each sentence has one line, however long. */
export function show(report: AlarmsReport, language: Language = "en", width = Infinity): string {
  const { environment, applications, alarms, topics, silent, left } = report;
  const colon = language === "fr" ? " :" : ":";
  const labels = [WORDS.alarms, WORDS.test, WORDS.receives, WORDS.unconfirmed, WORDS.subscribed];
  const column = Math.max(...labels.map((label) => label[language].length)) + 1;
  const field = (name: Text, lines: readonly string[]): string[] =>
    lines.flatMap((line, index) => indented(line, `  ${(index === 0 ? name[language] : "").padEnd(column)} `, width));

  const topicLines = (topic: TopicReport): string[] => {
    const { outcome, tested = "", because, unknownBecause } = topic;
    const result = [OUTCOMES[outcome](tested)[language], ...(because === undefined ? [] : [because[language]])];
    return [
      "",
      topic.topic,
      ...field(WORDS.alarms, topic.alarms),
      ...field(WORDS.test, [result.join(" ")]),
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
    ...(left.length === 0 ? [] : ["", WORDS.left[language]]),
    ...left.flatMap(({ alarm, because }) => indented(`${alarm}${colon} ${because[language]}`, "  ", width)),
    "",
    ...(topics.some(({ outcome }) => outcome === "not-here")
      ? indented(ONLY_LOCAL[language], "", width)
      : [
          WORDS.next[language],
          ...stepsAfter(report).flatMap(({ text, commands = [] }) => [
            ...indented(text[language], "  - ", width),
            ...commands.map((command) => `    ${command}`),
          ]),
        ]),
  ].join("\n");
}

export function toJson(report: AlarmsReport, language: Language): object {
  return {
    ...report,
    left: report.left.map((each) => ({ ...each, because: each.because[language] })),
    topics: report.topics.map(({ because, unknownBecause, ...topic }) => ({
      ...topic,
      ...(because && { because: because[language] }),
      ...(unknownBecause && { unknownBecause: unknownBecause[language] }),
    })),
  };
}
