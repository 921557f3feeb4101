import { describe, expect, it, jest } from "@jest/globals";
import { runOnAllCores } from "../../simulation/all-cores";
import { runShare, type CampaignOptions, type Result } from "../../simulation/campaign";

// Threads are started, on a machine that may be busy.
jest.setTimeout(60_000);

const SMALL: CampaignOptions = { days: 0.25, runs: 5, seed: 11 };

describe("a campaign on all cores", () => {
  it("comes to the same as on one, in the order of its histories, and says how far it is", async () => {
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

  it("fails when one of them does", async () => {
    // There is no such history.
    await expect(runOnAllCores({ ...SMALL, runs: 1, days: -1 }, () => undefined)).rejects.toThrow();
  });
});
