import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { parseTemplate } from "../../constructs/internal/secret-search/terraform-template";
import { runs } from "../runs";

const MARK = "\ufffd";
const marked = (text: string): string =>
  parseTemplate(text)
    .pieces.map((piece) => piece ?? MARK)
    .join("");

describe("a Terraform template", () => {
  it.each([
    ["plain", "plain", false],
    ["a-${var.x}-b", `a-${MARK}-b`, true],
    ["%{ if var.x }yes%{ endif }", `${MARK}yes${MARK}`, true],
    ["${data.a.b[0].c}", MARK, true],
    ['${upper("text")}', MARK, false],
    ["${1.5 + 2}", MARK, false],
    ['${join("", ["a.b", "c"])}', MARK, false],
    ['${lookup({ a = "}" }, var.x)}-b', `${MARK}-b`, true],
    ['${upper("in ${var.x}")}', MARK, true],
    ["a $${var.x} b", "a ${var.x} b", false],
    ["not closed ${var.x", "not closed ${var.x", false],
    ['not closed ${upper("x}', 'not closed ${upper("x}', false],
    ['not closed ${upper("x${y")}', 'not closed ${upper("x${y")}', false],
    ["a dollar $ and { a brace }", "a dollar $ and { a brace }", false],
  ])("is parsed: %s", (text, literal, hasReference) => {
    expect({ literal: marked(text), hasReference: parseTemplate(text).hasReference }).toEqual({
      literal,
      hasReference,
    });
  });

  it("yields the literals in its expressions with the names they are assigned to", () => {
    const text = '${jsonencode({ a = "one", "b" = "t\\"wo", c : "th${var.x}ree", d = var.x == "four" })}';
    expect(parseTemplate(text).quoted.filter(({ text: quoted }) => quoted !== "b")).toEqual([
      { name: "a", text: "one" },
      { name: "b", text: 't"wo' },
      { name: "c", text: "th" },
      { name: "c", text: "ree" },
      { name: undefined, text: "four" },
    ]);
  });

  it("may be any text", () => {
    const texts = fc
      .array(fc.constantFrom("${", "%{", "$", "{", "}", '"', "\\", "a.b", "x", " ", "\n"))
      .map((all) => all.join(""));
    fc.assert(
      fc.property(fc.oneof(fc.string(), texts), (text) => {
        const { pieces, hasReference } = parseTemplate(text);
        if (!/[$%]\{/.test(text))
          expect({ pieces, hasReference }).toEqual({ pieces: text === "" ? [] : [text], hasReference: false });
      }),
      { seed: 1, numRuns: runs(500) },
    );
  });
});
