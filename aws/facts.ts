/**
 * The facts about AWS that promises rest on. `piste verify` observes them in the account, receipts name them by their ids,
 * and docs/proven.md says which were seen.
 */
import type { Text } from "../piste/language";
import type { Party } from "../piste/party";
import { LATEST_REPORT_IN_MINUTES } from "./alarms/alarm";
import { SILENT_MINUTES, TOKEN_RECORDS } from "./alarms/token-alarms";

/** A tick may come in the minute after its own: so many minutes in a row may have none. */
export const LONGEST_GAP_IN_MINUTES = 1;

/** After the last tick. A few late ticks just before count as silence, too. */
export const SILENCE_RINGS_IN_MINUTES = {
  least: SILENT_MINUTES - 3,
  most: TOKEN_RECORDS["refresher-silent"].drill.ringsWithinInMinutes + 1,
};

export interface AwsFact {
  readonly says: Text;
  /** A page of AWS's documentation, by its title; what is assumed says so. */
  readonly source: string;
  /** The promise that rests on it. */
  readonly carries: Text;
  readonly expected: Text;
  /** What to do where it is otherwise, and whose turn it is. */
  readonly otherwise: Text;
  readonly owner: Party;
  /** Whether the emulated AWS of this machine shows it. */
  readonly emulated?: true;
}

/** AWS itself behaves otherwise than this package assumes. */
const REPORT: Text = {
  en: "Send us the receipt (`--receipt FILE`): the alarms may ring late or for nothing.",
  fr: "Envoyez-nous le reçu (`--receipt FICHIER`) : les alarmes peuvent sonner en retard ou pour rien.",
};
const SAME_VALUES: Text = { en: "the same values as our model", fr: "les mêmes valeurs que notre modèle" };
const MATH = "Using math expressions with CloudWatch metrics";
const DELIVERY: Text = { en: "an alarm reaches somebody", fr: "une alarme atteint quelqu'un" };
const SECRETS: Text = {
  en: "client credentials are read by the token refresher alone",
  fr: "seul le rafraîchisseur lit les identifiants de l'application",
};
const DEPLOY_AGAIN: Text = {
  en: "Look who changed the role or its policies, then deploy again.",
  fr: "Cherchez qui a changé le rôle ou ses politiques, puis déployez de nouveau.",
};

