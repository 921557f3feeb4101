import { readFileSync } from "node:fs";
import * as path from "node:path";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { writeBlocks } from "../../scripts/docs/blocks";
import { REPORTED, simulatedBlocks } from "../../scripts/docs/reliability";
import { ROOT } from "../../scripts/local/folders";
import type { Campaign } from "../../simulation/campaign";
import { expectKept, simulated } from "./campaigns";

const MINUTES = 60_000;

describe("over 200 histories of 30 days", () => {
  let campaign: Campaign;
  beforeAll(async () => {
    campaign = await simulated(REPORTED);
  }, 20 * MINUTES);

  it("every promise is kept", () => {
    expect(REPORTED).toMatchObject({ runs: 200, days: 30 });
    expectKept(campaign, REPORTED);
  });

  it("the histories reach the limits", () => {
    expect(campaign.maxCallsPerHourWhileRejected).toBe(60);
    expect(campaign.maxCallsPerHourAtSlowPace).toBe(12);
  });

  it("docs/reliability.md has these results (`npm run docs` writes it)", () => {
    const page = readFileSync(path.join(ROOT, "docs", "reliability.md"), "utf8");
    expect(page).toBe(writeBlocks(page, simulatedBlocks(campaign)));
  });
});
