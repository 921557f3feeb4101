/** The steps on the qualification platform. */
import type { Environment } from "../environments";
import {
  atChorusPro,
  DECLARE,
  eitherOrder,
  HAND_OVER_CLIENT,
  LOGIN_OF_DATA_SET,
  PISTE_APPLICATIONS,
  raccordementForm,
  selectingApis,
  STORE,
  STORED,
  storing,
  TECHNICAL_ACCOUNT,
  technicalAccountForm,
} from "./shared";
import { GUIDE_LINKS, type GuideStep, HEADINGS, PORTALS } from "./step";

export const qualificationSteps = (environment: Environment): readonly GuideStep[] => [
  {
    id: "Q1",
    title: { en: "PISTE account", fr: "Compte PISTE" },
    heading: HEADINGS.account,
    actor: "piste-portal",
    where: { en: `${PORTALS.piste}, « Inscription »`, fr: `${PORTALS.piste}, onglet « Inscription »` },
    what: [
      {
        en: "Register. This account is not your Chorus Pro account: you may choose another login and another password.",
        fr: "Inscrivez-vous. Ce compte n'est pas votre compte Chorus Pro : vous pouvez y choisir un autre identifiant et un autre mot de passe.",
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
        filledWith: "pisteApplicationName",
        part: /^APP_SANDBOX_(.+@.+)$/,
        value: {
          en: "prefer a shared mailbox: announcements go there, and the SANDBOX application is named after it",
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
    heading: HEADINGS.sandbox,
    actor: "piste-portal",
    where: PISTE_APPLICATIONS,
    what: [
      {
        en: "Nothing to create: PISTE makes it once the account is activated, as `APP_SANDBOX_<e-mail of the account>`. Give the technical team this name; it goes into `pisteApplicationName` of the configuration.",
        fr: "Rien à créer : PISTE crée l'application une fois le compte activé, sous le nom `APP_SANDBOX_<adresse du compte>`. Donnez ce nom à l'équipe technique ; il va dans `pisteApplicationName` de la configuration.",
      },
      HAND_OVER_CLIENT,
    ],
    before: [{ en: "the account, activated (Q1)", fr: "le compte, activé (Q1)" }],
    seenBy: {
      en: "`pisteApplicationName`, when the configuration has it, and a token",
      fr: "`pisteApplicationName`, si la configuration l'indique, et l'obtention d'un jeton",
    },
  },
  {
    id: "Q3",
    title: { en: "APIs selected, CGU accepted", fr: "API sélectionnées, CGU acceptées" },
    heading: HEADINGS.sandbox,
    ...selectingApis(environment),
    before: [{ en: "the SANDBOX application (Q2)", fr: "l'application SANDBOX (Q2)" }],
  },
  {
    id: "Q4",
    title: { en: "Qualification data set", fr: "Matelas de données de qualification" },
    heading: HEADINGS.qualification,
    actor: "anyone",
    where: { en: PORTALS["chorus-pro"].qualif, fr: PORTALS["chorus-pro"].qualif },
    // [fact: qualification-account]
    what: [
      {
        en: "Create a user account on this portal for this purpose: anyone may, even without rights on a real structure.",
        fr: "Créez un compte utilisateur sur ce portail, à cette fin : tout le monde le peut, sans aucun droit sur une vraie structure.",
      },
      {
        en: "Generate a data set (« matelas de données ») there: structures cannot be created on this portal, tests use those of the set.",
        fr: "Générez-y un matelas de données : on ne crée pas de structure sur ce portail, les essais se font avec celles du matelas.",
      },
      {
        en: "Choose one of its supplier structures. Note its fictitious SIRET and the login of its gestionnaire principal: use this login for Q5 and Q6. Give the technical team the SIRET; it goes into `technicalAccounts` of the configuration.",
        fr: "Choisissez-y une structure fournisseur. Notez son SIRET fictif et l'identifiant de son gestionnaire principal : c'est avec cet identifiant qu'on se connecte pour Q5 et Q6. Donnez le SIRET à l'équipe technique ; il va dans `technicalAccounts` de la configuration.",
      },
    ],
    before: [],
    seenBy: { en: "nothing: confirm it by hand", fr: "rien : à confirmer à la main" },
    link: GUIDE_LINKS.qualification,
  },
  {
    id: "Q5",
    title: { en: "Raccordement", fr: "Raccordement" },
    heading: HEADINGS.qualification,
    actor: "chorus-pro",
    where: {
      en: `${atChorusPro(environment).en}, domain « Raccordements » (« Accéder au domaine »), « API » (« Accéder »), « Gérer raccordement API »`,
      fr: `${atChorusPro(environment).fr}, domaine « Raccordements » (« Accéder au domaine »), application « API » (« Accéder »), onglet « Gérer raccordement API »`,
    },
    what: [
      {
        en: "The guide writes `chorus-pro.gouv.fr`, which is production: the portal of qualification is `qualif.chorus-pro.gouv.fr`.",
        fr: "Le guide écrit `chorus-pro.gouv.fr`, qui est la production : le portail de qualification est `qualif.chorus-pro.gouv.fr`.",
      },
      LOGIN_OF_DATA_SET,
      DECLARE,
      eitherOrder("Q6"),
    ],
    form: raccordementForm(
      { en: "the data set's (Q4)", fr: "celle du matelas de données (Q4)" },
      {
        en: "the SANDBOX application's, `APP_SANDBOX_…`, to the letter: yours, not the guide's example",
        fr: "celui de l'application SANDBOX, `APP_SANDBOX_…`, à la lettre : le vôtre, et non l'exemple du guide",
      },
    ),
    before: [
      { en: "the SANDBOX application with its APIs (Q2, Q3)", fr: "l'application SANDBOX et ses API (Q2, Q3)" },
      { en: "the qualification data set (Q4)", fr: "le matelas de données (Q4)" },
    ],
    seenBy: {
      en: "a call with the technical account, so only after Q6: refused with 403 while the raccordement is missing",
      fr: "un appel avec le compte technique, donc après Q6 seulement : refusé avec le statut 403 tant que le raccordement manque",
    },
    link: GUIDE_LINKS.raccordement,
  },
  {
    id: "Q6",
    title: { en: "Technical account", fr: "Compte technique" },
    heading: HEADINGS.qualification,
    ...TECHNICAL_ACCOUNT,
    what: [
      LOGIN_OF_DATA_SET,
      ...TECHNICAL_ACCOUNT.what,
      eitherOrder("Q5"),
      {
        en: "The official page speaks of production; the guide names it for qualification, too.",
        fr: "La page officielle parle de la production ; elle vaut aussi en qualification.",
      },
    ],
    where: technicalAccountForm(environment),
    before: [{ en: "the qualification data set (Q4)", fr: "le matelas de données (Q4)" }],
  },
  {
    id: "Q7",
    title: STORED,
    heading: HEADINGS.links,
    ...STORE,
    what: storing(environment),
    before: [
      {
        en: "for a token, the application's OAuth2 pair, from the owner of the PISTE account (Q2)",
        fr: "pour un jeton : les identifiants de l'application, que donne le titulaire du compte PISTE (Q2)",
      },
      {
        en: "for a call, Q3, Q5 and the technical account (Q6)",
        fr: "pour un appel : Q3, Q5 et le compte technique (Q6)",
      },
    ],
    link: GUIDE_LINKS.developers,
  },
];
