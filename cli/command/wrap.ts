/** Prose in lines of a terminal. Pure. */
import { typeset } from "../../piste/language";

const WIDEST_LINE = 80;
const NARROWEST_LINE = 40;

/** Commands in backticks and JSON as one word each, so that they can be copied whole; an address is one anyway. */
const WORD = /(?:`[^`]*`|\{[^{}\n]*\}|[^ \n`{]|[`{])+/g;

function wordsOf(text: string): string[] {
  // French has spaces that must not end a line; English text does not change.
  return typeset(text, "fr").match(WORD) ?? [];
}

/** Ordinary spaces again, so that a search finds what the terminal shows. */
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
 * Wraps a text of several lines. An indented line is laid out already and stays as it is, except in a table that is too
 * wide.
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

/** The line width for a terminal; 80 if it does not say its columns. */
export function lineWidth(columns: number | undefined): number {
  return Math.max(NARROWEST_LINE, Math.min(columns === 0 ? WIDEST_LINE : (columns ?? WIDEST_LINE), WIDEST_LINE));
}

/** The width for prose; without a limit unless the stream is a terminal. */
export function textWidth({ isTTY, columns }: Pick<NodeJS.WriteStream, "isTTY" | "columns">): number {
  return isTTY ? lineWidth(columns) : Infinity;
}
