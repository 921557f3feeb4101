/**
 * Whole days of the deployed handler. Expected values follow from the design: with ticks within 2 s, a token of an hour is
 * due at the age of 1,240 s, so in the 21st minute after the last refresh.
 */
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { LATENESSES, type Disturbance, type History } from "../../simulation/history";
import { randomHistory } from "../../simulation/random-histories";
import { simulate, type Observer } from "../../simulation/simulation";
import { aHistory, BEGINNING, MINUTE, SECOND, watch } from "./fixture";

const MINUTES_PER_DAY = 1_440;

/** The multiples of a number of minutes in a day. */
const every = (step: number): number[] =>
  Array.from({ length: Math.ceil(MINUTES_PER_DAY / step) }, (_, index) => index * step);

const gaps = (minutes: readonly number[]): Set<number> =>
  new Set(minutes.slice(1).map((minute, index) => minute - (minutes[index] ?? 0)));

describe("a day without a disturbance", () => {
  it("has a refresh every 21 minutes and a token in every minute", async () => {
    const { measured, refreshedIn, end } = await watch(simulate, aHistory());
    expect(refreshedIn).toEqual(every(21));
    expect(measured).toEqual({
      days: 1,
      minutes: MINUTES_PER_DAY,
      // The first minute fetches the first token.
      minutesWithinTolerance: MINUTES_PER_DAY - 1,
      minutesBelowReserve: 0,
      minutesWithoutToken: 0,
      minutesWithoutTokenBeyondTolerance: 0,
      longestOutageSurvivedInMinutes: 0,
      wholeToleranceOutages: 0,
      wholeToleranceOutagesSurvived: 0,
      maxVersionsIn24Hours: 69,
      maxCallsPerHourWhileRejected: 0,
      maxCallsPerHourAtSlowPace: 0,
      refreshes: 69,
      unhandledErrors: 0,
      broken: [],
    });
    expect(end.within).toBe(true);
  });

  it.each(["any", "extreme"] as const)("with ticks that come late (%s) has one every 20 to 22", async (lateness) => {
    const { measured, refreshedIn } = await watch(simulate, aHistory([], { lateness, days: 0.5 }));
    // The first tick may be so late that it writes in the second minute.
    expect(measured.minutesWithinTolerance).toBeGreaterThanOrEqual(MINUTES_PER_DAY / 2 - 2);
    expect(measured).toMatchObject({ minutesWithoutTokenBeyondTolerance: 0, broken: [] });
    // Two successive ticks may both find the token due; a write may come in the next minute.
    expect([...gaps(refreshedIn)].filter((gap) => gap !== 0 && (gap < 20 || gap > 23))).toEqual([]);
    expect([...gaps(refreshedIn)]).toEqual(expect.arrayContaining([20, 21, 22]));
  });

  it("waits for the client credentials", async () => {
    const { measured, refreshedIn } = await watch(
      simulate,
      aHistory([], { credentialsAfterInMinutes: 100, days: 0.25 }),
    );
    expect(refreshedIn[0]).toBe(100);
    expect(measured).toMatchObject({
      minutesWithinTolerance: MINUTES_PER_DAY / 4 - 101,
      minutesWithoutTokenBeyondTolerance: 100,
      unhandledErrors: 0,
      broken: [],
    });
  });

  it("is as long as the history", async () => {
    expect(await simulate(aHistory([], { days: 0.1 }))).toMatchObject({ days: 0.1, minutes: 144 });
  });
});

describe("ticks", () => {
  /** Start of each run in milliseconds from the beginning, from its log lines. */
  const began = (line: string): number =>
    (JSON.parse(line) as { readonly _aws: { readonly Timestamp: number } })._aws.Timestamp - BEGINNING;
  /** Delay of each run after its whole minute, in milliseconds. */
  async function latenesses(history: Partial<History>): Promise<number[]> {
    const late: number[] = [];
    await simulate(aHistory([], { days: 0.25, ...history }), {
      observer: {
        line: (_, line) => {
          if (line.includes('"operation":"tick"')) late.push(began(line) % MINUTE);
        },
      },
    });
    return late;
  }
  const share = (values: readonly number[], from: number, to: number): number =>
    values.filter((value) => value >= from && value < to).length / values.length;

  it("that are prompt come within 2 s", async () => {
    const late = await latenesses({ lateness: "prompt" });
    expect(late).toHaveLength(360);
    expect(share(late, 0, 2 * SECOND)).toBe(1);
    expect(share(late, 0, SECOND)).toBeCloseTo(0.5, 1);
  });

  it("that come at any time come in every part of their minute", async () => {
    const late = await latenesses({ lateness: "any" });
    expect(share(late, 0, MINUTE)).toBe(1);
    for (const quarter of [0, 15, 30, 45]) {
      expect(share(late, quarter * SECOND, (quarter + 15) * SECOND)).toBeCloseTo(0.25, 1);
    }
  });

  it("at the extremes come in the first second or in the last five", async () => {
    const late = await latenesses({ lateness: "extreme" });
    expect(share(late, 0, SECOND) + share(late, 55 * SECOND, MINUTE)).toBe(1);
    expect(share(late, 0, SECOND)).toBeCloseTo(0.5, 1);
    expect(share(late, 0.9 * SECOND, SECOND)).toBeGreaterThan(0);
    expect(share(late, 55 * SECOND, 55.5 * SECOND)).toBeGreaterThan(0);
    expect(share(late, 59.5 * SECOND, MINUTE)).toBeGreaterThan(0);
  });

  it("are disturbed by what begins within their 30 s", async () => {
    const missed: Disturbance = { kind: "missed-ticks", from: 1, minutes: 5 };
    const seen = new Map<boolean, Set<boolean>>();
    for (const seed of [-300_000, -200_000, -100_000, 100_000, 200_000, 300_000]) {
      let comesLate = false;
      const within: boolean[] = [];
      await simulate(aHistory([missed], { days: 0.005, lateness: "extreme", seed }), {
        observer: {
          line: (_, line) => (comesLate ||= began(line) > 30 * SECOND && began(line) < MINUTE),
          minute: (_, __, isWithin) => within.push(isWithin),
        },
      });
      seen.set(comesLate, (seen.get(comesLate) ?? new Set()).add(within[1] === true));
    }
    // The promise holds after the first undisturbed tick.
    expect(seen).toEqual(
      new Map([
        [false, new Set([true])],
        [true, new Set([false])],
      ]),
    );
  });

  it("that come twice come again within 3 s", async () => {
    const twice: Disturbance = { kind: "duplicate-ticks", from: 0, minutes: 360 };
    const late = await latenesses({ disturbances: [twice] });
    expect(late).toHaveLength(720);
    // After the 2 s within which a tick comes.
    expect(Math.max(...late)).toBeLessThan(5 * SECOND);
    expect(Math.max(...late)).toBeGreaterThan(4.5 * SECOND);
  });
});

