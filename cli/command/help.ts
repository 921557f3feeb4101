/** The layout of a command's help, and commander's own words in French. */
import { Help } from "commander";
import type { Language } from "../../piste/language";
import { indented, inLines } from "./wrap";

/** The titles in commander's help. */
const TITLES: Readonly<Record<string, string>> = {
  "Usage:": "Utilisation :",
  "Arguments:": "Arguments :",
  "Options:": "Options :",
  "Commands:": "Commandes :",
  "Global Options:": "Options générales :",
};

const plain = new Help();

const inFrench = (description: string): string =>
  description.replace(/\bchoices: /, "valeurs : ").replace(/\bdefault: /, "par défaut : ");

const FRENCH: Partial<Help> = {
  styleTitle: (title) => TITLES[title] ?? title,
  commandUsage: (command) => plain.commandUsage(command).replace("[command]", "[commande]"),
  optionDescription: (option) => inFrench(plain.optionDescription(option)),
  argumentDescription: (argument) => inFrench(plain.argumentDescription(argument)),
};

export function helpIn(language: Language): Partial<Help> {
  return {
    // A command's arguments are in its own help; here they would leave no room for the description.
    subcommandTerm: (command) => command.name(),
    boxWrap: inLines,
    formatItem: (term, termWidth, description, { helpWidth = 80 }) =>
      description === "" ? `  ${term}` : indented(description, `  ${term.padEnd(termWidth)}  `, helpWidth).join("\n"),
    ...(language === "fr" && FRENCH),
  };
}
