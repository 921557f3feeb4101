import { UnreadableSecretError } from "../../piste/credentials";

/** A failure that the person at the terminal can mend: shown as its sentences, without a stack trace. */
export class UserError extends Error {
  override readonly name: string = "UserError";
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Shows why a script ends and sets its exit code; what was thrown is shown whole with PISTE_DEBUG=1. */
export function fail(error: unknown): void {
  console.error(`\n${messageOf(error)}`);
  if (process.env["PISTE_DEBUG"]) console.error(error);
  else if (!(error instanceof UserError || error instanceof UnreadableSecretError)) {
    console.error("This is probably a bug of cdktf-piste; PISTE_DEBUG=1 shows where it was thrown.");
  }
  process.exitCode = 1;
}
