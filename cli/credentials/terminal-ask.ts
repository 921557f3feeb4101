/** Asks questions on a terminal, or reads piped input. */
import { once } from "node:events";
import { PassThrough } from "node:stream";
import type { Language, Text } from "../../piste/language";
import { printable } from "../../piste/printable";
import type { Ask, Question } from "./ask";
import type * as Prompts from "./prompts";

/** AWS's limit of a secret. */
const MOST_PIPED_BYTES = 65_536;

/** A long paste arrives in parts. A question waits until no key has arrived for this time. */
const PASTE_GAP_IN_MILLISECONDS = 100;

/** Ignored: it would suspend this process but not npx, and later show what is typed. */
const CTRL_Z = 26;

export interface Terminal {
  readonly input: NodeJS.ReadableStream & Partial<Pick<NodeJS.ReadStream, "isTTY" | "setRawMode" | "ref" | "unref">>;
  /** Not standard output, so that results can be piped. */
  readonly output: NodeJS.WritableStream;
}

const HINTS: Readonly<Record<"yes" | "no", Text>> = {
  yes: { en: "(Y/n)", fr: "(O/n)" },
  no: { en: "(y/N)", fr: "(o/N)" },
};
const YES_OR_NO: Text = { en: "Answer y or n.", fr: "Répondez par o ou n." };
const YES = /^(?:y|yes|o|oui)$/i;
const NO = /^(?:n|no|non)$/i;

async function isTypedSoon(input: Terminal["input"]): Promise<boolean> {
  try {
    await once(input, "data", { signal: AbortSignal.timeout(PASTE_GAP_IN_MILLISECONDS) });
    return true;
  } catch {
    return false;
  }
}

/**
 * Passes a question only the keys that are typed while it is asked. cli/piste.mjs reads the terminal all the time and
 * handles Ctrl-C; a question with the terminal itself would end its raw mode.
 */
async function asked<T>(
  { input, output }: Terminal,
  question: (prompts: typeof Prompts, streams: Terminal) => Promise<T>,
): Promise<T> {
  // Loaded only when something is asked, and before the keys are read.
  const prompts = require("./prompts") as typeof Prompts;
  input.setRawMode?.(true);
  input.ref?.();
  while (await isTypedSoon(input));
  const keys = new PassThrough();
  const take = (typed: Uint8Array): void => {
    keys.write(typed.filter((key) => key !== CTRL_Z));
  };
  input.on("data", take);
  // After an answer or Ctrl-D nothing is left to wait for, so Node ends the command.
  keys.once("pause", () => {
    input.off("data", take);
    input.unref?.();
  });
  return question(prompts, { input: keys, output });
}

export function terminalAsk(
  language: Language,
  terminal: Terminal = { input: process.stdin, output: process.stderr },
): Ask {
  const configuration = ({ text, byDefault, refuse }: Question): Parameters<typeof Prompts.input>[0] => ({
    message: printable(text[language]),
    ...(byDefault !== undefined && { default: byDefault }),
    validate: (answer) => {
      const refusal = refuse(answer);
      return refusal === undefined || printable(refusal[language]);
    },
  });
  return {
    person: terminal.input.isTTY === true,
    shown: (question) => asked(terminal, ({ input }, streams) => input(configuration(question), streams)),
    hidden: (question) =>
      asked(terminal, ({ password }, streams) => password({ ...configuration(question), mask: "*" }, streams)),
    yes: async (text, byDefault) => {
      const answer = await asked(terminal, ({ input }, streams) =>
        input(
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
      for await (const chunk of terminal.input as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        if (bytes > MOST_PIPED_BYTES) return undefined;
        chunks.push(chunk);
      }
      return Buffer.concat(chunks).toString("utf8");
    },
  };
}
