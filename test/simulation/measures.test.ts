import { describe, expect, it } from "@jest/globals";
import { DEFAULT_REFRESH_SETTINGS } from "../../lambda/token-refresh/timing";
import type { FunctionRun } from "../../simulation/function-run";
import { Measures, type Written } from "../../simulation/measures";
import { NO_TOKEN, Promised } from "../../simulation/promise";
import { aPromisedDay, aToken } from "./promised-day";
import { aRun, BEGINNING, HOUR, MINUTE, SECOND } from "./fixture";

/** The broken rules of these measures alone: the promise itself is kept. */
const resultOf = (measures: Measures, promised = new Promised(DEFAULT_REFRESH_SETTINGS)) =>
  measures.result(promised, 1);
const brokenOf = (measures: Measures): readonly string[] => resultOf(measures).broken;

const NOW = BEGINNING + 3 * MINUTE;

describe("the versions of 24 hours", () => {
  it("are measured by their maximum, which must not exceed 100", () => {
    const measures = new Measures(BEGINNING);
    for (const versions of [7, 100, 20]) measures.versionsOfLastDay(versions, NOW);
    expect(resultOf(measures)).toMatchObject({ maxVersionsIn24Hours: 100, broken: [] });
    measures.versionsOfLastDay(101, NOW);
    expect(resultOf(measures)).toMatchObject({
      maxVersionsIn24Hours: 101,
      broken: ["more than 100 versions in 24 hours, minute 3"],
    });
  });
});

describe("a rule that is broken twice", () => {
  it("is reported once, with its first minute", () => {
    const measures = new Measures(BEGINNING);
    measures.versionsOfLastDay(101, BEGINNING + 8 * MINUTE - 1);
    measures.versionsOfLastDay(102, BEGINNING + 20 * MINUTE);
    expect(brokenOf(measures)).toEqual(["more than 100 versions in 24 hours, minute 7"]);
  });
});

describe("a write of the function", () => {
  /** A token of an hour replaces one with 20 minutes left. */
  function write(changes: Partial<Written> = {}, run: FunctionRun = aRun()): Measures {
    const measures = new Measures(BEGINNING);
    measures.tokenWritten(run, { token: aToken(NOW), secondsLeftBefore: 20 * 60, ...changes }, NOW);
    return measures;
  }
  const ending = (inMilliseconds: number): Written["token"] => aToken(NOW, inMilliseconds);
  const claiming = (more: number): Written["token"] => ({ ...aToken(NOW), claimedEnd: NOW + HOUR + more });

  it("is counted as a refresh", () => {
    const measures = write();
    expect(resultOf(measures)).toMatchObject({ refreshes: 1, broken: [] });
  });

  it("of a token unknown to PISTE breaks a promise", () => {
    expect(brokenOf(write({ token: NO_TOKEN }))).toContain("wrote a token that PISTE does not know, minute 3");
  });

  it("that claims an expiry more than 2 s after the token's breaks a promise", () => {
    expect(brokenOf(write({ token: claiming(2 * SECOND) }))).toEqual([]);
    expect(brokenOf(write({ token: claiming(2 * SECOND + 1) }))).toEqual([
      "wrote a record that expires after its token, minute 3",
    ]);
  });

  it("may claim an earlier expiry than the token's", () => {
    expect(brokenOf(write({ token: claiming(-HOUR) }))).toEqual([]);
  });

  it("of a token that expires more than 30 s before the replaced one breaks a promise", () => {
    expect(brokenOf(write({ token: ending((20 * 60 - 30) * SECOND) }))).toEqual([]);
    expect(brokenOf(write({ token: ending((20 * 60 - 30) * SECOND - 1) }))).toEqual([
      "replaced a token by one that expires earlier, minute 3",
    ]);
  });

  it("of a token that expires earlier is allowed in a duplicate run", () => {
    expect(brokenOf(write({ token: ending(MINUTE) }, aRun({ duplicate: true })))).toEqual([]);
  });
});

