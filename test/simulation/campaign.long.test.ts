import { beforeAll, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import {
  addUp,
  historyAt,
  runShare,
  shrink,
  type CampaignOptions,
  type Claim,
  type Result,
} from "../../simulation/campaign";
import type { Measured } from "../../simulation/measures";
import { randomHistory } from "../../simulation/random-histories";
import { simulate } from "../../simulation/simulation";

const SMALL: CampaignOptions = { days: 0.25, runs: 5, seed: 11 };

async function run(options: CampaignOptions = SMALL, claim: Claim = () => true): Promise<Result[]> {
  const results: Result[] = [];
  await runShare(options, claim, (result) => results.push(result));
  return results;
}

/** Simulated once, as the reference. */
let whole: readonly Result[];
beforeAll(async () => {
  whole = await run();
});

describe("a campaign", () => {
  it("simulates the requested number of histories of its seed", async () => {
    expect(whole.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4]);
    // The values that fast-check draws with that seed.
    for (const [index, history] of fc.sample(randomHistory(SMALL.days), { seed: 11, numRuns: 5 }).entries()) {
      expect(whole[index]?.measured).toEqual(await simulate(history));
    }
  });

  it("gives the same results in two shares", async () => {
    const [one, other] = [await run(SMALL, (index) => index % 2 === 0), await run(SMALL, (index) => index % 2 === 1)];
    expect(one.map(({ index }) => index)).toEqual([0, 2, 4]);
    expect(other.map(({ index }) => index)).toEqual([1, 3]);
    expect([...one, ...other].sort((a, b) => a.index - b.index)).toEqual(whole);
  });

  it("gives the same results with the same seed, and others with another seed", async () => {
    expect(await run()).toEqual(whole);
    expect(await run({ ...SMALL, seed: 12 })).not.toEqual(whole);
  });
});

describe("a history", () => {
  it("is found by its number", async () => {
    for (const index of [0, 3]) {
      const history = await historyAt(SMALL, String(index));
      expect(history).toEqual(fc.sample(randomHistory(SMALL.days), { seed: 11, numRuns: 5 })[index]);
      expect(history && (await simulate(history))).toEqual(whole[index]?.measured);
    }
  });

  it("is found by the path of a smaller one", async () => {
    const [whole, smaller] = [await historyAt(SMALL, "3"), await historyAt(SMALL, "3:0")];
    expect(smaller).toBeDefined();
    expect(smaller).not.toEqual(whole);
    expect(await historyAt(SMALL, "3:0")).toEqual(smaller);
  });

  it("is not found by a wrong path", async () => {
    expect(await historyAt(SMALL, "3:100000")).toBeUndefined();
  });

  it("that keeps the promise is not shrunk", async () => {
    expect(await shrink(SMALL, "1", 1_000)).toEqual({
      broken: [],
      path: "1",
      history: await historyAt(SMALL, "1"),
    });
  });
});

describe("the sum of results", () => {
  const measured = (more: Partial<Measured> = {}): Measured => ({
    days: 1,
    minutes: 1,
    minutesWithinTolerance: 2,
    minutesBelowReserve: 3,
    minutesWithoutToken: 4,
    minutesWithoutTokenBeyondTolerance: 5,
    longestOutageSurvivedInMinutes: 6,
    wholeToleranceOutages: 7,
    wholeToleranceOutagesSurvived: 8,
    maxVersionsIn24Hours: 9,
    maxCallsPerHourWhileRejected: 10,
    maxCallsPerHourAtSlowPace: 11,
    refreshes: 12,
    unhandledErrors: 13,
    broken: [],
    ...more,
  });
  const options: CampaignOptions = { days: 1, runs: 3, seed: 4 };

  it("adds counts and takes the maximum of measures", () => {
    const results = [
      { index: 0, measured: measured() },
      { index: 1, measured: measured({ longestOutageSurvivedInMinutes: 60, maxVersionsIn24Hours: 1 }) },
      { index: 2, measured: measured({ maxCallsPerHourWhileRejected: 100, maxCallsPerHourAtSlowPace: 2 }) },
    ];
    expect(addUp(options, results)).toEqual({
      ...options,
      minutes: 3,
      minutesWithinTolerance: 6,
      minutesBelowReserve: 9,
      minutesWithoutToken: 12,
      minutesWithoutTokenBeyondTolerance: 15,
      longestOutageSurvivedInMinutes: 60,
      wholeToleranceOutages: 21,
      wholeToleranceOutagesSurvived: 24,
      maxVersionsIn24Hours: 9,
      maxCallsPerHourWhileRejected: 100,
      maxCallsPerHourAtSlowPace: 11,
      refreshes: 36,
      unhandledErrors: 39,
    });
  });

  it("gives the number of results, which may be lower than requested", () => {
    expect(addUp(options, [{ index: 0, measured: measured() }]).runs).toBe(1);
  });

  it("is zero without results", () => {
    expect(addUp(options, [])).toMatchObject({ runs: 0, minutes: 0, maxVersionsIn24Hours: 0 });
  });
});
