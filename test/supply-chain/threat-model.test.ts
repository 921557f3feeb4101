/** The tests that SECURITY.md names as proof exist, and each of its threats names one. */
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { expect, it } from "@jest/globals";
import { ROOT } from "../../scripts/local/folders";

const PAGE = "SECURITY.md";
const read = (file: string): string => readFileSync(path.join(ROOT, file), "utf8");

/** The rows of the table with the last column "shown by". */
function shownBy(): string[] {
  const lines = read(PAGE).split("\n");
  const rows = lines.slice(lines.findIndex((line) => line.endsWith("| shown by |")) + 2);
  return rows.slice(
    0,
    rows.findIndex((row) => !row.startsWith("|")),
  );
}

const NAMED = [...read(PAGE).matchAll(/\]\((test\/[^)#]+\.test\.ts)\)/g)].map(([, file = ""]) => file);

it.each([...new Set(NAMED)])("names %s, which has a test", (file) => {
  expect(existsSync(path.join(ROOT, file))).toBe(true);
  expect(read(file)).toMatch(/\bit(?:\.\w+)*[(<]/);
});

it("names a test for each threat", () => {
  const rows = shownBy();
  expect(rows.length).toBeGreaterThan(20);
  expect(rows.filter((row) => !/test\.ts\)[^|]*\|$/.test(row))).toEqual([]);
});
