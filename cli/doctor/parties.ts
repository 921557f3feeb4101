/** Who has to act on a step, as people are spoken of: the owner says which kind, the guide which person. */
import { ACTORS, handsOf, type GuideStep, type StepActor } from "../../piste/guide";
import type { Text } from "../../piste/language";
import type { StepReport } from "./report";

/** In the order in which they are shown. */
export const PARTIES = ["piste-portal", "chorus-pro", "operator", "aws", "wait", "bug"] as const;
export type Party = (typeof PARTIES)[number];

export const PARTY_LABELS: Readonly<Record<Party, Text>> = {
  ...ACTORS,
  aws: { en: "whoever has rights in the AWS account", fr: "la personne qui a des droits dans le compte AWS" },
  wait: { en: "nobody", fr: "personne" },
  bug: { en: "the authors of cdktf-piste", fr: "les auteurs de cdktf-piste" },
};

const titleFor = (actor: StepActor): Text => ({
  en: `What is to be done by ${ACTORS[actor].en}`,
  fr: `Ce que doit faire ${ACTORS[actor].fr}`,
});

export const PARTY_TITLES: Readonly<Record<Party, Text>> = {
  "piste-portal": titleFor("piste-portal"),
  "chorus-pro": titleFor("chorus-pro"),
  operator: titleFor("operator"),
  aws: {
    en: "What is to be done by whoever has rights in the AWS account",
    fr: "Ce que doit faire la personne qui a des droits dans le compte AWS",
  },
  wait: { en: "What only takes waiting", fr: "Ce qui demande seulement d'attendre" },
  bug: { en: "What the authors of cdktf-piste have to mend", fr: "Ce que doivent corriger les auteurs de cdktf-piste" },
};

/** Who has to act on the step; when the report does not say, all whom the guide names. */
export function partiesOf({ owner }: Pick<StepReport, "owner">, step: GuideStep): readonly Party[] {
  const actors = handsOf(step).map(({ actor }) => actor);
  switch (owner) {
    case undefined:
      return actors;
    case "portal":
      return actors.filter((each) => each !== "operator");
    case "input":
      return ["operator"];
    default:
      return [owner];
  }
}
