/** Words that several layers share. */
import type { Api } from "../../piste/api-catalogue";
import type { Text } from "../../piste/language";
import type { ProbeAnswer } from "../../piste/probes";
import { networkFailureText } from "../command/french";

/** Without the name of the platform, which an application with these APIs has in all of them. */
export const titleOf = ({ title }: Api): string => title.replace(/^Chorus Pro: /, "");

/** Of APIs of one's own, by their titles; undefined when there is none. */
export function uncheckedText(titles: readonly string[]): Text | undefined {
  if (titles.length === 0) return undefined;
  const { en, fr } = shortList(titles);
  return { en: `${en} not checked: no \`ping\``, fr: `${fr} : pas de contrôle, faute de \`ping\`` };
}

/** What came back, where it says nothing else. */
export function answeredText({ status, failure }: ProbeAnswer): Text {
  if (failure !== undefined) return networkFailureText(failure);
  return { en: `status ${status ?? "?"}`, fr: `statut ${status ?? "?"}` };
}

/** The first few of a list, and how many more there are. */
export function shortList(names: readonly string[], most = 3): Text {
  const first = names.slice(0, most).join(", ");
  const more = names.length - most;
  if (more <= 0) return { en: first, fr: first };
  return { en: `${first} and ${more} more`, fr: `${first} et ${more} de plus` };
}

export const prefixed = (prefix: string, text: Text): Text => ({
  en: `${prefix}: ${text.en}`,
  fr: `${prefix} : ${text.fr}`,
});
