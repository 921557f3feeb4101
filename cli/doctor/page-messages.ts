/** The page's own texts. */
import { GUIDE_TITLE } from "../../piste/guide";
import type { Text } from "../../piste/language";
import type { StepStatus } from "./report";

export const MESSAGES = {
  title: { en: "Connection to Chorus Pro through PISTE", fr: "Raccordement à Chorus Pro par PISTE" },
  skip: { en: "To the steps", fr: "Aller aux étapes" },
  environment: { en: "Environment", fr: "Environnement" },
  application: { en: "Deployed application", fr: "Application déployée" },
  applications: { en: "Deployed applications", fr: "Applications déployées" },
  onPiste: { en: "PISTE application", fr: "Application PISTE" },
  severalOnPiste: { en: "PISTE applications", fr: "Applications PISTE" },
  structure: { en: "Structure", fr: "Structure" },
  structures: { en: "Structures", fr: "Structures" },
  none: { en: "none", fr: "aucune" },
  made: { en: "Seen on", fr: "État au" },
  local: {
    en: "Local trial: this page is about an emulated AWS and a local PISTE, nothing real.",
    fr: "Essai local : cette page porte sur un AWS émulé et un PISTE local, rien de réel.",
  },
  summary: { en: "Summary", fr: "Où en est-on ?" },
  ready: {
    en: "Everything is in place: a token is obtained and the APIs accept the calls.",
    fr: "Tout est en place : un jeton est obtenu et les API acceptent les appels.",
  },
  begin: {
    en: "To act first, if nothing is done yet:",
    fr: "Si rien n'est encore fait, c'est d'abord au tour de :",
  },
  afterwards: { en: "To act next:", fr: "Ensuite, au tour de :" },
  turn: { en: "To act now:", fr: "C'est maintenant au tour de :" },
  meanwhile: {
    en: "Meanwhile, if not done already:",
    fr: "Et sans attendre, si ce n'est pas déjà fait :",
  },
  wait: { en: "Only wait for", fr: "Il suffit d'attendre pour" },
  toConfirm: {
    en: "cannot be seen from here: tell the technical team once it is done. The other steps do not wait for it.",
    fr: "ne peut pas être constatée d'ici : dites à l'équipe technique qu'elle est faite. Les autres étapes ne l'attendent pas.",
  },
  severalToConfirm: {
    en: "cannot be seen from here: tell the technical team once they are done. The other steps do not wait for them.",
    fr: "ne peuvent pas être constatées d'ici : dites à l'équipe technique qu'elles sont faites. Les autres étapes ne les attendent pas.",
  },
  nobody: {
    en: "The checks at the end of the page show the obstacle.",
    fr: "Les vérifications, en fin de page, disent ce qui bloque.",
  },
  people: { en: "Who does what", fr: "Qui fait quoi" },
  peopleNote: {
    en: "Find your steps here; the details are below. When a step is done, tell the technical team: it makes this page again.",
    fr: "Chacun trouve ici ses étapes ; le détail est plus bas. Quand une étape est faite, prévenez l'équipe technique : elle refait cette page.",
  },
  unknownWord: { en: "A word that you do not know?", fr: "Un mot inconnu ?" },
  toWords: { en: "Words are explained at the end of the page.", fr: "Les mots sont expliqués en fin de page." },
  steps: { en: "The steps, in order", fr: "Les étapes, dans l'ordre" },
  guide: {
    en: `The official guide is « ${GUIDE_TITLE} ».`,
    fr: `Le guide officiel est « ${GUIDE_TITLE} ».`,
  },
  next: { en: "To do:", fr: "À faire :" },
  forTeam: { en: "For the technical team:", fr: "Pour l'équipe technique :" },
  tell: { en: "Done? Tell the technical team.", fr: "C'est fait ? Prévenez l'équipe technique." },
  kept: {
    en: "A technical account is stored: do not create another. A later check shows whether Chorus Pro accepts it.",
    fr: "Un compte technique est enregistré : n'en créez pas d'autre. Une vérification ultérieure dira si Chorus Pro l'accepte.",
  },
  perhapsDone: {
    en: "perhaps done already; if not, each can be done as soon as its line “Before you start” is fulfilled.",
    fr: "peut-être déjà faites ; sinon, on peut les faire dès que leur ligne « Ce qu'il faut avant » est remplie.",
  },
  colon: { en: ":", fr: " :" },
  status: { en: "Status:", fr: "État :" },
  heading: { en: "In the official guide", fr: "Dans le guide officiel" },
  who: { en: "Who", fr: "Qui" },
  then: { en: "then", fr: "puis" },
  where: { en: "Where", fr: "Où" },
  before: { en: "Before you start", fr: "Ce qu'il faut avant" },
  doing: { en: "To do there", fr: "Ce qu'on y fait" },
  form: { en: "Fields of the form", fr: "Champs du formulaire" },
  absent: { en: "tell the technical team what you entered", fr: "à dire à l'équipe technique" },
  differs: {
    en: "The filled-in values come from the technical team. If yours differ, enter yours and tell the team.",
    fr: "Les valeurs déjà remplies viennent de l'équipe technique. Si les vôtres sont différentes, saisissez les vôtres et dites-le-lui.",
  },
  seenByTeam: { en: "the technical team sees it", fr: "l'équipe technique le voit" },
  unseenByTeam: {
    en: "the technical team cannot see it: tell the team",
    fr: "l'équipe technique ne le voit pas : dites-le-lui",
  },
  seenBy: { en: "How it is seen", fr: "Comment cela se voit" },
  link: { en: "Official page", fr: "Page officielle" },
  seenFrom: { en: "seen from", fr: "vu depuis" },
  here: { en: "the technical team's computer", fr: "l'ordinateur de l'équipe technique" },
  aws: { en: "the function in AWS", fr: "la fonction dans AWS" },
  confirmed: { en: "Confirmed on", fr: "Confirmé le" },
  password: { en: "The technical account's password", fr: "Mot de passe du compte technique" },
  passwords: { en: "The technical accounts' passwords", fr: "Mots de passe des comptes techniques" },
  account: { en: "Account", fr: "Compte" },
  setOn: { en: "Set on", fr: "Défini le" },
  storedOn: { en: "Stored on", fr: "Enregistré le" },
  renewBy: { en: "To be renewed by", fr: "À renouveler au plus tard le" },
  left: { en: "Left", fr: "Reste" },
  itsPassword: { en: "Password", fr: "Mot de passe" },
  noPassword: { en: "not stored yet", fr: "pas encore enregistré" },
  notNoted: {
    en: "The day on which a password was set is not known: the time is counted from the day on which it was stored. If the password is older, tell the technical team the right day.",
    fr: "Le jour où un mot de passe a été défini n'a pas été noté : le délai est compté depuis son enregistrement. Si le mot de passe est plus ancien, indiquez la vraie date à l'équipe technique.",
  },
  handOver: {
    en: "Agree on a time with the technical team: the new password is shown once, the old one no longer works, and the technical team has to store the new one at once.",
    fr: "Convenez du moment avec l'équipe technique : le nouveau mot de passe ne s'affiche qu'une fois, l'ancien ne marche plus, et l'équipe technique doit enregistrer le nouveau aussitôt.",
  },
  notes: { en: "Remarks, for the technical team", fr: "À noter, pour l'équipe technique" },
  layers: { en: "The checks, for the technical team", fr: "Les vérifications, pour l'équipe technique" },
  layersSummary: { en: "Results, layer by layer", fr: "Résultats, couche par couche" },
  again: { en: "To make this page again:", fr: "Pour refaire cette page :" },
  legend: { en: "Meaning of the statuses", fr: "Sens des états" },
  glossary: { en: "Meaning of the words", fr: "Sens des mots" },
  questions: {
    en: "Any questions? About this page, its words and its commands: ask the technical team, or the person who sent it to you. About a screen of a portal, or a right that is missing there: ask the support of that portal, https://piste.gouv.fr, or https://portail.chorus-pro.gouv.fr for Chorus Pro. Never send them a password or a client secret.",
    fr: "Une question ? Sur cette page, ses mots et ses commandes : à l'équipe technique, ou à la personne qui vous l'a envoyée. Sur un écran d'un portail, ou un droit qui y manque : au support de ce portail, https://piste.gouv.fr, ou https://portail.chorus-pro.gouv.fr pour Chorus Pro. Ne lui envoyez jamais de mot de passe ni de secret client.",
  },
  footer: {
    en: "This page contains no secrets. It shows the state at the time it was made: after a step, ask the technical team to make it again.",
    fr: "Cette page ne contient rien de secret. Elle dit l'état du moment où elle a été faite : après une étape, demandez à l'équipe technique de la refaire.",
  },
} as const satisfies Record<string, Text>;

/** Shown beside the status, never alone. */
export const SIGNS: Readonly<Record<StepStatus, string>> = {
  done: "✓",
  missing: "!",
  "not-seen-yet": "…",
  "not-reached": "–",
  "by-hand": "✎",
  "not-needed": "–",
};
