import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { describe, expect, it } from "@jest/globals";
import ts from "typescript";
import { ROOT } from "../../scripts/local/folders";
import { codeBlocks } from "./runbook-pages";

const PAGE = readFileSync(path.join(ROOT, "docs", "architecture.md"), "utf8");
const PICTURES = codeBlocks(PAGE).filter(({ info }) => info === "mermaid");

interface Arrow {
  readonly from: string;
  readonly to: string;
}

/** A box is `id["file"]` where it first appears, and its id from then on; of what is outside it is `id("words")`. */
function arrowsBetweenFiles(picture: string): Arrow[] {
  const files = new Map([...picture.matchAll(/(\w+)\["([^"]+)"\]/g)].map(([, id = "", file = ""]) => [id, file]));
  return [...picture.matchAll(/^\s*(\w+)\S* --> (\w+)/gm)].flatMap(([, from = "", to = ""]) => {
    const [one, other] = [files.get(from), files.get(to)];
    return one === undefined || other === undefined ? [] : [{ from: one, to: other }];
  });
}

/** What a file of ours imports, or hands on, of ours. */
function importsOf(file: string): string[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(path.join(ROOT, file), "utf8"));
  return importedFiles
    .filter(({ fileName }) => fileName.startsWith("."))
    .map(({ fileName }) => {
      const target = path.join(path.dirname(file), fileName);
      return [`${target}.ts`, path.join(target, "index.ts")].find((one) => existsSync(path.join(ROOT, one))) ?? target;
    });
}

/** By its name, or through the folder's index. */
function isImported({ from, to }: Arrow): boolean {
  const index = path.join(path.dirname(to), "index.ts");
  const imported = importsOf(from);
  return imported.includes(to) || (imported.includes(index) && importsOf(index).includes(to));
}

describe("docs/architecture.md", () => {
  const arrows = PICTURES.flatMap(({ code }) => arrowsBetweenFiles(code));

  it("has a picture of each of the two flows", () => {
    expect(PICTURES.map(({ code }) => arrowsBetweenFiles(code).length > 10)).toEqual([true, true]);
  });

  it.each(arrows)("says that $from imports $to, and it does", (arrow) => {
    expect(isImported(arrow)).toBe(true);
  });
});
