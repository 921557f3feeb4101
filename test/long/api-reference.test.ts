import { readFileSync } from "node:fs";
import * as path from "node:path";
import { expect, it } from "@jest/globals";
import { runCommand } from "../../scripts/local/processes";
import { ROOT } from "../../scripts/local/folders";
import { ENTRIES } from "../../scripts/docs/api";
import { clone } from "../deploy/clone";

it(
  "docs/api says what the comments say (`npm run docs -- --only api` writes it)",
  async () => {
    const place = clone();
    try {
      const words = ["scripts/with-dependencies.mjs", "docs.ts", "--only", "api"];
      const { code, output } = await runCommand(process.execPath, words, { cwd: place.folder, env: process.env });
      expect([code, output]).toEqual([0, expect.stringContaining("docs/api/constructs.md is written.")]);
      for (const entry of Object.keys(ENTRIES)) {
        const page = path.join("docs", "api", `${entry}.md`);
        expect(readFileSync(place.path(page), "utf8")).toBe(readFileSync(path.join(ROOT, page), "utf8"));
      }
    } finally {
      place.remove();
    }
  },
  10 * 60_000,
);
