/** What the promise counts: minutes, and outages that were survived. A token of an hour has the reserve left for 55 min. */
import { describe, expect, it } from "@jest/globals";
import { NO_TOKEN } from "../../simulation/promise";
import type { TimedDisturbance } from "../../simulation/disturbances";
import { aPromisedDay, aToken, type PromisedDay } from "./promised-day";
import { MINUTE } from "./fixture";

const DUE = 21;

/** With a token that is stored in minute 0. */
function aDayWithToken(): PromisedDay {
  const day = aPromisedDay();
  day.refresh(0);
  return day;
}

/** With everything stopped for so long that the tolerance is used up. */
function aDayBeyond(): PromisedDay {
  const day = aDayWithToken();
  day.ticks(DUE, 52, "stopped");
  return day;
}

describe("a minute", () => {
  it("is within tolerance when its whole length is", () => {
    const { promised, refresh, tick, ticks, minutesEnd } = aPromisedDay();
    minutesEnd(1, 1);
    refresh(1);
    minutesEnd(2, 40);
    // Lost in the middle of the minute that ends with minute 54.
    ticks(22, 53, "stopped");
    minutesEnd(54, 55);
    tick(55);
    minutesEnd(56, 56);
    expect(promised.minutes).toMatchObject({ all: 43, withinTolerance: 38 });
    minutesEnd(57, 57);
    expect(promised.minutes).toMatchObject({ all: 44, withinTolerance: 39 });
  });

  it("is below the reserve when less than that is left at its end, and not at exactly that", () => {
    const { promised, minutesEnd } = aDayWithToken();
    minutesEnd(1, 55);
    expect(promised.minutes).toMatchObject({ belowReserve: 0 });
    expect(promised.firstBrokenMinute).toBeUndefined();
    minutesEnd(56, 58);
    expect(promised.minutes).toMatchObject({ belowReserve: 3, withoutToken: 0 });
    expect(promised.firstBrokenMinute).toBe(55);
  });

  it("is below the reserve when less was left at any moment of it", () => {
    const { promised, minutesEnd } = aDayWithToken();
    minutesEnd(1, 55);
    promised.tokenStored(55 * MINUTE + 1, aToken(55 * MINUTE + 1));
    minutesEnd(56, 56);
    expect(promised.minutes.belowReserve).toBe(1);
    expect(promised.firstBrokenMinute).toBe(55);
  });

  it("is below the reserve that the settings ask for", () => {
    const { promised, refresh, minutesEnd } = aPromisedDay({ reserveInMinutes: 10 });
    refresh(0);
    minutesEnd(1, 51);
    expect(promised.minutes.belowReserve).toBe(1);
  });

  it("is without a token from its very end on, and below the reserve as well", () => {
    const { promised, minutesEnd } = aDayWithToken();
    minutesEnd(1, 59);
    expect(promised.minutes).toMatchObject({ belowReserve: 4, withoutToken: 0 });
    minutesEnd(60, 61);
    expect(promised.minutes).toMatchObject({ belowReserve: 6, withoutToken: 2, withoutTokenBeyondTolerance: 0 });
    const longer = aPromisedDay();
    longer.refresh(0, 60 * MINUTE + 1);
    longer.minutesEnd(60, 60);
    expect(longer.promised.minutes).toMatchObject({ belowReserve: 1, withoutToken: 0 });
  });

  it("beyond tolerance breaks nothing, and is counted apart when it ends without a token", () => {
    const { promised, minutesEnd } = aDayBeyond();
    minutesEnd(53, 61);
    expect(promised.minutes).toEqual({
      all: 9,
      withinTolerance: 0,
      belowReserve: 0,
      withoutToken: 0,
      withoutTokenBeyondTolerance: 2,
    });
    expect(promised.firstBrokenMinute).toBeUndefined();
  });

  it("in which the tolerance is used up counts with what was left until then", () => {
    const { promised, refresh, tick, minutesEnd } = aPromisedDay({ outageToleranceInMinutes: 0, reserveInMinutes: 10 });
    refresh(0);
    tick(50, "stopped");
    minutesEnd(51, 51);
    // Within until the tick of minute 51, beyond at the end.
    tick(51, "stopped");
    minutesEnd(52, 53);
    expect(promised.minutes).toMatchObject({ belowReserve: 2, withinTolerance: 0 });
  });

  it("in which the promise holds again counts with what is left from then on", () => {
    const { promised, refresh, minutesEnd } = aDayBeyond();
    promised.look(65 * MINUTE);
    refresh(65);
    minutesEnd(66, 66);
    expect(promised.minutes).toMatchObject({ belowReserve: 0, withoutToken: 0, withoutTokenBeyondTolerance: 0 });
  });

  it("after a corrupted token is broken from the tick on that should have mended it", () => {
    const { promised, tick, minutesEnd } = aDayWithToken();
    minutesEnd(1, 1);
    promised.tokenCorrupted(MINUTE, NO_TOKEN, false);
    minutesEnd(2, 2);
    tick(2);
    minutesEnd(3, 3);
    expect(promised.minutes).toMatchObject({ withinTolerance: 0, belowReserve: 1, withoutToken: 1 });
    expect(promised.firstBrokenMinute).toBe(2);
  });

  it("after a token was corrupted that looks valid is broken from when a usual one would be due", () => {
    const { promised, tick, minutesEnd } = aDayWithToken();
    minutesEnd(1, 1);
    promised.tokenCorrupted(MINUTE, NO_TOKEN, true);
    for (let minute = 2; minute <= 23; minute++) {
      minutesEnd(minute, minute);
      tick(minute);
    }
    // 20 min 40 s and a tick after it was corrupted, in minute 1.
    minutesEnd(24, 24);
    expect(promised.firstBrokenMinute).toBe(23);
  });

  it("before the token was corrupted counts with what was left of it", () => {
    const { promised, minutesEnd } = aDayWithToken();
    promised.tokenCorrupted(56 * MINUTE, aToken(56 * MINUTE), false);
    minutesEnd(57, 57);
    expect(promised.minutes).toMatchObject({ belowReserve: 1 });
  });
});