/** In the order of the table. */
export const AWS_FACTS = {
  "ticks-every-minute": {
    says: {
      en: "EventBridge Scheduler invokes a function within a minute of its time",
      fr: "EventBridge Scheduler invoque une fonction dans la minute qui suit son heure",
    },
    source: "Schedule types in EventBridge Scheduler",
    carries: {
      en: "a token always has its reserve left, and silence is told from a late tick",
      fr: "un jeton a toujours sa réserve, et un silence se distingue d'une exécution en retard",
    },
    expected: {
      en: `never more than ${LONGEST_GAP_IN_MINUTES} minute in a row without a tick`,
      fr: `jamais plus de ${LONGEST_GAP_IN_MINUTES} minute de suite sans exécution`,
    },
    otherwise: {
      en: "Follow docs/runbooks/refresher-silent.md.",
      fr: "Suivez docs/runbooks/refresher-silent.fr.md.",
    },
    owner: "operator",
  },
  "reports-in-time": {
    says: {
      en: "A metric in a log line reaches CloudWatch within minutes",
      fr: "Une métrique d'une ligne de journal arrive dans CloudWatch en quelques minutes",
    },
    source: 'Assumed: AWS promises no time, "usually within a minute"',
    carries: {
      en: "alarms ring in time and not for late reports",
      fr: "les alarmes sonnent à temps, et pas pour un retard",
    },
    expected: { en: `${LATEST_REPORT_IN_MINUTES} minutes at most`, fr: `${LATEST_REPORT_IN_MINUTES} minutes au plus` },
    otherwise: REPORT,
    owner: "bug",
  },
  "errors-have-zeros": {
    says: {
      en: "Lambda reports Errors as 0 for a run that succeeds",
      fr: "Lambda rapporte Errors à 0 pour une exécution réussie",
    },
    source: "Types of metrics for Lambda functions",
    carries: {
      en: "refresher-failing and refresher-silent count runs, not gaps",
      fr: "refresher-failing et refresher-silent comptent des exécutions, pas des trous",
    },
    expected: { en: "a value for each minute with a run", fr: "une valeur pour chaque minute où il y a une exécution" },
    otherwise: REPORT,
    owner: "bug",
  },
  "metric-math": {
    says: {
      en: "IF without a third argument gives no value where its condition is 0; FILL fills every gap with 0, the newest minutes included, or with REPEAT the latest value, and nothing before the first",
      fr: "IF sans troisième argument ne donne aucune valeur là où sa condition vaut 0 ; FILL comble chaque trou par 0, minutes les plus récentes comprises, ou avec REPEAT par la dernière valeur, et rien avant la première",
    },
    source: MATH,
    carries: {
      en: "alarms on expressions ring when they should, and not after a first deployment",
      fr: "les alarmes sur des expressions sonnent quand il faut, et pas après un premier déploiement",
    },
    expected: SAME_VALUES,
    otherwise: REPORT,
    owner: "bug",
  },
  "alarm-expressions": {
    says: {
      en: "CloudWatch evaluates the deployed alarms' expressions as our model does",
      fr: "CloudWatch évalue les expressions des alarmes déployées comme notre modèle",
    },
    source: MATH,
    carries: {
      en: "what simulation and drill show of alarms holds on AWS",
      fr: "ce que la simulation et l'exercice montrent des alarmes vaut sur AWS",
    },
    expected: SAME_VALUES,
    otherwise: REPORT,
    owner: "bug",
  },
  "alarm-actions": {
    says: {
      en: "A change of an alarm's state runs its actions, and the alarm's history says what came of them",
      fr: "Un changement d'état d'une alarme exécute ses actions, et son historique dit ce qu'il en est advenu",
    },
    source: "Using Amazon CloudWatch alarms",
    carries: DELIVERY,
    expected: { en: "each action ran and none was refused", fr: "chaque action exécutée, aucune refusée" },
    otherwise: {
      en: "Follow docs/alarm-delivery.md, then test the alarms: `npx piste alarms test`.",
      fr: "Suivez docs/alarm-delivery.fr.md, puis essayez les alarmes : `npx piste alarms test`.",
    },
    owner: "aws",
  },
  "refresher-rights": {
    says: {
      en: "IAM allows the refresher what it needs and refuses it what it must not do",
      fr: "IAM autorise au rafraîchisseur ce qu'il lui faut et lui refuse ce qu'il ne doit pas faire",
    },
    source: "SimulatePrincipalPolicy; Actions, resources, and condition keys for AWS Secrets Manager",
    carries: SECRETS,
    expected: { en: "every answer as granted", fr: "chaque réponse conforme aux droits donnés" },
    otherwise: DEPLOY_AGAIN,
    owner: "aws",
  },
  "consumer-rights": {
    says: {
      en: "IAM allows a consumer the token and refuses it the client credentials",
      fr: "IAM autorise à un consommateur le jeton et lui refuse les identifiants de l'application",
    },
    source: "SimulatePrincipalPolicy; Actions, resources, and condition keys for AWS Secrets Manager",
    carries: SECRETS,
    expected: { en: "every answer as granted", fr: "chaque réponse conforme aux droits donnés" },
    otherwise: DEPLOY_AGAIN,
    owner: "aws",
  },
  "policies-valid": {
    says: {
      en: "AWS takes every part of the policies of the refresher's role and of the secrets for valid",
      fr: "AWS tient pour valable chaque partie des politiques du rôle du rafraîchisseur et des secrets",
    },
    source: "IAM Access Analyzer policy check reference",
    carries: {
      en: "rights and refusals are what the policies say",
      fr: "droits et refus sont ce que disent les politiques",
    },
    expected: { en: "no error and no security warning", fr: "aucune erreur, aucun avertissement de sécurité" },
    otherwise: {
      en: "Show AWS's findings to us: `aws accessanalyzer validate-policy`.",
      fr: "Montrez-nous ce que trouve AWS : `aws accessanalyzer validate-policy`.",
    },
    owner: "bug",
  },
  "topics-allow-cloudwatch": {
    says: {
      en: "A topic takes messages of CloudWatch where its policy allows it, as AWS's default policy does",
      fr: "Un sujet prend les messages de CloudWatch là où sa politique le permet, comme celle par défaut d'AWS",
    },
    source: "Example cases for Amazon SNS access control",
    carries: DELIVERY,
    expected: { en: "every topic does", fr: "tous les sujets le font" },
    otherwise: { en: "Follow docs/alarm-delivery.md.", fr: "Suivez docs/alarm-delivery.fr.md." },
    owner: "aws",
    emulated: true,
  },
  "keys-allow-cloudwatch": {
    says: {
      en: "An encrypted topic takes messages of CloudWatch where the policy of its key allows it",
      fr: "Un sujet chiffré prend les messages de CloudWatch là où la politique de sa clé le permet",
    },
    source: "Key management (Amazon SNS Developer Guide)",
    carries: DELIVERY,
    expected: { en: "every key does", fr: "toutes les clés le font" },
    otherwise: { en: "Follow docs/alarm-delivery.md.", fr: "Suivez docs/alarm-delivery.fr.md." },
    owner: "aws",
  },
  "addresses-confirmed": {
    says: {
      en: "SNS sends nothing to an address that has not confirmed, and deletes it after 48 hours",
      fr: "SNS n'envoie rien à une adresse qui n'a pas confirmé, et la supprime après 48 heures",
    },
    source: "Amazon SNS automatic deletion of unconfirmed subscriptions (What's New, May 2023)",
    carries: DELIVERY,
    expected: {
      en: "each topic has a subscriber, and all have confirmed",
      fr: "chaque sujet a un abonné, et tous ont confirmé",
    },
    otherwise: {
      en: "Set `alarmEmails`, or subscribe somebody to the topic; `npx piste doctor` names who has to confirm: docs/alarm-delivery.md.",
      fr: "Définissez `alarmEmails`, ou abonnez quelqu'un au sujet ; `npx piste doctor` nomme qui doit confirmer : docs/alarm-delivery.fr.md.",
    },
    owner: "aws",
    emulated: true,
  },
  "plan-unchanged": {
    says: {
      en: "Terraform finds in AWS what the code says",
      fr: "Terraform trouve dans AWS ce que dit le code",
    },
    source: "terraform plan",
    carries: {
      en: "what tests show of the synthesized stacks holds for the deployed ones",
      fr: "ce que les tests montrent des piles synthétisées vaut pour celles qui sont déployées",
    },
    expected: { en: "no change", fr: "aucun changement" },
    otherwise: {
      en: "Look at `npx cdktf diff`. Deploy what is new in the code; deploying also undoes what was changed by hand.",
      fr: "Regardez `npx cdktf diff`. Déployez ce qui est nouveau dans le code ; cela défait aussi ce qui a été changé à la main.",
    },
    owner: "operator",
  },
  "silence-rings": {
    says: {
      en: "refresher-silent rings when the schedule stops",
      fr: "refresher-silent sonne quand la planification s'arrête",
    },
    source: "Using Amazon CloudWatch alarms; UpdateSchedule (EventBridge Scheduler API Reference)",
    carries: {
      en: "somebody is told when the refresher no longer runs",
      fr: "quelqu'un est averti quand le rafraîchisseur ne tourne plus",
    },
    expected: {
      en: `${SILENCE_RINGS_IN_MINUTES.least} to ${SILENCE_RINGS_IN_MINUTES.most} minutes after the last tick`,
      fr: `de ${SILENCE_RINGS_IN_MINUTES.least} à ${SILENCE_RINGS_IN_MINUTES.most} minutes après la dernière exécution`,
    },
    otherwise: REPORT,
    owner: "bug",
  },
  "dropped-events": {
    says: {
      en: "Lambda counts in AsyncEventsDropped each event that it gave up",
      fr: "Lambda compte dans AsyncEventsDropped chaque événement qu'il a abandonné",
    },
    source: "Types of metrics for Lambda functions",
    carries: {
      en: "refresher-failing rings where Lambda has no room for a run",
      fr: "refresher-failing sonne quand Lambda n'a pas de place pour une exécution",
    },
    expected: { en: "shown by a failure alone", fr: "visible seulement lors d'une panne" },
    otherwise: REPORT,
    owner: "bug",
  },
  "windows-slide": {
    says: {
      en: "CloudWatch evaluates alarms each minute, on a window that slides, also for longer periods",
      fr: "CloudWatch évalue les alarmes chaque minute, sur une fenêtre glissante, même pour de longues périodes",
    },
    source: "Using Amazon CloudWatch alarms",
    carries: {
      en: "the times to the first ring in docs/reliability.md",
      fr: "les délais de la première alerte dans docs/reliability.md",
    },
    expected: { en: "shown by an alarm that rings alone", fr: "visible seulement quand une alarme sonne" },
    otherwise: REPORT,
    owner: "bug",
  },
} as const satisfies Record<string, AwsFact>;

/** What a whole run of prove-on-aws sees besides; `plan-unchanged` is the same of a second plan. */
export const SEEN_BY_RUN = {
  deployed: "The application is deployed",
  "token-fetched": "The deployed function fetches a token of PISTE's sandbox",
  "api-called": "An API of Chorus Pro answers to that token and a technical account",
  "nothing-left": "The application is destroyed, and nothing of it is left by tag and by name",
} as const;
export const IDS_SEEN_BY_RUN = Object.keys(SEEN_BY_RUN) as (keyof typeof SEEN_BY_RUN)[];

export type FactId = keyof typeof AWS_FACTS;
export const FACT_IDS = Object.keys(AWS_FACTS) as FactId[];
export const factOf = (id: FactId): AwsFact => AWS_FACTS[id];
