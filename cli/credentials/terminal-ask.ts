/** Questions on a terminal, and what is piped instead of one. */
import type { Language, Text } from "../../piste/language";
import { printable } from "../../piste/printable";
import { InterruptedError, type Ask, type Question } from "./ask";
import { Hush } from "./hush";
import type * as Prompts from "./prompts";

/** AWS's limit of a secret. */
const MOST_PIPED_BYTES = 65_536;

export interface Terminal {
  readonly input: NodeJS.ReadableStream &
    Partial<Pick<NodeJS.ReadStream, "isTTY" | "bytesRead">> & {
      setRawMode?(raw: boolean): unknown;
      ref?(): unknown;
      unref?(): unknown;
    };
  /** Not where results go, so that those can be piped. */
  readonly output: NodeJS.WritableStream;
}

/** Only who is asked something waits for it to load. */
const prompts = (): typeof Prompts => require("./prompts") as typeof Prompts;

const TOO_EARLY: Text = {
  en: "What was typed before this question was not taken. If it shows above and is a\nsecret, clear the screen.",
  fr: "Ce qui a été saisi avant cette question n'a pas été pris. S'il est visible plus\nhaut et secret, effacez l'écran.",
};
const HINTS: Readonly<Record<"yes" | "no", Text>> = {
  yes: { en: "(Y/n)", fr: "(O/n)" },
  no: { en: "(y/N)", fr: "(o/N)" },
};
const YES_OR_NO: Text = { en: "Answer y or n.", fr: "Répondez par o ou n." };
const YES = /^(?:y|yes|o|oui)$/i;
const NO = /^(?:n|no|non)$/i;

async function unlessInterrupted<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    // By name: its class is another one in every copy of the library.
    if (error instanceof Error && error.name === "ExitPromptError") throw new InterruptedError();
    throw error;
  }
}

export function terminalAsk(
  language: Language,
  { input, output }: Terminal = { input: process.stdin, output: process.stderr },
  hush = new Hush(input),
): Ask {
  const streams = { input, output };
  const asked = <T>(question: () => Promise<T>): Promise<T> =>
    unlessInterrupted(
      hush.whileAsking(question, () => {
        output.write(`${TOO_EARLY[language]}\n`);
      }),
    );
  const configuration = ({ text, byDefault, refuse }: Question): Parameters<typeof Prompts.input>[0] => ({
    message: printable(text[language]),
    ...(byDefault !== undefined && { default: byDefault }),
    validate: (answer) => {
      const refusal = refuse(answer);
      return refusal === undefined || printable(refusal[language]);
    },
  });
  return {
    person: input.isTTY === true,
    shown: (question) => asked(() => prompts().input(configuration(question), streams)),
    hidden: (question) => asked(() => prompts().password({ ...configuration(question), mask: "*" }, streams)),
    yes: async (text, byDefault) => {
      const answer = await asked(() =>
        prompts().input(
          {
            message: `${printable(text[language])} ${HINTS[byDefault ? "yes" : "no"][language]}`,
            validate: (typed) => typed === "" || YES.test(typed) || NO.test(typed) || YES_OR_NO[language],
          },
          streams,
        ),
      );
      return answer === "" ? byDefault : YES.test(answer);
    },
    piped: async () => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      for await (const chunk of input as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        if (bytes > MOST_PIPED_BYTES) return undefined;
        chunks.push(chunk);
      }
      return Buffer.concat(chunks).toString("utf8");
    },
  };
}
