/** Why a command ends without what was asked for, and who can mend it: its exit code says the latter. */
import type { Language, Text } from "../../piste/language";
import type { Party } from "../../piste/party";
import { fail } from "./fail";
import { messageOf, UserError } from "../../piste/user-error";
import { sayWrapped, sayWhole } from "./terminal";

/** The only place where whose turn it is becomes a number. */
export const EXIT_CODES: Readonly<Record<"ready" | Party, number>> = {
  ready: 0,
  bug: 1,
  operator: 2,
  "piste-portal": 3,
  "chorus-pro": 3,
  wait: 4,
  aws: 5,
};

/** What happened, what it means and what to type next, in both languages; never a value. */
export class CommandError extends UserError {
  override readonly name: string = "CommandError";

  constructor(
    readonly text: Text,
    readonly owner: Party,
    options?: ErrorOptions,
  ) {
    super(text.en, options);
  }
}

/** What went wrong, in both languages where it has both. */
export function textOf(error: unknown): Text {
  return error instanceof CommandError ? error.text : { en: messageOf(error), fr: messageOf(error) };
}

/** Shows why the command ends and sets its exit code. */
export function endWith(error: unknown, language: Language): void {
  if (!(error instanceof CommandError)) {
    fail(error, language);
    return;
  }
  sayWrapped(`\n${error.text[language]}`);
  sayWhole(error);
  process.exitCode = EXIT_CODES[error.owner];
}
