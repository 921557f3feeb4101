/** The target, language and output of `piste token` and `piste call`. */
import type { Language, Text } from "../../piste/language";
import { CommandError, endWith, errorToJson } from "../command/failure";
import { writeFailure } from "../command/files";
import { printable } from "../../piste/printable";
import type { Target } from "../command/target";
import { giveJson, sayWrapped } from "../command/terminal";

export interface Output {
  /** True when standard output is a terminal. */
  readonly terminal: boolean;
  /** Writes the result to standard output; for a terminal without control characters. */
  give(data: string | Uint8Array): void;
  /** Writes a line about it to standard error. */
  say(text: string): void;
}

export interface Session {
  readonly target: Target;
  readonly language: Language;
  readonly output: Output;
}

export function say({ language, output }: Session, text: Text): void {
  output.say(text[language]);
}

/** JSON for programs. @param error why the command fails. */
export function giveFacts({ language, output }: Session, facts: object, error: CommandError | undefined): void {
  giveJson({ ...facts, error: error === undefined ? null : errorToJson(error, language) }, (text) => {
    output.give(`${text}\n`);
  });
}

/** ISO 8601, for programs. @param seconds epoch seconds. */
export const iso = (seconds: number | undefined): string | null =>
  seconds === undefined ? null : new Date(seconds * 1000).toISOString();

/** A reader that stops early, as `head` does, is not a failure. */
function endWhenItFails(stream: NodeJS.WriteStream, language: Language): void {
  stream.once("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") {
      const reason = writeFailure(error);
      const text: Text = {
        en: `The answer could not be written as a whole: ${reason.en}.`,
        fr: `La réponse n'a pas pu être écrite en entier : ${reason.fr}.`,
      };
      endWith(new CommandError(text, "operator", { cause: error, code: "file-not-written" }), language);
    }
    process.exit();
  });
}

export function terminalOutput(language: Language = "en"): Output {
  endWhenItFails(process.stdout, language);
  return {
    terminal: process.stdout.isTTY,
    give: (data) =>
      void process.stdout.write(process.stdout.isTTY && typeof data === "string" ? printable(data) : data),
    say: sayWrapped,
  };
}

/** The next command for an application, with this command's target. It names the application: there may be several. */
export function nextCommand({ sameOptions = "" }: Target, words: string, application: string): string {
  return `npx piste ${words} --application ${application}${sameOptions}`;
}

export const doctorCommand = ({ environment, sameOptions = "" }: Target): string =>
  `npx piste doctor ${environment}${sameOptions}`;
