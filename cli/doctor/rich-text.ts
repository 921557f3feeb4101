/** Sentences as a page shows them: French spaces, commands as code, and links to known pages only. */
import { GUIDE_LINKS, PORTALS } from "../../piste/guide";
import { typeset, type Language, type Text } from "../../piste/language";
import { html, type Html } from "./html";

/** The only addresses that become links: a report's texts may hold any. */
const ADDRESSES: readonly string[] = [
  PORTALS.piste,
  ...Object.values(PORTALS["chorus-pro"]),
  ...Object.values(GUIDE_LINKS),
];

const shortAddress = (address: string): string => address.replace("https://", "");

/** The address as a link when it is a known one; else its words alone. */
export function linkTo(address: string, words: string): Html {
  return ADDRESSES.includes(address) ? html`<a href="${address}">${words}</a>` : html`${words}`;
}

const inLines = (text: string): Html =>
  html`${text.split("\n").map((line, index) => [index === 0 ? undefined : html`<br />`, line])}`;

/** Lines break between words only, never at the hyphens of an option. */
function code(text: string): Html {
  const words = text.split(" ").map((word, index) => html`${index === 0 ? "" : " "}<span>${word}</span>`);
  return html`<code>${words}</code>`;
}

/** Text in backticks becomes code; the address of a known page becomes a link. */
export function richText(text: Text, language: Language): Html {
  const pieces = text[language].split(/(`[^`]+`|https:\/\/[^\s,;)]*[^\s,;).])/);
  return html`${pieces.map((piece) => {
    if (/^`[^`]+`$/.test(piece)) return code(piece.slice(1, -1));
    if (ADDRESSES.includes(piece)) return linkTo(piece, shortAddress(piece));
    return inLines(typeset(piece, language));
  })}`;
}
