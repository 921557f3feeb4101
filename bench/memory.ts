/** What each memory size of the refresher would come to in time and money, beside the default. */
import { DEFAULT_MEMORY_SIZE_IN_MEGABYTES } from "../constructs/functions/function-options";
import { DEFAULT_REFRESH_SETTINGS } from "../lambda/token-refresh/contract";
import { calmDay } from "../scripts/docs/cost/calm-day";
import { DAYS_PER_MONTH } from "../scripts/docs/prices";
import { PISTE_LATENCY_IN_MILLISECONDS } from "../simulation/piste-in-bad-weather";
import { AWS_LATENCY_IN_MILLISECONDS } from "../simulation/secrets-in-bad-weather";
import { FunctionBench, type FunctionRun } from "./function-bench";
import { dollarsOf, durationInMilliseconds, type Run } from "./lambda-model";
import { interleaved, pairedRow, type Bench, type Row } from "./row";

const SIZES_IN_MEGABYTES = [128, 192, 256, 512, 1024, 1769];
/** Of a function that has run for an hour. */
const WARM_CALLS = 60;
/** How long the token lives that is found. */
const SECONDS_LEFT = { refresh: 0, tick: 3500 } as const;
type Kind = keyof typeof SECONDS_LEFT;
/** Assumed, as the simulation has them: a tick reads the token; a refresh reads the client credentials too, asks PISTE and writes. */
const WAITING_MILLISECONDS: Readonly<Record<Kind, number>> = {
  refresh:
    3 * AWS_LATENCY_IN_MILLISECONDS + (PISTE_LATENCY_IN_MILLISECONDS.least + PISTE_LATENCY_IN_MILLISECONDS.most) / 2,
  tick: AWS_LATENCY_IN_MILLISECONDS,
};

async function run({ rounds, node, say }: Parameters<Bench["run"]>[0]): Promise<Row[]> {
  const bench = await FunctionBench.open(true);
  try {
    const measured = await interleaved(
      Object.keys(SECONDS_LEFT) as Kind[],
      rounds,
      (kind) => {
        bench.storeToken(SECONDS_LEFT[kind]);
        return bench.run("ours", node, WARM_CALLS);
      },
      say,
    );
    const wrong = measured.refresh.some(({ outcome }) => outcome !== "refreshed");
    if (wrong || measured.tick.some(({ outcome }) => outcome !== "waited")) {
      throw new Error("the function did not do what was to be measured");
    }
    return rowsOf(measured, await calmDay(DEFAULT_REFRESH_SETTINGS));
  } finally {
    await bench.close();
  }
}

function rowsOf(
  measured: Readonly<Record<Kind, readonly FunctionRun[]>>,
  day: { readonly ticks: number; readonly refreshes: number },
): Row[] {
  const runs = (kind: Kind, key: "coldCpuInMilliseconds" | "warmCpuInMilliseconds"): Run[] =>
    measured[kind].map((one) => ({ processorMilliseconds: one[key], waitingMilliseconds: WAITING_MILLISECONDS[kind] }));
  const cold = runs("refresh", "coldCpuInMilliseconds");
  const refresh = runs("refresh", "warmCpuInMilliseconds");
  const tick = runs("tick", "warmCpuInMilliseconds");
  const times = (some: readonly Run[], size: number): number[] => some.map((one) => durationInMilliseconds(one, size));
  const dollars = (size: number): number[] =>
    refresh.map((one, round) =>
      dollarsOf(
        [
          [one, day.refreshes * DAYS_PER_MONTH],
          [tick[round] ?? one, (day.ticks - day.refreshes) * DAYS_PER_MONTH],
        ],
        size,
      ),
    );
  const peaks = measured.refresh.map(({ peakInMegabytes }) => peakInMegabytes);
  const columns: readonly (readonly [string, (size: number) => number[]])[] = [
    ["ms of a cold start with a refresh", (size) => times(cold, size)],
    ["ms of a refresh", (size) => times(refresh, size)],
    ["ms of a tick that waits", (size) => times(tick, size)],
    ["dollars a month", dollars],
    ["of the memory used at the peak", (size) => peaks.map((peak) => peak / size)],
  ];
  return columns.flatMap(([unit, of]) =>
    SIZES_IN_MEGABYTES.filter((size) => size !== DEFAULT_MEMORY_SIZE_IN_MEGABYTES).map((size) =>
      pairedRow({ bench: "memory", case: `${size} MB`, unit }, of(DEFAULT_MEMORY_SIZE_IN_MEGABYTES), of(size)),
    ),
  );
}

export const memory: Bench = {
  title: `The refresher at ${DEFAULT_MEMORY_SIZE_IN_MEGABYTES} MB of memory and at other sizes`,
  rounds: 9,
  run,
};
