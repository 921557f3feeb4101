/** The languages of messages to people; logs and machine output are in English. */
export const LANGUAGES = ["en", "fr"] as const;
export type Language = (typeof LANGUAGES)[number];

/** A text in both languages. */
export type Text = Readonly<Record<Language, string>>;

/** Joins texts. */
export function joined(texts: readonly Text[], separator = " "): Text {
  const in_ = (language: Language): string => texts.map((text) => text[language]).join(separator);
  return { en: in_("en"), fr: in_("fr") };
}

/** A number and a noun whose plural takes an `s`: in French, from two. */
export const counted = (number: number, en: string, fr: string): Text => ({
  en: `${number} ${en}${number === 1 ? "" : "s"}`,
  fr: `${number} ${fr}${number < 2 ? "" : "s"}`,
});

const NO_BREAK = "\u00a0";
const NARROW_NO_BREAK = "\u202f";

/**
 * Replaces the spaces around quotes and before French punctuation by no-break spaces, so that no line begins with a
 * punctuation mark or ends with an opening quote.
 */
export function typeset(text: string, language: Language): string {
  const quoted = text.replace(/« /g, `«${NO_BREAK}`).replace(/ »/g, `${NO_BREAK}»`);
  return language === "en"
    ? quoted
    : quoted.replace(/ :/g, `${NO_BREAK}:`).replace(/ ([;!?])/g, `${NARROW_NO_BREAK}$1`);
}
