/** Why a command ends without what was asked for, and who can mend it: its exit code says the latter. */
import type { Language, Text } from "../../piste/language";
import { fail } from "./fail";
import { messageOf, UserError } from "../../piste/user-error";
import { sayWrapped, sayWhole } from "./terminal";

/**
 * - `portal`: a person, on PISTE's or Chorus Pro's portal
 * - `wait`: nobody; later it works, or tells more
 * - `aws`: whoever has rights in the AWS account
 * - `input`: whoever typed the command, stored the value or wrote the configuration
 * - `bug`: us
 */
export const OWNERS = ["portal", "wait", "aws", "input", "bug"] as const;
export type Owner = (typeof OWNERS)[number];

export const EXIT_CODES: Readonly<Record<"ready" | Owner, number>> = {
  ready: 0,
  bug: 1,
  input: 2,
  portal: 3,
  wait: 4,
  aws: 5,
};

/** What happened, what it means and what to type next, in both languages; never a value. */
export class CommandError extends UserError {
  override readonly name: string = "CommandError";

  constructor(
    readonly text: Text,
    readonly owner: Owner,
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
    fail(error);
    return;
  }
  sayWrapped(`\n${error.text[language]}`);
  sayWhole(error);
  process.exitCode = EXIT_CODES[error.owner];
}
