/** Sentences as a page shows them: French spaces, commands as code, and links to known pages only. */
import { GUIDE_LINKS, PORTALS } from "../../piste/guide";
import type { Language, Text } from "../../piste/language";
import { html, type Html } from "./html";

/** The only addresses that become links: a report's texts may hold any. */
const ADDRESSES: readonly string[] = [
  PORTALS.piste,
  ...Object.values(PORTALS["chorus-pro"]),
  ...Object.values(GUIDE_LINKS),
];

const NO_BREAK = "\u00a0";
const NARROW_NO_BREAK = "\u202f";

/** No line may begin with a sign that belongs to the word before, or end with an opening quote. */
export function typeset(text: string, language: Language): string {
  const quoted = text.replace(/« /g, `«${NO_BREAK}`).replace(/ »/g, `${NO_BREAK}»`);
  return language === "en"
    ? quoted
    : quoted.replace(/ :/g, `${NO_BREAK}:`).replace(/ ([;!?])/g, `${NARROW_NO_BREAK}$1`);
}

const shortAddress = (address: string): string => address.replace("https://", "");

/** The address as a link when it is a known one; else its words alone. */
export function linkTo(address: string, words: string): Html {
  return ADDRESSES.includes(address) ? html`<a href="${address}">${words}</a>` : html`${words}`;
}

const inLines = (text: string): Html =>
  html`${text.split("\n").map((line, index) => [index === 0 ? undefined : html`<br />`, line])}`;

/** Its lines break between words only: an option whose hyphens stay behind reads as another. */
function code(text: string): Html {
  const words = text.split(" ").map((word, index) => html`${index === 0 ? "" : " "}<span>${word}</span>`);
  return html`<code>${words}</code>`;
}

/** What is in backticks is code; what is the address of a known page is a link to it. */
export function prose(text: Text, language: Language): Html {
  const pieces = text[language].split(/(`[^`]+`|https:\/\/[^\s,;)]*[^\s,;).])/);
  return html`${pieces.map((piece) => {
    if (/^`[^`]+`$/.test(piece)) return code(piece.slice(1, -1));
    if (ADDRESSES.includes(piece)) return linkTo(piece, shortAddress(piece));
    return inLines(typeset(piece, language));
  })}`;
}
