/** The sentence about a token that is still valid after a failure. */
import { joined, type Text } from "../../../piste/language";
import { EMPTY } from "./finding";

/** Until when the stored token is valid all the same, in words; absent when there is none. */
export interface Remaining {
  readonly until?: Text | undefined;
}

const stillValid = ({ until }: Remaining): Text =>
  until === undefined
    ? EMPTY
    : {
        en: ` The stored token is valid until ${until.en} all the same.`,
        fr: ` Le jeton enregistré reste valable jusqu'à ${until.fr}.`,
      };

export const withRemaining = (cause: Text, remaining: Remaining): Text => joined([cause, stillValid(remaining)], "");
