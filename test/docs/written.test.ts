/** Generated parts of pages are current; test/campaign checks the simulated figures. */
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { expect, it } from "@jest/globals";
import { writeBlocks } from "../../scripts/docs/blocks";
import { alarmBlocks } from "../../scripts/docs/alarms";
import { pisteFactsBlocks } from "../../scripts/docs/piste-facts";
import { configurationBlocks, landingZoneBlocks } from "../../scripts/docs/options";
import { provenBlocks } from "../../scripts/docs/proven";
import { computedBlocks } from "../../scripts/docs/reliability";
import { GUIDE } from "../../piste/guide";
import { DOCS } from "../../scripts/local/folders";

it.each([
  ["runbooks/README", alarmBlocks],
  ["configuration", configurationBlocks],
  ["landing-zone", landingZoneBlocks],
  ["piste-facts", pisteFactsBlocks],
  ["proven", () => provenBlocks()],
  ["reliability", computedBlocks],
])("docs/%s.md is as `npm run docs` writes it", (name, blocks) => {
  const page = readFileSync(path.join(DOCS, `${name}.md`), "utf8");
  expect(page).toBe(writeBlocks(page, blocks()));
});

it.each([...GUIDE.qualif, ...GUIDE.prod])(
  "docs/raccordement.md has the step $id and its form",
  ({ id, title, form = [] }) => {
    const page = readFileSync(path.join(DOCS, "raccordement.md"), "utf8");
    expect(page).toContain(`### ${id} · ${title.fr}`);
    for (const { label } of form) expect(page).toContain(`**${label}**`);
  },
);
