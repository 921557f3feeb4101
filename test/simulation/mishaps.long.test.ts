/** Days on which AWS, the function or a person goes wrong. See simulation.test.ts for when a refresh is expected. */
import { describe, expect, it } from "@jest/globals";
import { AWS_REFUSALS, type Disturbance } from "../../simulation/history";
import { simulate } from "../../simulation/simulation";
import { aHistory, watch, type Watched } from "./fixture";

const KEPT = { minutesBelowReserve: 0, minutesWithoutToken: 0, unhandledErrors: 0, broken: [] };

/** A quarter of a day, in which everything is to be well again at the end. */
async function aQuarterOfADay(...disturbances: readonly Disturbance[]): Promise<Watched> {
  const watched = await watch(simulate, aHistory(disturbances, { days: 0.25 }));
  expect(watched.end.within).toBe(true);
  return watched;
}

/** In what minutes a token is refreshed, when in these and then every 21 minutes. */
const refreshes = (...minutes: readonly number[]): number[] => {
  const all = [...minutes];
  for (let next = (minutes.at(-1) ?? 0) + 21; next < 360; next += 21) all.push(next);
  return all;
};

describe("a function that is killed before it writes", () => {
  it("writes with the next tick that is let live", async () => {
    const { measured, refreshedIn } = await aQuarterOfADay({ kind: "crashes", from: 21, minutes: 10 });
    expect(refreshedIn).toEqual(refreshes(0, 31));
    expect(measured).toMatchObject({ ...KEPT, minutesWithinTolerance: 359 });
  });
});

describe("AWS", () => {
  it("that loses the answer to a write has stored the token", async () => {
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
    // Not promised for that minute, and true at its end.
    expect(measured).toMatchObject({ ...KEPT, minutesWithinTolerance: 358, minutesWithoutTokenBeyondTolerance: 0 });
  });

  it.each([
    // 20 min 40 s after it says to be issued, in minute 0.
    ["lives-for-years", 21],
    // 865 s after it was stored.
    ["issued-tomorrow", 25],
  ] as const)("(%s) so that it looks valid is replaced in minute %d", async (how, minute) => {
    const { measured, refreshedIn } = await aQuarterOfADay({ kind: "corrupted-token", how, from: 10, minutes: 1 });
    expect(refreshedIn).toEqual(refreshes(0, minute));
    expect(measured).toMatchObject(KEPT);
  });
});

describe("a function whose clock is off", () => {
  // Clocks that are within 60 s agree, and both are read in whole seconds.
  it.each([3 * 3_600, 62, -62, -3 * 3_600])("by %d s goes by AWS's", async (aheadInSeconds) => {
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
    // Ticks of minutes 0 to 9 are disturbed, that of minute 10 is the first clear one.
    expect(measured).toMatchObject({ ...KEPT, minutesWithinTolerance: 360 - 11 });
  });
});

describe("ticks", () => {
  it.each([30, 31])("that are missed for %d minutes are survived", async (minutes) => {
    const { measured, refreshedIn } = await aQuarterOfADay({ kind: "missed-ticks", from: 21, minutes });
    expect(refreshedIn).toEqual(refreshes(0, 21 + minutes));
    expect(measured).toMatchObject({ ...KEPT, minutesWithinTolerance: 359 });
  });

  it("that are missed for longer than the tolerance are beyond", async () => {
    const { measured, refreshedIn } = await aQuarterOfADay({ kind: "missed-ticks", from: 21, minutes: 40 });
    expect(refreshedIn).toEqual(refreshes(0, 61));
    // Beyond in minutes 52 to 61; without a token at the end of minute 60 only.
    expect(measured).toMatchObject({
      ...KEPT,
      minutesWithinTolerance: 359 - 10,
      minutesWithoutTokenBeyondTolerance: 1,
    });
  });

  it("that come twice make two versions at the most", async () => {
    const { measured, refreshedIn } = await aQuarterOfADay({ kind: "duplicate-ticks", from: 5, minutes: 300 });
    expect([...new Set(refreshedIn)]).toEqual(refreshes(0));
    expect(refreshedIn.length).toBeLessThanOrEqual(2 * refreshes(0).length);
    expect(measured).toMatchObject({ ...KEPT, minutesWithinTolerance: 359 });
  });
});

describe("a tick that comes twice", () => {
  it("counts once where calls are counted", async () => {
    const { measured } = await aQuarterOfADay(
      { kind: "duplicate-ticks", from: 5, minutes: 300 },
      { kind: "rejection", how: "invalid_client", from: 15, minutes: 105 },
    );
    expect(measured).toMatchObject({ ...KEPT, maxCallsPerHourWhileRejected: 60 });
  });
});

describe("what PISTE gives", () => {
  it.each([true, false])("for 30 minutes, with expires_in as a string: %s, is written every 15", async (asString) => {
    const disturbance: Disturbance = {
      kind: "other-lifetime",
      lifetimeInMinutes: 30,
      asString,
      from: 0,
      minutes: 1_440,
    };
    const { measured, refreshedIn } = await watch(simulate, aHistory([disturbance]));
    // It is due at once and may be written again after 865 s.
    expect(refreshedIn).toEqual(Array.from({ length: 96 }, (_, index) => 15 * index));
    expect(measured).toMatchObject({ ...KEPT, minutesWithinTolerance: 1_439, maxVersionsIn24Hours: 96 });
  });

  it.each([120, 24 * 60])("for %d minutes is in doubt, and replaced as a usual one is", async (lifetimeInMinutes) => {
    const { measured, refreshedIn } = await watch(
      simulate,
      aHistory([{ kind: "other-lifetime", lifetimeInMinutes, asString: false, from: 0, minutes: 1_440 }]),
    );
    expect(refreshedIn).toEqual(Array.from({ length: Math.ceil(1_440 / 21) }, (_, index) => 21 * index));
    expect(measured).toMatchObject({ ...KEPT, minutesWithinTolerance: 1_439 });
  });

  it("for too short a time promises nothing, writes at the limit and no more, and heals", async () => {
    const short: Disturbance = { kind: "other-lifetime", lifetimeInMinutes: 5, asString: false, from: 0, minutes: 100 };
    const { measured, refreshedIn } = await aQuarterOfADay(short);
    expect(refreshedIn).toEqual(refreshes(0, 15, 30, 45, 60, 75, 90, 105));
    expect(measured).toMatchObject({ ...KEPT, minutesWithinTolerance: 360 - 106 });
  });

  it("for a shorter time than the stored token has left is not taken", async () => {
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

  it("again while it is valid is kept until it has ended", async () => {
    const { measured, refreshedIn } = await aQuarterOfADay({ kind: "same-token", from: 10, minutes: 100 });
    const [first, second, ...more] = refreshedIn;
    expect(first).toBe(0);
    expect([60, 61]).toContain(second);
    expect(more[0]).toBe(110);
    expect(measured).toMatchObject(KEPT);
  });
});
