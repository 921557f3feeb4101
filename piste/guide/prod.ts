/** The steps in production. */
import type { Environment } from "../environments";
import {
  DECLARE,
  eitherOrder,
  HAND_OVER_CLIENT,
  PISTE_APPLICATIONS,
  raccordementForm,
  selectingApis,
  STORE,
  storing,
  TECHNICAL_ACCOUNT,
  technicalAccountForm,
} from "./shared";
import { GUIDE_LINKS, type GuideStep, HEADINGS, PORTALS } from "./step";

export const productionSteps = (environment: Environment): readonly GuideStep[] => [
  {
    id: "P1",
    title: { en: "Production application", fr: "Application de production" },
    heading: HEADINGS.application,
    actor: "piste-portal",
    where: PISTE_APPLICATIONS,
    what: [
      {
        en: "Create an application: the SANDBOX one is for qualification only.",
        fr: "Créez une application : l'application SANDBOX ne sert qu'à la qualification.",
      },
      {
        en: "In the guide, the APIs and their CGU (P2) are in the same form: do both at once.",
        fr: "Dans le guide, les API et leurs CGU (P2) sont dans le même formulaire : faites les deux à la fois.",
      },
      HAND_OVER_CLIENT,
    ],
    form: [
      {
        label: "Nom de l'application",
        filledWith: "pisteApplicationName",
        value: {
          en: "unique; the raccordement (P4) asks for it",
          fr: "unique ; le raccordement (P4) le demandera",
        },
      },
      {
        label: "Email",
        value: {
          en: "of the person responsible for the application; prefer a shared mailbox",
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
        filledWith: "structure",
        value: { en: "the structure's real SIRET", fr: "le vrai SIRET de la structure" },
      },
    ],
    before: [
      {
        en: "an activated PISTE account: qualification's (Q1) serves for production too",
        fr: "un compte PISTE activé : celui de la qualification (Q1) sert aussi pour la production",
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
    heading: HEADINGS.application,
    ...selectingApis(environment),
    before: [{ en: "the production application (P1)", fr: "l'application de production (P1)" }],
  },
  {
    id: "P3",
    title: {
      en: "« Raccordements EDI et API » space, habilitations",
      fr: "Espace « Raccordements EDI et API », habilitations",
    },
    heading: HEADINGS.production,
    actor: "chorus-pro",
    where: {
      en: `${PORTALS["chorus-pro"].prod}, as the structure's gestionnaire principal`,
      fr: `${PORTALS["chorus-pro"].prod}, en tant que gestionnaire principal de la structure`,
    },
    what: [
      {
        en: "Open the space « Raccordements EDI et API » for the structure and get the habilitations on it: if it is not in the menu, they are probably missing.",
        fr: "Ouvrez l'espace « Raccordements EDI et API » pour la structure et obtenez les habilitations sur cet espace : s'il n'apparaît pas dans le menu, c'est probablement qu'elles manquent.",
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
    heading: HEADINGS.production,
    actor: "chorus-pro",
    where: {
      en: `${PORTALS["chorus-pro"].prod}, « Raccordements EDI et API », « Gérer raccordement API »`,
      fr: `${PORTALS["chorus-pro"].prod}, espace « Raccordements EDI et API », onglet « Gérer raccordement API »`,
    },
    what: [DECLARE, eitherOrder("P5")],
    form: raccordementForm(
      { en: "the one to connect", fr: "celle à raccorder" },
      {
        en: "the production application's, to the letter; a SANDBOX application cannot be entered",
        fr: "celui de l'application de production, à la lettre ; une application SANDBOX ne peut pas être saisie",
      },
    ),
    before: [
      { en: "the production application (P1)", fr: "l'application de production (P1)" },
      {
        en: "the space, open for the structure, and the habilitations on it (P3)",
        fr: "l'espace ouvert pour la structure, et les habilitations sur cet espace (P3)",
      },
    ],
    seenBy: {
      en: "a call with the technical account, so only after P5: refused with 403 while the raccordement is missing",
      fr: "un appel avec le compte technique, donc après P5 seulement : refusé avec le statut 403 tant que le raccordement manque",
    },
    link: GUIDE_LINKS.raccordement,
  },
  {
    id: "P5",
    title: {
      en: "Technical account and credentials",
      fr: "Compte technique et identifiants",
    },
    parts: {
      "chorus-pro": {
        en: "Technical account: create it and hand it over",
        fr: "Compte technique : le créer et le transmettre",
      },
      operator: { en: "Credentials: store them", fr: "Identifiants : les enregistrer" },
    },
    heading: HEADINGS.production,
    ...STORE,
    firstBy: { actor: TECHNICAL_ACCOUNT.actor, where: technicalAccountForm(environment) },
    what: [...TECHNICAL_ACCOUNT.what, eitherOrder("P4"), ...storing(environment)],
    before: [
      { en: "to create the account, nothing", fr: "pour créer le compte : rien" },
      {
        en: "for a token, the application's OAuth2 pair, from the owner of the PISTE account (P1)",
        fr: "pour un jeton : les identifiants de l'application, que donne le titulaire du compte PISTE (P1)",
      },
      {
        en: "for a call, P2, P3, P4 and that account",
        fr: "pour un appel : P2, P3, P4 et ce compte",
      },
    ],
    link: GUIDE_LINKS.technicalAccount,
  },
];
