/** The report of the alarm test: results, alarms that reach nobody, next commands; and the same as JSON. */
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
  unknown: { en: "unknown:", fr: "inconnus :" },
  nobody: { en: "NOBODY", fr: "PERSONNE" },
  wakesNobody: { en: "Would wake NOBODY:", fr: "Ne réveilleraient PERSONNE :" },
  notTheirs: {
    en: "Not tested, because no alarm of these applications has this name:",
    fr: "Pas essayées, car aucune alarme de ces applications n'a ce nom :",
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
    en: `UNKNOWN if CloudWatch may publish ${tested} to it:`,
    fr: `INCONNU : impossible de savoir si CloudWatch peut y publier ${tested} :`,
  }),
  "none-ok": () => ({
    en: "NOT TESTED: only an alarm that is OK, is switched on and only sends messages is put into ALARM, and this topic has none:",
    fr: "PAS ESSAYÉ : seule une alarme OK, activée et qui n'envoie que des messages est mise en ALARM, et ce sujet n'en a pas :",
  }),
  "not-here": () => ({
    en: "not tested here: the emulated AWS runs no alarm's action",
    fr: "pas d'essai ici : l'AWS émulé n'exécute l'action d'aucune alarme",
  }),
};

/** Shown for an emulated AWS. */
const ONLY_LOCAL: Text = {
  en: "Checked here: the alarms exist, are switched on and have a topic; the list shows the topic's subscribers. Not checked: that CloudWatch may publish to the topics, and that messages arrive. No alarm's state was changed and no message was sent.",
  fr: "Vérifié ici : les alarmes existent, sont activées et ont un sujet ; la liste montre les abonnés du sujet. Pas vérifié : que CloudWatch peut publier sur les sujets, et que les messages arrivent. Aucune alarme n'a changé d'état et aucun message n'a été envoyé.",
};

/** The page on topic policies and addresses. */
const PAGE: Text = { en: "docs/alarm-delivery.md", fr: "docs/alarm-delivery.fr.md" };

const named = ({ protocol, endpoint }: Recipient): string => `${endpoint} (${protocol})`;

/** A next step; each command has its own line. */
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
      return { text: { en: `${name}: confirm the subscription there`, fr: `${name} : confirmez-y l'abonnement` } };
    }
    return {
      text: {
        en: `${endpoint}: confirm AWS's mail "Subscription Confirmation" (check the spam folder); to have it sent again:`,
        fr: `${endpoint} : confirmez le message d'AWS « Subscription Confirmation » (voyez aussi les indésirables) ; pour le faire renvoyer :`,
      },
      commands: [subscribeCommand(topic, shellWord(endpoint), where)],
    };
  });
}

/** Reasons that only need another test. */
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
        en: "test again when each topic has such an alarm: alarms become OK some minutes after valid credentials are stored. Until then, delivery of pages is not proven",
        fr: "refaites l'essai quand chaque sujet a une telle alarme : les alarmes deviennent OK quelques minutes après l'enregistrement d'identifiants valables. D'ici là, rien ne prouve qu'une alerte arrive",
      },
    });
  }
  const unknown = topics.filter(({ outcome }) => outcome === "unknown");
  if (unknown.length > 0) {
    const isPassing = unknown.every(({ reason }) => PASSING.has(reason));
    steps.push({
      text: {
        en: `${isPassing ? "test again" : "fix the cause above, then test again"}. Until then, delivery of pages is not proven`,
        fr: `${isPassing ? "refaites l'essai" : "corrigez la cause ci-dessus, puis refaites l'essai"}. D'ici là, rien ne prouve qu'une alerte arrive`,
      },
    });
  }
  if (topics.some(({ unknownReason }) => unknownReason === "denied")) {
    steps.push({
      text: {
        en: "to see who receives a page, ask for the right `sns:ListSubscriptionsByTopic` on the topics, or ask a person who has it to list the subscribers",
        fr: "pour savoir qui reçoit une alerte, demandez le droit `sns:ListSubscriptionsByTopic` sur les sujets, ou la liste des abonnés à une personne qui a ce droit",
      },
    });
  } else if (topics.some(({ unknownReason }) => unknownReason !== undefined)) {
    steps.push({
      text: {
        en: "test again to see who is subscribed and so receives a page",
        fr: "refaites l'essai pour voir qui est abonné et reçoit donc une alerte",
      },
    });
  }
  steps.push(...topics.flatMap((topic) => confirmSteps(topic, where)));
  if (topics.some(({ unconfirmed }) => unconfirmed.some(({ protocol }) => protocol === "email")) || empty.length > 0) {
    steps.push({
      text: {
        en: `AWS deletes an address that is not confirmed within 48 hours; ${deploy} then subscribes the addresses of \`alarmEmails\` again, and AWS sends a new mail`,
        fr: `AWS supprime une adresse qui n'est pas confirmée dans les 48 heures ; ${deploy} abonne alors de nouveau les adresses d'\`alarmEmails\`, et AWS renvoie son message`,
      },
    });
  }
  if (empty.length > 0) {
    steps.push({
      text: {
        en: `add an address to \`alarmEmails\` in ${configurationFile(environment)}, then ${deploy}; or, outside this code:`,
        fr: `ajoutez une adresse à \`alarmEmails\` dans ${configurationFile(environment)}, puis ${deploy} ; ou, hors de ce code :`,
      },
      commands: empty.map(({ topic }) => subscribeCommand(topic, "<e-mail>", where)),
    });
  }
  if (reasons.has("missing") || reasons.has("no-topic") || notTheirs.length > 0) {
    steps.push({
      text: {
        en: `restore the alarms, and the description that names them: ${deploy}`,
        fr: `rétablissez les alarmes, et la description qui les nomme : ${deploy}`,
      },
    });
  }
  if (switchedOff.length > 0) {
    steps.push({
      text: { en: "switch the alarms' actions on again:", fr: "réactivez les actions des alarmes :" },
      commands: [`aws cloudwatch enable-alarm-actions --alarm-names ${switchedOff.join(" ")}${where}`],
    });
  }
  const received = topics.filter(({ outcome, confirmed }) => outcome === "accepted" && confirmed.length > 0);
  if (received.length > 0) {
    const both = received.every(({ toldOfEnd }) => toldOfEnd);
    steps.push({
      text: {
        en: `ask each recipient if ${both ? "both messages arrived" : "the message arrived"}, within a minute at most`,
        fr: `demandez à chaque destinataire si ${both ? "les deux messages sont arrivés" : "le message est arrivé"}, en une minute au plus`,
      },
    });
  }
  return steps;
}

function putBackStep(left: readonly LeftAlarm[], where: string): Step {
  const stays = left.some(({ keepsState }) => keepsState);
  return {
    text: {
      en: `put the alarms that are still in ALARM back to OK; CloudWatch does so by itself ${stays ? "only when the alarm has data again" : "within minutes"}:`,
      fr: `remettez à OK les alarmes encore en ALARM ; CloudWatch le fait de lui-même ${stays ? "seulement quand l'alarme a de nouveau des données" : "en quelques minutes"} :`,
    },
    commands: left.map(({ alarm }) => putBackCommand(alarm, where)),
  };
}

/**
 * @param width of a line, in characters; the default does not wrap.
 * @param sameOptions the options with which the command was run.
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

/** Fields: docs/json.md. */
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
