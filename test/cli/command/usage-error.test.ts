import { describe, expect, it } from "@jest/globals";
import { Option, type Command } from "commander";
import { CommandMaker } from "../../../cli/command/options";
import { BilingualCommand } from "../../../cli/command/usage-error";
import type { Language } from "../../../piste/language";

const CANARY = "canary-5ec7e7";

/** The output for these arguments. */
function said(words: readonly string[], language: Language): string {
  let text = "";
  const maker = new CommandMaker(language);
  const write = (part: string): void => {
    text += part;
  };
  const ended = new Error("ended");
  const prepare = (command: ReturnType<CommandMaker["command"]>): typeof command =>
    command.configureOutput({ writeErr: write, writeOut: write }).exitOverride(() => {
      throw ended;
    });
  const child = prepare(maker.command("child", { en: "a child", fr: "un enfant" }, ["npx piste child qualif"]))
    .addArgument(maker.environment())
    .option("--account <name>", "an account")
    .option("--port <number>", "a port", maker.wholeNumber(0, 65_535), 8787)
    .addOption(new Option("--other", "another").conflicts("account"))
    .action(() => undefined);
  const program = prepare(maker.command("piste", { en: "a program", fr: "un programme" })).addCommand(child);
  try {
    program.parse(words, { from: "user" });
  } catch (error) {
    if (error !== ended) throw error;
  }
  return text;
}

describe("a usage error", () => {
  it.each<[string, readonly string[], RegExp, RegExp]>([
    [
      "an unknown option with a value",
      ["child", "qualif", `--client-secret=${CANARY}`],
      /^error: unknown option;/,
      /^erreur : option inconnue ;/,
    ],
    [
      "an unknown option that holds a value",
      ["child", "qualif", `--${CANARY}`],
      /^error: unknown option;/,
      /option inconnue/,
    ],
    ["an unknown short option", ["child", "qualif", `-p${CANARY}`], /^error: unknown option;/, /option inconnue/],
    [
      "an option before the command",
      [`--client-secret=${CANARY}`, "child", "qualif"],
      /^error: unknown option;/,
      /option inconnue/,
    ],
    [
      "one argument too many",
      ["child", "qualif", CANARY],
      /^error: too many arguments: 1 expected, 2 given;/,
      /trop d'arguments : 1 attendus, 2 donnés/,
    ],
    [
      "an argument after two dashes",
      ["child", "qualif", "--", CANARY],
      /^error: too many arguments/,
      /trop d'arguments/,
    ],
    [
      "an argument outside the choices",
      ["child", CANARY],
      /^error: the value of <environment> is invalid;.*Choices: qualif, prod\./,
      /la valeur de <environment> ne convient pas.*Choix : qualif, prod\./,
    ],
    [
      "an option's value outside the choices",
      ["child", "qualif", "--lang", CANARY],
      /^error: the value of --lang <language> is invalid;.*en, fr\./,
      /la valeur de --lang/,
    ],
    ["an unknown command", [CANARY], /^error: unknown command;/, /commande inconnue/],
  ])("%s: explains it without repeating the input", (_, words, english, french) => {
    expect(said(words, "en")).toMatch(english);
    expect(said(words, "fr")).toMatch(french);
    for (const language of ["en", "fr"] as const) {
      expect(said(words, language)).not.toContain(CANARY);
      expect(said(words, language)).toMatch(/not repeated|pas répété/);
    }
  });

  it.each<[string, readonly string[], RegExp, RegExp]>([
    [
      "a missing argument",
      ["child"],
      /^error: <environment> is missing\. Choices: qualif, prod\. Example: npx piste child qualif\n/,
      /^erreur : <environment> manque\. Choix : qualif, prod\. Exemple : npx piste child qualif\n/,
    ],
    [
      "a missing value of an option",
      ["child", "qualif", "--account"],
      /^error: the value of --account <name> is missing/,
      /la valeur de --account <name> manque/,
    ],
    [
      "options that exclude each other",
      ["child", "qualif", "--other", "--account", CANARY],
      /^error: --other cannot be used with --account <name>/,
      /--other ne s'utilise pas avec/,
    ],
    [
      "a misspelt option",
      ["child", "qualif", "--acount"],
      /unknown option;.*Known: --lang, --account, --port, --other, --help\./,
      /option inconnue ;.*Connues : --lang, --account/,
    ],
    ["a misspelt command", ["chidl"], /unknown command;.*Known: child\./, /commande inconnue ;.*Connues : child\./],
    [
      "a number out of range",
      ["child", "qualif", "--port", "70000"],
      /the value of --port <number> is invalid.*It must be a whole number from 0 to 65535\./,
      /la valeur de --port <number> ne convient pas.*Il faut un nombre entier de 0 à 65535\./,
    ],
  ])("%s: names the option or argument", (_, words, english, french) => {
    expect(said(words, "en")).toMatch(english);
    expect(said(words, "fr")).toMatch(french);
    expect(said(words, "en")).not.toContain(CANARY);
  });

  it("with commander's own wording repeats no input", () => {
    const said: string[] = [];
    const write = (text: string): number => said.push(text);
    for (const language of ["en", "fr"] as const) {
      const command: Command = new BilingualCommand("any", language)
        .configureOutput({ writeErr: write })
        .exitOverride();
      expect(() => command.error(`error: ${CANARY}`)).toThrow();
    }
    expect(said.join("")).toMatch(/^error: the command line is invalid;.*\nerreur : la ligne de commande/);
    expect(said.join("")).not.toContain(CANARY);
  });
});
