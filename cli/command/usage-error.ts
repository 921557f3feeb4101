/**
 * What commander says of a command line that does not fit, without the words that were typed: one of them may be a
 * secret that was given as an argument by mistake.
 */
import type { Language, Text } from "../../piste/language";

interface Rule {
  /** Of commander's message, after "error: "; its groups hold only what the command itself is made of. */
  readonly says: RegExp;
  readonly text: (...groups: readonly string[]) => Text;
}

const NOT_REPEATED: Text = {
  en: "what was typed is not repeated here, since it may be a secret",
  fr: "ce qui a été saisi n'est pas répété ici, car ce peut être un secret",
};

/** Commander's own words of a list of choices, and of what was probably meant. */
const inFrench = (rule: string): string =>
  rule
    .replace("Allowed choices are", "Valeurs possibles :")
    .replace(/\(Did you mean (?:one of )?([^)]*)\?\)/, "(Vouliez-vous dire $1 ?)");

const RULES: readonly Rule[] = [
  {
    says: /^unknown option '[^]*'(\n\(Did you mean [^)]*\))?$/,
    text: (suggestion = "") => ({
      en: `unknown option; ${NOT_REPEATED.en}${suggestion}`,
      fr: `option inconnue ; ${NOT_REPEATED.fr}${inFrench(suggestion)}`,
    }),
  },
  {
    says: /^unknown command '[^]*'(\n\(Did you mean [^)]*\))?$/,
    text: (suggestion = "") => ({
      en: `unknown command; ${NOT_REPEATED.en}${suggestion}`,
      fr: `commande inconnue ; ${NOT_REPEATED.fr}${inFrench(suggestion)}`,
    }),
  },
  {
    says: /^command-argument value '[^]*' is invalid for argument '([^']*)'\.([^']*)$/,
    text: (name = "", rule = "") => ({
      en: `the value of <${name}> is invalid; ${NOT_REPEATED.en}.${rule}`,
      fr: `la valeur de <${name}> ne convient pas ; ${NOT_REPEATED.fr}.${inFrench(rule)}`,
    }),
  },
  {
    says: /^option '([^']*)' argument '[^]*' is invalid\.([^']*)$/,
    text: (flags = "", rule = "") => ({
      en: `the value of ${flags} is invalid; ${NOT_REPEATED.en}.${rule}`,
      fr: `la valeur de ${flags} ne convient pas ; ${NOT_REPEATED.fr}.${inFrench(rule)}`,
    }),
  },
  {
    says: /^missing required argument '([^']*)'$/,
    text: (name = "") => ({ en: `<${name}> is missing`, fr: `<${name}> manque` }),
  },
  {
    says: /^option '([^']*)' argument missing$/,
    text: (flags = "") => ({ en: `the value of ${flags} is missing`, fr: `la valeur de ${flags} manque` }),
  },
  {
    says: /^required option '([^']*)' not specified$/,
    text: (flags = "") => ({ en: `${flags} is missing`, fr: `${flags} manque` }),
  },
  {
    says: /^option '([^']*)' cannot be used with option '([^']*)'$/,
    text: (one = "", other = "") => ({
      en: `${one} does not go with ${other}`,
      fr: `${one} ne va pas avec ${other}`,
    }),
  },
  {
    says: /^too many arguments(?: for '[^']*')?\. Expected (\d+) arguments? but got (\d+)\.$/,
    text: (expected = "", got = "") => ({
      en: `too many arguments: ${expected} expected, ${got} given; ${NOT_REPEATED.en}`,
      fr: `trop d'arguments : ${expected} attendus, ${got} donnés ; ${NOT_REPEATED.fr}`,
    }),
  },
];

const UNKNOWN: Text = {
  en: `the command line does not fit; ${NOT_REPEATED.en}`,
  fr: `la ligne de commande ne convient pas ; ${NOT_REPEATED.fr}`,
};

const ERROR: Text = { en: "error: ", fr: "erreur : " };

/** @param message as commander would show it. */
export function withoutTypedWords(message: string, language: Language): string {
  const said = message.replace(/^error: /, "").trimEnd();
  for (const { says, text } of RULES) {
    const found = says.exec(said);
    if (found !== null) return `${ERROR[language]}${text(...found.slice(1))[language]}`;
  }
  return `${ERROR[language]}${UNKNOWN[language]}`;
}
