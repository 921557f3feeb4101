/** What the commands about credentials work with, and how they word what to type next. */
import type { Text } from "../../piste/language";
import type { Target } from "../command/target";
import type { Ask } from "./ask";

export interface Session {
  readonly target: Target;
  readonly ask: Ask;
  readonly say: (text: Text) => void;
  /** Beside what was asked for, as on standard error. */
  readonly warn: (text: Text) => void;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** What is true if somebody interrupts the command from now on. */
  readonly ifInterrupted: (text: Text) => void;
  /** The options that have to be given again for the same application. */
  readonly sameOptions: string;
  /** The option that has to be given again for the same client credentials, where they are in another secret. */
  readonly sameSecret?: string;
}

/** What is needed to ask for values, and to say what is wrong with them. */
export type Entering = Pick<Session, "ask" | "say" | "warn"> & { readonly target: Pick<Target, "now"> };

export const NOTHING_STORED: Text = { en: "Nothing was stored.", fr: "Rien n'a été enregistré." };

/** The command that does something else with the same application. */
export function nextCommand({ sameOptions }: Session, words: string): string {
  return `npx piste ${words}${sameOptions}`;
}

const PIPED_CLIENT = '{"client_id": …, "client_secret": …}';

/** What JSON on standard input holds, for help and errors. */
export const PIPED_FORMS = {
  client: { en: PIPED_CLIENT, fr: PIPED_CLIENT },
  "technical-account": {
    en: '{"login": …, "password": …, "changedOn": "yyyy-mm-dd"}',
    fr: '{"login": …, "password": …, "changedOn": "aaaa-mm-jj"}',
  },
  trial: {
    en: `${PIPED_CLIENT}; in the same object, if there is an account, "login", "password" and "changedOn" (yyyy-mm-dd)`,
    fr: `${PIPED_CLIENT} ; dans le même objet, s'il y a un compte, "login", "password" et "changedOn" (aaaa-mm-jj)`,
  },
} as const satisfies Record<string, Text>;
