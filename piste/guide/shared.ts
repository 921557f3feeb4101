/** What the steps of both environments have in common. */
import { byPlatform, type Environment } from "../environments";
import type { Text } from "../language";
import { type FormField, GUIDE_LINKS, type GuideStep, PORTALS } from "./step";

export const PISTE_APPLICATIONS: Text = {
  en: `${PORTALS.piste}, Applications`,
  fr: `${PORTALS.piste}, onglet « Applications »`,
};

const ENTRY: Readonly<Record<Environment, Text>> = byPlatform({
  qualif: { en: "sandbox", fr: "du bac à sable (sandbox)" },
  prod: { en: "production", fr: "de production" },
});

export const selectingApis = (environment: Environment): Pick<GuideStep, "where" | "what" | "seenBy" | "actor"> => ({
  actor: "piste-portal",
  where: {
    en: `${PORTALS.piste}, Applications, your application, « Modifier l'application »`,
    fr: `${PORTALS.piste}, onglet « Applications », votre application, « Modifier l'application »`,
  },
  what: [
    {
      en: `Tick the CGU (terms of use) of each API that you call: Factures, Structures, Utilisateurs and Transverses are four APIs. Each has an entry for each environment: here it is the ${ENTRY[environment].en} one that counts.`,
      fr: `Cochez les CGU de chaque API que vous appelez : Factures, Structures, Utilisateurs et Transverses sont quatre API. Chacune a une entrée par environnement : ici, c'est celle ${ENTRY[environment].fr} qui compte.`,
    },
    {
      en: "Select those APIs, then « Valider mes choix CGU », then « Sauvegarder l'application »: nothing takes effect before.",
      fr: "Sélectionnez ces API, puis cliquez sur « Valider mes choix CGU », puis sur « Sauvegarder l'application » : avant, rien n'est pris en compte.",
    },
  ],
  seenBy: {
    en: "a call of each API: refused with 403 while it is not selected",
    fr: "un appel de chaque API : refusé avec le statut 403 tant qu'elle n'est pas sélectionnée",
  },
});

export const DECLARE: readonly Text[] = [
  {
    en: "Under « Gérer raccordement API », declare a new subscription (« abonnement »): one for each structure and application.",
    fr: "Dans « Gérer raccordement API », déclarez un nouvel abonnement : un par structure et par application.",
  },
];

export const raccordementForm = (structure: Text, application: Text): readonly FormField[] => [
  { label: "Structure", value: structure, filledWith: "structure" },
  { label: "Nom de l'application", value: application, filledWith: "pisteApplicationName" },
  {
    label: "Type d'utilisation",
    filledWith: "usageType",
    value: { en: "what you use the API for", fr: "l'usage que vous faites de l'API" },
  },
  {
    label: "Information du contact technique",
    filledWith: "technicalContact",
    value: {
      en: "who is written to when something changes; a shared mailbox is wiser than a person's",
      fr: "qui prévenir d'un changement ; une boîte partagée vaut mieux qu'une adresse personnelle",
    },
  },
];

/** The way to its form: the community's article on setting a technical account's password anew. */
const TECHNICAL_ACCOUNT_FORM: Text = {
  en: "domain « Raccordements », « Compte technique »",
  fr: "domaine « Raccordements », application « Compte technique »",
};

export const technicalAccountForm = (environment: Environment): Text => ({
  en: `${PORTALS["chorus-pro"][environment]}, as the structure's gestionnaire principal, ${TECHNICAL_ACCOUNT_FORM.en}`,
  fr: `${PORTALS["chorus-pro"][environment]}, en tant que gestionnaire principal de la structure, ${TECHNICAL_ACCOUNT_FORM.fr}`,
});

export const TECHNICAL_ACCOUNT: Pick<GuideStep, "actor" | "what" | "seenBy" | "link"> = {
  actor: "chorus-pro",
  what: [
    {
      en: "Ask for the creation of a technical account for the structure. Its password is shown once: hand it over, or store it, at once. Its login has the form `TECH_<number>_<14 digits>@cpro.fr`, the digits being probably the structure's SIRET.",
      fr: "Demandez la création d'un compte technique pour la structure. Le mot de passe ne s'affiche qu'une fois : transmettez-le ou enregistrez-le aussitôt. L'identifiant a la forme `TECH_<nombre>_<14 chiffres>@cpro.fr`, ces chiffres étant probablement le SIRET de la structure.",
    },
    {
      en: "It can probably be used about 30 minutes later only. Five wrong passwords probably lock it for an hour.",
      fr: "Le compte n'est probablement utilisable qu'une trentaine de minutes plus tard. Cinq mots de passe faux le bloquent probablement pour une heure.",
    },
    {
      en: "The password must be changed every 424 days, on the portal, by the gestionnaire principal only: note the day.",
      fr: "Le mot de passe doit être changé tous les 424 jours, sur le portail, par le seul gestionnaire principal : notez la date.",
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
  where: { en: "a terminal, with AWS credentials", fr: "un terminal, avec des droits AWS" },
  seenBy: {
    en: "the secrets, the refresher's latest run, the token and the answers of the APIs",
    fr: "les secrets, la dernière exécution du rafraîchisseur, le jeton et les réponses des API",
  },
};

export const storing = (environment: Environment): readonly Text[] => [
  {
    en: `\`npx cdktf deploy ${environment}\` makes the secrets, empty.`,
    fr: `\`npx cdktf deploy ${environment}\` crée les secrets, vides.`,
  },
  {
    en: `\`npx piste credentials set ${environment} client\` stores the application's OAuth2 pair (not the API key pair), tests it and fetches the first token.`,
    fr: `\`npx piste credentials set ${environment} client\` enregistre la paire OAuth2 de l'application (pas la paire « clé d'API »), l'essaie et obtient le premier jeton.`,
  },
  {
    en: `\`npx piste credentials set ${environment} technical-account\` stores the technical account and tests it; with \`--account\` when there are several.`,
    fr: `\`npx piste credentials set ${environment} technical-account\` enregistre le compte technique et l'essaie ; avec \`--account\` s'il y en a plusieurs.`,
  },
  {
    en: `\`npx piste doctor ${environment}\` says what is still missing.`,
    fr: `\`npx piste doctor ${environment}\` dit ce qui manque encore.`,
  },
];
