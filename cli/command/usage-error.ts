/**
 * Usage errors in both languages. They do not repeat what was typed: it may be a secret that was given as an argument by
 * mistake.
 */
import { Command, InvalidArgumentError, type Argument, type Option } from "commander";
import type { Language, Text } from "../../piste/language";
import { CommandError, errorToJson } from "./failure";
import { giveJson, isJsonAwaited } from "./terminal";

const ERROR: Text = { en: "error: ", fr: "erreur : " };
const NOT_REPEATED: Text = {
  en: "what was typed is not repeated here, since it may be a secret",
  fr: "ce qui a été saisi n'est pas répété ici, car ce peut être un secret",
};

/** Overrides methods of commander that its types do not have: the tests try each, since an upgrade may rename one. */
export class BilingualCommand extends Command {
  constructor(
    name: string,
    private readonly language: Language,
    private readonly example?: string,
  ) {
    super(name);
  }

  /** All errors that have no method below. */
  override error(): never {
    return this.refuse({
      en: `the command line is invalid; ${NOT_REPEATED.en}`,
      fr: `la ligne de commande n'est pas valide ; ${NOT_REPEATED.fr}`,
    });
  }

  missingArgument(name: string): never {
    const choices = this.registeredArguments.find((argument) => argument.name() === name)?.argChoices?.join(", ");
    const hint = (words: readonly [choices: string, example: string], colon: string): string =>
      [choices && `${words[0]}${colon}${choices}`, this.example && `${words[1]}${colon}${this.example}`]
        .flatMap((part) => (part ? `. ${part}` : []))
        .join("");
    return this.refuse({
      en: `<${name}> is missing${hint(["Choices", "Example"], ": ")}`,
      fr: `<${name}> manque${hint(["Choix", "Exemple"], " : ")}`,
    });
  }

  optionMissingArgument({ flags }: Option): never {
    return this.refuse({ en: `the value of ${flags} is missing`, fr: `la valeur de ${flags} manque` });
  }

  _conflictingOption({ flags }: Option, other: Option): never {
    return this.refuse({
      en: `${flags} cannot be used with ${other.flags}`,
      fr: `${flags} ne s'utilise pas avec ${other.flags}`,
    });
  }

  unknownOption(): never {
    const own = this.createHelp().visibleOptions(this);
    return this.refuseUnknown(
      { en: "unknown option", fr: "option inconnue" },
      own.flatMap(({ long }) => long ?? []),
    );
  }

  unknownCommand(): never {
    const own = this.createHelp().visibleCommands(this);
    return this.refuseUnknown(
      { en: "unknown command", fr: "commande inconnue" },
      own.map((command) => command.name()),
    );
  }

  _excessArguments({ length }: readonly string[]): never {
    const expected = this.registeredArguments.length;
    return this.refuse({
      en: `too many arguments: ${expected} expected, ${length} given; ${NOT_REPEATED.en}`,
      fr: `trop d'arguments : ${expected} attendus, ${length} donnés ; ${NOT_REPEATED.fr}`,
    });
  }

  _callParseArg(target: Argument | Option, value: string, previous: unknown): unknown {
    try {
      return target.parseArg?.(value, previous);
    } catch (error) {
      if (!(error instanceof InvalidArgumentError)) throw error;
      const name = "flags" in target ? target.flags : `<${target.name()}>`;
      const choices = target.argChoices?.join(", ");
      const [en, fr] = choices ? [`Choices: ${choices}.`, `Choix : ${choices}.`] : [error.message, error.message];
      return this.refuse({
        en: `the value of ${name} is invalid; ${NOT_REPEATED.en}. ${en}`,
        fr: `la valeur de ${name} ne convient pas ; ${NOT_REPEATED.fr}. ${fr}`,
      });
    }
  }

  private refuseUnknown({ en, fr }: Text, known: readonly string[]): never {
    const names = known.join(", ");
    return this.refuse({
      en: `${en}; ${NOT_REPEATED.en}. Known: ${names}.`,
      fr: `${fr} ; ${NOT_REPEATED.fr}. Connues : ${names}.`,
    });
  }

  private refuse(text: Text): never {
    if (isJsonAwaited()) {
      giveJson({ error: errorToJson(new CommandError(text, "operator", { code: "usage" }), this.language) });
    }
    return super.error(`${ERROR[this.language]}${text[this.language]}`);
  }
}
