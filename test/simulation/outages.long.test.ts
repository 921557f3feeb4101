/** Days with failures or delays of PISTE. simulation.test.ts explains when a refresh is expected. */
import { describe, expect, it } from "@jest/globals";
import { BRIEF_FAILURES, LATENESSES, OUTAGES, REJECTIONS, type Disturbance } from "../../simulation/history";
import { simulate } from "../../simulation/simulation";
import { aHistory, watch } from "./fixture";

const KEPT = { minutesBelowReserve: 0, minutesWithoutToken: 0, unhandledErrors: 0, broken: [] };

describe("an outage of the whole tolerance at the worst moment", () => {
  /** Each begins with the first due refresh after its `from`. */
  const outages = (how: (typeof OUTAGES)[number]): Disturbance[] =>
    [10, 60].map((from) => ({ kind: "outage", how, from, minutes: 30, whenDue: true }));

  describe.each(LATENESSES)("with ticks that come late: %s", (lateness) => {
    it.each(OUTAGES)("is survived when PISTE fails with %s", async (how) => {
      const { measured, end } = await watch(simulate, aHistory(outages(how), { days: 0.1, lateness }));
      expect(measured).toMatchObject({
        ...KEPT,
        wholeToleranceOutages: 2,
        wholeToleranceOutagesSurvived: 2,
        longestOutageSurvivedInMinutes: 30,
        minutesWithoutTokenBeyondTolerance: 0,
      });
      // All 144 except the first and perhaps the second.
      expect(measured.minutesWithinTolerance).toBeGreaterThanOrEqual(142);
      expect(end.within).toBe(true);
    });
  });

  it("is followed by a refresh in its last minute", async () => {
    const { refreshedIn } = await watch(simulate, aHistory(outages("dns").slice(0, 1), { days: 0.1 }));
    expect([51, 52]).toContain(refreshedIn[1]);
  });
});

describe("an outage of an hour more than the tolerance", () => {
  // The token of minute 0 is due in minute 21 and expires in minute 60. Minute 52 is the 32nd disturbed one.
  const outage: Disturbance = { kind: "outage", how: "http-503", from: 20, minutes: 90 };

  it("lets the token lapse without breaking a promise; the first tick after it refreshes", async () => {
    const { measured, refreshedIn, end } = await watch(simulate, aHistory([outage]));
    expect(refreshedIn.slice(0, 3)).toEqual([0, 110, 131]);
    expect(measured).toMatchObject({
      ...KEPT,
      // Minutes 1 to 51, and 111 to 1,439.
      minutesWithinTolerance: 51 + 1_329,
      // At the ends of minutes 60 to 109.
      minutesWithoutTokenBeyondTolerance: 50,
      wholeToleranceOutages: 0,
      longestOutageSurvivedInMinutes: 0,
    });
    expect(end).toMatchObject({ within: true });
  });

  it("is survived if the token was new", async () => {
    // Refreshed in minute 21, with the reserve left until minute 76.
    const { measured, refreshedIn } = await watch(simulate, aHistory([{ ...outage, from: 22, minutes: 50 }]));
    expect(refreshedIn.slice(0, 3)).toEqual([0, 21, 72]);
    expect(measured).toMatchObject({ ...KEPT, longestOutageSurvivedInMinutes: 50, minutesWithinTolerance: 1_439 });
  });
});

describe("PISTE's quota", () => {
  it.each([undefined, 2, 600])("may be exhausted for the whole tolerance, with Retry-After %s", async (seconds) => {
    const throttling: Disturbance = {
      kind: "throttling",
      retryAfterInSeconds: seconds,
      from: 10,
      minutes: 30,
      whenDue: true,
    };
    const { measured, refreshedIn } = await watch(simulate, aHistory([throttling], { days: 0.1 }));
    expect(measured).toMatchObject({ ...KEPT, minutesWithinTolerance: 143 });
    expect([51, 52]).toContain(refreshedIn[1]);
  });

  it("exhausted by a crowd on whole seconds delays a refresh by at most two minutes", async () => {
    const { measured, refreshedIn } = await watch(
      simulate,
      aHistory([{ kind: "crowd", from: 5, minutes: 700 }], { days: 0.5 }),
    );
    expect(measured).toMatchObject({ ...KEPT, minutesWithinTolerance: 719 });
    const gaps = refreshedIn.slice(1).map((minute, index) => minute - (refreshedIn[index] ?? 0));
    expect(Math.min(...gaps)).toBe(21);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(23);
  });
});

