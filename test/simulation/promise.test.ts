/**
 * Expected is what the design says: a token is due when at most tolerance + reserve + 2 ticks + 2 min + 20 s are left,
 * 2,360 s with the usual settings, so at the age of 1,240 s when it lives for an hour; writes are 865 s apart; and of
 * the ticks since then as many may be disturbed as an outage of the whole tolerance can meet: its minutes + 1.
 */
import { describe, expect, it } from "@jest/globals";
import { NO_TOKEN } from "../../simulation/promise";
import { aPromisedDay, aToken } from "./promised-day";
import { HOUR, MINUTE, SECOND } from "./fixture";

/** The first minute whose tick finds a token of minute 0 due. */
const DUE = 21;
const ALLOWED = 31;
/** The part of a lifetime for the write limit and all settings except the tolerance. */
const LEAST_LIFETIME = (865 + 2_360 - 30 * 60) * SECOND;

describe("a token", () => {
  it("becomes due when tolerance, reserve and delays are left", () => {
    const { promised, refresh } = aPromisedDay();
    refresh(10);
    expect(promised.dueAt).toBe(10 * MINUTE + 1_240 * SECOND);
  });

  it("of a short lifetime becomes due when the next write is allowed", () => {
    const { promised, refresh } = aPromisedDay();
    refresh(10, 30 * MINUTE);
    expect(promised.dueAt).toBe(10 * MINUTE + 865 * SECOND);
  });

  it("that does not exist is due", () => {
    expect(aPromisedDay().promised.dueAt).toBe(-Infinity);
  });

  it("has no seconds left after its expiry", () => {
    const { promised, refresh } = aPromisedDay();
    expect(promised.secondsLeft(0)).toBe(0);
    refresh(0);
    expect(promised.secondsLeft(HOUR - 1_500)).toBe(1.5);
    expect(promised.secondsLeft(HOUR + 1)).toBe(0);
  });
});

describe("at first", () => {
  it("the promise does not hold until an undisturbed tick ends", () => {
    const { promised, tick } = aPromisedDay();
    expect(promised.isWithin).toBe(false);
    tick(0, "stopped");
    tick(1, "hindered");
    expect(promised.isWithin).toBe(false);
    promised.tickBegins(2 * MINUTE, "clear", HOUR);
    expect(promised.isWithin).toBe(false);
    promised.clearTickEnds(2 * MINUTE);
    expect(promised.isWithin).toBe(true);
  });

  it("the promise does not hold while an earlier tick still runs, which may bring the token", () => {
    const { promised } = aPromisedDay();
    promised.tickBegins(0, "clear", HOUR);
    promised.tickBegins(MINUTE, "clear", HOUR);
    promised.clearTickEnds(MINUTE + 1, false);
    expect(promised.isWithin).toBe(false);
    promised.clearTickEnds(MINUTE + 2);
    expect(promised.isWithin).toBe(true);
  });
});

