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

export interface GuideStep {
  readonly id: GuideStepId;
  readonly title: Text;
  readonly actor: StepActor;
  /** The portal and the way to the form. */
  readonly where: Text;
  /** What is done there, with the fields of the form. */
  readonly what: readonly Text[];
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

const PISTE_APPLICATIONS: Text = {
  en: `${PORTALS.piste}, Applications`,
  fr: `${PORTALS.piste}, onglet « Applications »`,
};

const SELECT_APIS: Pick<GuideStep, "where" | "what" | "seenBy" | "actor"> = {
  actor: "piste-portal",
  where: {
    en: `${PORTALS.piste}, Applications, your application, « Modifier l'application »`,
    fr: `${PORTALS.piste}, onglet « Applications », votre application, « Modifier l'application »`,
  },
  what: [
    {
      en: "Tick the CGU of each API that you call: Factures, Structures, Utilisateurs and Transverses are four APIs.",
      fr: "Cochez les CGU de chaque API que vous appelez : Factures, Structures, Utilisateurs et Transverses sont quatre API.",
    },
    {
      en: "Select those APIs, then « Valider mes choix CGU » and « Sauvegarder l'application ».",
      fr: "Sélectionnez ces API, puis « Valider mes choix CGU » et « Sauvegarder l'application ».",
    },
  ],
  seenBy: {
    en: "a call of each API: refused with 403 while it is not selected",
    fr: "un appel de chaque API : refusé avec le statut 403 tant qu'elle n'est pas sélectionnée",
  },
};

const RACCORDEMENT_FIELDS: readonly Text[] = [
  { en: "« Structure »: the structure.", fr: "« Structure » : la structure." },
  {
    en: "« Type d'utilisation »: how you use the API.",
    fr: "« Type d'utilisation » : l'usage que vous faites de l'API.",
  },
  {
    en: "Technical contact: who is written to; a shared mailbox is wiser than a person's.",
    fr: "Contact technique : la personne à prévenir ; une boîte partagée vaut mieux qu'une adresse personnelle.",
  },
];

const TECHNICAL_ACCOUNT: Pick<GuideStep, "actor" | "what" | "seenBy" | "link"> = {
  actor: "chorus-pro",
  what: [
    {
      en: "The structure's gestionnaire principal creates a technical account for it. Its password is shown once: store it at once. Its login has the form TECH_<number>_<14 digits>@cpro.fr, and it can probably be used about 30 minutes later.",
      fr: "Le gestionnaire principal de la structure crée pour elle un compte technique. Le mot de passe ne s'affiche qu'une fois : enregistrez-le aussitôt. L'identifiant a la forme TECH_<nombre>_<14 chiffres>@cpro.fr ; le compte n'est probablement utilisable qu'une trentaine de minutes plus tard.",
    },
    {
      en: "Its password must be changed every 424 days, by the gestionnaire principal, on the portal.",
      fr: "Le mot de passe doit être changé tous les 424 jours, sur le portail, par le gestionnaire principal.",
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
    en: `\`npx piste credentials set ${environment} technical-account\` stores the technical account and tests it.`,
    fr: `\`npx piste credentials set ${environment} technical-account\` enregistre le compte technique et l'essaie.`,
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
          en: "Register, with « Universelle » as the organisation, and follow the link of the mail that comes: an account that is not activated is probably deleted after five days. A shared mailbox is wiser than a person's: announcements go there, and the application is named after it.",
          fr: "Inscrivez-vous, avec « Universelle » comme nom de l'organisation, et suivez le lien du message reçu : un compte qui n'est pas activé est probablement supprimé au bout de cinq jours. Une boîte partagée vaut mieux qu'une adresse personnelle : les annonces y arrivent, et l'application porte son nom.",
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
          en: "PISTE makes it with the account: APP_SANDBOX_<e-mail of the account>. Put its name into `pisteApplicationName`.",
          fr: "PISTE la crée avec le compte : APP_SANDBOX_<adresse du compte>. Reportez son nom dans `pisteApplicationName`.",
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
      ...SELECT_APIS,
      before: [{ en: "the SANDBOX application", fr: "l'application SANDBOX" }],
    },
    {
      id: "Q4",
      title: { en: "Qualification data set", fr: "Matelas de données de qualification" },
      actor: "chorus-pro",
      where: {
        en: "the community page on the qualification portal",
        fr: "la page de la communauté sur le portail de qualification",
      },
      what: [
        {
          en: "Ask for a data set (« matelas de données »): a supplier structure, its fictitious SIRET and the login of its gestionnaire principal. Put the SIRET into `technicalAccounts`.",
          fr: "Demandez un matelas de données : une structure fournisseur, son SIRET fictif et l'identifiant de son gestionnaire principal. Reportez le SIRET dans `technicalAccounts`.",
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
        en: `${PORTALS["chorus-pro"].qualif}, domain « Raccordements », « API », « Gérer raccordement API »`,
        fr: `${PORTALS["chorus-pro"].qualif}, domaine « Raccordements », application « API », onglet « Gérer raccordement API »`,
      },
      what: [
        ...RACCORDEMENT_FIELDS,
        {
          en: "« Nom de l'application »: the SANDBOX application's, APP_SANDBOX_…, to the letter.",
          fr: "« Nom de l'application » : celui de l'application SANDBOX, APP_SANDBOX_…, à la lettre.",
        },
      ],
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
      where: {
        en: `${PORTALS["chorus-pro"].qualif}, as the structure's gestionnaire principal`,
        fr: `${PORTALS["chorus-pro"].qualif}, en tant que gestionnaire principal de la structure`,
      },
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
      before: [{ en: "Q1 for a token; Q3, Q5 and Q6 for a call", fr: "Q1 pour un jeton ; Q3, Q5 et Q6 pour un appel" }],
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
          en: "« Nom de l'application »: unique; the raccordement asks for it. Put it into `pisteApplicationName`.",
          fr: "« Nom de l'application » : unique ; le raccordement le demandera. Reportez-le dans `pisteApplicationName`.",
        },
        {
          en: "E-mail: of whoever is responsible for the application.",
          fr: "Email : celui du responsable de l'application.",
        },
        {
          en: "« Responsable de l'application »: a person whom Chorus Pro or PISTE can reach.",
          fr: "« Responsable de l'application » : une personne que Chorus Pro ou PISTE peuvent joindre.",
        },
        { en: "The structure's SIRET.", fr: "Le SIRET de la structure." },
      ],
      before: [
        {
          en: "the PISTE account of qualification serves for production too",
          fr: "le compte PISTE de la qualification sert aussi pour la production",
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
      ...SELECT_APIS,
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
      what: [
        ...RACCORDEMENT_FIELDS,
        {
          en: "« Nom de l'application »: the production application's, to the letter; a SANDBOX application cannot be entered.",
          fr: "« Nom de l'application » : celui de l'application de production, à la lettre ; une application SANDBOX est refusée.",
        },
      ],
      before: [
        { en: "the production application", fr: "l'application de production" },
        { en: "the space and its habilitations", fr: "l'espace et ses habilitations" },
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
      what: [...TECHNICAL_ACCOUNT.what, ...storing("prod")],
      before: [{ en: "P1 for a token; P2, P3 and P4 for a call", fr: "P1 pour un jeton ; P2, P3 et P4 pour un appel" }],
      link: GUIDE_LINKS.technicalAccount,
    },
  ],
};
