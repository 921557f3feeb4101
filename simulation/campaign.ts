/** Simulates many random histories, sums their results, and finds the smallest one that breaks a promise. */
import fc from "fast-check";
import type { History } from "./history";
import type { Measured } from "./measures";
import { randomHistory } from "./random-histories";
import { simulate } from "./simulation";

/** The same three numbers give the same histories on any machine. */
export interface CampaignOptions {
  readonly days: number;
  readonly runs: number;
  readonly seed: number;
}

export interface Failure {
  readonly broken: readonly string[];
  /** The history's place among those of its seed, for {@link historyAt}. */
  readonly path: string;
  readonly history: History;
}

type Sums = Omit<Measured, "broken" | "days">;

export interface Campaign extends CampaignOptions, Sums {}

/** The result of one history. */
export interface Result {
  /** Its number in the campaign. */
  readonly index: number;
  readonly measured: Measured;
}

/** Whether the caller simulates the history of that number; called once for each number, in order. */
export type Claim = (index: number) => boolean;

/** Simulates the claimed histories; several workers can share a campaign. */
export async function runShare(
  { days, runs, seed }: CampaignOptions,
  claim: Claim,
  onResult: (result: Result) => void,
): Promise<void> {
  let next = 0;
  // A history that breaks a promise does not end the campaign.
  const look = fc.asyncProperty(randomHistory(days), async (history) => {
    const index = next++;
    if (claim(index)) onResult({ index, measured: await simulate(history) });
  });
  const round = await fc.check(look, { seed, numRuns: runs });
  if (round.failed) throw new Error("the simulation itself failed", { cause: round.errorInstance });
}

/**
 * The history at a place among those of a seed; undefined if there is none.
 *
 * @param path a number, or a failure's path.
 */
export async function historyAt(
  { days, seed }: Omit<CampaignOptions, "runs">,
  path: string,
): Promise<History | undefined> {
  let found: History | undefined;
  const look = fc.asyncProperty(randomHistory(days), (history) => {
    found ??= history;
    return Promise.resolve();
  });
  await fc.check(look, { seed, path, numRuns: 1 });
  return found;
}

/**
 * The smallest history found that breaks a promise.
 *
 * @param path of a history that breaks it.
 */
export async function shrink(
  { days, seed }: Omit<CampaignOptions, "runs">,
  path: string,
  forMilliseconds: number,
): Promise<Failure> {
  const keeps = fc.asyncProperty(randomHistory(days), async (history) => {
    const { broken } = await simulate(history, { untilBroken: true });
    if (broken.length > 0) throw new Error(broken.join("; "));
  });
  const { counterexamplePath } = await fc.check(keeps, {
    seed,
    path,
    numRuns: 1,
    interruptAfterTimeLimit: forMilliseconds,
    markInterruptAsFailure: false,
  });
  const smallest = counterexamplePath ?? path;
  const history = await historyAt({ days, seed }, smallest);
  if (history === undefined) throw new Error(`the history at ${smallest} cannot be found again`);
  return { broken: (await simulate(history)).broken, path: smallest, history };
}

export function addUp(options: CampaignOptions, results: readonly Result[]): Campaign {
  const total = (key: keyof Sums): number => results.reduce((sum, { measured }) => sum + measured[key], 0);
  const most = (key: keyof Sums): number => Math.max(0, ...results.map(({ measured }) => measured[key]));
  return {
    seed: options.seed,
    runs: results.length,
    days: options.days,
    minutes: total("minutes"),
    minutesWithinTolerance: total("minutesWithinTolerance"),
    minutesBelowReserve: total("minutesBelowReserve"),
    minutesWithoutToken: total("minutesWithoutToken"),
    longestOutageSurvivedInMinutes: most("longestOutageSurvivedInMinutes"),
    maxVersionsIn24Hours: most("maxVersionsIn24Hours"),
    maxCallsPerHourWhileRejected: most("maxCallsPerHourWhileRejected"),
    unhandledErrors: total("unhandledErrors"),
    maxCallsPerHourAtSlowPace: most("maxCallsPerHourAtSlowPace"),
    wholeToleranceOutages: total("wholeToleranceOutages"),
    wholeToleranceOutagesSurvived: total("wholeToleranceOutagesSurvived"),
    minutesWithoutTokenBeyondTolerance: total("minutesWithoutTokenBeyondTolerance"),
    refreshes: total("refreshes"),
  };
}
