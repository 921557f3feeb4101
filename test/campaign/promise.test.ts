import { execFile } from "node:child_process";
import { randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { writeBlocks } from "../../scripts/docs/blocks";
import { computedBlocks, REPORTED, simulatedBlocks } from "../../scripts/docs/reliability";
import { ROOT } from "../../scripts/local/folders";
import type { Campaign, CampaignOptions } from "../../simulation/campaign";

const MINUTES = 60_000;

interface Ended {
  readonly code: number;
  readonly output: string;
}

function node(...words: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, words, { cwd: ROOT, maxBuffer: 64 * 1024 * 1024 }, (error, output) => {
      resolve({ code: error === null ? 0 : Number(error.code), output });
    });
  });
}

/** As `npm run simulate -- --json`. @throws Error with the history that breaks a promise. */
async function simulated({ days, runs, seed }: CampaignOptions): Promise<Campaign> {
  const options = ["--days", days, "--runs", runs, "--seed", seed].map(String);
  const { code, output } = await node("scripts/with-dependencies.mjs", "simulate.ts", "--json", ...options);
  const campaign = JSON.parse(output) as Campaign & { readonly failure?: object };
  if (campaign.failure !== undefined) throw new Error(JSON.stringify(campaign.failure, undefined, 1));
  expect(code).toBe(0);
  return campaign;
}

/** The promise, as the issue of every outage is judged: see docs/reliability.md. */
function expectKept(campaign: Campaign, { days, runs, seed }: CampaignOptions): void {
  expect(campaign).toMatchObject({
    seed,
    runs,
    days,
    minutes: runs * days * 24 * 60,
    minutesBelowReserve: 0,
    minutesWithoutToken: 0,
    unhandledErrors: 0,
  });
  expect(campaign.minutesWithinTolerance).toBeGreaterThan(campaign.minutes * 0.9);
  expect(campaign.longestOutageSurvivedInMinutes).toBeGreaterThanOrEqual(30);
  expect(campaign.wholeToleranceOutages).toBeGreaterThan(runs);
  expect(campaign.wholeToleranceOutagesSurvived).toBe(campaign.wholeToleranceOutages);
  expect(campaign.maxVersionsIn24Hours).toBeLessThanOrEqual(100);
  expect(campaign.maxCallsPerHourWhileRejected).toBeLessThanOrEqual(60);
  expect(campaign.maxCallsPerHourAtSlowPace).toBeLessThanOrEqual(12);
}

describe("over 200 histories of 30 days", () => {
  let campaign: Campaign;
  beforeAll(async () => {
    campaign = await simulated(REPORTED);
  }, 8 * MINUTES);

  it("every promise is kept", () => {
    expect(REPORTED).toMatchObject({ runs: 200, days: 30 });
    expectKept(campaign, REPORTED);
  });

  it("the limits are reached, so it is they that hold", () => {
    expect(campaign.maxCallsPerHourWhileRejected).toBe(60);
    expect(campaign.maxCallsPerHourAtSlowPace).toBe(12);
  });

  it("docs/reliability.md says what came of it (`npm run docs` writes it)", () => {
    const page = readFileSync(path.join(ROOT, "docs", "reliability.md"), "utf8");
    expect(page).toBe(writeBlocks(page, { ...computedBlocks(), ...simulatedBlocks(campaign) }));
  });
});

it(
  "every promise is kept over histories of a seed that was never used before",
  async () => {
    const options = { days: 30, runs: 40, seed: randomInt(2 ** 31 - 1) };
    expectKept(await simulated(options), options);
  },
  4 * MINUTES,
);

it("docs/reliability.svg is the picture of the bad day (`npm run docs` draws it)", async () => {
  const { code, output } = await node("--import", "tsx", path.join(__dirname, "example-picture.ts"));
  expect(code).toBe(0);
  expect(readFileSync(path.join(ROOT, "docs", "reliability.svg"), "utf8")).toBe(output);
});
