/** The promise's counts of minutes and survived outages. A token of an hour has the reserve left for 55 min. */
import { describe, expect, it } from "@jest/globals";
import { NO_TOKEN } from "../../simulation/promise";
import type { TimedDisturbance } from "../../simulation/disturbances";
import { aPromisedDay, aToken, type PromisedDay } from "./promised-day";
import { MINUTE } from "./fixture";

const DUE = 21;

/** With a token stored in minute 0. */
function aDayWithToken(): PromisedDay {
  const day = aPromisedDay();
  day.refresh(0);
  return day;
}

/** With ticks stopped beyond the tolerance. */
function aDayBeyond(): PromisedDay {
  const day = aDayWithToken();
  day.ticks(DUE, 52, "stopped");
  return day;
}

describe("a minute", () => {
  it("is within tolerance if its whole length is", () => {
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

  it("is below the reserve if less than that is left at its end", () => {
    const { promised, minutesEnd } = aDayWithToken();
    minutesEnd(1, 55);
    expect(promised.minutes).toMatchObject({ belowReserve: 0 });
    expect(promised.firstBrokenMinute).toBeUndefined();
    minutesEnd(56, 58);
    expect(promised.minutes).toMatchObject({ belowReserve: 3, withoutToken: 0 });
    expect(promised.firstBrokenMinute).toBe(55);
  });

  it("is below the reserve if less was left at any moment", () => {
    const { promised, minutesEnd } = aDayWithToken();
    minutesEnd(1, 55);
    promised.tokenStored(55 * MINUTE + 1, aToken(55 * MINUTE + 1));
    minutesEnd(56, 56);
    expect(promised.minutes.belowReserve).toBe(1);
    expect(promised.firstBrokenMinute).toBe(55);
  });

  it("uses the reserve of the settings", () => {
    const { promised, refresh, minutesEnd } = aPromisedDay({ reserveInMinutes: 10 });
    refresh(0);
    minutesEnd(1, 51);
    expect(promised.minutes.belowReserve).toBe(1);
  });

  it("is without a token from the moment of expiry, and also below the reserve", () => {
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

  it("beyond tolerance breaks no promise, and is counted separately if it ends without a token", () => {
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

  it("in which the tolerance ends counts the validity until then", () => {
    const { promised, refresh, tick, minutesEnd } = aPromisedDay({ outageToleranceInMinutes: 0, reserveInMinutes: 10 });
    refresh(0);
    tick(50, "stopped");
    minutesEnd(51, 51);
    // Within until the tick of minute 51, beyond at the end.
    tick(51, "stopped");
    minutesEnd(52, 53);
    expect(promised.minutes).toMatchObject({ belowReserve: 2, withinTolerance: 0 });
  });

  it("in which the promise holds again counts the validity from then on", () => {
    const { promised, refresh, minutesEnd } = aDayBeyond();
    promised.look(65 * MINUTE);
    refresh(65);
    minutesEnd(66, 66);
    expect(promised.minutes).toMatchObject({ belowReserve: 0, withoutToken: 0, withoutTokenBeyondTolerance: 0 });
  });

  it("after a corrupted token breaks the promise from the tick that should have replaced it", () => {
    const { promised, tick, minutesEnd } = aDayWithToken();
    minutesEnd(1, 1);
    promised.tokenCorrupted(MINUTE, NO_TOKEN, false);
    minutesEnd(2, 2);
    tick(2);
    minutesEnd(3, 3);
    expect(promised.minutes).toMatchObject({ withinTolerance: 0, belowReserve: 1, withoutToken: 1 });
    expect(promised.firstBrokenMinute).toBe(2);
  });

  it("after a corrupted token that looks valid breaks the promise from the time when a usual one would be due", () => {
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

  it("before the token was corrupted counts its validity", () => {
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

  /** An outage from the due time of a token stored in minute 0, with its stopped ticks. */
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

  it("of the whole tolerance at the worst moment is survived if the reserve was always left", () => {
    const { promised, refresh, next } = survive(30, { whenDue: true });
    refresh(next);
    expect(promised.wholeToleranceOutages).toEqual({ all: 1, survived: 1 });
    expect(promised.longestOutageSurvivedInMinutes).toBe(30);
  });

  it("is counted once, at the end of the next clear tick", () => {
    const { promised, refresh, next } = survive(30, { whenDue: true });
    promised.clearTickEnds(next * MINUTE - 1);
    expect(promised.wholeToleranceOutages.all).toBe(0);
    refresh(next);
    refresh(next + DUE);
    expect(promised.wholeToleranceOutages.all).toBe(1);
  });

  it("is not survived if less than the reserve was left at any moment until then", () => {
    const { promised, refresh } = survive(30, { whenDue: true });
    promised.look(55 * MINUTE + 1);
    refresh(56);
    expect(promised.wholeToleranceOutages).toEqual({ all: 1, survived: 0 });
    expect(promised.longestOutageSurvivedInMinutes).toBe(0);
  });

  it("is not survived if the next tick ends with less than the reserve", () => {
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
  ] as const)("%s counts only as a survived one", (_, minutes, more) => {
    const { promised, refresh, next } = survive(minutes, more);
    refresh(next);
    expect(promised.wholeToleranceOutages.all).toBe(0);
    expect(promised.longestOutageSurvivedInMinutes).toBe(minutes);
  });

  it("longer than the tolerance may be survived, without a promise", () => {
    const { promised, refresh, next } = survive(33, { whenDue: true });
    refresh(next);
    expect(promised.wholeToleranceOutages.all).toBe(0);
    expect(promised.longestOutageSurvivedInMinutes).toBe(33);
  });

  it("of the whole tolerance is not counted if the promise was suspended before", () => {
    const day = aDayBeyond();
    day.promised.outageBegins(outage(53, 30, true));
    day.tick(53, "stopped");
    day.refresh(83);
    expect(day.promised.wholeToleranceOutages.all).toBe(0);
  });

  it("of the whole tolerance is not counted if the promise was suspended during it", () => {
    const day = aDayWithToken();
    day.promised.outageBegins(outage(DUE, 30, true));
    day.promised.tokenCorrupted(22 * MINUTE, NO_TOKEN, false);
    day.refresh(23);
    day.refresh(51);
    expect(day.promised.wholeToleranceOutages.all).toBe(0);
  });

  it("is the longest until a longer one", () => {
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

  it("that overlaps another is counted by its own length and end", () => {
    const { promised, refresh } = aDayWithToken();
    promised.outageBegins(outage(1, 10));
    promised.outageBegins(outage(2, 30));
    refresh(11);
    expect(promised.longestOutageSurvivedInMinutes).toBe(10);
    refresh(32);
    expect(promised.longestOutageSurvivedInMinutes).toBe(30);
  });
});
