/** The report on alarms: what came of the test, who would receive nothing, what to type next; and the same for programs. */
import { counted, type Language, type Text } from "../../piste/language";
import { awsOptions } from "../command/target";
import { shellWord } from "../command/shell-word";
import { indented } from "../command/wrap";
import type { AlarmReport, AlarmsReport, LeftAlarm, Recipient, TopicReport } from "./test-alarms";
import { putBackCommand, type Reason } from "./trial";
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
  notTheirs: {
    en: "Not tested, because these are not names of the applications' alarms:",
    fr: "Pas essayées, car ces noms ne sont pas ceux des alarmes des applications :",
  },
  informsNobody: { en: "Would inform nobody:", fr: "N'informeraient personne :" },
  next: { en: "Next:", fr: "Ensuite :" },
} as const satisfies Record<string, Text>;

const OUTCOMES: Readonly<Record<TopicReport["outcome"], (tested: string, toldOfEnd: boolean) => Text>> = {
  accepted: (tested, toldOfEnd) => ({
    en: `CloudWatch published ${tested} to it${toldOfEnd ? "; a second message says that the alarm is OK again" : ""}`,
    fr: `CloudWatch y a publié ${tested}${toldOfEnd ? " ; un second message dit que l'alarme est de nouveau OK" : ""}`,
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
    en: "NOT TESTED: no alarm of it is OK and switched on and does nothing but send messages, and only such a one is put into ALARM:",
    fr: "PAS ESSAYÉ : aucune de ses alarmes n'est OK, activée et sans autre effet que des messages, et seule une telle alarme est mise en ALARM :",
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

const subscribeCommand = (topic: string, endpoint: string, where: string): string =>
  `aws sns subscribe --topic-arn ${shellWord(topic)} --protocol email --notification-endpoint ${endpoint}${where}`;

const hasNobody = ({ confirmed, unconfirmed, unknownBecause }: TopicReport): boolean =>
  confirmed.length + unconfirmed.length === 0 && unknownBecause === undefined;

function confirmSteps({ topic, unconfirmed }: TopicReport, where: string): Step[] {
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
      commands: [subscribeCommand(topic, shellWord(endpoint), where)],
    };
  });
}

/** After these there is nothing to fix, only to test again. */
const PASSING: ReadonlySet<Reason | undefined> = new Set(["no-longer-ok", "interrupted", "no-history", "throttled"]);

function stepsAfter({ environment, topics, silent, left, notTheirs }: AlarmsReport, sameOptions: string): Step[] {
  const where = awsOptions(sameOptions);
  const deploy = deployCommand(environment);
  const reasons = new Set(silent.map(({ reason }) => reason));
  const switchedOff = silent.filter(({ reason }) => reason === "switched-off").map(({ alarm }) => shellWord(alarm));
  const empty = topics.filter(hasNobody);
  const outcomes = new Set(topics.map(({ outcome }) => outcome));
  const steps: Step[] = left.length === 0 ? [] : [putBackStep(left, where)];
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
        en: "test again once each topic has such an alarm; one becomes OK some minutes after credentials that work are stored; until then nothing shows that a page arrives",
        fr: "refaites l'essai quand chaque sujet a une telle alarme ; elle devient OK quelques minutes après l'enregistrement d'identifiants valables ; d'ici là rien ne montre qu'une alerte arrive",
      },
    });
  }
  const unknown = topics.filter(({ outcome }) => outcome === "unknown");
  if (unknown.length > 0) {
    const isPassing = unknown.every(({ reason }) => PASSING.has(reason));
    steps.push({
      text: {
        en: `test again${isPassing ? "" : " once what is said above is fixed"}; until then nothing shows that a page arrives`,
        fr: `refaites l'essai${isPassing ? "" : " une fois corrigé ce qui est dit ci-dessus"} ; d'ici là rien ne montre qu'une alerte arrive`,
      },
    });
  }
  if (topics.some(({ unknownReason }) => unknownReason === "denied")) {
    steps.push({
      text: {
        en: "ask for the right `sns:ListSubscriptionsByTopic` on the topics, or ask somebody who has it who is subscribed; until then nobody knows whom a page reaches",
        fr: "demandez le droit `sns:ListSubscriptionsByTopic` sur les sujets, ou à quelqu'un qui l'a qui est abonné ; d'ici là personne ne sait qui une alerte atteint",
      },
    });
  } else if (topics.some(({ unknownReason }) => unknownReason !== undefined)) {
    steps.push({
      text: {
        en: "test again to see who is subscribed; until then nobody knows whom a page reaches",
        fr: "refaites l'essai pour voir qui est abonné ; d'ici là personne ne sait qui une alerte atteint",
      },
    });
  }
  steps.push(...topics.flatMap((topic) => confirmSteps(topic, where)));
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
      commands: empty.map(({ topic }) => subscribeCommand(topic, "<e-mail>", where)),
    });
  }
  if (reasons.has("missing") || reasons.has("no-topic") || notTheirs.length > 0) {
    steps.push({
      text: {
        en: `put the alarms, and the description that names them, back: ${deploy}`,
        fr: `remettez en place les alarmes, et la description qui les nomme : ${deploy}`,
      },
    });
  }
  if (switchedOff.length > 0) {
    steps.push({
      text: { en: "switch them on again:", fr: "réactivez leurs actions :" },
      commands: [`aws cloudwatch enable-alarm-actions --alarm-names ${switchedOff.join(" ")}${where}`],
    });
  }
  const received = topics.filter(({ outcome, confirmed }) => outcome === "accepted" && confirmed.length > 0);
  if (received.length > 0) {
    const both = received.every(({ toldOfEnd }) => toldOfEnd);
    steps.push({
      text: {
        en: `ask each one who receives it whether ${both ? "both messages have come; they take" : "the message has come; it takes"} a minute at most`,
        fr: `demandez à chacun de ceux qui le reçoivent si ${both ? "les deux messages sont arrivés ; ils mettent" : "le message est arrivé ; il met"} une minute au plus`,
      },
    });
  }
  return steps;
}

