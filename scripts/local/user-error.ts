import { UnreadableSecretError } from "../../piste/credentials";
import { say, sayWhole } from "../command/terminal";

/** A failure that the person at the terminal can mend: shown as its sentences, without a stack trace. */
export class UserError extends Error {
  override readonly name: string = "UserError";
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Shows why a script ends and sets its exit code; what was thrown is shown whole with PISTE_DEBUG=1. */
export function fail(error: unknown): void {
  say(`\n${messageOf(error)}`);
  if (!sayWhole(error) && !(error instanceof UserError || error instanceof UnreadableSecretError)) {
    say("This is probably a bug of cdktf-piste; PISTE_DEBUG=1 shows where it was thrown.");
  }
  process.exitCode = 1;
}
