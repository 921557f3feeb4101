import { readFileSync } from "node:fs";
import * as path from "node:path";
import { describe, expect, it } from "@jest/globals";
import { ROOT } from "../../scripts/local/folders";

const PAGE = readFileSync(path.join(ROOT, "docs", "alternatives.md"), "utf8");
const sections = new Map(
  [...PAGE.matchAll(/^## (.*)\n([\s\S]*?)(?=^## |^\[[\w-]+\]: )/gm)].map(([, title = "", text = ""]) => [title, text]),
);
const ABOUT = ["When not to use this", "Side by side", "Not checked"];
const ALTERNATIVES = [...sections.keys()].filter((title) => !ABOUT.includes(title));
const sources = new Map(
  [...PAGE.matchAll(/^\[([\w-]+)\]: (https:\S+)$/gm)].map(([, name = "", url = ""]) => [name, url]),
);

const anchorOf = (title: string): string =>
  title
    .toLowerCase()
    .replaceAll(/[^a-z0-9 -]/g, "")
    .replaceAll(" ", "-");

/** What each row of the table below a heading links to first. */
function firstLinks(text: string): string[] {
  return [...text.matchAll(/^\| \[[^\]]*\]\((?:docs\/alternatives\.md)?#([\w-]+)\)/gm)].map(
    ([, anchor = ""]) => anchor,
  );
}

describe("docs/alternatives.md", () => {
  it("says when not to use this, and what was not checked", () => {
    for (const title of ABOUT) expect(sections.get(title)?.length).toBeGreaterThan(200);
  });

  it.each(ALTERNATIVES)(
    "is fair to %s: what it does well, when to take it, what it does not do, what it costs",
    (title) => {
      const parts = [...(sections.get(title) ?? "").matchAll(/^\*\*([^*]+)\*\*/gm)].map(([, part = ""]) => part);
      expect(parts.slice(0, 2)).toEqual(["Does well.", "Take it when"]);
      expect(parts[2]).toMatch(/^What it does not do for PISTE/);
    },
  );

  it("has each of them in its table", () => {
    expect(ALTERNATIVES.length).toBeGreaterThanOrEqual(6);
    expect(firstLinks(PAGE).sort()).toEqual(ALTERNATIVES.map(anchorOf).sort());
  });

  it("names each source once and uses it", () => {
    const used = new Set([...PAGE.matchAll(/\]\[([\w-]+)\]/g)].map(([, name = ""]) => name));
    expect([...used].sort()).toEqual([...sources.keys()].sort());
    expect(new Set(sources.values()).size).toBe(sources.size);
  });

  it.each(ALTERNATIVES)("has a source for %s", (title) => {
    expect(sections.get(title)).toMatch(/\]\[[\w-]+\]/);
  });

  it.each(["README.md", "README.fr.md"])("is in short in %s", (readme) => {
    expect(firstLinks(readFileSync(path.join(ROOT, readme), "utf8")).sort()).toEqual(ALTERNATIVES.map(anchorOf).sort());
  });
});