describe("the same history", () => {
  const sampled = fc.sample(randomHistory(1), { seed: 7, numRuns: 1 });

  it("gives the same result every time", async () => {
    for (const history of sampled) {
      expect(history.disturbances).not.toEqual([]);
      expect(await watch(simulate, history)).toEqual(await watch(simulate, history));
    }
  });

  it("gives another result with another seed", async () => {
    const of = (seed: number) => watch(simulate, aHistory([], { days: 0.1, lateness: "any", seed }));
    expect((await of(1)).refreshedIn).not.toEqual((await of(2)).refreshedIn);
  });
});

describe("other settings", () => {
  const outage = (minutes: number): Disturbance => ({ kind: "outage", how: "reset", from: 60, minutes, whenDue: true });

  it("with the maximum tolerance refresh as often as the write limit allows", async () => {
    const settings = { outageToleranceInMinutes: 36 };
    // Due when 2,720 s are left, so at 880 s of age.
    const { measured, refreshedIn } = await watch(simulate, aHistory(), { settings });
    expect(refreshedIn).toEqual(every(15));
    expect(measured).toMatchObject({ maxVersionsIn24Hours: 96, broken: [] });
  });

  it.each(LATENESSES)(
    "with the maximum tolerance survive an outage, with ticks that come late: %s",
    async (lateness) => {
      const settings = { outageToleranceInMinutes: 36 };
      const measured = await simulate(aHistory([outage(36)], { days: 0.15, lateness }), { settings });
      expect(measured).toMatchObject({ wholeToleranceOutages: 1, wholeToleranceOutagesSurvived: 1, broken: [] });
    },
  );

  it("that the function refuses cause an unhandled error at each tick", async () => {
    const history = aHistory([], { days: 0.01 });
    const measured = await simulate(history, { settings: { outageToleranceInMinutes: 37 } });
    // 0.01 days are 14.4 minutes, begun in 15 ticks.
    expect(measured.unhandledErrors).toBe(15);
    expect(measured.broken).toContainEqual(expect.stringMatching(/^unhandled error: outageToleranceInMinutes must be/));
  });
});

describe("an observer", () => {
  it("sees each minute and each refresh with the token's validity", async () => {
    const minutes: { at: number; left: number; within: boolean }[] = [];
    const refreshes: number[][] = [];
    const observer: Observer = {
      minute: (now, left, within) => minutes.push({ at: (now - BEGINNING) / MINUTE, left, within }),
      refreshed: (...seen) => refreshes.push(seen),
    };
    await simulate(aHistory([], { days: 0.02 }), { observer });
    // The last minute ends with the day.
    expect(minutes.map(({ at }) => at)).toEqual(Array.from({ length: 28 }, (_, index) => index + 1));
    expect(minutes.every(({ within }) => within)).toBe(true);
    expect(minutes[20]?.left).toBeGreaterThan(3_600 - 21 * 60);
    expect(minutes[20]?.left).toBeLessThan(3_600 - 21 * 60 + 3);
    expect(refreshes).toHaveLength(2);
    const [, before, after] = refreshes[1] ?? [];
    expect(before).toBeGreaterThan(3_600 - 21 * 60 - 3);
    expect(before).toBeLessThan(3_600 - 21 * 60 + 3);
    expect(after).toBeGreaterThan(3_599);
    expect(after).toBeLessThanOrEqual(3_600);
  });

  it("sees each disturbance once, with its true start and end", async () => {
    const seen: unknown[] = [];
    const disturbance: Observer["disturbance"] = (kind, start, end) =>
      seen.push([kind, (start - BEGINNING) / MINUTE, (end - BEGINNING) / MINUTE]);
    const disturbances: readonly Disturbance[] = [
      { kind: "crowd", from: 5, minutes: 10 },
      { kind: "outage", how: "dns", from: 6, minutes: 5, whenDue: true },
    ];
    await simulate(aHistory(disturbances, { days: 0.03 }), { observer: { disturbance } });
    // The outage begins with the tick of minute 21.
    expect(seen).toEqual([
      ["crowd", 5, 15],
      ["outage", expect.closeTo(21, 1), expect.closeTo(26, 1)],
    ]);
  });

  it("reads the log lines of each run that was not killed", async () => {
    const lines: string[] = [];
    const crashes: Disturbance = { kind: "crashes", from: 21, minutes: 3 };
    await simulate(aHistory([crashes], { days: 0.02 }), { observer: { line: (_, line) => lines.push(line) } });
    expect(lines).toHaveLength(29 - 3);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ operation: "tick", outcome: "refreshed", reason: "missing" });
  });
});
