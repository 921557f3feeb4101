import type { Text } from "../../piste/language";

/** Tells a person who waits how far it is. */
export type Say = (text: Text) => void;

/** Names, and the words of programs that speak English alone. */
export const asIs = (words: string): Text => ({ en: words, fr: words });
