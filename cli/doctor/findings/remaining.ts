/** The sentence about a token that is still valid after a failure. */
import { joined, type Text } from "../../../piste/language";
import { EMPTY } from "./finding";

/** The end of the stored token's validity, in words; absent when no token is valid. */
export interface Remaining {
  readonly until?: Text | undefined;
}

const stillValid = ({ until }: Remaining): Text =>
  until === undefined
    ? EMPTY
    : {
        en: ` The stored token is still valid until ${until.en}.`,
        fr: ` Le jeton enregistré reste valable jusqu'à ${until.fr}.`,
      };

export const withRemaining = (cause: Text, remaining: Remaining): Text => joined([cause, stillValid(remaining)], "");
