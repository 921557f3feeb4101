/** Campaigns of the commands, and their promised results. */
import { execFile } from "node:child_process";
import { expect } from "@jest/globals";
import { ROOT } from "../../scripts/local/folders";
import type { Campaign, CampaignOptions } from "../../simulation/campaign";

export interface Ended {
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

/** Runs `npm run simulate -- --json`. @throws Error with the history that breaks a promise. */
export async function simulated({ days, runs, seed }: CampaignOptions): Promise<Campaign> {
  const options = ["--days", days, "--runs", runs, "--seed", seed].map(String);
  const { code, output } = await node("scripts/with-dependencies.mjs", "simulate.ts", "--json", ...options);
  const campaign = JSON.parse(output) as Campaign & { readonly failure?: object };
  if (campaign.failure !== undefined) throw new Error(JSON.stringify(campaign.failure, undefined, 1));
  expect(code).toBe(0);
  return campaign;
}

/** The promise: see docs/reliability.md. */
export function expectKept(campaign: Campaign, { days, runs, seed }: CampaignOptions): void {
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

/**
 * Runs `npm run drill -- --json`: random weeks must have no missing, late or false alarm.
 *
 * @returns standard output.
 */
export async function expectNobodyWokenInVain(weeks: number, seed: number): Promise<string> {
  const { code, output, told } = await new Promise<Ended & { readonly told: string }>((resolve) => {
    const words = ["scripts/with-dependencies.mjs", "drill.ts", "--json"];
    execFile(
      process.execPath,
      [...words, "--histories", String(weeks), "--seed", String(seed)],
      { cwd: ROOT },
      (error, output, told) => {
        resolve({ code: error === null ? 0 : Number(error.code), output, told });
      },
    );
  });
  // The error gives the week and the seed.
  expect(told).not.toContain("BROKEN");
  expect(told).toContain(`Playing ${weeks} random weeks, seed ${seed} `);
  expect(code).toBe(0);
  return output;
}
