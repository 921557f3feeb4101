import { describe, expect, it } from "@jest/globals";
import { indented, inLines, lineWidth, wrap } from "../../../cli/command/wrap";

describe("prose", () => {
  it("is broken between words, and not within a command or before what French sets apart", () => {
    expect(wrap("type `npx piste doctor qualif` now", 12)).toEqual(["type", "`npx piste doctor qualif`", "now"]);
    expect(wrap("voici « un mot » : lequel ?", 7)).toEqual(["voici", "« un", "mot » :", "lequel ?"]);
  });

  it("keeps JSON and addresses whole, and with the signs around them", () => {
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

  it("stands below its first words", () => {
    expect(indented("the first words and others", "  name  ", 32)).toEqual([
      "  name  the first words and",
      "        others",
    ]);
  });

  it("stands below a name that leaves it no room", () => {
    expect(indented("the first words and others", "  name  ", 22)).toEqual([
      "  name",
      "    the first words",
      "    and others",
    ]);
    expect(indented("words", "        ", 22)).toEqual(["    words"]);
  });

  it("has a command that is too long for it further to the left, as far as it must be", () => {
    const command = "`npx piste doctor qualif`";
    expect(indented(`type ${command}.`, "     -> ", 32)).toEqual(["     -> type", `  ${command}.`]);
    expect(indented(command, "     -> ", 32)).toEqual(["     ->", `  ${command}`]);
    expect(indented(`type ${command}.`, "  - ", 26)).toEqual(["  - type", `${command}.`]);
  });
});

describe("a text of several lines", () => {
  it("is broken line by line; items of a list stand out, and what is indented stays as it is", () => {
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

  it("is what it was where it fits", () => {
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
