import { describe, expect, it } from "@jest/globals";
import { indented, inLines, lineWidth, wrap } from "../../../cli/command/wrap";

describe("prose", () => {
  it("breaks between words, not within a command or before French punctuation", () => {
    expect(wrap("type `npx piste doctor qualif` now", 12)).toEqual(["type", "`npx piste doctor qualif`", "now"]);
    expect(wrap("voici « un mot » : lequel ?", 7)).toEqual(["voici", "« un", "mot » :", "lequel ?"]);
  });

  it("keeps JSON and addresses whole, with the punctuation around them", () => {
    const text =
      'It holds {"client_id": …, "client_secret": …}. See https://piste.gouv.fr/en/help/faq-and-more; then go.';
    expect(wrap(text, 20)).toEqual([
      "It holds",
      '{"client_id": …, "client_secret": …}.',
      "See",
      "https://piste.gouv.fr/en/help/faq-and-more;",
      "then go.",
    ]);
    expect(wrap("a { b } and {c", 5)).toEqual(["a", "{ b }", "and", "{c"]);
    expect(wrap("an odd ` there", 6)).toEqual(["an odd", "`", "there"]);
  });

  it("is indented below its first words", () => {
    expect(indented("the first words and others", "  name  ", 32)).toEqual([
      "  name  the first words and",
      "        others",
    ]);
  });

  it("starts below a name that is too long", () => {
    expect(indented("the first words and others", "  name  ", 22)).toEqual([
      "  name",
      "    the first words",
      "    and others",
    ]);
    expect(indented("words", "        ", 22)).toEqual(["    words"]);
  });

  it("reduces the indent of a command that is too long", () => {
    const command = "`npx piste doctor qualif`";
    expect(indented(`type ${command}.`, "     -> ", 32)).toEqual(["     -> type", `  ${command}.`]);
    expect(indented(command, "     -> ", 32)).toEqual(["     ->", `  ${command}`]);
    expect(indented(`type ${command}.`, "  - ", 26)).toEqual(["  - type", `${command}.`]);
  });
});

describe("a text of several lines", () => {
  it("is wrapped line by line, with hanging list items; indented lines stay unchanged", () => {
    const text = "\nOne two three\n- four five six\n\n  curl -s http://127.0.0.1 -d a=b \\\nfour five";
    expect(inLines(text, 9)).toBe(
      "\nOne two\nthree\n- four\n  five\n  six\n\n  curl -s http://127.0.0.1 -d a=b \\\nfour five",
    );
  });

  it("keeps the columns of a table", () => {
    expect(inLines("When:\n  accepted     the one that was staged by you\n  no answer    it stays", 40)).toBe(
      "When:\n  accepted     the one that was staged\n               by you\n  no answer    it stays",
    );
    expect(inLines("               and so on and on and on and on", 40)).toBe(
      "               and so on and on and on\n               and on",
    );
  });

  it("stays unchanged if it fits", () => {
    const text = "- one  two\n\n three `";
    expect(inLines(text, 80)).toBe(text);
  });
});

describe("a terminal's line", () => {
  it.each([
    [120, 80],
    [60, 60],
    [10, 40],
    [0, 80],
    [undefined, 80],
  ])("of %p columns is used for %p", (columns, width) => {
    expect(lineWidth(columns)).toBe(width);
  });
});
