/** Times in words, in both languages. */
import type { Language, Text } from "../../piste/language";

const LOCALES: Readonly<Record<Language, string>> = { en: "en-GB", fr: "fr-FR" };

/** On this machine's clock, unless the options name another zone. */
export function timeText(milliseconds: number, options: Intl.DateTimeFormatOptions): Text {
  const inLanguage = (language: Language): string =>
    new Intl.DateTimeFormat(LOCALES[language], options).format(milliseconds);
  return { en: inLanguage("en"), fr: inLanguage("fr") };
}
