/** Findings about an account whose password is right, but which lacks a raccordement or an habilitation. */
import { isProduction } from "../../../piste/environments";
import { ANSWER_ACCOUNT, asSentence, howManyApis } from "../message-parts";
import { doctor, finding, HABILITATION, listed, RACCORDEMENT, whereOf } from "./finding";

export const RACCORDEMENT_FINDINGS = {
  "raccordement-missing": finding<{
    readonly structure: string;
    readonly pisteApplicationName?: string | undefined;
  }>({
    layer: "accounts",
    step: RACCORDEMENT,
    owner: "chorus-pro",
    stops: false,
    seenFrom: "here",
    first: { en: "the raccordement", fr: "le raccordement" },
    cause: ({ structure }) => ({
      en: `The APIs let the application in, but refuse the technical account (403): the raccordement of the structure ${structure} with the application is probably missing.`,
      fr: `Les API laissent entrer l'application, mais refusent le compte technique (403) : le raccordement de la structure ${structure} avec l'application manque probablement.`,
    }),
    next: (details) => {
      const { environment, pisteApplicationName: name } = details;
      const where = whereOf(details, RACCORDEMENT);
      const prod = isProduction(environment);
      return {
        en: `${prod ? "Check P3 first. " : ""}${where.en}: make the raccordement, with the name of the PISTE application${name === undefined ? "" : `, ${name},`} to the letter; then ${doctor(details)}.`,
        fr: `${prod ? "Vérifiez d'abord P3. " : ""}${where.fr} : faites le raccordement, avec le nom de l'application PISTE${name === undefined ? "" : `, ${name},`} à la lettre ; puis ${doctor(details)}.`,
      };
    },
    example: { structure: "12345678901234" },
  }),

  "habilitation-missing": finding<{
    readonly apis: readonly string[];
    readonly answered: number;
    readonly total: number;
    /** Chorus Pro's own codes, or the status 403. */
    readonly said: string;
  }>({
    layer: "accounts",
    step: HABILITATION,
    owner: "chorus-pro",
    stops: false,
    seenFrom: "here",
    cause: ({ apis, answered, total, said }) => {
      const { en, fr } = asSentence(howManyApis(answered, total, ANSWER_ACCOUNT));
      return {
        en: `${en}; ${listed(apis)} ${apis.length > 1 ? "refuse" : "refuses"} it (${said}): probably habilitations are missing.`,
        fr: `${fr} ; ${listed(apis)} le ${apis.length > 1 ? "refusent" : "refuse"} (${said}) : les habilitations manquent probablement.`,
      };
    },
    next: (context) => {
      const where = whereOf(context, HABILITATION);
      return {
        en: `${where.en}: check the habilitations of the technical account there; then ${doctor(context)}.`,
        fr: `${where.fr} : vérifiez les habilitations du compte technique ; puis ${doctor(context)}.`,
      };
    },
    example: { apis: ["Factures"], answered: 3, total: 4, said: "20003 GDP_MSG_01.004" },
  }),
};
