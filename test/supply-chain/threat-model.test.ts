/** The tests that SECURITY.md and docs/security.md name as proof exist, and each promise names one. */
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { describe, expect, it } from "@jest/globals";
import { ROOT } from "../../scripts/local/folders";

const read = (page: string): string => readFileSync(path.join(ROOT, page), "utf8");

/** The rows below a table's head whose last column is "shown by". */
function shownBy(page: string): string[] {
  const lines = read(page).split("\n");
  return lines.flatMap((line, index) => {
    if (!line.endsWith("| shown by |")) return [];
    const rows = lines.slice(index + 2);
    return rows.slice(
      0,
      rows.findIndex((row) => !row.startsWith("|")),
    );
  });
}

describe.each(["SECURITY.md", "docs/security.md"])("%s", (page) => {
  const named = [...read(page).matchAll(/\]\(([^)#]*\btest\/[^)#]+\.test\.ts)\)/g)].map(([, link = ""]) =>
    path.join(path.dirname(page), link),
  );

  it.each([...new Set(named)])("names %s, and it has a test", (file) => {
    expect(existsSync(path.join(ROOT, file))).toBe(true);
    expect(read(file)).toMatch(/\bit(?:\.\w+)*[(<]/);
  });

  it("names a test for each promise", () => {
    const rows = shownBy(page);
    expect(rows.length).toBeGreaterThan(10);
    expect(rows.filter((row) => !/test\.ts\)[^|]*\|$/.test(row))).toEqual([]);
  });
});
