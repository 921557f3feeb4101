/** Prose in lines of a terminal. Pure. */
import { typeset } from "../../piste/language";

const WIDEST_LINE = 80;
const NARROWEST_LINE = 40;

/** Commands in backticks and JSON as one word each, so that they can be copied whole; an address is one anyway. */
const WORD = /(?:`[^`]*`|\{[^{}\n]*\}|[^ \n`{]|[`{])+/g;

function wordsOf(text: string): string[] {
  // French has spaces that must not end a line; in English nothing stands where it has them.
  return typeset(text, "fr").match(WORD) ?? [];
}

/** Spaces as they are typed, so that what a terminal shows is found by what is typed. */
const plain = (line: string): string => line.replace(/[\u00a0\u202f]/g, " ");

/** A word that is too long for a line stands on one of its own. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of wordsOf(text)) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = "";
    }
    line = line === "" ? word : `${line} ${word}`;
  }
  return (line === "" ? lines : [...lines, line]).map(plain);
}

/** The first line begins with `first`, the others with as many spaces. */
export function indented(text: string, first: string, width: number): string[] {
  const margin = " ".repeat(first.length);
  return wrap(text, width - first.length).map((line, index) => `${index === 0 ? first : margin}${line}`);
}

/** A text of several lines, each a sentence or more; one that is indented was laid out before, and stays as it is. */
export function inLines(text: string, width: number): string {
  return text
    .split("\n")
    .flatMap((line) => {
      const first = line.startsWith("- ") ? "- " : "";
      return line.length <= width || line.startsWith(" ") ? line : indented(line.slice(first.length), first, width);
    })
    .join("\n");
}

/** Of a terminal with so many columns; one that does not say how many has the usual number. */
export function lineWidth(columns: number | undefined): number {
  return Math.max(NARROWEST_LINE, Math.min(columns === 0 ? WIDEST_LINE : (columns ?? WIDEST_LINE), WIDEST_LINE));
}

/** Where prose is laid out: what is no terminal has lines of any width. */
export function textWidth({ isTTY, columns }: Pick<NodeJS.WriteStream, "isTTY" | "columns">): number {
  return isTTY ? lineWidth(columns) : Infinity;
}

export function shortened(text: string, width: number, ellipsis: string): string {
  return text.length <= width ? text : `${text.slice(0, width - ellipsis.length).trimEnd()}${ellipsis}`;
}
