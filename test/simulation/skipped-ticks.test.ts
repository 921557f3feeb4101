/** Compares histories with and without skipped ticks: both must give the same bytes. */
import { afterEach, describe, expect, it, jest } from "@jest/globals";
import fc from "fast-check";
import type * as Handler from "../../lambda/token-refresh/handler";
import { CORRUPTED_TOKENS, type Disturbance, type History } from "../../simulation/history";
import { randomHistory } from "../../simulation/random-histories";
import { simulate, type SimulationOptions } from "../../simulation/simulation";
import type * as World from "../../simulation/simulation";
import { aHistory } from "./fixture";

/** All observed events of a history except lines, and its result. */
async function everythingOf(history: History, playsAllTicks: boolean): Promise<string[]> {
  const seen: string[] = [];
  const note =
    (event: string) =>
    (...details: unknown[]): void => {
      seen.push(JSON.stringify([event, ...details]));
    };
  const measured = await simulate(history, {
    playsAllTicks,
    observer: {
      minute: note("minute"),
      refreshed: note("refreshed"),
      disturbance: note("disturbance"),
      troubled: note("troubled"),
      ran: note("ran"),
      dropped: note("dropped"),
    },
  });
  return [...seen, JSON.stringify(measured)];
}

describe("a history played without the ticks that find the same token fresh again", () => {
  const histories = [11, 12, 13, 14].flatMap((seed) => fc.sample(randomHistory(1), { seed, numRuns: 9 }));

  async function comesToTheSame(history: History): Promise<void> {
    const skipping = await everythingOf(history, false);
    const whole = await everythingOf(history, true);
    const first = whole.findIndex((event, index) => event !== skipping[index]);
    expect([skipping.length, skipping[first]]).toEqual([whole.length, whole[first]]);
  }

  it.each(histories.map((history) => [history.seed, history] as const))(
    "gives the same result as with all of them: random history %d",
    async (_, history) => {
      await comesToTheSame(history);
    },
  );

  it.each(CORRUPTED_TOKENS)("gives the same result if a fresh token is corrupted during an outage: %s", async (how) => {
    const fromEachHour = [0, 60, 120, 180].flatMap((hour): Disturbance[] => [
      { kind: "outage", how: "http-503", from: hour + 10, minutes: 15 },
      { kind: "corrupted-token", how, from: hour + 12, minutes: 1 },
    ]);
    await comesToTheSame(aHistory(fromEachHour, { days: 0.25, lateness: "any" }));
  });

  it("covers every kind of disturbance and lateness", () => {
    const kinds = new Set(histories.flatMap(({ disturbances }) => disturbances.map(({ kind }) => kind)));
    expect([...kinds].sort()).toEqual([
      "answer-lost",
      "aws-refuses",
      "clock-error",
      "corrupted-client-secret",
      "corrupted-token",
      "crashes",
      "crowd",
      "duplicate-ticks",
      "error-burst",
      "missed-ticks",
      "other-lifetime",
      "outage",
      "rejection",
      "same-token",
      "secret-reset",
      "slow-answers",
      "slow-aws",
      "throttling",
    ]);
    expect(new Set(histories.map(({ lateness }) => lateness)).size).toBe(3);
  });
});

describe("the handler", () => {
  const HANDLER = "../../lambda/token-refresh/handler";
  const MINUTES = 1440;

  /** Number of its runs in a day without disturbances. */
  async function runsOf(options: SimulationOptions): Promise<{ readonly runs: number; readonly refreshes: number }> {
    let runs = 0;
    jest.resetModules();
    jest.doMock(HANDLER, () => {
      const whole = jest.requireActual<typeof Handler>(HANDLER);
      const createHandler: typeof Handler.createHandler = (fixture) => {
        const handler = whole.createHandler(fixture);
        return (...run) => {
          runs += 1;
          return handler(...run);
        };
      };
      return { ...whole, createHandler };
    });
    const world = jest.requireActual<typeof World>("../../simulation/simulation");
    const { refreshes } = await world.simulate(aHistory(), options);
    return { runs, refreshes };
  }

  afterEach(() => {
    jest.dontMock(HANDLER).resetModules();
  });

  it("runs when the token is due and at the first tick that finds it fresh", async () => {
    const { runs, refreshes } = await runsOf({});
    expect(refreshes).toBeGreaterThan(60);
    expect(runs).toBeLessThanOrEqual(2 * refreshes);
    expect(runs).toBeGreaterThanOrEqual(2 * refreshes - 1);
  });

  it("runs at every tick on request", async () => {
    expect((await runsOf({ playsAllTicks: true })).runs).toBe(MINUTES);
  });

  it("runs at every tick and hourly password check with an observer of lines", async () => {
    let lines = 0;
    const line = (): void => {
      lines += 1;
    };
    expect((await runsOf({ observer: { line } })).runs).toBe(MINUTES + MINUTES / 60);
    expect(lines).toBe(MINUTES + MINUTES / 60);
  });
});