describe("the tolerance", () => {
  it("allows its minutes + 1 stopped ticks since the token was due", () => {
    const { promised, refresh, tick, ticks } = aPromisedDay();
    refresh(0);
    ticks(DUE, DUE + ALLOWED - 1, "stopped");
    expect(promised.isWithin).toBe(true);
    tick(DUE + ALLOWED, "stopped");
    expect(promised.isWithin).toBe(false);
  });

  it.each([
    [0, 0 + 1],
    [36, 36 + 1],
  ])("with %d minutes allows %d ticks", (tolerance, allowed) => {
    const { promised, refresh, tick } = aPromisedDay({ outageToleranceInMinutes: tolerance });
    refresh(0);
    const due = Math.ceil(promised.dueAt / MINUTE);
    for (let stopped = 0; stopped < allowed; stopped++) tick(due + stopped, "stopped");
    expect(promised.isWithin).toBe(true);
    tick(due + allowed, "stopped");
    expect(promised.isWithin).toBe(false);
  });

  it.each([
    [1_240 * SECOND - 1, true],
    [1_240 * SECOND, false],
  ])(
    "is used up from the very millisecond on at which the token is due: by %d ms it still is there: %s",
    (first, within) => {
      const { promised, refresh, ticks } = aPromisedDay();
      refresh(0);
      ticks(1, DUE - 1, "stopped");
      promised.tickBegins(first, "stopped", HOUR);
      ticks(DUE, DUE + ALLOWED - 1, "stopped");
      expect(promised.isWithin).toBe(within);
    },
  );

  it("does not change with hindered or clear ticks", () => {
    const { promised, refresh, tick, ticks } = aPromisedDay();
    refresh(0);
    ticks(DUE, DUE + 19, "stopped");
    ticks(DUE + 20, DUE + 99, "hindered");
    tick(DUE + 100);
    ticks(DUE + 101, DUE + 111, "stopped");
    expect(promised.isWithin).toBe(true);
    tick(DUE + 112, "stopped");
    expect(promised.isWithin).toBe(false);
  });

  it("is complete again with every stored token", () => {
    const { promised, refresh, ticks } = aPromisedDay();
    refresh(0);
    ticks(DUE, DUE + ALLOWED - 1, "stopped");
    promised.tokenStored(53 * MINUTE, aToken(53 * MINUTE));
    ticks(53 + DUE, 53 + DUE + ALLOWED - 1, "stopped");
    expect(promised.isWithin).toBe(true);
  });
});

describe("beyond the tolerance", () => {
  it("the promise holds again after an undisturbed tick, with the whole tolerance", () => {
    const { promised, refresh, tick, ticks } = aPromisedDay();
    refresh(0);
    ticks(DUE, DUE + ALLOWED, "stopped");
    tick(DUE + ALLOWED + 1, "hindered");
    expect(promised.isWithin).toBe(false);
    tick(54);
    expect(promised.isWithin).toBe(true);
    ticks(55, 55 + ALLOWED - 1, "stopped");
    expect(promised.isWithin).toBe(true);
    tick(55 + ALLOWED, "stopped");
    expect(promised.isWithin).toBe(false);
  });

  it("the promise needs five such ticks in a row once the token has been expired for an hour, since the function may try in one of five", () => {
    const { promised, refresh, tick, ticks } = aPromisedDay();
    promised.clientSecretStored(0);
    refresh(0);
    ticks(DUE, 119, "stopped");
    ticks(120, 123, "clear");
    tick(124, "hindered");
    ticks(125, 128, "clear");
    expect(promised.isWithin).toBe(false);
    tick(129);
    expect(promised.isWithin).toBe(true);
  });

  it.each([
    ["the token ended", 120, { stored: 0, refreshed: 0, lifetime: HOUR }],
    ["the token was written, if it had ended before", 70, { stored: 0, refreshed: 10, lifetime: -HOUR }],
    ["the client secret was stored, if that was later", 150, { stored: 90, refreshed: 0, lifetime: HOUR }],
  ])("the slow pace may begin an hour after %s", (_, minute, { stored, refreshed, lifetime }) => {
    const { promised } = aPromisedDay();
    promised.tokenStored(refreshed * MINUTE, aToken(refreshed * MINUTE, lifetime));
    promised.clientSecretStored(stored * MINUTE);
    expect(promised.slowPaceFrom).toBe(minute * MINUTE);
    expect(promised.slowPaceAtTheLatest).toBe(minute * MINUTE);
  });

  it("the slow pace never begins without a client secret", () => {
    expect(aPromisedDay().promised.slowPaceFrom).toBe(Infinity);
  });

  it("the slow pace counts from a minute earlier, since clocks may differ by that much", () => {
    for (const [minute, within] of [
      [118, true],
      [119, false],
    ] as const) {
      const { promised, refresh, tick, ticks } = aPromisedDay();
      promised.clientSecretStored(0);
      refresh(0);
      ticks(DUE, 117, "stopped");
      tick(minute);
      expect(promised.isWithin).toBe(within);
    }
  });
});

