/** Facts about AWS on which promises rest. `piste verify` observes them; docs/proven.md lists which were seen. */
import type { Text } from "../piste/language";
import type { Party } from "../piste/party";
import { LATEST_REPORT_IN_MINUTES } from "./alarms/alarm";
import { SILENT_MINUTES, TOKEN_RECORDS } from "./alarms/token-alarms";

/** Consecutive minutes that may have no tick, since Scheduler is precise to a minute. */
export const LONGEST_GAP_IN_MINUTES = 1;

/** After the last tick. Late ticks just before it also count as silence, so it may ring up to 3 minutes earlier. */
export const SILENCE_RINGS_IN_MINUTES = {
  least: SILENT_MINUTES - 3,
  most: TOKEN_RECORDS["refresher-silent"].drill.ringsWithinInMinutes + 1,
};

export interface AwsFact {
  readonly says: Text;
  /** The title of a page of AWS's documentation, or "Assumed". */
  readonly source: string;
  /** The promise that rests on it. */
  readonly carries: Text;
  readonly expected: Text;
  /** The next step of `owner` when the fact does not hold. */
  readonly otherwise: Text;
  readonly owner: Party;
  /** True if the local emulated AWS shows it. */
  readonly emulated?: true;
}

/** For facts about AWS's own behaviour. */
const REPORT: Text = {
  en: "Send us the receipt (`--receipt FILE`): alarms may ring late or falsely.",
  fr: "Envoyez-nous le reçu (`--receipt FICHIER`) : des alarmes peuvent sonner en retard ou à tort.",
};
const SAME_VALUES: Text = { en: "the values of our model", fr: "les valeurs de notre modèle" };
const MATH = "Using math expressions with CloudWatch metrics";
const DELIVERY: Text = { en: "an alarm reaches somebody", fr: "une alarme atteint quelqu'un" };
const SECRETS: Text = {
  en: "only the token refresher reads the client credentials",
  fr: "seul le rafraîchisseur lit les identifiants de l'application",
};
const DEPLOY_AGAIN: Text = {
  en: "Find out who changed the role or its policies, then deploy again.",
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
      en: "a token keeps its reserve, and a late tick is not silence",
      fr: "un jeton garde sa réserve, et une exécution en retard n'est pas un silence",
    },
    expected: {
      en: `at most ${LONGEST_GAP_IN_MINUTES} minute without a tick`,
      fr: `au plus ${LONGEST_GAP_IN_MINUTES} minute sans exécution`,
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
    source: "Assumed: AWS promises no time",
    carries: {
      en: "alarms ring in time, and not for late reports",
      fr: "les alarmes sonnent à temps, et pas pour un retard",
    },
    expected: { en: `${LATEST_REPORT_IN_MINUTES} minutes at most`, fr: `${LATEST_REPORT_IN_MINUTES} minutes au plus` },
    otherwise: REPORT,
    owner: "bug",
  },
  "errors-have-zeros": {
    says: {
      en: "Lambda reports Errors as 0 for a successful run",
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
      en: "IF without a third argument gives no value where its condition is 0; FILL fills gaps with 0 up to now, or with REPEAT the latest value, and nothing before the first value",
      fr: "IF sans troisième argument ne donne aucune valeur là où sa condition vaut 0 ; FILL comble chaque trou par 0, minutes les plus récentes comprises, ou avec REPEAT par la dernière valeur, et rien avant la première",
    },
    source: MATH,
    carries: {
      en: "alarms on expressions ring in time, and not after a first deployment",
      fr: "les alarmes sur des expressions sonnent quand il faut, et pas après un premier déploiement",
    },
    expected: SAME_VALUES,
    otherwise: REPORT,
    owner: "bug",
  },
  "alarm-expressions": {
    says: {
      en: "CloudWatch evaluates the alarms' expressions as our model does",
      fr: "CloudWatch évalue les expressions des alarmes déployées comme notre modèle",
    },
    source: MATH,
    carries: {
      en: "simulation and drill hold for AWS's alarms",
      fr: "la simulation et l'exercice valent pour les alarmes d'AWS",
    },
    expected: SAME_VALUES,
    otherwise: REPORT,
    owner: "bug",
  },
  "alarm-actions": {
    says: {
      en: "A changed alarm state runs the alarm's actions, and its history has their results",
      fr: "Un changement d'état d'une alarme exécute ses actions, et son historique en donne le résultat",
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
      en: "IAM allows the refresher what it needs and denies what it must not do",
      fr: "IAM autorise au rafraîchisseur ce qu'il lui faut et lui refuse ce qu'il ne doit pas faire",
    },
    source: "SimulatePrincipalPolicy (IAM API Reference)",
    carries: SECRETS,
    expected: { en: "every answer as granted", fr: "chaque réponse conforme aux droits donnés" },
    otherwise: DEPLOY_AGAIN,
    owner: "aws",
  },
  "consumer-rights": {
    says: {
      en: "IAM allows a consumer the token and denies the client credentials",
      fr: "IAM autorise à un consommateur le jeton et lui refuse les identifiants de l'application",
    },
    source: "SimulatePrincipalPolicy (IAM API Reference)",
    carries: SECRETS,
    expected: { en: "every answer as granted", fr: "chaque réponse conforme aux droits donnés" },
    otherwise: DEPLOY_AGAIN,
    owner: "aws",
  },
  "policies-valid": {
    says: {
      en: "AWS accepts every part of the policies of the refresher's role and the secrets",
      fr: "AWS accepte chaque partie des politiques du rôle du rafraîchisseur et des secrets",
    },
    source: "IAM Access Analyzer policy check reference",
    carries: {
      en: "rights and denials are those of the policies",
      fr: "droits et refus sont ceux des politiques",
    },
    expected: { en: "no error and no security warning", fr: "aucune erreur, aucun avertissement de sécurité" },
    otherwise: {
      en: "Send us AWS's findings: `aws accessanalyzer validate-policy`.",
      fr: "Envoyez-nous ce que trouve AWS : `aws accessanalyzer validate-policy`.",
    },
    owner: "bug",
  },
  "topics-allow-cloudwatch": {
    says: {
      en: "CloudWatch may publish to a topic whose policy allows it, as AWS's default policy does",
      fr: "CloudWatch peut publier sur un sujet dont la politique le permet, comme celle par défaut d'AWS",
    },
    source: "Example cases for Amazon SNS access control",
    carries: DELIVERY,
    expected: { en: "every topic allows it", fr: "tous les sujets le permettent" },
    otherwise: { en: "Follow docs/alarm-delivery.md.", fr: "Suivez docs/alarm-delivery.fr.md." },
    owner: "aws",
    emulated: true,
  },
  "keys-allow-cloudwatch": {
    says: {
      en: "CloudWatch may publish to an encrypted topic whose key's policy allows it",
      fr: "CloudWatch peut publier sur un sujet chiffré si la politique de sa clé le permet",
    },
    source: "Key management (Amazon SNS Developer Guide)",
    carries: DELIVERY,
    expected: { en: "every key allows it", fr: "toutes les clés le permettent" },
    otherwise: { en: "Follow docs/alarm-delivery.md.", fr: "Suivez docs/alarm-delivery.fr.md." },
    owner: "aws",
  },
  "addresses-confirmed": {
    says: {
      en: "SNS sends nothing to an unconfirmed address, and deletes it after 48 hours",
      fr: "SNS n'envoie rien à une adresse qui n'a pas confirmé, et la supprime après 48 heures",
    },
    source: "What's New, May 2023: deletion of unconfirmed subscriptions",
    carries: DELIVERY,
    expected: {
      en: "each topic has a subscriber, and all are confirmed",
      fr: "chaque sujet a un abonné, et tous ont confirmé",
    },
    otherwise: {
      en: "Set `alarmEmails`, or add a subscriber to the topic; `npx piste doctor` names the addresses to confirm: docs/alarm-delivery.md.",
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
      en: "tests of the synthesized stacks hold for the deployed ones",
      fr: "les tests des piles synthétisées valent pour celles qui sont déployées",
    },
    expected: { en: "no change", fr: "aucun changement" },
    otherwise: {
      en: "Look at `npx cdktf diff`, then deploy. A deployment also undoes changes made by hand.",
      fr: "Regardez `npx cdktf diff`, puis déployez. Un déploiement défait aussi les changements faits à la main.",
    },
    owner: "operator",
  },
  "silence-rings": {
    says: {
      en: "refresher-silent rings when the schedule stops",
      fr: "refresher-silent sonne quand la planification s'arrête",
    },
    source: "Using Amazon CloudWatch alarms",
    carries: {
      en: "a stopped refresher is reported",
      fr: "l'arrêt du rafraîchisseur est signalé",
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
      en: "Lambda counts each event that it drops in AsyncEventsDropped",
      fr: "Lambda compte dans AsyncEventsDropped chaque événement qu'il a abandonné",
    },
    source: "Types of metrics for Lambda functions",
    carries: {
      en: "refresher-failing rings when Lambda has no room for a run",
      fr: "refresher-failing sonne quand Lambda n'a pas de place pour une exécution",
    },
    expected: { en: "only visible during a failure", fr: "visible seulement lors d'une panne" },
    otherwise: REPORT,
    owner: "bug",
  },
  "windows-slide": {
    says: {
      en: "CloudWatch evaluates alarms each minute on a sliding window, even with longer periods",
      fr: "CloudWatch évalue les alarmes chaque minute, sur une fenêtre glissante, même pour de longues périodes",
    },
    source: "Using Amazon CloudWatch alarms",
    carries: {
      en: "the times to the first ring in docs/reliability.md",
      fr: "les délais de la première alerte dans docs/reliability.md",
    },
    expected: { en: "only visible during a failure", fr: "visible seulement lors d'une panne" },
    otherwise: REPORT,
    owner: "bug",
  },
} as const satisfies Record<string, AwsFact>;

/** Further facts that a whole run of prove-on-aws observes. Its second plan counts for `plan-unchanged`. */
export const SEEN_BY_RUN = {
  deployed: "The application is deployed",
  "token-fetched": "The deployed function fetches a token from PISTE's sandbox",
  "api-called": "An API of Chorus Pro accepts that token and a technical account",
  "nothing-left": "Nothing is left by tag and by name after the destruction",
} as const;
export const IDS_SEEN_BY_RUN = Object.keys(SEEN_BY_RUN) as (keyof typeof SEEN_BY_RUN)[];

export type FactId = keyof typeof AWS_FACTS;
export const FACT_IDS = Object.keys(AWS_FACTS) as FactId[];
export const factOf = (id: FactId): AwsFact => AWS_FACTS[id];
