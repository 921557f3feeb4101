/** Asks before the test pages somebody. */
import { createInterface } from "node:readline";
import type { Environment } from "../../piste/environments";
import { joined, type Language, type Text } from "../../piste/language";
import { printable } from "../../piste/printable";
import { CommandError } from "../command/failure";
import type { Candidate } from "./trial";

export interface Person {
  /** Standard input is a terminal. */
  readonly there: boolean;
  readonly answer: (question: Text) => Promise<string>;
}

const YES = /^(?:y|yes|o|oui)$/i;
const HINT: Text = { en: "Go on? (y/N)", fr: "Continuer ? (o/N)" };
const HOW: Text = {
  en: "Run the command in a terminal to confirm, or add `--yes`.",
  fr: "Lancez la commande dans un terminal pour confirmer, ou ajoutez `--yes`.",
};
const NOTHING_SENT: Text = { en: "Nothing was sent.", fr: "Rien n'a été envoyé." };

/** @throws CommandError without a yes or `--yes`. */
export async function allowPaging(
  environment: Environment,
  paging: readonly Candidate[],
  { yes, person }: { readonly yes: boolean; readonly person: Person },
): Promise<void> {
  if (yes) return;
  const names = paging.map(({ name }) => name).join(", ");
  const what: Text = {
    en: `In ${environment} this test pages the person on call: CloudWatch sends a message whose reason begins with TEST, and a second one when the alarm is put back to OK (${names}).`,
    fr: `En ${environment}, cet essai réveille l'astreinte : CloudWatch envoie un message dont le motif commence par TEST, puis un second quand l'alarme est remise à OK (${names}).`,
  };
  await confirm(what, person, NOTHING_SENT);
}

/** @throws CommandError without a yes at a terminal. */
export async function confirm(what: Text, person: Person, refused: Text): Promise<void> {
  if (!person.there) throw new CommandError(joined([what, HOW]), "operator", { code: "not-confirmed" });
  const answer = await person.answer(joined([what, HINT]));
  if (!YES.test(answer.trim())) throw new CommandError(refused, "operator", { code: "not-confirmed" });
}

/** The answer is not secret, so the terminal echoes it and Ctrl-C ends the command. */
export function personAt(language: Language): Person {
  return {
    there: process.stdin.isTTY,
    answer: (question) =>
      new Promise((resolve) => {
        const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
        lines.once("line", (line) => {
          resolve(line);
          lines.close();
        });
        // Ctrl-D.
        lines.once("close", () => {
          resolve("");
        });
        lines.setPrompt(`${printable(question[language])} `);
        lines.prompt();
      }),
  };
}
