import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { describe, expect, it } from "@jest/globals";

const ROOT = path.resolve(__dirname, "..", "..");
const TEXT = readFileSync(path.join(ROOT, "SECURITY.md"), "utf8");

/** Each row of the table of threats: who attacks, and the tests that show what stops it. */
const THREATS = TEXT.split("\n").flatMap((line) => {
  const [, who = "", assets, , , shownBy = ""] = line.split("|").map((cell) => cell.trim());
  return assets !== undefined && shownBy.includes("test/") ? [{ who, shownBy }] : [];
});

describe("the threat model", () => {
  it("has threats", () => {
    expect(THREATS.length).toBeGreaterThan(10);
  });

  it.each(THREATS)("names tests of $who that exist", ({ shownBy }) => {
    for (const [, file = ""] of shownBy.matchAll(/\]\(([^)]+)\)/g)) {
      // A test file without a test shows nothing.
      expect(existsSync(path.join(ROOT, file)) && readFileSync(path.join(ROOT, file), "utf8")).toMatch(
        /\bit(?:\.\w+)*\(/,
      );
    }
  });

  it("names npm scripts that exist", () => {
    const { scripts } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    const named = [...TEXT.matchAll(/npm run ([a-z:-]+)/g)].map(([, script = ""]) => script);
    expect(named).toContain("audit");
    expect(named.filter((script) => !(script in scripts))).toEqual([]);
  });
});
