/** Who has to act on a step, as people are spoken of: the owner says which kind, the guide which person. */
import { handsOf, type GuideStep } from "../../piste/guide";
import type { Text } from "../../piste/language";
import { PARTY_LABELS, type Party } from "../../piste/party";
import type { StepReport } from "./report";

const titleFor = (party: Party): Text => ({
  en: `What is to be done by ${PARTY_LABELS[party].en}`,
  fr: `Ce que doit faire ${PARTY_LABELS[party].fr}`,
});

export const PARTY_TITLES: Readonly<Record<Party, Text>> = {
  "piste-portal": titleFor("piste-portal"),
  anyone: titleFor("anyone"),
  "chorus-pro": titleFor("chorus-pro"),
  operator: titleFor("operator"),
  aws: titleFor("aws"),
  wait: { en: "What only takes waiting", fr: "Ce qui demande seulement d'attendre" },
  bug: { en: "What the authors of cdktf-piste have to mend", fr: "Ce que doivent corriger les auteurs de cdktf-piste" },
};

/** Who has to act on the step; when the report does not say, all whom the guide names. */
export function partiesOf({ owner }: Pick<StepReport, "owner">, step: GuideStep): readonly Party[] {
  return owner === undefined ? handsOf(step).map(({ actor }) => actor) : [owner];
}

const PORTAL_PARTIES: readonly Party[] = ["piste-portal", "anyone", "chorus-pro"];

/** Whether it is somebody who has a portal before them, and no terminal. */
export const isPortal = (party: string | undefined): boolean => PORTAL_PARTIES.some((one) => one === party);
