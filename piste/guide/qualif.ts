/** The steps on the qualification platform. */
import type { Environment } from "../environments";
import {
  DECLARE,
  eitherOrder,
  PISTE_APPLICATIONS,
  raccordementForm,
  selectingApis,
  STORE,
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
    heading: HEADINGS.sandbox,
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
    heading: HEADINGS.sandbox,
    ...selectingApis(environment),
    before: [{ en: "the SANDBOX application", fr: "l'application SANDBOX" }],
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
        en: "Create a user account on this portal, for this purpose: anyone may, without any right on a real structure.",
        fr: "Créez un compte utilisateur sur ce portail, à cette fin : tout le monde le peut, sans aucun droit sur une vraie structure.",
      },
      {
        en: "Generate a data set (« matelas de données ») there: structures cannot be created on this portal, tests use those of the set.",
        fr: "Générez-y un matelas de données : on ne crée pas de structure sur ce portail, les essais se font avec celles du matelas.",
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
    heading: HEADINGS.qualification,
    actor: "chorus-pro",
    where: {
      en: `${PORTALS["chorus-pro"].qualif}, domain « Raccordements » (« Accéder au domaine »), « API » (« Accéder »), « Gérer raccordement API »`,
      fr: `${PORTALS["chorus-pro"].qualif}, domaine « Raccordements » (« Accéder au domaine »), application « API » (« Accéder »), onglet « Gérer raccordement API »`,
    },
    what: [
      {
        en: "The guide writes `chorus-pro.gouv.fr`, which is production: the portal of qualification is `qualif.chorus-pro.gouv.fr`.",
        fr: "Le guide écrit `chorus-pro.gouv.fr`, qui est la production : le portail de qualification est `qualif.chorus-pro.gouv.fr`.",
      },
      DECLARE,
      eitherOrder("Q6"),
    ],
    form: raccordementForm(
      { en: "the data set's", fr: "celle du matelas de données" },
      {
        en: "the SANDBOX application's, `APP_SANDBOX_…`, to the letter: yours, not the guide's example",
        fr: "celui de l'application SANDBOX, `APP_SANDBOX_…`, à la lettre : le vôtre, et non l'exemple du guide",
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
    link: GUIDE_LINKS.raccordement,
  },
  {
    id: "Q6",
    title: { en: "Technical account", fr: "Compte technique" },
    heading: HEADINGS.qualification,
    ...TECHNICAL_ACCOUNT,
    what: [...TECHNICAL_ACCOUNT.what, eitherOrder("Q5")],
    where: technicalAccountForm(environment),
    before: [{ en: "the qualification data set", fr: "le matelas de données" }],
  },
  {
    id: "Q7",
    title: {
      en: "Credentials stored, token refreshed, APIs called",
      fr: "Identifiants enregistrés, jeton obtenu, API appelées",
    },
    heading: HEADINGS.links,
    ...STORE,
    what: storing(environment),
    before: [
      {
        en: "Q1 and Q2 for a token; Q3, Q5 and Q6 for a call",
        fr: "Q1 et Q2 pour un jeton ; Q3, Q5 et Q6 pour un appel",
      },
    ],
    link: GUIDE_LINKS.developers,
  },
];
