/** Watches metrics and log lines arrive for some minutes. */
import type { MetricDataQuery } from "@aws-sdk/client-cloudwatch";
import { LATEST_REPORT_IN_MINUTES, metricOf, query } from "../../aws/alarms/alarm";
import { functionMetric, type Metric } from "../../aws/alarms/metric";
import { TICK_IN_SECONDS } from "../../lambda/token-refresh/contract";
import type { Description } from "../../piste/description";
import type { ObservedAws, TickLine, Values } from "./observed-aws";

export const MINUTE = 60_000;
export const PAUSE = 20_000;
/** Enough to see several reports arrive. */
const LOOKS = 10;
const ENOUGH_MINUTES = 6;
const LOG_WINDOW = 15 * MINUTE;

export const USUAL_MINUTES = ((LOOKS - 1) * PAUSE) / MINUTE;
/** After a first deployment, when ticks have only begun. */
export const MOST_MINUTES = 8;

export interface Look {
  /** Epoch milliseconds of AWS's clock. */
  readonly at: number;
  readonly ticks: Values;
  readonly errors: Values;
  readonly invocations: Values;
  readonly lines: readonly TickLine[];
}

export interface Watching {
  readonly aws: ObservedAws;
  readonly description: Description;
  /** AWS's clock. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
}

export const floorOf = (at: number, period = MINUTE): number => Math.floor(at / period) * period;

/** A metric as GetMetricData takes it. */
export function dataQuery(id: string, metric: Metric, periodInSeconds = TICK_IN_SECONDS): MetricDataQuery {
  const { namespace, metricName, dimensions, stat = "Sum" } = query(id, metric, periodInSeconds).metric ?? {};
  return {
    Id: id,
    MetricStat: {
      Metric: {
        Namespace: namespace,
        MetricName: metricName,
        Dimensions: Object.entries(dimensions ?? {}).map(([Name, Value]) => ({ Name, Value })),
      },
      Period: periodInSeconds,
      Stat: stat,
    },
  };
}

/** Minutes with a tick in metrics or logs, or with a run that Lambda ended before it could report. */
export function tickedMinutes({ ticks, errors, lines }: Look): ReadonlySet<number> {
  const failed = [...errors].filter(([, count]) => count > 0).map(([minute]) => minute);
  return new Set([...ticks.keys(), ...failed, ...lines.map((line) => floorOf(line.at))]);
}

/** Minutes old enough for their reports to have arrived, from the first one with a report. */
export function settledMinutes({ at }: Look, seen: { keys(): Iterable<number> }): number[] {
  const first = Math.min(...seen.keys());
  const end = floorOf(at) - (LATEST_REPORT_IN_MINUTES + 1) * MINUTE;
  const minutes: number[] = [];
  for (let minute = first; minute < end; minute += MINUTE) minutes.push(minute);
  return minutes;
}

async function look({ aws, description, now }: Watching): Promise<Look> {
  const at = now();
  const { function: name } = description;
  const queries = [
    dataQuery("ticks", metricOf("ticks", description)),
    dataQuery("errors", functionMetric("Errors", name)),
    dataQuery("invocations", functionMetric("Invocations", name)),
  ];
  const found = await aws.metrics(queries, floorOf(at) - 60 * MINUTE, floorOf(at) + MINUTE);
  const of = (id: string): Values => found.get(id) ?? new Map<number, number>();
  const lines = await aws.tickLines(name, floorOf(at) - LOG_WINDOW);
  return { at, ticks: of("ticks"), errors: of("errors"), invocations: of("invocations"), lines };
}

/** Looks until enough minutes are known, at least once. */
export async function watch(watching: Watching): Promise<readonly [Look, ...Look[]]> {
  let latest = await look(watching);
  const looks: [Look, ...Look[]] = [latest];
  const isEnough = (): boolean =>
    looks.length >= LOOKS && settledMinutes(latest, tickedMinutes(latest)).length >= ENOUGH_MINUTES;
  const end = latest.at + MOST_MINUTES * MINUTE;
  while (!isEnough() && watching.now() + PAUSE <= end) {
    await watching.sleep(PAUSE);
    looks.push((latest = await look(watching)));
  }
  return looks;
}
