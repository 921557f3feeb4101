/** Days with failures of AWS, the function or a person. simulation.test.ts explains when a refresh is expected. */
import { describe, expect, it } from "@jest/globals";
import { AWS_REFUSALS, type Disturbance } from "../../simulation/history";
import { simulate } from "../../simulation/simulation";
import { aHistory, watch, type Watched } from "./fixture";

const KEPT = { minutesBelowReserve: 0, minutesWithoutToken: 0, unhandledErrors: 0, broken: [] };

/** A quarter of a day, at the end of which the promise must hold again. */
async function aQuarterOfADay(...disturbances: readonly Disturbance[]): Promise<Watched> {
  const watched = await watch(simulate, aHistory(disturbances, { days: 0.25 }));
  expect(watched.end.within).toBe(true);
  return watched;
}

/** These minutes, and then every 21st. */
const refreshes = (...minutes: readonly number[]): number[] => {
  const all = [...minutes];
  for (let next = (minutes.at(-1) ?? 0) + 21; next < 360; next += 21) all.push(next);
  return all;
};

describe("a function that is killed before it writes", () => {
  it("writes at the next tick that is not killed", async () => {
    const { measured, refreshedIn } = await aQuarterOfADay({ kind: "crashes", from: 21, minutes: 10 });
    expect(refreshedIn).toEqual(refreshes(0, 31));
    expect(measured).toMatchObject({ ...KEPT, minutesWithinTolerance: 359 });
  });
});

describe("AWS", () => {
  it("that loses the answer of a write has stored the token", async () => {
    const { measured, refreshedIn } = await aQuarterOfADay({ kind: "answer-lost", from: 21, minutes: 10 });
    expect(refreshedIn).toEqual(refreshes(0));
    expect(measured).toMatchObject({ ...KEPT, minutesWithinTolerance: 359 });
  });

  describe.each(["read", "write"] as const)("that refuses to %s", (call) => {
    it.each(AWS_REFUSALS)("with %s is survived", async (error) => {
      const disturbance: Disturbance = { kind: "aws-refuses", call, error, from: 21, minutes: 30 };
      const { measured, refreshedIn } = await aQuarterOfADay(disturbance);
      expect(refreshedIn).toEqual(refreshes(0, 51));
      expect(measured).toMatchObject({ ...KEPT, minutesWithinTolerance: 359 });
    });
  });

  it("that is slow changes nothing", async () => {
    const { measured, refreshedIn } = await aQuarterOfADay({
      kind: "slow-aws",
      milliseconds: 2_900,
      from: 5,
      minutes: 300,
    });
    expect(refreshedIn).toEqual(refreshes(0));
    expect(measured).toMatchObject({ ...KEPT, minutesWithinTolerance: 359 });
  });
});

describe("a token that a person corrupted", () => {
  it.each(["not-json", "empty-object", "long-expired"] as const)("(%s) is replaced within the minute", async (how) => {
    const { measured, refreshedIn } = await aQuarterOfADay({ kind: "corrupted-token", how, from: 10, minutes: 1 });
    expect(refreshedIn).toEqual(refreshes(0, 10));
    // The promise does not cover that minute.
    expect(measured).toMatchObject({ ...KEPT, minutesWithinTolerance: 358, minutesWithoutTokenBeyondTolerance: 0 });
  });

  it.each([
    // 20 min 40 s after its claimed issue, in minute 0.
    ["lives-for-years", 21],
    // 865 s after it was stored.
    ["issued-tomorrow", 25],
  ] as const)("(%s) so that it looks valid is replaced in minute %d", async (how, minute) => {
    const { measured, refreshedIn } = await aQuarterOfADay({ kind: "corrupted-token", how, from: 10, minutes: 1 });
    expect(refreshedIn).toEqual(refreshes(0, minute));
    expect(measured).toMatchObject(KEPT);
  });
});

describe("a function whose clock is wrong", () => {
  // Clocks within 60 s count as equal, and both are read in whole seconds.
  it.each([3 * 3_600, 62, -62, -3 * 3_600])("by %d s uses AWS's clock", async (aheadInSeconds) => {
    const { measured, refreshedIn } = await aQuarterOfADay({
      kind: "clock-error",
      aheadInSeconds,
      from: 10,
      minutes: 30,
    });
    expect(refreshedIn).toEqual(refreshes(0));
    expect(measured).toMatchObject({ ...KEPT, minutesWithinTolerance: 359 });
  });

  it.each([3 * 3_600, -3 * 3_600])("by %d s at its first token keeps it", async (aheadInSeconds) => {
    const { measured, refreshedIn } = await aQuarterOfADay({
      kind: "clock-error",
      aheadInSeconds,
      from: 0,
      minutes: 10,
    });
    expect(refreshedIn).toEqual(refreshes(0));
    // The tick of minute 10 is the first undisturbed one.
    expect(measured).toMatchObject({ ...KEPT, minutesWithinTolerance: 360 - 11 });
  });
});

