/** The party that must act when a run of the refresher failed. */
import type { FailureClass } from "../../piste/diagnosis";
import type { Party } from "../../piste/party";
import { own } from "./own";

const OF_FAILURES: Readonly<Record<FailureClass, Party>> = {
  rejected: "operator",
  suspect: "wait",
  throttled: "wait",
  unavailable: "wait",
  "invalid-response": "wait",
  unconfigured: "operator",
};

/** Undefined for a class that is not known here. */
export function ownerOfFailure(failureClass = ""): Party | undefined {
  return own<Party>(OF_FAILURES, failureClass);
}