describe("a run that ends", () => {
  const refreshed = { outcome: "refreshed", reason: "due", tries: 1 } as const;
  const ended = (run: Partial<FunctionRun>, result: Parameters<Measures["runEnded"]>[1], now = NOW): Measures => {
    const measures = new Measures(BEGINNING);
    measures.runEnded(aRun({ startedAt: NOW, ...run }), result, now);
    return measures;
  };

  it("has at most 30 s", () => {
    const waited = { outcome: "waited", reason: "write-limit" } as const;
    expect(brokenOf(ended({}, waited, NOW + 30 * SECOND))).toEqual([]);
    expect(brokenOf(ended({}, waited, NOW + 30 * SECOND + 1))).toEqual(["the function timed out, minute 3"]);
  });

  it("with an unexplained error breaks a promise and is counted", () => {
    const measures = ended({}, new Error("what is this"));
    expect(resultOf(measures)).toMatchObject({
      unhandledErrors: 1,
      broken: ["unhandled error: what is this, minute 3"],
    });
  });

  it("may fail if AWS refused a call or it was killed", () => {
    expect(resultOf(ended({ mayThrow: true }, new Error("refused")))).toMatchObject({
      unhandledErrors: 0,
      broken: [],
    });
  });

  it("may refresh with two reads, one write and a request for each attempt", () => {
    expect(brokenOf(ended({ reads: 2, requests: 1, writes: 1 }, refreshed))).toEqual([]);
    expect(brokenOf(ended({ reads: 2, requests: 3, writes: 1 }, { ...refreshed, tries: 3 }))).toEqual([]);
  });

  it.each([
    { reads: 3, requests: 1, writes: 1 },
    { reads: 2, requests: 2, writes: 1 },
    { reads: 2, requests: 1, writes: 2 },
  ])("may not refresh with %j", (run) => {
    const cost = `${run.reads} reads, ${run.requests} requests, ${run.writes} writes`;
    expect(brokenOf(ended(run, refreshed))).toEqual([`a refresh cost ${cost}, minute 3`]);
  });

  it("on a fresh token may only read it", () => {
    const fresh = { outcome: "waited", reason: "fresh" } as const;
    expect(brokenOf(ended({ reads: 1 }, fresh))).toEqual([]);
    expect(brokenOf(ended({ reads: 2 }, fresh))).toEqual([
      "a tick on a fresh token cost 2 reads, 0 requests, 0 writes, minute 3",
    ]);
    expect(brokenOf(ended({ reads: 1, requests: 1 }, fresh))).toHaveLength(1);
  });

  it("for another reason has no limit of calls", () => {
    expect(brokenOf(ended({ reads: 2, requests: 3 }, { outcome: "failed", reason: "server-error" }))).toEqual([]);
  });
});

