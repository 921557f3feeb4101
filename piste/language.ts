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
