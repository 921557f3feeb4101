import type { Text } from "../../piste/language";

/** Shows progress. */
export type Say = (text: Text) => void;

/** For names and the output of programs that only speak English. */
export const asIs = (words: string): Text => ({ en: words, fr: words });
