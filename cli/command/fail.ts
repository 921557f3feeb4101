import { UnreadableSecretError } from "../../piste/credentials";
import { withoutQuotes } from "../../piste/json";
import { messageOf, UserError } from "../../piste/user-error";
import { say, sayWhole } from "./terminal";

/** Shows why a script ends and sets its exit code; what was thrown is shown whole with PISTE_DEBUG=1. */
export function fail(thrown: unknown): void {
  const error = withoutQuotes(thrown);
  say(`\n${messageOf(error)}`);
  if (!sayWhole(error) && !(error instanceof UserError || error instanceof UnreadableSecretError)) {
    say("This is probably a bug of cdktf-piste; PISTE_DEBUG=1 shows where it was thrown.");
  }
  process.exitCode = 1;
}
