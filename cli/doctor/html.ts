/** HTML from templates that escape their parts: a text can never become markup. */

import { printable } from "../../piste/printable";

/** Only {@link html} creates it. */
class Markup {
  constructor(readonly text: string) {}
}
export type Html = Markup;

/** The values that a template accepts; `undefined` renders nothing. */
export type Part = string | number | Html | undefined | readonly Part[];

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Escapes markup and replaces characters that HTML forbids or that could disguise a text. */
const escaped = (text: string): string =>
  printable(text, "\ufffd").replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");

/**
 * @throws Error when a part stands where escaping does not protect: in a tag but outside double quotes, in a style or a
 * script; or when markup stands in an attribute.
 */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const [first = "", ...others] = strings;
  let before = first;
  let text = first;
  others.forEach((after, index) => {
    const part = parts[index];
    text += inTag(before) ? attributeValue(before, part) : content(before, part);
    before += after;
    text += after;
  });
  return new Markup(text);
}

/** Parts are escaped, so every angle bracket is the template's. */
function inTag(before: string): boolean {
  return before.lastIndexOf("<") > before.lastIndexOf(">");
}

function attributeValue(before: string, part: Part): string {
  const quotes = before.slice(before.lastIndexOf("<")).split('"').length - 1;
  if (quotes % 2 === 0) throw new Error(`a part in a tag must be in double quotes, got one after ${tail(before)}`);
  if (part instanceof Markup || Array.isArray(part)) {
    throw new Error(`an attribute must be a text, got markup after ${tail(before)}`);
  }
  return typeof part === "object" || part === undefined ? "" : escaped(String(part));
}

function content(before: string, part: Part): string {
  if (/<(style|script)\b(?![^]*<\/\1)/i.test(before)) {
    throw new Error(`nothing may be put into a style or a script, got a part after ${tail(before)}`);
  }
  if (part === undefined) return "";
  if (part instanceof Markup) return part.text;
  if (typeof part === "object") return part.map((each) => content(before, each)).join("");
  return escaped(String(part));
}

const tail = (before: string): string => JSON.stringify(before.slice(-40));
