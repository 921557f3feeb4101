/** `piste init`. */
import { text as readAll } from "node:stream/consumers";
import type { Command } from "commander";
import type * as Prompts from "@inquirer/prompts";
import type { Language } from "../../piste/language";
import { CommandError } from "../command/failure";
import { InterruptedError } from "../credentials/ask";
import { terminalAsk } from "../credentials/terminal-ask";
import type { CommandMaker } from "../command/options";
import { giveStyled } from "../command/terminal";
import type { Person } from "./ask";
import { init } from "./init";
import { PIPED_EXAMPLE } from "./piped";

/** What the library throws on Ctrl-C. */
const GONE = "ExitPromptError";

async function unlessGone<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof InterruptedError || (error instanceof Error && error.name === GONE))) throw error;
    throw new CommandError({ en: "Nothing was written.", fr: "Rien n'a été écrit." }, "input");
  }
}

function personAtTerminal(language: Language): Person {
  // Whoever pipes does without it.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { input } = require("@inquirer/prompts") as typeof Prompts;
  return {
    answer: ({ message, byDefault, refuse }) =>
      unlessGone(input({ message, default: byDefault, validate: (answer) => refuse(answer) ?? true })),
    agree: (message) => unlessGone(terminalAsk(language).yes({ en: message, fr: message }, false)),
  };
}

export function addInitCommands(program: Command, maker: CommandMaker): void {
  program.addCommand(
    maker
      .command(
        "init",
        {
          en: "asks what the configuration needs, or reads it as JSON from standard input, and writes stacks/qualif.ts and stacks/prod.ts; what is there is overwritten only once its difference is agreed to",
          fr: "demande ce qu'il faut à la configuration, ou le lit en JSON sur l'entrée standard, et écrit stacks/qualif.ts et stacks/prod.ts ; ce qui existe n'est remplacé qu'une fois la différence acceptée",
        },
        ["npx piste init", `npx piste init < answers.json`, `echo '${PIPED_EXAMPLE}' | npx piste init --yes`],
      )
      .option(
        "--yes",
        maker.say({
          en: "overwrites without asking, and shows the difference all the same",
          fr: "remplace sans demander, et montre la différence quand même",
        }),
      )
      .action(
        maker.act(({ yes = false }: { readonly yes?: boolean }) =>
          init({
            folder: process.cwd(),
            language: maker.language,
            person: process.stdin.isTTY ? personAtTerminal(maker.language) : undefined,
            readInput: () => readAll(process.stdin),
            variables: process.env,
            yes,
            coloured: process.stdout.isTTY && !process.env["NO_COLOR"],
            print: giveStyled,
          }),
        ),
      ),
  );
}
