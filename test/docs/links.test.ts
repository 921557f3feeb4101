import { existsSync, readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { describe, expect, it } from "@jest/globals";
import { ROOT } from "../../scripts/local/folders";
import { withoutCode } from "./runbook-pages";

/** Generated, downloaded, or from a tool. */
const NOT_OURS = /^(?:node_modules|dist|cdktf\.out|\.(?!github$).*)$/;

/** Our files below a folder. */
function filesBelow(folder: string): string[] {
  return readdirSync(path.join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) return NOT_OURS.test(entry.name) ? [] : filesBelow(file);
    return [file];
  });
}

const FILES = filesBelow("");
const filesOf = (...endings: string[]): string[] => FILES.filter((file) => endings.includes(path.extname(file)));

const read = (file: string): string => readFileSync(path.join(ROOT, file), "utf8");

/** GitHub's anchor of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .replaceAll(/\[([^\]]*)\]\([^)]*\)|[*`]/g, "$1")
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{M}\p{N}_ -]/gu, "")
    .replaceAll(" ", "-");

/** Anchors of a page's headings and its `<a id>` elements. */
function anchorsOf(page: string): Set<string> {
  const text = withoutCode(read(page));
  const seen = new Map<string, number>();
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => {
    const anchor = anchorOf(heading);
    const before = seen.get(anchor) ?? 0;
    seen.set(anchor, before + 1);
    // GitHub numbers a repeated heading from 1.
    return before === 0 ? anchor : `${anchor}-${before}`;
  });
  return new Set([...headings, ...[...text.matchAll(/<a id="([^"]+)">/g)].map(([, id = ""]) => id)]);
}

/** A place in the repository: a file or folder and, of a page, a heading. */
function isThere(folder: string, link: string): boolean {
  const [file = "", anchor] = link.split("#");
  const target = path.normalize(path.join(folder, decodeURIComponent(file)));
  if (target.startsWith("..") || !existsSync(path.join(ROOT, target))) return false;
  return anchor === undefined || anchorsOf(target).has(decodeURIComponent(anchor));
}

const isWeb = (link: string): boolean => /^[a-z]+:/.test(link);

describe.each(filesOf(".md"))("the links of %s", (page) => {
  const text = withoutCode(read(page));
  const links = [...text.matchAll(/\]\(([^)\s]+)\)|(?:src|href)="([^"]+)"/g)].map(
    ([, link, other]) => link ?? other ?? "",
  );

  it("lead to existing places", () => {
    const folder = path.dirname(page);
    const here = (link: string): string => (link.startsWith("#") ? path.basename(page) + link : link);
    expect(links.filter((link) => !isWeb(link) && !isThere(folder, here(link)))).toEqual([]);
  });

  it("to the web use https and are complete", () => {
    expect(links.filter((link) => isWeb(link) && !(link.startsWith("https://") && URL.canParse(link)))).toEqual([]);
  });
});

it("code, messages and comments name existing pages", () => {
  const named = filesOf(".ts", ".mjs", ".js", ".yml").flatMap((file) =>
    [...read(file).matchAll(/(?<![\w/.-])(?:docs\/[\w./-]+|SECURITY)\.md(?:#[\w-]+)?/g)].map(([page]) => ({
      file,
      page,
    })),
  );
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter(({ page }) => !isThere(".", page))).toEqual([]);
});

it("pages for developers name existing files", () => {
  const named = [
    "CONTRIBUTING.md",
    "SECURITY.md",
    ...filesOf(".md").filter((page) => page.startsWith("docs/decisions/")),
  ].flatMap((page) =>
    [...read(page).matchAll(/`((?:[a-z-]+\/)+[\w.-]+\.(?:ts|tsx|mjs|tf))`/g)].map(([, file = ""]) => ({
      page,
      file,
    })),
  );
  expect(named.length).toBeGreaterThan(20);
  // The example of a third environment.
  expect(named.filter(({ file }) => file !== "stacks/recette.ts" && !isThere(".", file))).toEqual([]);
});

it("no page contains a merge conflict", () => {
  const left = filesOf(".md").filter((page) => /^(?:<{7}|>{7}) /m.test(read(page)));
  expect(left).toEqual([]);
});
