/** Splits Terraform's string templates into literals and expressions. */

export interface Template {
  /** Literal texts; undefined for each expression. */
  readonly pieces: readonly (string | undefined)[];
  /** Literal texts inside expressions and the names they are assigned to, as in `jsonencode({ name = "text" })`. */
  readonly quoted: readonly { readonly name: string | undefined; readonly text: string }[];
  /** True if an expression refers to something else: a resource's attribute, a variable. */
  readonly hasReference: boolean;
}

/** `aws_x.y.z`, `var.x`, `each.value`. */
const TRAVERSAL = /[A-Za-z_][\w-]*(?:\[[^\]]*\])?\.[A-Za-z_*]/;
/** `name = "…"`, `"name" = "…"`, `"name": "…"`; a quoted name is the text before. */
const ASSIGNED = /([A-Za-z_][\w-]*|"")\s*[=:]\s*$/;
const LONGEST_NAME = 200;

export function parseTemplate(text: string): Template {
  return new Reader(text).template(false) ?? { pieces: [text], quoted: [], hasReference: false };
}

class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  /** Reads to the end of the text, or to the closing quotation mark; undefined if it is missing. */
  template(isQuoted: boolean): Template | undefined {
    const pieces: (string | undefined)[] = [];
    const expressions: Omit<Template, "pieces">[] = [];
    const read = (): Template => ({
      pieces,
      quoted: expressions.flatMap(({ quoted }) => quoted),
      hasReference: expressions.some(({ hasReference }) => hasReference),
    });
    while (this.at < this.text.length) {
      if (isQuoted && this.take(/"/y) !== undefined) return read();
      const start = this.at;
      const expression = this.take(/[$%]\{/y) && this.expression();
      if (typeof expression === "object") {
        pieces.push(undefined);
        expressions.push(expression);
        continue;
      }
      // An expression without an end is literal: Terraform refuses it.
      if (isQuoted && this.at > start) return undefined;
      this.at = start;
      // `$${` stands for `${`, and between quotation marks `\"` for `"`.
      const escaped = this.take(/\$\$\{|%%\{/y) ?? (isQuoted ? this.take(/\\["\\]/y) : undefined);
      const literal = escaped?.slice(1) ?? this.take(/[^]/y) ?? "";
      pieces.push(typeof pieces.at(-1) === "string" ? `${pieces.pop() ?? ""}${literal}` : literal);
    }
    return isQuoted ? undefined : read();
  }

  /** Reads to the closing brace; undefined if it is missing. */
  private expression(): Omit<Template, "pieces"> | undefined {
    const quoted: Template["quoted"][number][] = [];
    let hasReference = false;
    let rest = "";
    let latest = "";
    for (let depth = 1; this.at < this.text.length;) {
      if (this.take(/"/y) === undefined) {
        const character = this.take(/[^]/y) ?? "";
        if (character === "{") depth += 1;
        if (character === "}" && --depth === 0) return { quoted, hasReference: hasReference || TRAVERSAL.test(rest) };
        rest += character;
        continue;
      }
      const inside = this.template(true);
      if (inside === undefined) return undefined;
      const name = ASSIGNED.exec(rest.slice(-LONGEST_NAME))?.[1];
      const texts = inside.pieces.filter((piece) => piece !== undefined);
      quoted.push(...texts.map((text) => ({ name: name === '""' ? latest : name, text })), ...inside.quoted);
      hasReference ||= inside.hasReference;
      latest = texts.join("");
      rest += '""';
    }
    return undefined;
  }

  private take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const [found] = pattern.exec(this.text) ?? [];
    this.at += found?.length ?? 0;
    return found;
  }
}
