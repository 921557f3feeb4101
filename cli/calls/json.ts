/** Indents JSON for a person without changing its literals: parsing and writing it again would change long numbers. */
import { parseJson } from "../../piste/json";

/** Longer strings, such as an invoice's PDF in base64, are shortened. */
const LONGEST_STRING = 1000;
const SHOWN_OF_A_LONG_ONE = 60;

export interface Indented {
  readonly text: string;
  /** True when some strings are shortened. */
  readonly shortened: boolean;
}

export const isJson = (text: string): boolean => parseJson(text) !== undefined;

/** Deeper levels are not indented further: an answer may have any number. */
const DEEPEST_INDENTED = 50;

/** Without a regular expression for strings: with many megabytes it would overflow the stack. */
function* tokensOf(json: string): Generator<string> {
  const scalar = /[^\s{}[\],:"]+/y;
  let at = 0;
  while (at < json.length) {
    const sign = json[at] ?? "";
    if (sign === '"') {
      const end = endOfString(json, at);
      yield json.slice(at, end);
      at = end;
    } else if ("{}[],:".includes(sign)) {
      yield sign;
      at += 1;
    } else {
      scalar.lastIndex = at;
      const found = scalar.exec(json)?.[0];
      if (found !== undefined) yield found;
      at += found?.length ?? 1;
    }
  }
}

/** The index after the closing quotation mark, which has an even number of backslashes before it. */
function endOfString(json: string, start: number): number {
  for (let end = json.indexOf('"', start + 1); end >= 0; end = json.indexOf('"', end + 1)) {
    let before = end;
    while (json[before - 1] === "\\") before -= 1;
    if ((end - before) % 2 === 0) return end + 1;
  }
  return json.length;
}

/** @param json must satisfy {@link isJson}. */
export function indent(json: string): Indented {
  const pieces: string[] = [];
  let depth = 0;
  let shortened = false;
  let before = "";
  const newLine = (): string => `\n${"  ".repeat(Math.min(depth, DEEPEST_INDENTED))}`;
  for (const token of tokensOf(json)) {
    const opened = before === "{" || before === "[";
    if (token === "}" || token === "]") {
      depth -= 1;
      pieces.push(opened ? token : newLine() + token);
    } else {
      if (opened || before === ",") pieces.push(newLine());
      if (token === "{" || token === "[") depth += 1;
      const short = shortForm(token);
      shortened ||= short !== token;
      pieces.push(short === ":" ? ": " : short);
    }
    before = token;
  }
  return { text: pieces.join(""), shortened };
}

function shortForm(token: string): string {
  if (!token.startsWith('"') || token.length <= LONGEST_STRING) return token;
  return `${token.slice(0, SHOWN_OF_A_LONG_ONE)}… (${token.length - 2} characters)"`;
}
