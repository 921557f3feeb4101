/** The language of a command. */
import { LANGUAGES, type Language } from "../../piste/language";

/** `--lang` is read first, because the help's words depend on it. */
const OPTION = "--lang";

/** As POSIX orders the locale's variables; an empty one counts as not set. */
const LOCALE_VARIABLES = ["LC_ALL", "LC_MESSAGES", "LANG"] as const;

/** The language of `--lang`, or else of the locale; English unless that is French. */
export function languageOf(
  words: readonly string[],
  variables: Readonly<Record<string, string | undefined>>,
): Language {
  const given = words.flatMap((word, index) =>
    word === OPTION ? [words[index + 1]] : word.startsWith(`${OPTION}=`) ? [word.slice(OPTION.length + 1)] : [],
  );
  const asked = LANGUAGES.find((language) => language === given.at(-1));
  if (asked !== undefined) return asked;
  const locale = LOCALE_VARIABLES.map((name) => variables[name]).find((value) => value !== undefined && value !== "");
  return locale !== undefined && /^fr(?![a-z])/i.test(locale) ? "fr" : "en";
}
