/** Words that several layers share. */
import { API_CATALOGUE, type ApiName } from "../../piste/api-catalogue";
import type { Text } from "../../piste/language";
import type { ProbeAnswer } from "../../piste/probes";
import { networkFailureText } from "../command/french";

/** Without the name of the platform, which an application with these APIs has in all of them. */
export const titleOf = (name: ApiName): string => API_CATALOGUE[name].title.replace(/^Chorus Pro: /, "");

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
