/** What the commands of this folder work with: where they look, in which language they speak, and where it appears. */
import type { Language, Text } from "../../piste/language";
import { CommandError, endWith, errorToJson } from "../command/failure";
import { writeFailure } from "../command/files";
import { printable } from "../../piste/printable";
import type { Target } from "../command/target";
import { giveJson, sayWrapped } from "../command/terminal";

export interface Output {
  /** Whether a person reads standard output, and not a program. */
  readonly terminal: boolean;
  /** What was asked for, to standard output: as it is, but for what would control a terminal. */
  give(data: string | Uint8Array): void;
  /** What is said of it, to standard error, a line. */
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

/** For programs. @param error why the command does not end well. */
export function giveFacts({ language, output }: Session, facts: object, error: CommandError | undefined): void {
  giveJson({ ...facts, error: error === undefined ? null : errorToJson(error, language) }, (text) => {
    output.give(`${text}\n`);
  });
}

/** Epoch seconds, for programs. */
export const iso = (seconds: number | undefined): string | null =>
  seconds === undefined ? null : new Date(seconds * 1000).toISOString();

/** Whoever reads only the beginning, as `head` does, is no failure. */
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

/** What to type next about an application, where this command looked. There may be several, so it is named. */
export function nextCommand({ sameOptions = "" }: Target, words: string, application: string): string {
  return `npx piste ${words} --application ${application}${sameOptions}`;
}

export const doctorCommand = ({ environment, sameOptions = "" }: Target): string =>
  `npx piste doctor ${environment}${sameOptions}`;
