/** The failure of a command: its message, and the exit code, which says who can fix it. */
import type { Language, Text } from "../../piste/language";
import type { Party } from "../../piste/party";
import { fail } from "./fail";
import { messageOf, UserError } from "../../piste/user-error";
import { giveJson, isJsonAwaited, sayWrapped, sayWhole } from "./terminal";
import { withoutQuotes } from "../../piste/json";

/** The exit code by the party that must act. */
export const EXIT_CODES: Readonly<Record<"ready" | Party, number>> = {
  ready: 0,
  bug: 1,
  operator: 2,
  "piste-portal": 3,
  anyone: 3,
  "chorus-pro": 3,
  wait: 4,
  aws: 5,
};

/** Stable codes for programs: docs/json.md explains them. A failure that `doctor` can find has the same code there. */
export const ERROR_CODES = [
  "usage",
  "aws-no-region",
  "aws-no-credentials",
  "aws-denied",
  "aws-unreachable",
  "aws-throttled",
  "aws-failed",
  "aws-address-refused",
  "secret-deleted",
  "not-deployed",
  "deployed-elsewhere",
  "description-not-believed",
  "application-unknown",
  "application-not-named",
  "nothing-kept-up",
  "confirmations-unreadable",
  "step-not-confirmable",
  "scopes-differ",
  "input-refused",
  "not-confirmed",
  "drill-refused",
  "file-not-written",
  "function-failed",
  "not-the-refresher",
  "token-none",
  "token-unreadable",
  "token-expired",
  "token-short",
  "token-secret-absent",
  "token-not-replaced",
  "refused",
  "bug",
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

export interface CommandErrorOptions extends ErrorOptions {
  /** @default "refused", of commands without `--json` */
  readonly code?: ErrorCode;
  /** The next step alone, for programs. */
  readonly next?: Text | undefined;
}

/** An error for a person, in both languages: what happened and what to do next; never a secret value. */
export class CommandError extends UserError {
  override readonly name: string = "CommandError";
  readonly code: ErrorCode;
  readonly next: Text | undefined;

  constructor(
    readonly text: Text,
    readonly owner: Party,
    { code = "refused", next, ...options }: CommandErrorOptions = {},
  ) {
    super(text.en, options);
    this.code = code;
    this.next = next;
  }
}

/** The error's text, in both languages when it has both. */
export function textOf(error: unknown): Text {
  return error instanceof CommandError ? error.text : { en: messageOf(error), fr: messageOf(error) };
}

/** The error for programs. */
export function errorToJson(error: unknown, language: Language): object {
  if (!(error instanceof CommandError)) {
    return { code: "bug", owner: "bug", message: messageOf(withoutQuotes(error)), next: null };
  }
  const { code, owner, text, next } = error;
  return { code, owner, message: text[language], next: next?.[language] ?? null };
}

/** Shows why the command ends and sets its exit code. */
export function endWith(error: unknown, language: Language): void {
  if (isJsonAwaited()) giveJson({ error: errorToJson(error, language) });
  if (!(error instanceof CommandError)) {
    fail(error, language);
    return;
  }
  sayWrapped(`\n${error.text[language]}`);
  sayWhole(error);
  process.exitCode = EXIT_CODES[error.owner];
}
