/** The words that people meet on the doctor's page and may not know. */
import type { Text } from "../../piste/language";

export const GLOSSARY: readonly { readonly word: Text; readonly meaning: Text }[] = [
  {
    word: { en: "PISTE", fr: "PISTE" },
    meaning: {
      en: "The State's gateway for API calls: every call of Chorus Pro by a program goes through it. It has its own portal and accounts.",
      fr: "La passerelle de l'État pour les appels d'API : tout appel de Chorus Pro par un programme y passe. Elle a son portail et ses comptes.",
    },
  },
  {
    word: { en: "API", fr: "API" },
    meaning: {
      en: "A way for a program to use a service without a screen. Chorus Pro has four that are chosen one by one: Factures, Structures, Utilisateurs, Transverses.",
      fr: "Un moyen pour un programme d'utiliser un service sans écran. Chorus Pro en a quatre, à choisir une à une : Factures, Structures, Utilisateurs, Transverses.",
    },
  },
  {
    word: { en: "application", fr: "application" },
    meaning: {
      en: "On PISTE, the name under which a program presents itself. It has a client id and a client secret: the OAuth2 pair. On Chorus Pro, an entry of the menu.",
      fr: "Sur PISTE, le nom sous lequel un programme se présente. Elle a un identifiant client et un secret client : les identifiants de l'application. Sur Chorus Pro, une entrée du menu.",
    },
  },
  {
    word: { en: "token", fr: "jeton" },
    meaning: {
      en: "PISTE gives it in exchange for the OAuth2 pair, for one hour; each call carries it.",
      fr: "PISTE le donne en échange des identifiants de l'application, pour une heure ; chaque appel le porte.",
    },
  },
  {
    word: { en: "technical account", fr: "compte technique" },
    meaning: {
      en: "A Chorus Pro account for programs, not for a person; one for each structure.",
      fr: "Un compte Chorus Pro pour les programmes, et non pour une personne ; un par structure.",
    },
  },
  {
    word: { en: "raccordement", fr: "raccordement" },
    meaning: {
      en: "On Chorus Pro, the permission for one application to act for one structure.",
      fr: "Sur Chorus Pro, l'autorisation donnée à une application d'agir pour une structure.",
    },
  },
  {
    word: { en: "subscription", fr: "abonnement" },
    meaning: {
      en: "The form's word for a raccordement (« abonnement »).",
      fr: "Le nom du raccordement dans le formulaire.",
    },
  },
  {
    word: { en: "structure", fr: "structure" },
    meaning: {
      en: "The company or establishment for which invoices are sent or received; it is named by its SIRET.",
      fr: "L'entreprise ou l'établissement pour lequel on émet ou reçoit des factures ; son SIRET la désigne.",
    },
  },
  {
    word: { en: "qualification, SANDBOX, sandbox", fr: "qualification, SANDBOX, bac à sable" },
    meaning: {
      en: "These words name the platform for tests, with made-up structures and invoices. Chorus Pro says qualification, PISTE says sandbox.",
      fr: "Ces mots désignent la plateforme d'essai, où structures et factures sont inventées. Chorus Pro dit qualification, PISTE bac à sable.",
    },
  },
  {
    word: { en: "gestionnaire principal", fr: "gestionnaire principal" },
    meaning: {
      en: "On Chorus Pro, the person who has all rights on a structure, and gives them to others.",
      fr: "Sur Chorus Pro, la personne qui a tous les droits sur une structure et en donne aux autres.",
    },
  },
  {
    word: { en: "domain", fr: "domaine" },
    meaning: { en: "On Chorus Pro, a part of the menu.", fr: "Sur Chorus Pro, une partie du menu." },
  },
  {
    word: { en: "second factor", fr: "second facteur" },
    meaning: {
      en: "A code that is asked for in addition to the password.",
      fr: "Un code demandé en plus du mot de passe.",
    },
  },
  {
    word: { en: "refresher", fr: "rafraîchisseur" },
    meaning: {
      en: "The technical team's program that gets a new token before the old one expires.",
      fr: "Le programme de l'équipe technique qui obtient un nouveau jeton avant la fin de l'ancien.",
    },
  },
  {
    word: { en: "secrets", fr: "secrets" },
    meaning: {
      en: "In AWS, safes in which the technical team keeps credentials.",
      fr: "Dans AWS, les coffres où l'équipe technique range identifiants et mots de passe.",
    },
  },
  {
    word: { en: "espace, space", fr: "espace" },
    meaning: {
      en: "On Chorus Pro, a part of the menu that groups related functions. The gestionnaire principal opens one for the structure.",
      fr: "Sur Chorus Pro, une partie du menu qui réunit des fonctions liées. Le gestionnaire principal en ouvre un pour la structure.",
    },
  },
  {
    word: { en: "habilitation", fr: "habilitation" },
    meaning: {
      en: "On Chorus Pro, the right of one account to use one space of one structure.",
      fr: "Sur Chorus Pro, le droit d'un compte sur un espace d'une structure.",
    },
  },
  {
    word: { en: "matelas, data set", fr: "matelas" },
    meaning: {
      en: "« Matelas de données »: the made-up structures, accounts and invoices for tests in qualification.",
      fr: "Matelas de données : les structures, comptes et factures inventés pour les essais en qualification.",
    },
  },
  {
    word: { en: "CGU", fr: "CGU" },
    meaning: {
      en: "« Conditions générales d'utilisation »: the terms of use to accept for each API on PISTE.",
      fr: "Conditions générales d'utilisation, à accepter sur PISTE pour chaque API.",
    },
  },
  {
    word: { en: "SIRET", fr: "SIRET" },
    meaning: {
      en: "The 14 digits that name an establishment in France. In qualification they are fictitious.",
      fr: "Les 14 chiffres qui désignent un établissement en France. En qualification, ils sont fictifs.",
    },
  },
  {
    word: { en: "401, 403", fr: "401, 403" },
    meaning: {
      en: "Numbers of refusals. 401: the token or the account is not accepted. 403: they are known, but a right is missing.",
      fr: "Des numéros de refus. 401 : le jeton ou le compte n'est pas accepté. 403 : ils sont connus, mais un droit manque.",
    },
  },
  {
    word: {
      en: "`pisteApplicationName`, `technicalAccounts`, `scope`, `apis`",
      fr: "`pisteApplicationName`, `technicalAccounts`, `scope`, `apis`",
    },
    meaning: {
      en: "Lines of the technical team's configuration: give the team the value, and it fills the line in.",
      fr: "Des lignes de la configuration de l'équipe technique : donnez-lui la valeur, elle l'y écrit.",
    },
  },
];
