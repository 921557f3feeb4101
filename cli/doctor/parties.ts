/** The people who must act on a step, and their names. */
import { handsOf, type GuideStep } from "../../piste/guide";
import { isProduction, type Environment } from "../../piste/environments";
import type { Text } from "../../piste/language";
import { PARTY_LABELS, type Party } from "../../piste/party";
import type { StepReport } from "./report";

/** On the qualification platform the gestionnaire principal is an invented person; the data set contains that login. */
const OF_DATA_SET: Text = {
  en: "the person who has the data set (Q4), logged in as its gestionnaire principal",
  fr: "la personne qui a le matelas de données (Q4), connectée comme son gestionnaire principal",
};

export const partyLabel = (party: Party, environment: Environment): Text =>
  party === "chorus-pro" && !isProduction(environment) ? OF_DATA_SET : PARTY_LABELS[party];

const TITLES: Readonly<Partial<Record<Party, Text>>> = {
  wait: { en: "Only wait", fr: "Il suffit d'attendre" },
  bug: { en: "To be fixed by the authors of cdktf-piste", fr: "À corriger par les auteurs de cdktf-piste" },
};

export function partyTitle(party: Party, environment: Environment): Text {
  const { en, fr } = partyLabel(party, environment);
  return TITLES[party] ?? { en: `To be done by ${en}`, fr: `À faire par ${fr}` };
}

/** The parties that must act on the step: the report's owner, or else all that the guide names. */
export function partiesOf({ owner }: Pick<StepReport, "owner">, step: GuideStep): readonly Party[] {
  return owner === undefined ? handsOf(step).map(({ actor }) => actor) : [owner];
}

const PORTAL_PARTIES: readonly Party[] = ["piste-portal", "anyone", "chorus-pro"];

/** True for a party that works at a portal, without a terminal. */
export const isPortal = (party: string | undefined): boolean => PORTAL_PARTIES.some((one) => one === party);
