/**
 * The official guide « Réussir son raccordement Chorus Pro en mode API OAuth2 » as data, in our own words: its steps,
 * who does each, where, with which fields, and what software can see of it. The doctor, its page and the onboarding
 * document are made from it.
 */
import type { Environment } from "./environments";
import type { Text } from "./language";

export type GuideStepId = "Q1" | "Q2" | "Q3" | "Q4" | "Q5" | "Q6" | "Q7" | "P1" | "P2" | "P3" | "P4" | "P5";

/** Who does it: a person on PISTE's portal, a person on Chorus Pro's, whoever operates this. */
export type StepActor = "piste-portal" | "chorus-pro" | "operator";

/** The people as they are spoken of, with the place where they do it. */
export const ACTORS: Readonly<Record<StepActor, Text>> = {
  "piste-portal": {
    en: "the holder of the PISTE account, on the PISTE portal",
    fr: "le titulaire du compte PISTE, sur le portail PISTE",
  },
  "chorus-pro": {
    en: "the structure's gestionnaire principal, on Chorus Pro",
    fr: "le gestionnaire principal de la structure, sur Chorus Pro",
  },
  operator: { en: "the technical team, in a terminal", fr: "l'équipe technique, dans un terminal" },
};

export interface FormField {
  /** As the portal writes it; the portals are in French. */
  readonly label: string;
  /** What to put there. */
  readonly value: Text;
}

export interface GuideStep {
  readonly id: GuideStepId;
  readonly title: Text;
  readonly actor: StepActor;
  /** The portal and the way to the form. */
  readonly where: Text;
  /** Who begins, and where, when two people share the step; `actor` and `where` then say who ends it. */
  readonly firstBy?: Pick<GuideStep, "actor" | "where">;
  /** What is done there, besides filling in the form. */
  readonly what: readonly Text[];
  /** The fields of the form, in its order. */
  readonly form?: readonly FormField[];
  /** What has to be there before. */
  readonly before: readonly Text[];
  /** What the doctor can see of it, and through what. */
  readonly seenBy: Text;
  /** What else the guide points to. */
  readonly link?: string;
}

export const PORTALS = {
  piste: "https://piste.gouv.fr",
  "chorus-pro": { qualif: "https://qualif.chorus-pro.gouv.fr", prod: "https://portail.chorus-pro.gouv.fr" },
} as const;

const COMMUNITY = "https://communaute.chorus-pro.gouv.fr/documentation";

/** The pages to which the guide sends its reader. */
export const GUIDE_LINKS = {
  technicalAccount: `${COMMUNITY}/creation-dun-compte-technique-pour-un-acces-api-en-production/`,
  developers: `${COMMUNITY}/aides-aux-developpeurs-api-en-mode-oauth2/`,
  qualification: `${COMMUNITY}/environnement-de-qualification-du-portail-de-services-chorus-pro/`,
} as const;

/** What those pages call themselves. */
const GUIDE_LINK_TITLES: Readonly<Record<keyof typeof GUIDE_LINKS, string>> = {
  technicalAccount: "Création d'un compte technique pour un accès API en Production",
  developers: "Aides aux développeurs API en mode OAuth2",
  qualification: "Environnement de qualification du portail de services Chorus Pro",
};

/** What the page at that address calls itself; of another address, the address. */
export function linkTitle(address: string): string {
  const names = Object.keys(GUIDE_LINKS) as (keyof typeof GUIDE_LINKS)[];
  const name = names.find((each) => GUIDE_LINKS[each] === address);
  return name === undefined ? address : GUIDE_LINK_TITLES[name];
}

/** Who does the step and where, one after the other. */
export function handsOf({ actor, where, firstBy }: GuideStep): readonly Pick<GuideStep, "actor" | "where">[] {
  return firstBy === undefined ? [{ actor, where }] : [firstBy, { actor, where }];
}

const PISTE_APPLICATIONS: Text = {
  en: `${PORTALS.piste}, Applications`,
  fr: `${PORTALS.piste}, onglet « Applications »`,
};

const ENTRY: Readonly<Record<Environment, Text>> = {
  qualif: { en: "sandbox", fr: "du bac à sable (sandbox)" },
  prod: { en: "production", fr: "de production" },
};

