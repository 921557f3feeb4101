/** What the page says of its own. */
import type { Text } from "../../piste/language";
import type { StepStatus } from "./report";

export const MESSAGES = {
  title: { en: "Connection to Chorus Pro through PISTE", fr: "Raccordement à Chorus Pro par PISTE" },
  skip: { en: "To the steps", fr: "Aller aux étapes" },
  environment: { en: "Environment", fr: "Environnement" },
  application: { en: "Application", fr: "Application" },
  applications: { en: "Applications", fr: "Applications" },
  none: { en: "none was found", fr: "aucune n'a été trouvée" },
  made: { en: "Seen on", fr: "État au" },
  local: {
    en: "Local trial: an emulated AWS and a PISTE of one machine were looked at, nothing real.",
    fr: "Essai local : l'AWS émulé et le PISTE d'une machine ont été examinés, rien de réel.",
  },
  summary: { en: "Where things stand", fr: "Où en est-on ?" },
  ready: {
    en: "Everything is in place: a token is obtained and the APIs accept the calls.",
    fr: "Tout est en place : un jeton est obtenu et les API acceptent les appels.",
  },
  begin: { en: "Who has nothing yet begins with", fr: "Qui part de rien commence par" },
  turn: { en: "Now it is the turn of:", fr: "C'est maintenant au tour de :" },
  meanwhile: {
    en: "And without waiting, where it is not done already:",
    fr: "Et sans attendre, si ce n'est pas déjà fait :",
  },
  wait: { en: "It only takes waiting for", fr: "Il suffit d'attendre pour" },
  nobody: {
    en: "The checks at the end of the page say what is in the way.",
    fr: "Les vérifications, en fin de page, disent ce qui bloque.",
  },
  people: { en: "Who does what", fr: "Qui fait quoi" },
  operatorNote: {
    en: "Each finds their own lines here; the details are below. The commands (`npx …`) are for the technical team: tell it what is done, and it makes this page again.",
    fr: "Chacun trouve ici ses propres lignes ; le détail est plus bas. Les commandes (`npx …`) sont pour l'équipe technique : dites-lui ce qui est fait, elle refait cette page.",
  },
  steps: { en: "The steps, in order", fr: "Les étapes, dans l'ordre" },
  next: { en: "To do:", fr: "À faire :" },
  perhapsDone: {
    en: "Perhaps done already; if not, only the steps before it are to be waited for.",
    fr: "Peut-être déjà fait ; sinon, n'attendez que les étapes qu'il faut avant.",
  },
  what: { en: "What is done at this step", fr: "Ce qui se fait à cette étape" },
  status: { en: "Status:", fr: "État :" },
  heading: { en: "In the official guide", fr: "Dans le guide officiel" },
  who: { en: "Who", fr: "Qui" },
  then: { en: "then", fr: "puis" },
  where: { en: "Where", fr: "Où" },
  before: { en: "What it takes before", fr: "Ce qu'il faut avant" },
  doing: { en: "What to do", fr: "Ce qu'on y fait" },
  form: { en: "Fields of the form", fr: "Champs du formulaire" },
  field: { en: "Field", fr: "Champ" },
  value: { en: "What to enter", fr: "À saisir" },
  seenBy: { en: "What shows it", fr: "Comment cela se voit" },
  link: { en: "Official page", fr: "Page officielle" },
  seenFrom: { en: "Seen from", fr: "Vu depuis" },
  here: { en: "the computer on which this check was run", fr: "l'ordinateur où cette vérification a été lancée" },
  aws: { en: "the function in AWS", fr: "la fonction dans AWS" },
  confirmed: { en: "Confirmed on", fr: "Confirmé le" },
  notes: { en: "Worth a look", fr: "À noter" },
  layers: { en: "The checks, for the technical team", fr: "Les vérifications, pour l'équipe technique" },
  layersSummary: { en: "What was seen, layer by layer", fr: "Ce qui a été vu, couche par couche" },
  legend: { en: "What the statuses mean", fr: "Ce que veulent dire les états" },
  glossary: { en: "What the words mean", fr: "Ce que veulent dire les mots" },
  questions: {
    en: "Questions: about this page, its words and its commands, to the technical team, which made it. About a screen of a portal, or a right that is missing there, to the support of that portal: https://piste.gouv.fr, or https://portail.chorus-pro.gouv.fr for Chorus Pro. Never send it a password or a client secret.",
    fr: "Une question ? Sur cette page, ses mots et ses commandes : à l'équipe technique, qui l'a faite. Sur un écran d'un portail, ou un droit qui y manque : au support de ce portail, https://piste.gouv.fr, ou https://portail.chorus-pro.gouv.fr pour Chorus Pro. Ne lui envoyez jamais de mot de passe ni de secret client.",
  },
  footer: {
    en: "This page holds nothing secret. It says how things stood when it was made: after a step, ask the technical team to make it again.",
    fr: "Cette page ne contient rien de secret. Elle dit l'état du moment où elle a été faite : après une étape, demandez à l'équipe technique de la refaire.",
  },
} as const satisfies Record<string, Text>;

/** Beside the word, never instead of it. */
export const SIGNS: Readonly<Record<StepStatus, string>> = {
  done: "✓",
  missing: "!",
  "not-seen-yet": "…",
  "not-reached": "–",
  "by-hand": "✎",
  "not-needed": "–",
};
