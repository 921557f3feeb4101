/** The steps as the doctor's page sorts them: what is left of each, and whose it is. */
import { handsOf, type GuideStep } from "../../piste/guide";
import { PARTIES, type Party } from "../../piste/party";
import { partiesOf } from "./parties";
import { isOpen, type StepReport } from "./report";

/** A step of the report with what the guide says of it. */
export interface Step extends StepReport {
  readonly guide: GuideStep;
}

export interface Group {
  readonly party: Party;
  readonly steps: readonly Step[];
}

/** Nothing is left to do or to see of it. */
export const isSettled = (step: StepReport): boolean => !isOpen(step) && !isUnconfirmed(step);

export const isUnconfirmed = ({ status, confirmedOn }: StepReport): boolean =>
  status === "by-hand" && confirmedOn === undefined;

/** Whether someone at a portal may have done the step already, or may do it now, whatever the technical team still has to do. */
export const isPerhapsDone = ({ status, owner, guide }: Step): boolean =>
  status === "not-seen-yet" && owner === undefined && handsOf(guide).every(({ actor }) => actor !== "operator");

export function groupsOf(steps: readonly Step[]): readonly Group[] {
  return PARTIES.map((party) => ({
    party,
    steps: steps.filter((step) => partiesOf(step, step.guide).includes(party)),
  })).filter((group) => group.steps.length > 0);
}
