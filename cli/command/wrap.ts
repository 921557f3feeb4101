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

/** Prose in a narrower column is hard to read: it then stands below its first words. */
const NARROWEST_COLUMN = 24;
const NARROW_MARGIN = "    ";

/**
 * The first line begins with `first`, the others with as many spaces. A word that is too long for that stands further to the
 * left: a terminal would break it.
 */
export function indented(text: string, first: string, width: number): string[] {
  const margin = " ".repeat(first.length);
  const room = width - first.length;
  const title = first.trim() === "" ? [] : [first.trimEnd()];
  if (room < NARROWEST_COLUMN && first.length > NARROW_MARGIN.length) {
    return [...title, ...indented(text, NARROW_MARGIN, width)];
  }
  return wrap(text, room).flatMap((line, index) => {
    if (line.length <= room) return `${index === 0 ? first : margin}${line}`;
    const moved = `${line.length + 2 <= width ? "  " : ""}${line}`;
    return index === 0 ? [...title, moved] : moved;
  });
}

/** A line of a table, or one that goes on with its last column. */
const ROW = /^( +\S.*? {2,}| {8,})(\S.*)$/;

/**
 * A text of several lines, each a sentence or more. One that is indented was laid out before: it stays as it is, but for
 * tables that are too wide.
 */
export function inLines(text: string, width: number): string {
  return text
    .split("\n")
    .flatMap((line) => {
      if (line.length <= width) return line;
      const [, first = line.startsWith("- ") ? "- " : "", rest = line.slice(first.length)] = ROW.exec(line) ?? [];
      return line.startsWith(" ") && first === "" ? line : indented(rest, first, width);
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
