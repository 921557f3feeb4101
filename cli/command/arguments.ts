/** Parsers for the commands' options. */
import { InvalidArgumentError } from "commander";
import type { Language } from "../../piste/language";

/** The largest seed of a random history: fast-check takes 31 bits. */
export const MAXIMUM_SEED = 2 ** 31 - 1;

/** @throws InvalidArgumentError, which commander shows, unless the text is a whole number in that range. */
export function wholeNumber(least: number, most: number, language: Language = "en"): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && Number.isInteger(value) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(
      language === "fr"
        ? `Il faut un nombre entier de ${least} à ${most}.`
        : `It must be a whole number from ${least} to ${most}.`,
    );
  };
}
