/** Metrics as CloudWatch stores them: sum, minimum, maximum and count for each minute. */
export interface MetricId {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

export const STATISTICS = ["Sum", "Minimum", "Maximum", "Average", "SampleCount"] as const;
export type Statistic = (typeof STATISTICS)[number];

interface Bucket {
  sum: number;
  least: number;
  most: number;
  count: number;
}

function join(total: Bucket, more: Bucket): void {
  total.sum += more.sum;
  if (more.least < total.least) total.least = more.least;
  if (more.most > total.most) total.most = more.most;
  total.count += more.count;
}

const MINUTE_IN_MILLISECONDS = 60_000;

/** The part of a log line that CloudWatch's embedded metric format reads. */
interface EmbeddedMetrics {
  readonly _aws: {
    readonly Timestamp: number;
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string }[];
    }[];
  };
  readonly [member: string]: unknown;
}

/** Cached, since alarms read the same few metrics each minute. */
const knownKeys = new WeakMap<MetricId, string>();

function keyOf(metric: MetricId): string {
  const known = knownKeys.get(metric);
  if (known !== undefined) return known;
  const { namespace, name, dimensions } = metric;
  const sorted = Object.entries(dimensions).sort(([one], [other]) => (one < other ? -1 : 1));
  const key = JSON.stringify([namespace, name, sorted]);
  knownKeys.set(metric, key);
  return key;
}

export class MetricStore {
  private readonly metrics = new Map<string, Map<number, Bucket>>();

  /** @param at epoch milliseconds. */
  add(metric: MetricId, at: number, value: number): void {
    const key = keyOf(metric);
    const minutes = this.metrics.get(key) ?? new Map<number, Bucket>();
    this.metrics.set(key, minutes);
    const minute = Math.floor(at / MINUTE_IN_MILLISECONDS);
    const bucket = minutes.get(minute);
    const one: Bucket = { sum: value, least: value, most: value, count: 1 };
    if (bucket === undefined) minutes.set(minute, one);
    else join(bucket, one);
  }

  /** Adds the metrics of a log line, if it has any. */
  addLine(line: string): void {
    const json = JSON.parse(line) as Partial<EmbeddedMetrics>;
    if (json._aws === undefined) return;
    for (const { Namespace: namespace, Dimensions, Metrics } of json._aws.CloudWatchMetrics) {
      for (const { Name: name } of Metrics) {
        for (const names of Dimensions) {
          const dimensions = Object.fromEntries(names.map((dimension) => [dimension, String(json[dimension])]));
          this.add({ namespace, name, dimensions }, json._aws.Timestamp, Number(json[name]));
        }
      }
    }
  }

  /**
   * A statistic over the minutes from `from` until before `to`; undefined without data.
   *
   * @param from epoch milliseconds of a whole minute, as `to`.
   */
  read(metric: MetricId, statistic: Statistic, from: number, to: number): number | undefined {
    const minutes = this.metrics.get(keyOf(metric));
    if (minutes === undefined) return undefined;
    const last = to / MINUTE_IN_MILLISECONDS;
    let total: Bucket | undefined;
    for (let minute = Math.floor(from / MINUTE_IN_MILLISECONDS); minute < last; minute++) {
      const bucket = minutes.get(minute);
      if (bucket === undefined) continue;
      if (total === undefined) total = { ...bucket };
      else join(total, bucket);
    }
    if (total === undefined) return undefined;
    switch (statistic) {
      case "Sum":
        return total.sum;
      case "Minimum":
        return total.least;
      case "Maximum":
        return total.most;
      case "Average":
        return total.sum / total.count;
      case "SampleCount":
        return total.count;
    }
  }
}
