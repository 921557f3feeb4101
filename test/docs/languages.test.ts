/** What is written in English and in French says the same: by its shape, its commands, its links and its code. */
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { describe, expect, it } from "@jest/globals";
import { ROOT } from "../../scripts/local/folders";
import { codeBlocks, withoutCode } from "./runbook-pages";

const PAIRS = [
  ["README.md", "README.fr.md"],
  ["docs/command.md", "docs/command.fr.md"],
  ["docs/constructs.md", "docs/constructs.fr.md"],
] as const;

const read = (page: string): string => readFileSync(path.join(ROOT, page), "utf8");

/** The levels of the headings, in order. */
const headings = (page: string): string[] =>
  [...withoutCode(read(page)).matchAll(/^#+(?= )/gm)].map(([level]) => level);

/** How many rows each table has, in order. */
const tables = (page: string): number[] =>
  [...withoutCode(read(page)).matchAll(/(?:^\|.*\n)+/gm)].map(([table]) => table.split("\n").length - 1);

/** The commands, whatever the words that stand for the reader's own. */
const commands = (page: string): string[] =>
  [
    ...withoutCode(read(page)).matchAll(
      /`((?:--|(?:npx|npm|init|credentials|promote|rollback|doctor|token|call|policy|alarms|emulator)\b)[^`]*)`/g,
    ),
    ...codeBlocks(read(page))
      .filter(({ info }) => info === "sh")
      .map(({ code }) => [code, code] as const),
  ].map(([, command = ""]) => command.replaceAll(/\s+/g, " ").replaceAll(/<\w+>|\b(?:FILE|FICHIER)\b/g, "<>"));

/** Where its links lead: a page that has a French one stands for both. */
const links = (page: string): string[] =>
  [...withoutCode(read(page)).matchAll(/\]\(([^)#\s]+)(?:#[^)\s]*)?\)/g)]
    .map(([, link = ""]) => link.replace(/\.fr\.(md|svg)$/, ".$1"))
    .filter((link) => path.basename(link) !== path.basename(page).replace(".fr.", "."));

/** What is code but its names and words: what it imports and from where, and the values it sets. */
const codeOf = (page: string): string[] =>
  codeBlocks(read(page))
    .filter(({ info }) => info !== "sh")
    .flatMap(({ info, code }) => [info, ...code.matchAll(/^import .*$|\w+: (?:"[^"]*"|true|false)/gm)].map(String));

describe.each(PAIRS)("%s and %s", (english, french) => {
  it("have the same headings and tables", () => {
    expect(headings(french)).toEqual(headings(english));
    expect(tables(french)).toEqual(tables(english));
  });

  it("have the same commands", () => {
    expect(commands(english).length).toBeGreaterThan(1);
    expect([...new Set(commands(french))].sort()).toEqual([...new Set(commands(english))].sort());
  });

  it("lead to the same pages", () => {
    expect([...new Set(links(french))].sort()).toEqual([...new Set(links(english))].sort());
  });

  it("have the same code", () => {
    expect(codeOf(french)).toEqual(codeOf(english));
  });
});
