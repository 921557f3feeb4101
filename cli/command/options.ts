/** Shared by all commands: arguments, options and exit. */
import { Argument, Option, type Command } from "commander";
import { ENVIRONMENTS } from "../../piste/environments";
import { wholeNumber } from "./arguments";
import { LANGUAGES, type Language, type Text } from "../../piste/language";
import { endWith, EXIT_CODES } from "./failure";
import { helpIn } from "./help";
import type { TargetOptions } from "./target";
import { awaitJson, wrappedFor } from "./terminal";
import { BilingualCommand } from "./usage-error";

export interface CommonOptions extends TargetOptions {
  readonly application?: string;
}

const WORDS = {
  environment: { en: "which one", fr: "lequel" },
  application: {
    en: "the application (default: all, or the only one)",
    fr: "l'application (par défaut : toutes, ou la seule)",
  },
  region: {
    en: "the AWS region (default: your AWS environment's)",
    fr: "la région AWS (par défaut : celle de votre environnement AWS)",
  },
  profile: {
    en: "the profile of your AWS configuration files",
    fr: "le profil de vos fichiers de configuration AWS",
  },
  local: {
    en: "what `npm start -- --keep` keeps up on this machine, instead of AWS",
    fr: "ce que `npm start -- --keep` fait tourner sur cette machine, au lieu d'AWS",
  },
  language: { en: "the language (default: the locale's)", fr: "la langue (par défaut : celle du système)" },
  help: { en: "what this command does", fr: "ce que fait cette commande" },
  examples: { en: "Examples:", fr: "Exemples :" },
} as const satisfies Record<string, Text>;

/** Makes commands that speak one language and end with an exit code that says who can mend it. */
export class CommandMaker {
  constructor(readonly language: Language) {}

  /** A command of its own, with its examples below its help. */
  command(name: string, description: Text, examples: readonly string[] = []): Command {
    const { language } = this;
    const command = new BilingualCommand(name, language, examples[0])
      .description(description[language])
      .helpOption("-h, --help", WORDS.help[language])
      .helpCommand(false)
      .configureOutput({
        outputError: (message, write) => {
          write(wrappedFor(process.stderr, message));
        },
      })
      .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : EXIT_CODES.operator))
      .configureHelp(helpIn(language))
      .addOption(new Option("--lang <language>", WORDS.language[language]).choices(LANGUAGES));
    if (examples.length > 0) {
      command.addHelpText("after", ["", WORDS.examples[language], ...examples.map((line) => `  ${line}`)].join("\n"));
    }
    return command;
  }

  environment(): Argument {
    return new Argument("<environment>", WORDS.environment[this.language]).choices(ENVIRONMENTS);
  }

  /** With the options that say where to look; `all`: whatever applications there are. */
  withTarget(command: Command, applications: "all" | "named" = "named"): Command {
    const { language } = this;
    if (applications === "named") command.option("--application <name>", WORDS.application[language]);
    return command
      .option("--region <name>", WORDS.region[language])
      .option("--profile <name>", WORDS.profile[language])
      .option("--local", WORDS.local[language]);
  }

  /** A whole number; what else is typed is refused in this language, and not repeated. */
  wholeNumber(least: number, most: number): (text: string) => number {
    return wholeNumber(least, most, this.language);
  }

  /** An action that ends in a sentence whatever happens. */
  act<Words extends unknown[]>(action: (...words: Words) => Promise<void>): (...words: Words) => Promise<void> {
    return async (...words) => {
      awaitJson();
      // Awaited here: an action may throw before it has given its promise.
      try {
        await action(...words);
      } catch (error) {
        endWith(error, this.language);
      }
    };
  }

  say(text: Text): string {
    return text[this.language];
  }
}
