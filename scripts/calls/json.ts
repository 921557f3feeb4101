/** JSON for a person's eyes, literal for literal: to parse it and write it again would change long numbers. */
import { parseJson } from "../../piste/json";

/** Longer strings, such as an invoice's PDF in base64, are shortened. */
const LONGEST_STRING = 1000;
const SHOWN_OF_A_LONG_ONE = 60;

export interface Indented {
  readonly text: string;
  /** Whether some strings are shortened. */
  readonly shortened: boolean;
}

export const isJson = (text: string): boolean => parseJson(text) !== undefined;

const TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/** @param json as {@link isJson} found it. */
export function indent(json: string): Indented {
  let text = "";
  let depth = 0;
  let shortened = false;
  let before = "";
  const newLine = (): string => `\n${"  ".repeat(depth)}`;
  for (const [token] of json.matchAll(TOKEN)) {
    const opened = before === "{" || before === "[";
    if (token === "}" || token === "]") {
      depth -= 1;
      text += opened ? token : newLine() + token;
    } else {
      if (opened || before === ",") text += newLine();
      if (token === "{" || token === "[") depth += 1;
      const short = shortForm(token);
      shortened ||= short !== token;
      text += short === ":" ? ": " : short;
    }
    before = token;
  }
  return { text, shortened };
}

function shortForm(token: string): string {
  if (!token.startsWith('"') || token.length <= LONGEST_STRING) return token;
  return `${token.slice(0, SHOWN_OF_A_LONG_ONE)}… (${token.length - 2} characters)"`;
}
