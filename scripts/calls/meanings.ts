import type { Language } from "../../piste/language";
import { PROBE_OUTCOMES, type ProbeOutcomeCode } from "../../piste/probe-outcomes";

/** What an outcome means and what to do. In English whatever the language, until the table has a French twin. */
export function meaningOf(outcome: ProbeOutcomeCode, language: Language): string {
  const meanings: Readonly<Record<Language, string>> = {
    en: PROBE_OUTCOMES[outcome].meaning,
    fr: PROBE_OUTCOMES[outcome].meaning,
  };
  return meanings[language];
}