const selectingApis = (environment: Environment): Pick<GuideStep, "where" | "what" | "seenBy" | "actor"> => ({
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

const DECLARE: readonly Text[] = [
  {
    en: "Under « Gérer raccordement API », declare a new subscription (« abonnement »): one for each structure and application.",
    fr: "Dans « Gérer raccordement API », déclarez un nouvel abonnement : un par structure et par application.",
  },
];

const raccordementForm = (structure: Text, application: Text): readonly FormField[] => [
  { label: "Structure", value: structure },
  { label: "Nom de l'application", value: application },
  { label: "Type d'utilisation", value: { en: "what you use the API for", fr: "l'usage que vous faites de l'API" } },
  {
    label: "Information du contact technique",
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

const technicalAccountForm = (environment: Environment): Text => ({
  en: `${PORTALS["chorus-pro"][environment]}, as the structure's gestionnaire principal, ${TECHNICAL_ACCOUNT_FORM.en}`,
  fr: `${PORTALS["chorus-pro"][environment]}, en tant que gestionnaire principal de la structure, ${TECHNICAL_ACCOUNT_FORM.fr}`,
});

const TECHNICAL_ACCOUNT: Pick<GuideStep, "actor" | "what" | "seenBy" | "link"> = {
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

const STORE: Pick<GuideStep, "actor" | "where" | "seenBy"> = {
  actor: "operator",
  where: { en: "a terminal, with AWS credentials", fr: "un terminal, avec des droits AWS" },
  seenBy: {
    en: "the secrets, the refresher's latest run, the token and the answers of the APIs",
    fr: "les secrets, la dernière exécution du rafraîchisseur, le jeton et les réponses des API",
  },
};

const storing = (environment: Environment): readonly Text[] => [
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

export const GUIDE: Readonly<Record<Environment, readonly GuideStep[]>> = {
  qualif: [
    {
      id: "Q1",
      title: { en: "PISTE account", fr: "Compte PISTE" },
      actor: "piste-portal",
      where: { en: `${PORTALS.piste}, « Inscription »`, fr: `${PORTALS.piste}, onglet « Inscription »` },
      what: [
        {
          en: "Register. This account is not your Chorus Pro account; login and password may differ.",
          fr: "Inscrivez-vous. Ce compte n'est pas votre compte Chorus Pro ; identifiant et mot de passe peuvent être différents.",
        },
        {
          en: "Then follow the link of the mail that comes: an account that is not activated is probably deleted after five days.",
          fr: "Suivez ensuite le lien du message reçu : un compte qui n'est pas activé est probablement supprimé au bout de cinq jours.",
        },
      ],
      form: [
        {
          label: "Nom de l'organisation",
          value: {
            en: "« Universelle », as the APIs of Chorus Pro ask",
            fr: "« Universelle », comme le demandent les API de Chorus Pro",
          },
        },
        {
          label: "Email",
          value: {
            en: "a shared mailbox is wiser than a person's: announcements go there, and the SANDBOX application is named after it",
            fr: "une boîte partagée vaut mieux qu'une adresse personnelle : les annonces y arrivent, et l'application SANDBOX porte son nom",
          },
        },
      ],
      before: [],
      seenBy: { en: "a token", fr: "l'obtention d'un jeton" },
    },
    {
      id: "Q2",
      title: { en: "SANDBOX application", fr: "Application SANDBOX" },
      actor: "piste-portal",
      where: PISTE_APPLICATIONS,
      what: [
        {
          en: "Nothing to do: PISTE makes it once the account is activated, as `APP_SANDBOX_<e-mail of the account>`. Its name goes into `pisteApplicationName` of the configuration.",
          fr: "Rien à faire : PISTE crée l'application une fois le compte activé, sous le nom `APP_SANDBOX_<adresse du compte>`. Son nom va dans `pisteApplicationName` de la configuration.",
        },
      ],
      before: [{ en: "the account is activated", fr: "le compte est activé" }],
      seenBy: {
        en: "`pisteApplicationName`, when the configuration has it, and a token",
        fr: "`pisteApplicationName`, si la configuration l'indique, et l'obtention d'un jeton",
      },
    },
    {
      id: "Q3",
      title: { en: "APIs selected, CGU accepted", fr: "API sélectionnées, CGU acceptées" },
      ...selectingApis("qualif"),
      before: [{ en: "the SANDBOX application", fr: "l'application SANDBOX" }],
    },
    {
      id: "Q4",
      title: { en: "Qualification data set", fr: "Matelas de données de qualification" },
      actor: "chorus-pro",
      where: {
        en: `${PORTALS["chorus-pro"].qualif}, with a user account made there for that purpose`,
        fr: `${PORTALS["chorus-pro"].qualif}, avec un compte utilisateur créé là à cette fin`,
      },
      what: [
        {
          en: "Ask for a data set (« matelas de données »): structures cannot be created there, tests use those of the set.",
          fr: "Demandez un matelas de données : on ne crée pas de structure sur ce portail, les essais se font avec celles du matelas.",
        },
        {
          en: "Keep of it: a supplier structure, its fictitious SIRET and the login of its gestionnaire principal, who does Q5 and Q6. The SIRET goes into `technicalAccounts` of the configuration.",
          fr: "Retenez-en : une structure fournisseur, son SIRET fictif et l'identifiant de son gestionnaire principal, qui fait Q5 et Q6. Le SIRET va dans `technicalAccounts` de la configuration.",
        },
      ],
      before: [],
      seenBy: { en: "nothing: confirm it by hand", fr: "rien : à confirmer à la main" },
      link: GUIDE_LINKS.qualification,
    },
    {
      id: "Q5",
      title: { en: "Raccordement", fr: "Raccordement" },
      actor: "chorus-pro",
      where: {
        en: `${PORTALS["chorus-pro"].qualif}, domain « Raccordements » (« Accéder au domaine »), « API » (« Accéder »), « Gérer raccordement API »`,
        fr: `${PORTALS["chorus-pro"].qualif}, domaine « Raccordements » (« Accéder au domaine »), application « API » (« Accéder »), onglet « Gérer raccordement API »`,
      },
      what: DECLARE,
      form: raccordementForm(
        { en: "the data set's", fr: "celle du matelas de données" },
        {
          en: "the SANDBOX application's, `APP_SANDBOX_…`, to the letter",
          fr: "celui de l'application SANDBOX, `APP_SANDBOX_…`, à la lettre",
        },
      ),
      before: [
        { en: "the SANDBOX application with its APIs", fr: "l'application SANDBOX et ses API" },
        { en: "the qualification data set", fr: "le matelas de données" },
      ],
      seenBy: {
        en: "a call with the technical account, so only after Q6: refused with 403 while it is missing",
        fr: "un appel avec le compte technique, donc après Q6 seulement : refusé avec le statut 403 tant qu'il manque",
      },
    },
    {
      id: "Q6",
      title: { en: "Technical account", fr: "Compte technique" },
      ...TECHNICAL_ACCOUNT,
      where: technicalAccountForm("qualif"),
      before: [{ en: "the qualification data set", fr: "le matelas de données" }],
    },
    {
      id: "Q7",
      title: {
        en: "Credentials stored, token refreshed, APIs called",
        fr: "Valeurs enregistrées, jeton obtenu, API appelées",
      },
      ...STORE,
      what: storing("qualif"),
      before: [
        {
          en: "Q1 and Q2 for a token; Q3, Q5 and Q6 for a call",
          fr: "Q1 et Q2 pour un jeton ; Q3, Q5 et Q6 pour un appel",
        },
      ],
      link: GUIDE_LINKS.developers,
    },
  ],
  prod: [
    {
      id: "P1",
      title: { en: "Production application", fr: "Application de production" },
      actor: "piste-portal",
      where: PISTE_APPLICATIONS,
      what: [
        {
          en: "Create an application: the SANDBOX one is for qualification only.",
          fr: "Créez une application : l'application SANDBOX ne sert qu'à la qualification.",
        },
      ],
      form: [
        {
          label: "Nom de l'application",
          value: {
            en: "unique; the raccordement (P4) asks for it. It goes into `pisteApplicationName` of the configuration",
            fr: "unique ; le raccordement (P4) le demandera. Il va dans `pisteApplicationName` de la configuration",
          },
        },
        {
          label: "Email",
          value: {
            en: "of whoever is responsible for the application; a shared mailbox is wiser than a person's",
            fr: "celui du responsable de l'application ; une boîte partagée vaut mieux qu'une adresse personnelle",
          },
        },
        {
          label: "Le responsable de l'application",
          value: {
            en: "a person whom the teams of Chorus Pro and PISTE can reach",
            fr: "une personne que les équipes de Chorus Pro et de PISTE peuvent joindre",
          },
        },
        {
          label: "Information sur la structure",
          value: { en: "the structure's SIRET, the real one", fr: "le SIRET de la structure, le vrai" },
        },
      ],
      before: [
        {
          en: "an activated PISTE account: qualification's serves for production too",
          fr: "un compte PISTE activé : celui de la qualification sert aussi pour la production",
        },
      ],
      seenBy: {
        en: "`pisteApplicationName` and the structures in the configuration, compared with qualif, and a token",
        fr: "`pisteApplicationName` et les structures de la configuration, comparés à la qualification, et l'obtention d'un jeton",
      },
    },
    {
      id: "P2",
      title: { en: "APIs selected, CGU accepted", fr: "API sélectionnées, CGU acceptées" },
      ...selectingApis("prod"),
      before: [{ en: "the production application", fr: "l'application de production" }],
    },
    {
      id: "P3",
      title: {
        en: "« Raccordements EDI et API » space, habilitations",
        fr: "Espace « Raccordements EDI et API », habilitations",
      },
      actor: "chorus-pro",
      where: {
        en: `${PORTALS["chorus-pro"].prod}, as the structure's gestionnaire principal`,
        fr: `${PORTALS["chorus-pro"].prod}, en tant que gestionnaire principal de la structure`,
      },
      what: [
        {
          en: "Open the space « Raccordements EDI et API » for the structure and get the habilitations on it: if it is not in the menu, they are missing.",
          fr: "Ouvrez l'espace « Raccordements EDI et API » pour la structure et obtenez les habilitations sur cet espace : s'il n'apparaît pas dans le menu, elles manquent.",
        },
      ],
      before: [],
      seenBy: {
        en: "a call with the technical account, as P4",
        fr: "un appel avec le compte technique, comme P4",
      },
    },
    {
      id: "P4",
      title: { en: "Raccordement in production", fr: "Raccordement en production" },
      actor: "chorus-pro",
      where: {
        en: `${PORTALS["chorus-pro"].prod}, « Raccordements EDI et API », « Gérer raccordement API »`,
        fr: `${PORTALS["chorus-pro"].prod}, espace « Raccordements EDI et API », onglet « Gérer raccordement API »`,
      },
      what: DECLARE,
      form: raccordementForm(
        { en: "the one to connect", fr: "celle à raccorder" },
        {
          en: "the production application's, to the letter; a SANDBOX application cannot be entered",
          fr: "celui de l'application de production, à la lettre ; une application SANDBOX ne peut pas être saisie",
        },
      ),
      before: [
        { en: "the production application", fr: "l'application de production" },
        {
          en: "the space, open for the structure, and the habilitations on it",
          fr: "l'espace ouvert pour la structure, et les habilitations sur cet espace",
        },
      ],
      seenBy: {
        en: "a call with the technical account, so only after P5: refused with 403 while it is missing",
        fr: "un appel avec le compte technique, donc après P5 seulement : refusé avec le statut 403 tant qu'il manque",
      },
    },
    {
      id: "P5",
      title: {
        en: "Technical account, credentials stored, token refreshed, APIs called",
        fr: "Compte technique, valeurs enregistrées, jeton obtenu, API appelées",
      },
      ...STORE,
      firstBy: { actor: TECHNICAL_ACCOUNT.actor, where: technicalAccountForm("prod") },
      what: [...TECHNICAL_ACCOUNT.what, ...storing("prod")],
      before: [{ en: "P1 for a token; P2, P3 and P4 for a call", fr: "P1 pour un jeton ; P2, P3 et P4 pour un appel" }],
      link: GUIDE_LINKS.technicalAccount,
    },
  ],
};
