/** The state shared by the credentials commands, and the wording of the commands they suggest. */
import type { Text } from "../../piste/language";
import type { Target } from "../command/target";
import type { Ask } from "./ask";

export interface Session {
  readonly target: Target;
  readonly ask: Ask;
  readonly say: (text: Text) => void;
  /** Prints to standard error. */
  readonly warn: (text: Text) => void;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Sets the text to print if the command is interrupted from now on. */
  readonly ifInterrupted: (text: Text) => void;
  /** The options to repeat for the same application. */
  readonly sameOptions: string;
  /** The option to repeat when the client credentials are in another secret. */
  readonly sameSecret?: string;
}

/** The part of a session that asks for values and checks them. */
export type Entering = Pick<Session, "ask" | "say" | "warn"> & { readonly target: Pick<Target, "now"> };

export const NOTHING_STORED: Text = { en: "Nothing was stored.", fr: "Rien n'a été enregistré." };

/** Another command for the same application. */
export function nextCommand({ sameOptions }: Session, words: string): string {
  return `npx piste ${words}${sameOptions}`;
}

const PIPED_CLIENT = '{"client_id": …, "client_secret": …}';

/** The JSON expected on standard input, for help and errors. */
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
