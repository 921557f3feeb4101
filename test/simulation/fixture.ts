/** Histories, runs and tokens with defaults, and recorded days, for the simulation's tests. */
import type { FunctionRun } from "../../simulation/function-run";
import type { Disturbance, History } from "../../simulation/history";
import type { Measured } from "../../simulation/measures";
import type { simulate, SimulationOptions } from "../../simulation/simulation";

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

/** Epoch milliseconds of a midnight, so that minutes of history and clock agree. */
export const BEGINNING = Date.UTC(2026, 0, 1);

/** A day with ticks within 2 s, and credentials from the start. */
export const aHistory = (disturbances: readonly Disturbance[] = [], changes: Partial<History> = {}): History => ({
  days: 1,
  seed: 20_260_101,
  lateness: "prompt",
  credentialsAfterInMinutes: 0,
  disturbances,
  ...changes,
});

/** A new run of the function on a clear tick. */
export const aRun = (changes: Partial<FunctionRun> = {}): FunctionRun => ({
  startedAt: BEGINNING,
  minute: 0,
  duplicate: false,
  condition: "clear",
  leadingFailures: 0,
  reads: 0,
  writes: 0,
  requests: 0,
  mayThrow: false,
  killed: false,
  ...changes,
});

export interface Watched {
  readonly measured: Measured;
  /** The minute of each refresh. */
  readonly refreshedIn: readonly number[];
  /** The state at the end of the last whole minute. */
  readonly end: { readonly secondsLeft: number; readonly within: boolean };
}

/** Simulates a history and records the observed events. */
export async function watch(
  run: typeof simulate,
  history: History,
  options: Omit<SimulationOptions, "observer"> = {},
): Promise<Watched> {
  const refreshedIn: number[] = [];
  let end = { secondsLeft: NaN, within: false };
  const measured = await run(history, {
    ...options,
    observer: {
      minute: (_, secondsLeft, within) => {
        end = { secondsLeft, within };
      },
      refreshed: (now) => refreshedIn.push(Math.floor((now - BEGINNING) / MINUTE)),
    },
  });
  return { measured, refreshedIn, end };
}
