/** Input from a person or a pipe; an interface, so that tests can replace it. */
import type { Text } from "../../piste/language";

export interface Question {
  readonly text: Text;
  /** The answer when nothing is typed. */
  readonly byDefault?: string;
  /** The reason to refuse an answer, which is then asked for again. */
  readonly refuse: (answer: string) => Text | undefined;
}

export interface Ask {
  /** True at a terminal; otherwise all input comes through {@link piped}. */
  readonly person: boolean;
  shown(question: Question): Promise<string>;
  /** Asks without showing the input. */
  hidden(question: Question): Promise<string>;
  yes(question: Text, byDefault: boolean): Promise<boolean>;
  /** Reads all of standard input; undefined when it is longer than any secret. */
  piped(): Promise<string | undefined>;
}