describe("a token with a shorter lifetime than assumed", () => {
  it("lowers the tolerance to what its lifetime leaves", () => {
    // 1,800 s − 1,425 s = 6.25 ticks: seven may be stopped.
    const { promised, refresh, tick, ticks } = aPromisedDay();
    refresh(0, 30 * MINUTE);
    ticks(15, 21, "stopped", 30 * MINUTE);
    expect(promised.isWithin).toBe(true);
    tick(22, "stopped", 30 * MINUTE);
    expect(promised.isWithin).toBe(false);
  });

  it("without any tolerance may miss only the tick that finds it due", () => {
    const { promised, refresh, tick } = aPromisedDay();
    refresh(0, LEAST_LIFETIME);
    tick(15, "stopped", LEAST_LIFETIME);
    expect(promised.isWithin).toBe(true);
    tick(16, "stopped", LEAST_LIFETIME);
    expect(promised.isWithin).toBe(false);
  });

  it("with a negative tolerance suspends the promise", () => {
    const { promised, refresh, ticks, minutesEnd } = aPromisedDay();
    refresh(0, LEAST_LIFETIME - 1);
    ticks(1, 14, "clear", LEAST_LIFETIME - 1);
    minutesEnd(1, 30);
    expect(promised.isWithin).toBe(false);
    expect(promised.minutes).toMatchObject({ all: 30, withinTolerance: 0, belowReserve: 0, withoutToken: 0 });
    refresh(30);
    expect(promised.isWithin).toBe(true);
    promised.tokenStored(51 * MINUTE, aToken(51 * MINUTE, LEAST_LIFETIME - 1));
    promised.tickBegins(66 * MINUTE, "clear", HOUR);
    expect(promised.isWithin).toBe(false);
  });

  it("counts from its offer until a token is stored", () => {
    const { promised, refresh, tick, ticks } = aPromisedDay();
    refresh(0);
    tick(DUE, "stopped", 30 * MINUTE);
    ticks(DUE + 1, DUE + 6, "stopped");
    expect(promised.isWithin).toBe(true);
    tick(DUE + 7, "stopped");
    expect(promised.isWithin).toBe(false);
    refresh(DUE + 8);
    ticks(2 * DUE + 8, 2 * DUE + 8 + ALLOWED - 1, "stopped");
    expect(promised.isWithin).toBe(true);
  });

  it("does not count if offered before the token was due", () => {
    const { promised, refresh, tick, ticks } = aPromisedDay();
    refresh(0);
    tick(DUE - 1, "stopped", MINUTE);
    ticks(DUE, DUE + ALLOWED - 1, "stopped");
    expect(promised.isWithin).toBe(true);
  });

  it("suspends the promise if offered and not stored", () => {
    const { promised, refresh, tick } = aPromisedDay();
    refresh(0);
    tick(DUE, "clear", LEAST_LIFETIME - 1);
    tick(DUE + 1, "clear", HOUR);
    expect(promised.isWithin).toBe(false);
    refresh(DUE + 2);
    expect(promised.isWithin).toBe(true);
  });
});

describe("a token that a person corrupted", () => {
  it("suspends the promise until an undisturbed tick ends", () => {
    const { promised, refresh, tick, minutesEnd } = aPromisedDay();
    refresh(0);
    promised.tokenCorrupted(5 * MINUTE, NO_TOKEN, false);
    minutesEnd(6, 6);
    tick(6, "hindered");
    minutesEnd(7, 7);
    expect(promised.minutes).toMatchObject({ withoutToken: 0, withoutTokenBeyondTolerance: 2 });
    tick(7);
    minutesEnd(8, 8);
    expect(promised.minutes).toMatchObject({ withoutToken: 1, withoutTokenBeyondTolerance: 3 });
  });

  it("delays the latest start of the slow pace by a day, since it may seem valid for a day", () => {
    const { promised } = aPromisedDay();
    promised.clientSecretStored(0);
    promised.tokenCorrupted(5 * MINUTE, { ...NO_TOKEN, writtenAt: 5 * MINUTE }, false);
    expect(promised.slowPaceFrom).toBe(65 * MINUTE);
    expect(promised.slowPaceAtTheLatest).toBe((5 + 24 * 60 + 60) * MINUTE);
  });
});