describe("errors in bursts", () => {
  it.each(BRIEF_FAILURES)("of %s for half a day only cost retries", async (how) => {
    const { measured, refreshedIn } = await watch(
      simulate,
      aHistory([{ kind: "error-burst", how, from: 5, minutes: 715 }], { days: 0.5 }),
    );
    // As on an undisturbed day.
    expect(refreshedIn).toEqual(Array.from({ length: 35 }, (_, index) => index * 21));
    expect(measured).toMatchObject({ ...KEPT, minutesWithinTolerance: 719, refreshes: 35 });
  });

  it("right after an outage of the whole tolerance leave the reserve", async () => {
    const disturbances: readonly Disturbance[] = [
      { kind: "outage", how: "reset", from: 10, minutes: 30, whenDue: true },
      { kind: "error-burst", how: "reset", from: 5, minutes: 60 },
    ];
    for (const lateness of LATENESSES) {
      const measured = await simulate(aHistory(disturbances, { days: 0.1, lateness }));
      expect(measured).toMatchObject({ ...KEPT, wholeToleranceOutages: 1, wholeToleranceOutagesSurvived: 1 });
    }
  });
});

describe("slow answers", () => {
  it("that come in time change nothing", async () => {
    const slow: Disturbance = { kind: "slow-answers", seconds: 6, from: 5, minutes: 700 };
    const { measured, refreshedIn } = await watch(simulate, aHistory([slow], { days: 0.5 }));
    expect(refreshedIn).toEqual(Array.from({ length: 35 }, (_, index) => index * 21));
    expect(measured).toMatchObject({ ...KEPT, minutesWithinTolerance: 719 });
  });

  it("that always come too late are an outage, and no run times out", async () => {
    const slow: Disturbance = { kind: "slow-answers", seconds: 25, from: 20, minutes: 30 };
    const { measured, refreshedIn } = await watch(simulate, aHistory([slow], { days: 0.1 }));
    expect(refreshedIn.slice(0, 3)).toEqual([0, 50, 71]);
    expect(measured).toMatchObject({ ...KEPT, minutesWithinTolerance: 143 });
  });
});

describe("a client that PISTE refuses", () => {
  it.each(REJECTIONS)(
    "(%s) is tried every minute, and every five once the token has been expired for an hour",
    async (how) => {
      const rejection: Disturbance = { kind: "rejection", how, from: 15, minutes: 301 };
      const { measured, refreshedIn, end } = await watch(simulate, aHistory([rejection]));
      // Over in minute 316; the pace is that of whole five minutes.
      expect(refreshedIn.slice(0, 3)).toEqual([0, 320, 341]);
      expect(measured).toMatchObject({
        ...KEPT,
        // From minute 60 to minute 119.
        maxCallsPerHourWhileRejected: 60,
        maxCallsPerHourAtSlowPace: 12,
        // At the ends of minutes 60 to 319.
        minutesWithoutTokenBeyondTolerance: 260,
      });
      expect(end.within).toBe(true);
    },
  );

  it("after a reset of its secret is tried every minute until the new one is stored", async () => {
    const { measured, refreshedIn } = await watch(
      simulate,
      aHistory([{ kind: "secret-reset", from: 15, minutes: 30 }]),
    );
    expect(refreshedIn.slice(0, 3)).toEqual([0, 45, 66]);
    // From minute 21 to minute 44.
    expect(measured).toMatchObject({ ...KEPT, maxCallsPerHourWhileRejected: 24, minutesWithinTolerance: 1_439 });
  });

  it("with a new secret is tried at once, however long the token has been expired", async () => {
    const { measured, refreshedIn } = await watch(
      simulate,
      aHistory([{ kind: "secret-reset", from: 15, minutes: 298 }]),
    );
    expect(refreshedIn.slice(0, 2)).toEqual([0, 313]);
    expect(measured).toMatchObject(KEPT);
  });

  it("is not tried with credentials that are not JSON", async () => {
    const { measured, refreshedIn } = await watch(
      simulate,
      aHistory([{ kind: "corrupted-client-secret", from: 15, minutes: 30 }]),
    );
    expect(refreshedIn.slice(0, 3)).toEqual([0, 45, 66]);
    expect(measured).toMatchObject({ ...KEPT, maxCallsPerHourWhileRejected: 0, minutesWithinTolerance: 1_439 });
  });
});
