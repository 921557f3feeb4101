/** Texts that the steps of both environments share. */
import { byPlatform, type Environment } from "../environments";
import type { Text } from "../language";
import { type FormField, GUIDE_LINKS, type GuideStep, type GuideStepId, linkTitle, PORTALS } from "./step";

export const PISTE_APPLICATIONS: Text = {
  en: `${PORTALS.piste}, Applications`,
  fr: `${PORTALS.piste}, onglet « Applications »`,
};

const ENTRY: Readonly<Record<Environment, Text>> = byPlatform({
  qualif: { en: "sandbox", fr: "du bac à sable (sandbox)" },
  prod: { en: "production", fr: "de production" },
});

/** In production the guide puts the selection in P1's form. */
const SELECTION_FORM: Readonly<Record<Environment, Text>> = byPlatform({
  qualif: {
    en: "your application, « Modifier l'application »",
    fr: "votre application, « Modifier l'application »",
  },
  prod: {
    en: "the form that creates the application (P1), or later « Modifier l'application »",
    fr: "formulaire de création de l'application (P1), ou plus tard « Modifier l'application »",
  },
});

export const selectingApis = (environment: Environment): Pick<GuideStep, "where" | "what" | "seenBy" | "actor"> => ({
  actor: "piste-portal",
  where: {
    en: `${PISTE_APPLICATIONS.en}, ${SELECTION_FORM[environment].en}`,
    fr: `${PISTE_APPLICATIONS.fr}, ${SELECTION_FORM[environment].fr}`,
  },
  what: [
    {
      en: `Tick the CGU (terms of use) of the four APIs Factures, Structures, Utilisateurs and Transverses, unless the technical team names others. Each has an entry for each environment: tick the ${ENTRY[environment].en} entry here.`,
      fr: `Cochez les CGU des quatre API Factures, Structures, Utilisateurs et Transverses, sauf si l'équipe technique en indique d'autres. Chacune a une entrée par environnement : ici, c'est celle ${ENTRY[environment].fr} qui compte.`,
    },
    {
      en: "Select those APIs, then « Valider mes choix CGU », then « Sauvegarder l'application »: nothing takes effect before that.",
      fr: "Sélectionnez ces API, puis cliquez sur « Valider mes choix CGU », puis sur « Sauvegarder l'application » : avant, rien n'est pris en compte.",
    },
    // [fact: portal-labels]
    {
      en: "These labels are the guide's. On the portal they are probably « API », « Consentement CGU API » for the CGU, and « Appliquer les modifications » to save.",
      fr: "Ces libellés sont ceux du guide. Sur le portail, ce sont probablement « API », « Consentement CGU API » pour les CGU, et « Appliquer les modifications » pour sauvegarder.",
    },
    NO_API_SUBSCRIBED,
  ],
  seenBy: {
    en: "a call of each API: refused with 403 while it is not selected",
    fr: "un appel de chaque API : refusé avec le statut 403 tant qu'elle n'est pas sélectionnée",
  },
});

/** Only the owner of the PISTE account sees the client credentials. */
export const HAND_OVER_CLIENT: Text = {
  en: "Open the application, « OAuth Credentials » (not « API Keys »): give its client id and client secret to the technical team, in a safe way agreed on with it (a shared password vault, for example), never in a message.",
  fr: "Ouvrez l'application, « OAuth Credentials » (et non « API Keys ») : donnez l'identifiant client et le secret client à l'équipe technique, par un moyen sûr convenu avec elle (un coffre de mots de passe partagé, par exemple), jamais par message.",
};

/** [fact: no-api-subscribed] Accepting the CGU selects no API. */
const NO_API_SUBSCRIBED: Text = {
  en: "If the portal says « Aucune API souscrite » although the CGU are accepted: select the APIs in the application once more, save it and wait a while; if it lasts, write to PISTE's support.",
  fr: "Si le portail affiche « Aucune API souscrite » alors que les CGU sont acceptées : sélectionnez de nouveau les API dans l'application, sauvegardez-la et attendez un moment ; si cela dure, écrivez au support de PISTE.",
};

/** [fact: account-before-raccordement] Two official pages disagree, so no order is imposed. */
export const eitherOrder = (other: GuideStepId): Text => {
  const page = `« ${linkTitle(GUIDE_LINKS.raccordement)} »`;
  return {
    en: `Before or after ${other}, as you like: the guide has the technical account created after the raccordement, the community's page ${page} makes it a prerequisite.`,
    fr: `Avant ou après ${other}, au choix : le guide fait créer le compte technique après le raccordement, la page ${page} de la communauté en fait un prérequis.`,
  };
};

export const DECLARE: Text = {
  en: "Under « Gérer raccordement API », declare a new subscription (« abonnement »): one for each structure and application.",
  fr: "Dans « Gérer raccordement API », déclarez un nouvel abonnement : un par structure et par application.",
};

export const raccordementForm = (structure: Text, application: Text): readonly FormField[] => [
  { label: "Structure", value: structure, filledWith: "structure" },
  { label: "Nom de l'application", value: application, filledWith: "pisteApplicationName" },
  {
    label: "Type d'utilisation",
    filledWith: "usageType",
    value: {
      en: "a name for your use of the API, such as « dépôt de factures »; if the form has a list, choose the closest entry",
      fr: "un intitulé de votre usage de l'API, par exemple « dépôt de factures » ; si le formulaire propose une liste, ce qui s'en approche",
    },
  },
  {
    label: "Information du contact technique",
    filledWith: "technicalContact",
    value: {
      en: "the person or the team that Chorus Pro can reach about the calls; prefer a shared mailbox",
      fr: "la personne ou l'équipe que Chorus Pro peut joindre au sujet des appels ; une boîte partagée vaut mieux qu'une adresse personnelle",
    },
  },
];

