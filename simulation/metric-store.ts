/** What CloudWatch keeps of metrics: for each minute their sum, smallest, largest and number. */
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

function keyOf({ namespace, name, dimensions }: MetricId): string {
  const sorted = Object.entries(dimensions).sort(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify([namespace, name, sorted]);
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
    if (bucket === undefined) {
      minutes.set(minute, { sum: value, least: value, most: value, count: 1 });
      return;
    }
    bucket.sum += value;
    bucket.least = Math.min(bucket.least, value);
    bucket.most = Math.max(bucket.most, value);
    bucket.count += 1;
  }

  /** Takes the metrics out of a log line; one without any is none of its business. */
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
   * A statistic over the minutes from `from` on, before `to`; undefined where there is no data.
   *
   * @param from epoch milliseconds, as `to`: whole minutes.
   */
  read(metric: MetricId, statistic: Statistic, from: number, to: number): number | undefined {
    const minutes = this.metrics.get(keyOf(metric));
    if (minutes === undefined) return undefined;
    const total: Bucket = { sum: 0, least: Infinity, most: -Infinity, count: 0 };
    for (let minute = Math.floor(from / MINUTE_IN_MILLISECONDS); minute < to / MINUTE_IN_MILLISECONDS; minute++) {
      const bucket = minutes.get(minute);
      if (bucket === undefined) continue;
      total.sum += bucket.sum;
      total.least = Math.min(total.least, bucket.least);
      total.most = Math.max(total.most, bucket.most);
      total.count += bucket.count;
    }
    if (total.count === 0) return undefined;
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
