/** What the commands about credentials ask of a person or read from a pipe: an interface, so that tests bring their own. */
import type { Text } from "../../piste/language";

export interface Question {
  readonly text: Text;
  /** Taken when nothing is typed. */
  readonly byDefault?: string;
  /** Why an answer cannot be taken; it is then asked for again. */
  readonly refuse: (answer: string) => Text | undefined;
}

export interface Ask {
  /** Whether a person is there; else everything comes through {@link piped}. */
  readonly person: boolean;
  shown(question: Question): Promise<string>;
  /** What is typed is not shown. */
  hidden(question: Question): Promise<string>;
  yes(question: Text, byDefault: boolean): Promise<boolean>;
  /** All of standard input; undefined when it is longer than any secret. */
  piped(): Promise<string | undefined>;
}
