/** Who can mend what PISTE and its APIs answered, as commands end with it. */
import type { FailureClass } from "../../piste/diagnosis";
import { PROBE_OUTCOMES, type Owner as OutcomeOwner, type ProbeOutcomeCode } from "../../piste/probe-outcomes";
import type { Owner } from "./failure";
import { own } from "./own";

const OF_FAILURES: Readonly<Record<FailureClass, Owner>> = {
  rejected: "input",
  suspect: "wait",
  throttled: "wait",
  unavailable: "wait",
  "invalid-response": "wait",
  unconfigured: "input",
};

/** Of a run of the refresher that failed; undefined of a class that is not known here. */
export function ownerOfFailure(failureClass = ""): Owner | undefined {
  return own<Owner>(OF_FAILURES, failureClass);
}

const OF_OUTCOMES: Readonly<Record<OutcomeOwner, Owner>> = {
  "piste-portal": "portal",
  "chorus-pro": "portal",
  operator: "input",
  nobody: "wait",
};

export const ownerOfOutcome = (outcome: ProbeOutcomeCode): Owner => OF_OUTCOMES[PROBE_OUTCOMES[outcome].owner];
