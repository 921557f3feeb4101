/** What a whole run has seen. */
import type { Receipt } from "../../cli/command/receipt";
import { UserError } from "../../piste/user-error";

type Facts = Receipt["facts"];
type Result = Facts[string]["result"];

/** What the run itself sees, by the ids of its receipt. */
export const SEEN_BY_RUN = {
  deployed: "The application is deployed",
  "plan-empty": "A second plan changes nothing",
  "token-fetched": "The deployed function fetches a token of PISTE's sandbox",
  "api-called": "An API of Chorus Pro answers to that token and a technical account",
  "nothing-left": "The application is destroyed, and nothing of it is left by tag and by name",
} as const;

/** Nobody confirms an e-mail within minutes, and without an address there is nobody. */
const NEEDS_PERSON = "addresses-confirmed";

/** @throws UserError naming the facts that are otherwise. */
export function judge(facts: Facts): string {
  const are = (wanted: Result): string[] => Object.keys(facts).filter((fact) => facts[fact]?.result === wanted);
  const otherwise = are("otherwise").filter((fact) => fact !== NEEDS_PERSON);
  if (otherwise.length > 0) throw new UserError(`Otherwise than expected: ${otherwise.join(", ")}`);
  return `as expected: ${are("as expected").length}, not seen: ${are("not seen").length}`;
}
