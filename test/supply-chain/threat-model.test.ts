/** The tests that SECURITY.md names as proof exist. */
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { expect, it } from "@jest/globals";
import { ROOT } from "../../scripts/local/folders";

const NAMED = [...readFileSync(path.join(ROOT, "SECURITY.md"), "utf8").matchAll(/\]\((test\/[^)#]+)\)/g)].map(
  ([, file = ""]) => file,
);

it.each([...new Set(NAMED)])("SECURITY.md names %s, and it has a test", (file) => {
  expect(existsSync(path.join(ROOT, file))).toBe(true);
  expect(readFileSync(path.join(ROOT, file), "utf8")).toMatch(/\bit(?:\.\w+)*\(/);
});
