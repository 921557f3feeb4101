/** Terraform's string templates: what of a text is literal, and what Terraform fills in. */

/** A literal text inside an expression, and the name that it is assigned to, as in `jsonencode({ name = "text" })`. */
export interface QuotedText {
  readonly name?: string | undefined;
  readonly text: string;
}

export interface Template {
  /** The literal pieces around expressions, in order; those that are empty left out. */
  readonly literals: readonly string[];
  /** The literal texts inside expressions. */
  readonly quoted: readonly QuotedText[];
  /** Whether Terraform fills in something from elsewhere: a resource's attribute, a variable. */
  readonly hasReference: boolean;
  /** The literal text with a mark in the place of each expression, made from what comes before it. */
  marked(mark: (before: string) => string): string;
}

type Piece = { readonly literal: string } | { readonly expression: string };

/** `aws_x.y.z`, `var.x`, `each.value`. */
const TRAVERSAL = /[A-Za-z_][\w-]*(?:\[[^\]]*\])?\.[A-Za-z_*]/;

export function parseTemplate(text: string): Template {
  const pieces = piecesOf(text);
  const literals = pieces.flatMap((piece) => ("literal" in piece ? [piece.literal] : []));
  const expressions = pieces.flatMap((piece) => ("expression" in piece ? [lookInto(piece.expression)] : []));
  return {
    literals,
    quoted: expressions.flatMap(({ quoted }) => quoted),
    hasReference: expressions.some(({ hasReference }) => hasReference),
    marked: (mark) =>
      pieces.reduce((before, piece) => before + ("literal" in piece ? piece.literal : mark(before)), ""),
  };
}

function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let literal = "";
  let at = 0;
  const endLiteral = (): void => {
    if (literal !== "") pieces.push({ literal });
    literal = "";
  };
  while (at < text.length) {
    if (isEscaped(text, at)) {
      literal += text.slice(at + 1, at + 3);
      at += 3;
      continue;
    }
    const end = isOpening(text, at) ? endOfExpression(text, at + 2) : undefined;
    // One that does not end is no expression: Terraform refuses it.
    if (end === undefined) {
      literal += text[at] ?? "";
      at += 1;
    } else {
      endLiteral();
      pieces.push({ expression: text.slice(at + 2, end) });
      at = end + 1;
    }
  }
  endLiteral();
  return pieces;
}

const isOpening = (text: string, at: number): boolean => text[at + 1] === "{" && (text[at] === "$" || text[at] === "%");

/** `$${` stands for `${`. */
const isEscaped = (text: string, at: number): boolean => isOpening(text, at + 1) && text[at] === text[at + 1];

/** Where its closing brace is. */
function endOfExpression(text: string, from: number): number | undefined {
  let depth = 1;
  for (let at = from; at < text.length; at++) {
    if (text[at] === "{") depth += 1;
    else if (text[at] === "}" && --depth === 0) return at;
    else if (text[at] === '"') {
      const end = endOfQuoted(text, at + 1);
      if (end === undefined) return undefined;
      at = end;
    }
  }
  return undefined;
}

/** Where its closing quotation mark is. */
function endOfQuoted(text: string, from: number): number | undefined {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '"') return at;
    if (text[at] === "\\") at += 1;
    else if (isEscaped(text, at)) at += 2;
    else if (isOpening(text, at)) {
      const end = endOfExpression(text, at + 2);
      if (end === undefined) return undefined;
      at = end;
    }
  }
  return undefined;
}

function lookInto(expression: string): Pick<Template, "quoted" | "hasReference"> {
  const quoted: QuotedText[] = [];
  let hasReference = false;
  let rest = "";
  let latest: string | undefined;
  for (let at = 0; at < expression.length; at++) {
    const end = expression[at] === '"' ? endOfQuoted(expression, at + 1) : undefined;
    if (end === undefined) {
      rest += expression[at] ?? "";
      continue;
    }
    const inside = parseTemplate(expression.slice(at + 1, end).replace(/\\(["\\])/g, "$1"));
    const name = nameBefore(rest, latest);
    latest = inside.literals.join("");
    quoted.push(...inside.literals.map((text) => ({ name, text })), ...inside.quoted);
    hasReference ||= inside.hasReference;
    rest += '""';
    at = end;
  }
  return { quoted, hasReference: hasReference || TRAVERSAL.test(rest) };
}

/** What a text is assigned to: `name = "…"`, `"name" = "…"`, `"name": "…"`. */
function nameBefore(rest: string, latest: string | undefined): string | undefined {
  const name = /([A-Za-z_][\w-]*|"")\s*[=:]\s*$/.exec(rest.slice(-LONGEST_NAME))?.[1];
  return name === '""' ? latest : name;
}
const LONGEST_NAME = 200;
