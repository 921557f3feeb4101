/** Words that several layers share. */
import type { Api } from "../../piste/api-catalogue";
import { joined, type Text } from "../../piste/language";
import type { ProbeAnswer } from "../../piste/probes";
import { networkFailureText } from "../command/french";

/** Without the platform's name, which all APIs of Chorus Pro begin with. */
export const titleOf = ({ title }: Api): string => title.replace(/^Chorus Pro: /, "");

/** The text about your own APIs without a `ping`; undefined when there is none. */
export function uncheckedText(titles: readonly string[]): Text | undefined {
  if (titles.length === 0) return undefined;
  const { en, fr } = shortList(titles);
  return { en: `${en} not checked: no \`ping\``, fr: `${fr} : pas de contrôle, faute de \`ping\`` };
}

/** The answer's status or network failure, as words. */
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

/** A verb phrase for one API and for several. */
interface Doing {
  readonly en: readonly [one: string, several: string];
  readonly fr: readonly [one: string, several: string];
  readonly rest: Text;
}

export const ANSWER_ACCOUNT: Doing = {
  en: ["answers", "answer"],
  fr: ["répond", "répondent"],
  rest: { en: "the technical account", fr: "au compte technique" },
};
export const LET_APPLICATION_IN: Doing = {
  en: ["lets", "let"],
  fr: ["laisse", "laissent"],
  rest: { en: "the application in", fr: "entrer l'application" },
};

/** The number of APIs that do it, for the middle of a sentence. */
export function howManyApis(count: number, total: number, { en, fr, rest }: Doing): Text {
  const index = count > 1 ? 1 : 0;
  const some: Text = { en: `${count} of ${total} APIs ${en[index]}`, fr: `${count} API sur ${total} ${fr[index]}` };
  const none: Text = { en: `none of the ${total} APIs ${en[0]}`, fr: `aucune des ${total} API ne ${fr[0]}` };
  const notIt: Text = { en: `the API does not ${en[1]}`, fr: `l'API ne ${fr[0]} pas` };
  return joined([count > 0 ? some : total === 1 ? notIt : none, rest]);
}

const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);

/** The words with a capital first letter. */
export const asSentence = ({ en, fr }: Text): Text => ({ en: capital(en), fr: capital(fr) });

export const prefixed = (prefix: string, text: Text): Text => ({
  en: `${prefix}: ${text.en}`,
  fr: `${prefix} : ${text.fr}`,
});
