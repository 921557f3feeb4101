/** Prose in lines of a terminal. Pure. */

/** Where French has a space that must not end a line. */
const BOUND = /(?<=«) | (?=[»:;!?])/g;
const BOUND_SPACE = "\u00a0";

/** Words, and commands in backticks as one word each, so that they can be copied whole. */
function wordsOf(text: string): string[] {
  return text.replace(BOUND, BOUND_SPACE).match(/(?:`[^`]*`|[^ \n`])+/g) ?? [];
}

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
  return (line === "" ? lines : [...lines, line]).map((whole) => whole.replaceAll(BOUND_SPACE, " "));
}

/** The first line begins with `first`, the others with as many spaces. */
export function indented(text: string, first: string, width: number): string[] {
  const margin = " ".repeat(first.length);
  return wrap(text, width - first.length).map((line, index) => `${index === 0 ? first : margin}${line}`);
}

export function shortened(text: string, width: number, ellipsis: string): string {
  return text.length <= width ? text : `${text.slice(0, width - ellipsis.length).trimEnd()}${ellipsis}`;
}
