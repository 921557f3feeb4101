import { describe, expect, it, jest } from "@jest/globals";
import { runOnAllCores } from "../../simulation/all-cores";
import { runShare, type CampaignOptions, type Result } from "../../simulation/campaign";

// Starting threads takes long on a busy machine.
jest.setTimeout(60_000);

const SMALL: CampaignOptions = { days: 0.25, runs: 5, seed: 11 };

describe("a campaign on all cores", () => {
  it("gives the results of one core, in order, and reports progress", async () => {
    const alone: Result[] = [];
    await runShare(
      SMALL,
      () => true,
      (result) => alone.push(result),
    );
    const done: number[] = [];
    expect(await runOnAllCores(SMALL, (count) => done.push(count))).toEqual(alone);
    expect(done).toEqual([1, 2, 3, 4, 5]);
  });

  it("fails if a worker fails", async () => {
    // This history does not exist.
    await expect(runOnAllCores({ ...SMALL, runs: 1, days: -1 }, () => undefined)).rejects.toThrow();
  });
});