describe("an outage", () => {
  const outage = (from: number, minutes: number, whenDue?: true): TimedDisturbance => ({
    disturbance: { kind: "outage", how: "dns", from, minutes, ...(whenDue && { whenDue }) },
    start: from * MINUTE,
    end: (from + minutes) * MINUTE,
  });

  /** One that begins when the token is due, on a day whose token was stored in minute 0, and what it stops. */
  function survive(minutes: number, { whenDue, stopped }: { readonly whenDue?: true; readonly stopped?: number } = {}) {
    const day = aDayWithToken();
    day.promised.outageBegins(outage(DUE, minutes, whenDue));
    const last = DUE + (stopped ?? minutes) - 1;
    for (let minute = DUE; minute <= last; minute++) {
      day.tick(minute, "stopped");
      day.minutesEnd(minute + 1, minute + 1);
    }
    return { ...day, next: last + 1 };
  }

  it("of the whole tolerance at the worst moment is survived when the reserve was there throughout", () => {
    const { promised, refresh, next } = survive(30, { whenDue: true });
    refresh(next);
    expect(promised.wholeToleranceOutages).toEqual({ all: 1, survived: 1 });
    expect(promised.longestOutageSurvivedInMinutes).toBe(30);
  });

  it("is counted when a clear tick is over after its end, and once", () => {
    const { promised, refresh, next } = survive(30, { whenDue: true });
    promised.clearTickEnds(next * MINUTE - 1);
    expect(promised.wholeToleranceOutages.all).toBe(0);
    refresh(next);
    refresh(next + DUE);
    expect(promised.wholeToleranceOutages.all).toBe(1);
  });

  it("is not survived when less than the reserve was left at any moment until then", () => {
    const { promised, refresh } = survive(30, { whenDue: true });
    promised.look(55 * MINUTE + 1);
    refresh(56);
    expect(promised.wholeToleranceOutages).toEqual({ all: 1, survived: 0 });
    expect(promised.longestOutageSurvivedInMinutes).toBe(0);
  });

  it("is not survived when the tick after it ends with less than the reserve, and has not refreshed", () => {
    const { promised } = survive(30, { whenDue: true });
    promised.tickBegins(55 * MINUTE, "clear", 60 * MINUTE);
    promised.clearTickEnds(55 * MINUTE + 1);
    expect(promised.wholeToleranceOutages).toEqual({ all: 1, survived: 0 });
  });

  it("is survived with exactly the reserve left", () => {
    const { promised, refresh } = survive(30, { whenDue: true });
    refresh(55);
    expect(promised.wholeToleranceOutages).toEqual({ all: 1, survived: 1 });
  });

  it.each([
    ["shorter than the tolerance", 29, { whenDue: true }],
    ["not from the moment when the token was due", 30, {}],
  ] as const)("%s counts only as one that was survived", (_, minutes, more) => {
    const { promised, refresh, next } = survive(minutes, more);
    refresh(next);
    expect(promised.wholeToleranceOutages.all).toBe(0);
    expect(promised.longestOutageSurvivedInMinutes).toBe(minutes);
  });

  it("longer than the tolerance may be survived all the same, and promises nothing", () => {
    const { promised, refresh, next } = survive(33, { whenDue: true });
    refresh(next);
    expect(promised.wholeToleranceOutages.all).toBe(0);
    expect(promised.longestOutageSurvivedInMinutes).toBe(33);
  });

  it("of the whole tolerance promises nothing when something else had used up the promise before", () => {
    const day = aDayBeyond();
    day.promised.outageBegins(outage(53, 30, true));
    day.tick(53, "stopped");
    day.refresh(83);
    expect(day.promised.wholeToleranceOutages.all).toBe(0);
  });

  it("of the whole tolerance promises nothing when the promise was suspended at any moment of it", () => {
    const day = aDayWithToken();
    day.promised.outageBegins(outage(DUE, 30, true));
    day.promised.tokenCorrupted(22 * MINUTE, NO_TOKEN, false);
    day.refresh(23);
    day.refresh(51);
    expect(day.promised.wholeToleranceOutages.all).toBe(0);
  });

  it("is the longest until a longer one is survived", () => {
    const { promised, refresh } = aDayWithToken();
    for (const [from, minutes] of [
      [22, 5],
      [43, 9],
      [64, 7],
    ] as const) {
      promised.outageBegins(outage(from, minutes));
      refresh(from + minutes);
    }
    expect(promised.longestOutageSurvivedInMinutes).toBe(9);
  });

  it("beside another is counted by its own length and end", () => {
    const { promised, refresh } = aDayWithToken();
    promised.outageBegins(outage(1, 10));
    promised.outageBegins(outage(2, 30));
    refresh(11);
    expect(promised.longestOutageSurvivedInMinutes).toBe(10);
    refresh(32);
    expect(promised.longestOutageSurvivedInMinutes).toBe(30);
  });
});