/** Source of this path: the community's article on resetting a technical account's password. */
const TECHNICAL_ACCOUNT_FORM: Text = {
  en: "domain « Raccordements », « Compte technique »",
  fr: "domaine « Raccordements », application « Compte technique »",
};

const GESTIONNAIRE: Readonly<Record<Environment, Text>> = byPlatform({
  qualif: {
    en: "as the data set's gestionnaire principal (Q4)",
    fr: "comme gestionnaire principal du matelas (Q4)",
  },
  prod: {
    en: "as the structure's gestionnaire principal",
    fr: "en tant que gestionnaire principal de la structure",
  },
});

/** On the qualification portal. */
export const LOGIN_OF_DATA_SET: Text = {
  en: "Log in with the login that Q4 gave, not with your own Chorus Pro account.",
  fr: "Connectez-vous avec l'identifiant que donne Q4, et non avec votre compte Chorus Pro.",
};

/** The portal, and the login to use. */
export const atChorusPro = (environment: Environment): Text => ({
  en: `${PORTALS["chorus-pro"][environment]}, ${GESTIONNAIRE[environment].en}`,
  fr: `${PORTALS["chorus-pro"][environment]}, ${GESTIONNAIRE[environment].fr}`,
});

export const technicalAccountForm = (environment: Environment): Text => ({
  en: `${atChorusPro(environment).en}, ${TECHNICAL_ACCOUNT_FORM.en}`,
  fr: `${atChorusPro(environment).fr}, ${TECHNICAL_ACCOUNT_FORM.fr}`,
});

export const TECHNICAL_ACCOUNT: Pick<GuideStep, "actor" | "what" | "seenBy" | "link"> = {
  actor: "chorus-pro",
  what: [
    {
      en: "Agree on a time with the technical team first: the password is shown once.",
      fr: "Convenez d'abord du moment avec l'équipe technique : le mot de passe ne s'affiche qu'une fois.",
    },
    {
      en: "Ask for the creation of a technical account for the structure. Give the technical team its login, its password and today's date at once, in the agreed safe way, never in a message. The login has the form `TECH_<number>_<14 digits>@cpro.fr`; the digits are probably the structure's SIRET.",
      fr: "Demandez la création d'un compte technique pour la structure. Transmettez aussitôt l'identifiant, le mot de passe et la date du jour à l'équipe technique, par le moyen sûr convenu avec elle, jamais par message. L'identifiant a la forme `TECH_<nombre>_<14 chiffres>@cpro.fr`, ces chiffres étant probablement le SIRET de la structure.",
    },
    // [fact: account-rights]
    {
      en: "It probably has the rights of its gestionnaire on all structures that this person manages, not on one: its password opens all of them.",
      fr: "Attention : il a probablement les droits de son gestionnaire sur toutes les structures que gère cette personne, et non sur une seule ; son mot de passe ouvre alors l'accès à toutes.",
    },
    {
      en: "It can probably be used only after about 30 minutes. Five wrong passwords probably lock it for an hour.",
      fr: "Le compte n'est probablement utilisable qu'une trentaine de minutes plus tard. Cinq mots de passe faux le bloquent probablement pour une heure.",
    },
    {
      en: "The password must be changed every 424 days, on the portal, by the gestionnaire principal only.",
      fr: "Le mot de passe doit être changé tous les 424 jours, sur le portail, par le seul gestionnaire principal.",
    },
  ],
  seenBy: {
    en: "a call with the account: answered with Chorus Pro's own 401 while the account is refused",
    fr: "un appel avec ce compte : Chorus Pro répond 401 tant que le compte est refusé",
  },
  link: GUIDE_LINKS.technicalAccount,
};

export const STORE: Pick<GuideStep, "actor" | "where" | "seenBy"> = {
  actor: "operator",
  where: {
    en: "a terminal, in the project's folder, with AWS credentials",
    fr: "un terminal, dans le dossier du projet, avec des droits AWS",
  },
  seenBy: {
    en: "the secrets, the refresher's latest run, the token and the answers of the APIs",
    fr: "les secrets, la dernière exécution du rafraîchisseur, le jeton et les réponses des API",
  },
};

export const STORED: Text = {
  en: "Credentials stored, token refreshed, APIs called",
  fr: "Identifiants enregistrés, jeton obtenu, API appelées",
};

export const storing = (environment: Environment): readonly Text[] => [
  {
    en: `\`npx cdktf deploy ${environment}\` creates the secrets, empty, unless they exist.`,
    fr: `\`npx cdktf deploy ${environment}\` crée les secrets, vides, s'ils n'existent pas déjà.`,
  },
  {
    en: `\`npx piste credentials set ${environment} client\` asks for the application's OAuth2 pair (not the API key pair), stores it, tests it and fetches the first token.`,
    fr: `\`npx piste credentials set ${environment} client\` demande les identifiants de l'application (« OAuth Credentials » sur le portail PISTE, et non « API Keys »), les enregistre, les essaie et obtient le premier jeton.`,
  },
  {
    en: `\`npx piste credentials set ${environment} technical-account\` asks for the technical account, stores it and tests it; with \`--account\` when there are several.`,
    fr: `\`npx piste credentials set ${environment} technical-account\` demande le compte technique, l'enregistre et l'essaie ; avec \`--account\` s'il y en a plusieurs.`,
  },
  {
    en: `\`npx piste doctor ${environment}\` says what is still missing; with \`--html raccordement.html\` it makes the page for colleagues.`,
    fr: `\`npx piste doctor ${environment}\` dit ce qui manque encore ; avec \`--html raccordement.html\`, il fait la page pour les collègues.`,
  },
];
