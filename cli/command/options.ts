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
  environment: { en: "the environment", fr: "l'environnement" },
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
    en: "uses the local run of `npm start -- --keep` instead of AWS",
    fr: "utilise l'exécution locale de `npm start -- --keep` au lieu d'AWS",
  },
  language: { en: "the language (default: the locale's)", fr: "la langue (par défaut : celle du système)" },
  help: { en: "shows this help", fr: "affiche cette aide" },
  examples: { en: "Examples:", fr: "Exemples :" },
} as const satisfies Record<string, Text>;

/** Makes commands in one language, whose exit code says who can fix a failure. */
export class CommandMaker {
  constructor(readonly language: Language) {}

  /** A command, with examples below its help. */
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

  /** Adds the options of the target; `all`: no `--application`. */
  withTarget(command: Command, applications: "all" | "named" = "named"): Command {
    const { language } = this;
    if (applications === "named") command.option("--application <name>", WORDS.application[language]);
    return command
      .option("--region <name>", WORDS.region[language])
      .option("--profile <name>", WORDS.profile[language])
      .option("--local", WORDS.local[language]);
  }

  /** A whole number; other input is refused and not repeated. */
  wholeNumber(least: number, most: number): (text: string) => number {
    return wholeNumber(least, most, this.language);
  }

  /** Runs an action and shows its error as a message. */
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
