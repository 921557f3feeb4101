/** The two languages in which people are spoken to; what goes to logs and machines is English. */
export const LANGUAGES = ["en", "fr"] as const;
export type Language = (typeof LANGUAGES)[number];

/** One sentence or more, in both. */
export type Text = Readonly<Record<Language, string>>;

/** The texts one after the other. */
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
 * Texts are written with spaces as they are typed. Where one is shown, no line may begin with a sign that belongs to the
 * word before, or end with an opening quote: these spaces do not break.
 */
export function typeset(text: string, language: Language): string {
  const quoted = text.replace(/« /g, `«${NO_BREAK}`).replace(/ »/g, `${NO_BREAK}»`);
  return language === "en"
    ? quoted
    : quoted.replace(/ :/g, `${NO_BREAK}:`).replace(/ ([;!?])/g, `${NARROW_NO_BREAK}$1`);
}
