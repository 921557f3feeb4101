/** The party that must act: on a step of the guide, an API's answer, a finding or a failed command. */
import type { Text } from "./language";

/**
 * - `piste-portal`: a person, on the PISTE portal
 * - `anyone`: a person without special rights, on Chorus Pro's qualification portal; never the party of a failure
 * - `chorus-pro`: a person, on the Chorus Pro portal
 * - `operator`: the person who configures and deploys this, stored the value or typed the command
 * - `aws`: a person with rights in the AWS account
 * - `wait`: nobody; a later try may succeed or tell more
 * - `bug`: the authors of cdktf-piste
 */
export const PARTIES = ["piste-portal", "anyone", "chorus-pro", "operator", "aws", "wait", "bug"] as const;
export type Party = (typeof PARTIES)[number];

/** The party and its place of action, for messages. */
export const PARTY_LABELS: Readonly<Record<Party, Text>> = {
  "piste-portal": {
    en: "the owner of the PISTE account, on the PISTE portal",
    fr: "le titulaire du compte PISTE, sur le portail PISTE",
  },
  anyone: {
    en: "anyone you choose, on Chorus Pro's qualification portal",
    fr: "une personne de votre choix, sur le portail de qualification de Chorus Pro",
  },
  "chorus-pro": {
    en: "the structure's gestionnaire principal, on Chorus Pro",
    fr: "le gestionnaire principal de la structure, sur Chorus Pro",
  },
  operator: { en: "the technical team, in a terminal", fr: "l'équipe technique, dans un terminal" },
  aws: { en: "a person with rights in the AWS account", fr: "la personne qui a des droits dans le compte AWS" },
  wait: { en: "nobody", fr: "personne" },
  bug: { en: "the authors of cdktf-piste", fr: "les auteurs de cdktf-piste" },
};
