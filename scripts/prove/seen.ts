/** What a whole run has seen. */
import type { Receipt } from "../../cli/command/receipt";
import { UserError } from "../../piste/user-error";

type Facts = Receipt["facts"];
type Id = keyof Facts;
type Result = NonNullable<Facts[Id]>["result"];

/** Nobody confirms an e-mail within minutes, and without an address there is nobody. */
const NEEDS_PERSON = "addresses-confirmed";

/** @throws UserError naming the facts that are otherwise. */
export function judge(facts: Facts): string {
  const are = (wanted: Result): Id[] => (Object.keys(facts) as Id[]).filter((fact) => facts[fact]?.result === wanted);
  const otherwise = are("otherwise").filter((fact) => fact !== NEEDS_PERSON);
  if (otherwise.length > 0) throw new UserError(`Otherwise than expected: ${otherwise.join(", ")}`);
  return `as expected: ${are("as expected").length}, not seen: ${are("not seen").length}`;
}
