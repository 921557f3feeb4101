import { UnreadableSecretError } from "../../piste/credentials";
import { withoutQuotes } from "../../piste/json";
import type { Language } from "../../piste/language";
import { messageOf, UserError } from "../../piste/user-error";
import { sayWhole, sayWrapped } from "./terminal";

const BUG = {
  en: "This is probably a bug in cdktf-piste; PISTE_DEBUG=1 shows where it was thrown.",
  fr: "C'est probablement un bug de cdktf-piste ; PISTE_DEBUG=1 montre d'où il vient.",
};

/** Shows why a script ends and sets its exit code; what was thrown is shown whole with PISTE_DEBUG=1. */
export function fail(thrown: unknown, language: Language = "en"): void {
  const error = withoutQuotes(thrown);
  sayWrapped(`\n${messageOf(error)}`);
  if (!sayWhole(error) && !(error instanceof UserError || error instanceof UnreadableSecretError)) {
    sayWrapped(BUG[language]);
  }
  process.exitCode = 1;
}