function putBackStep(left: readonly LeftAlarm[], where: string): Step {
  const stays = left.some(({ keepsState }) => keepsState);
  return {
    text: {
      en: `put back what is still in ALARM; CloudWatch does so by itself ${stays ? "only when the alarm has data again" : "within minutes"}:`,
      fr: `remettez à OK ce qui est encore en ALARM ; CloudWatch le fait de lui-même ${stays ? "seulement quand l'alarme a de nouveau des données" : "en quelques minutes"} :`,
    },
    commands: left.map(({ alarm }) => putBackCommand(alarm, where)),
  };
}

/**
 * @param width of a terminal's line; without one each sentence has one line, however long.
 * @param sameOptions that say where the command looked.
 */
export function show(report: AlarmsReport, language: Language = "en", width = Infinity, sameOptions = ""): string {
  const { environment, applications, alarms, topics, silent, left, notTheirs } = report;
  const colon = language === "fr" ? " :" : ":";
  const labels = [WORDS.alarms, WORDS.test, WORDS.receives, WORDS.unconfirmed, WORDS.subscribed];
  const column = Math.max(...labels.map((label) => label[language].length)) + 1;
  const field = (name: Text, lines: readonly string[]): string[] =>
    lines.flatMap((line, index) => indented(line, `  ${(index === 0 ? name[language] : "").padEnd(column)} `, width));

  const topicLines = (topic: TopicReport): string[] => {
    const { outcome, tested = "", toldOfEnd, because, unknownBecause } = topic;
    const result = [
      OUTCOMES[outcome](tested, toldOfEnd)[language],
      ...(because === undefined ? [] : [because[language]]),
    ];
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
  const steps = stepsAfter(report, sameOptions);
  const local = topics.some(({ outcome }) => outcome === "not-here");
  return [
    ...indented(`${environment}${colon} ${of.join(", ")}`, "", width),
    ...topics.flatMap(topicLines),
    ...silentLines,
    ...(left.length === 0 ? [] : ["", WORDS.left[language]]),
    ...left.flatMap(({ alarm, because }) => indented(`${alarm}${colon} ${because[language]}`, "  ", width)),
    ...(notTheirs.length === 0 ? [] : ["", ...indented(WORDS.notTheirs[language], "", width)]),
    ...notTheirs.flatMap((alarm) => indented(alarm, "  ", width)),
    ...(local ? ["", ...indented(ONLY_LOCAL[language], "", width)] : []),
    ...(local || steps.length === 0 ? [] : ["", WORDS.next[language]]),
    ...(local ? [] : steps).flatMap(({ text, commands = [] }) => [
      ...indented(text[language], "  - ", width),
      ...commands.map((command) => `    ${command}`),
    ]),
  ].join("\n");
}

/** For programs: docs/json.md. */
export function toJson({ left, topics, ...report }: AlarmsReport, language: Language): object {
  return {
    ...report,
    left: left.map((each) => ({ ...each, because: each.because[language] })),
    topics: topics.map(({ tested, reason, because, unknownReason, unknownBecause, ...topic }) => ({
      ...topic,
      tested: tested ?? null,
      reason: reason ?? null,
      because: because?.[language] ?? null,
      unknownReason: unknownReason ?? null,
      unknownBecause: unknownBecause?.[language] ?? null,
    })),
  };
}