describe("ticks", () => {
  it.each([30, 31])("that are missed for %d minutes are survived", async (minutes) => {
    const { measured, refreshedIn } = await aQuarterOfADay({ kind: "missed-ticks", from: 21, minutes });
    expect(refreshedIn).toEqual(refreshes(0, 21 + minutes));
    expect(measured).toMatchObject({ ...KEPT, minutesWithinTolerance: 359 });
  });

  it("that are missed for longer than the tolerance lose the token", async () => {
    const { measured, refreshedIn } = await aQuarterOfADay({ kind: "missed-ticks", from: 21, minutes: 40 });
    expect(refreshedIn).toEqual(refreshes(0, 61));
    // Beyond in minutes 52 to 61; without a token at the end of minute 60 only.
    expect(measured).toMatchObject({
      ...KEPT,
      minutesWithinTolerance: 359 - 10,
      minutesWithoutTokenBeyondTolerance: 1,
    });
  });

  it("that come twice write at most two versions", async () => {
    const { measured, refreshedIn } = await aQuarterOfADay({ kind: "duplicate-ticks", from: 5, minutes: 300 });
    expect([...new Set(refreshedIn)]).toEqual(refreshes(0));
    expect(refreshedIn.length).toBeLessThanOrEqual(2 * refreshes(0).length);
    expect(measured).toMatchObject({ ...KEPT, minutesWithinTolerance: 359 });
  });
});

describe("a tick that comes twice", () => {
  it("counts once in the limit of calls", async () => {
    const { measured } = await aQuarterOfADay(
      { kind: "duplicate-ticks", from: 5, minutes: 300 },
      { kind: "rejection", how: "invalid_client", from: 15, minutes: 105 },
    );
    expect(measured).toMatchObject({ ...KEPT, maxCallsPerHourWhileRejected: 60 });
  });
});

describe("a token of PISTE", () => {
  it.each([true, false])("for 30 minutes, with expires_in as a string: %s, is written every 15", async (asString) => {
    const disturbance: Disturbance = {
      kind: "other-lifetime",
      lifetimeInMinutes: 30,
      asString,
      from: 0,
      minutes: 1_440,
    };
    const { measured, refreshedIn } = await watch(simulate, aHistory([disturbance]));
    // The token is due at once, but the next write is allowed after 865 s.
    expect(refreshedIn).toEqual(Array.from({ length: 96 }, (_, index) => 15 * index));
    expect(measured).toMatchObject({ ...KEPT, minutesWithinTolerance: 1_439, maxVersionsIn24Hours: 96 });
  });

  it.each([120, 24 * 60])("for %d minutes is in doubt, and replaced like a usual one", async (lifetimeInMinutes) => {
    const { measured, refreshedIn } = await watch(
      simulate,
      aHistory([{ kind: "other-lifetime", lifetimeInMinutes, asString: false, from: 0, minutes: 1_440 }]),
    );
    expect(refreshedIn).toEqual(Array.from({ length: Math.ceil(1_440 / 21) }, (_, index) => 21 * index));
    expect(measured).toMatchObject({ ...KEPT, minutesWithinTolerance: 1_439 });
  });

  it("for too short a time suspends the promise, keeps the write limit, and recovers", async () => {
    const short: Disturbance = { kind: "other-lifetime", lifetimeInMinutes: 5, asString: false, from: 0, minutes: 100 };
    const { measured, refreshedIn } = await aQuarterOfADay(short);
    expect(refreshedIn).toEqual(refreshes(0, 15, 30, 45, 60, 75, 90, 105));
    expect(measured).toMatchObject({ ...KEPT, minutesWithinTolerance: 360 - 106 });
  });

  it("for a shorter time than the stored one has left is not stored", async () => {
    const short: Disturbance = {
      kind: "other-lifetime",
      lifetimeInMinutes: 10,
      asString: false,
      from: 20,
      minutes: 20,
    };
    const { measured, refreshedIn } = await aQuarterOfADay(short);
    expect(refreshedIn).toEqual(refreshes(0, 40));
    expect(measured).toMatchObject(KEPT);
  });

  it("that is returned while valid is kept until it expires", async () => {
    const { measured, refreshedIn } = await aQuarterOfADay({ kind: "same-token", from: 10, minutes: 100 });
    const [first, second, ...more] = refreshedIn;
    expect(first).toBe(0);
    expect([60, 61]).toContain(second);
    expect(more[0]).toBe(110);
    expect(measured).toMatchObject(KEPT);
  });
});
