/**
 * Times in words, in both languages, in Paris time: their readers talk to PISTE, Chorus Pro and colleagues in France.
 * Programs get ISO 8601 in UTC.
 */
import type { Language, Text } from "../../piste/language";
import { PARIS_TIME_ZONE } from "../../piste/password-age";

const LOCALES: Readonly<Record<Language, string>> = { en: "en-GB", fr: "fr-FR" };
const ZONE: Text = { en: "Paris time", fr: "heure de Paris" };

const HOUR_AND_MINUTE = { hour: "2-digit", minute: "2-digit" } as const;
const DAY = { day: "numeric", month: "short", year: "numeric" } as const;

function inWords(
  milliseconds: number,
  options: Intl.DateTimeFormatOptions,
  wordsOf: (time: string, language: Language) => string,
): Text {
  const inLanguage = (language: Language): string =>
    wordsOf(new Intl.DateTimeFormat(LOCALES[language], options).format(milliseconds), language);
  return { en: inLanguage("en"), fr: inLanguage("fr") };
}

function inParis(milliseconds: number, options: Intl.DateTimeFormatOptions): Text {
  const withZone = (time: string, language: Language): string => `${time} (${ZONE[language]})`;
  return inWords(milliseconds, { ...options, timeZone: PARIS_TIME_ZONE }, withZone);
}

/** Hour and minute, of a time within a day of now. */
export const clockTime = (milliseconds: number): Text => inParis(milliseconds, HOUR_AND_MINUTE);

/** The same with the day. */
export const dateAndTime = (milliseconds: number): Text => inParis(milliseconds, { ...DAY, ...HOUR_AND_MINUTE });

/** The same with seconds. */
export const moment = (milliseconds: number): Text =>
  inParis(milliseconds, { ...DAY, ...HOUR_AND_MINUTE, second: "2-digit" });

/** Day and minute, with no word shortened. */
export const longDateAndTime = (milliseconds: number): Text =>
  inParis(milliseconds, { dateStyle: "long", timeStyle: "short" });

/** A calendar day in words. @param day yyyy-mm-dd; any other text stays as it is. */
export function longDay(day: string): Text {
  const milliseconds = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(day) : NaN;
  if (Number.isNaN(milliseconds)) return { en: day, fr: day };
  // The first of a month is an ordinal in French, which Intl does not write.
  return inWords(milliseconds, { timeZone: "UTC", dateStyle: "long" }, (words, language) =>
    language === "fr" ? words.replace(/^1 /, "1er ") : words,
  );
}

const SECONDS_PER_MINUTE = 60;

/** Such as 37 min 12 s, in both languages. */
export function duration(seconds: number): string {
  const minutes = Math.floor(seconds / SECONDS_PER_MINUTE);
  const rest = `${Math.floor(seconds % SECONDS_PER_MINUTE)} s`;
  return minutes === 0 ? rest : `${minutes} min ${rest}`;
}