describe("calls while PISTE refuses the client", () => {
  /** One refused call in each of these scheduled minutes. */
  function refused(
    minutes: readonly number[],
    { slowFrom = Infinity, status = 400, duplicate = false } = {},
  ): Measures {
    const measures = new Measures(BEGINNING);
    for (const minute of minutes) {
      measures.answered(
        aRun({ minute, duplicate }),
        status,
        slowFrom === Infinity ? Infinity : BEGINNING + slowFrom * MINUTE,
      );
    }
    return measures;
  }
  const every = (step: number, from: number, to: number): number[] =>
    Array.from({ length: Math.ceil((to - from) / step) }, (_, index) => from + index * step);

  it("are counted by the hour of the schedule, with 400 and 401", () => {
    expect(resultOf(refused(every(1, 0, 60)))).toMatchObject({ maxCallsPerHourWhileRejected: 60, broken: [] });
    expect(resultOf(refused(every(1, 30, 90), { status: 401 }))).toMatchObject({ maxCallsPerHourWhileRejected: 30 });
    expect(resultOf(refused([...every(1, 0, 50), 60, 61]))).toMatchObject({ maxCallsPerHourWhileRejected: 50 });
  });

  it("exclude other answers and duplicate ticks", () => {
    for (const options of [{ status: 200 }, { status: 429 }, { status: 503 }, { duplicate: true }]) {
      expect(resultOf(refused(every(1, 0, 60), options))).toMatchObject({ maxCallsPerHourWhileRejected: 0 });
    }
  });

  it("break a promise above 60 in an hour", () => {
    expect(brokenOf(refused([...every(1, 0, 60), 59]))).toEqual(["61 calls in an hour while rejected"]);
  });

  it("count for the slow pace in hours that began at the slow pace", () => {
    expect(resultOf(refused(every(5, 120, 180), { slowFrom: 120 }))).toMatchObject({
      maxCallsPerHourAtSlowPace: 12,
      broken: [],
    });
    expect(brokenOf(refused([...every(5, 120, 180), 179], { slowFrom: 120 }))).toEqual([
      "13 calls in an hour at the slow pace",
    ]);
    expect(resultOf(refused(every(1, 120, 180), { slowFrom: 121 }))).toMatchObject({
      maxCallsPerHourAtSlowPace: 0,
      broken: [],
    });
  });

  it("do not count for the slow pace in the hour in which it began", () => {
    const measures = new Measures(BEGINNING);
    for (const minute of every(1, 0, 60)) measures.answered(aRun({ minute }), 400, minute < 5 ? Infinity : BEGINNING);
    expect(resultOf(measures)).toMatchObject({ maxCallsPerHourAtSlowPace: 0, broken: [] });
  });

  it("do not count for the slow pace in the hour in which it ended", () => {
    const measures = new Measures(BEGINNING);
    for (const minute of every(1, 0, 60)) measures.answered(aRun({ minute }), 400, minute < 5 ? BEGINNING : Infinity);
    expect(resultOf(measures)).toMatchObject({ maxCallsPerHourAtSlowPace: 5, broken: [] });
  });
});

describe("the counts of the promise", () => {
  it("are in the result", () => {
    const { promised, refresh, minutesEnd, ticks } = aPromisedDay();
    refresh(0);
    minutesEnd(1, 2);
    ticks(21, 52, "stopped");
    minutesEnd(60, 60);
    promised.longestOutageSurvivedInMinutes = 17;
    promised.wholeToleranceOutages = { all: 3, survived: 3 };
    expect(new Measures(BEGINNING).result(promised, 1)).toEqual({
      days: 1,
      minutes: 3,
      minutesWithinTolerance: 1,
      minutesBelowReserve: 0,
      minutesWithoutToken: 0,
      minutesWithoutTokenBeyondTolerance: 1,
      longestOutageSurvivedInMinutes: 17,
      wholeToleranceOutages: 3,
      wholeToleranceOutagesSurvived: 3,
      maxVersionsIn24Hours: 0,
      maxCallsPerHourWhileRejected: 0,
      maxCallsPerHourAtSlowPace: 0,
      refreshes: 0,
      unhandledErrors: 0,
      broken: [],
    });
  });

  it("break a rule with minutes below the reserve, minutes without a token and outages not survived", () => {
    const { promised, refresh, minutesEnd } = aPromisedDay();
    refresh(0);
    minutesEnd(1, 61);
    promised.wholeToleranceOutages = { all: 3, survived: 1 };
    expect(resultOf(new Measures(BEGINNING), promised).broken).toEqual([
      "6 minutes below the reserve within tolerance, the first in minute 55",
      "2 minutes without a token within tolerance, the first in minute 55",
      "2 outages of the whole tolerance not survived",
    ]);
  });
});

describe("the broken state", () => {
  it("is known at any time, for promises and rules", () => {
    const kept = aPromisedDay();
    expect(new Measures(BEGINNING).isBroken(kept.promised)).toBe(false);
    const lapsed = aPromisedDay();
    lapsed.refresh(0);
    lapsed.minutesEnd(1, 56);
    expect(new Measures(BEGINNING).isBroken(lapsed.promised)).toBe(true);
    const measures = new Measures(BEGINNING);
    measures.versionsOfLastDay(101, NOW);
    expect(measures.isBroken(kept.promised)).toBe(true);
  });
});
