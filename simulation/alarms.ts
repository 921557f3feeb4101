/**
 * Evaluates synthesized CloudWatch alarms each minute. Sources: the user guide's "Using Amazon CloudWatch alarms" (M of
 * N, the sliding window of longer periods) and "Configuring how CloudWatch alarms treat missing data"; the tests check
 * the tables of the latter.
 */
import * as v from "valibot";
import { evaluateMath, type Series } from "../aws/alarms/metric-math";
import { STATISTICS, type MetricId, type MetricStore, type Statistic } from "./metric-store";

const COMPARISONS = {
  LessThanThreshold: (value: number, threshold: number) => value < threshold,
  LessThanOrEqualToThreshold: (value: number, threshold: number) => value <= threshold,
  GreaterThanThreshold: (value: number, threshold: number) => value > threshold,
  GreaterThanOrEqualToThreshold: (value: number, threshold: number) => value >= threshold,
} as const;

const dimensions = v.optional(v.record(v.string(), v.string()), {});
const statistic = v.picklist(STATISTICS);

/** The arguments of Terraform's `aws_cloudwatch_metric_alarm`. */
export const alarmSchema = v.object({
  alarm_name: v.string(),
  alarm_description: v.string(),
  alarm_actions: v.optional(v.array(v.string()), []),
  ok_actions: v.optional(v.array(v.string()), []),
  comparison_operator: v.picklist(Object.keys(COMPARISONS) as (keyof typeof COMPARISONS)[]),
  evaluation_periods: v.number(),
  datapoints_to_alarm: v.optional(v.number()),
  threshold: v.number(),
  treat_missing_data: v.optional(v.picklist(["missing", "ignore", "breaching", "notBreaching"]), "missing"),
  namespace: v.optional(v.string()),
  metric_name: v.optional(v.string()),
  dimensions,
  statistic: v.optional(statistic),
  period: v.optional(v.number()),
  metric_query: v.optional(
    v.array(
      v.object({
        id: v.string(),
        expression: v.optional(v.string()),
        return_data: v.optional(v.boolean(), false),
        metric: v.optional(
          v.object({ namespace: v.string(), metric_name: v.string(), dimensions, period: v.number(), stat: statistic }),
        ),
      }),
    ),
  ),
});
export type AlarmDefinition = v.InferOutput<typeof alarmSchema>;

export type AlarmState = "OK" | "ALARM" | "INSUFFICIENT_DATA";

/** CloudWatch also reads a few earlier periods in case some are missing: in its examples, two for an alarm of three. */
const MORE_PERIODS = 2;
const SECOND = 1000;

interface Query {
  readonly id: string;
  readonly metric: MetricId;
  readonly statistic: Statistic;
}

export class Alarm {
  /** The initial state of a new alarm. */
  state: AlarmState = "INSUFFICIENT_DATA";
  private readonly queries: readonly Query[];
  /** In order of evaluation: each may use the results of earlier ones. */
  private readonly expressions: readonly { readonly id: string; readonly expression: string }[] = [];
  private readonly returned: string = "metric";
  private readonly periodInMilliseconds: number;

  constructor(readonly definition: AlarmDefinition) {
    const { metric_query: queries } = definition;
    if (queries === undefined) {
      const { namespace = "", metric_name: name = "", dimensions, statistic = "Sum", period = 60 } = definition;
      this.queries = [{ id: "metric", metric: { namespace, name, dimensions }, statistic }];
      this.periodInMilliseconds = period * SECOND;
      return;
    }
    const metrics = queries.flatMap(({ id, metric }) => (metric === undefined ? [] : [{ id, ...metric }]));
    this.queries = metrics.map(({ id, namespace, metric_name: name, dimensions, stat }) => ({
      id,
      metric: { namespace, name, dimensions },
      statistic: stat,
    }));
    this.expressions = queries.flatMap(({ id, expression }) => (expression === undefined ? [] : [{ id, expression }]));
    this.returned = queries.find(({ return_data }) => return_data)?.id ?? "";
    const [period = 60, ...others] = new Set(metrics.map((metric) => metric.period));
    if (others.length > 0) throw new Error(`the alarm ${definition.alarm_name} has more than one period`);
    this.periodInMilliseconds = period * SECOND;
  }

  get name(): string {
    return this.definition.alarm_name;
  }

  /**
   * Call at each whole minute.
   *
   * @param now epoch milliseconds; data from this minute on are ignored.
   * @returns whether the state has changed.
   */
  evaluate(store: MetricStore, now: number): boolean {
    const before = this.state;
    this.state = nextState(this.definition, this.points(store, now), before);
    return this.state !== before;
  }

  /** Oldest first; the last period ends now. */
  private points(store: MetricStore, now: number): Series {
    const length = this.definition.evaluation_periods + MORE_PERIODS;
    const read = ({ metric, statistic }: Query): Series =>
      Array.from({ length }, (_, index) => {
        const to = now - (length - 1 - index) * this.periodInMilliseconds;
        return store.read(metric, statistic, to - this.periodInMilliseconds, to);
      });
    const series = Object.fromEntries(this.queries.map((query) => [query.id, read(query)]));
    for (const { id, expression } of this.expressions) series[id] = evaluateMath(expression, series);
    const returned = series[this.returned];
    if (returned === undefined) throw new Error(`the alarm ${this.name} returns no metric`);
    return returned;
  }
}

type Rule = Pick<
  AlarmDefinition,
  "evaluation_periods" | "datapoints_to_alarm" | "threshold" | "comparison_operator" | "treat_missing_data"
>;

/**
 * M of N: with enough real data points in the range, the latest N decide and missing ones are ignored; otherwise
 * `treat_missing_data` fills the gap.
 */
export function nextState(rule: Rule, points: Series, current: AlarmState): AlarmState {
  const { evaluation_periods: periods, datapoints_to_alarm: needed = periods, treat_missing_data: missing } = rule;
  const breaches = (value: number): boolean => COMPARISONS[rule.comparison_operator](value, rule.threshold);
  const real = points.filter((point) => point !== undefined);
  const breaching = real.slice(-periods).filter(breaches).length;
  const lacking = Math.max(0, periods - real.length);
  if (breaching >= needed) return "ALARM";
  if (real.length === 0) {
    const states = { missing: "INSUFFICIENT_DATA", ignore: current, breaching: "ALARM", notBreaching: "OK" } as const;
    return states[missing];
  }
  if (missing === "breaching") return breaching + lacking >= needed ? "ALARM" : "OK";
  if (missing === "notBreaching" || !isLongBreaching(points, needed, breaches)) return "OK";
  return missing === "ignore" ? current : "ALARM";
}

/**
 * All real data points breach, and the oldest is at least M periods old: CloudWatch then does not wait for missing data
 * ("Avoiding premature transitions to alarm state").
 */
function isLongBreaching(points: Series, needed: number, breaches: (value: number) => boolean): boolean {
  const oldest = points.findIndex((point) => point !== undefined);
  return points.length - oldest >= needed && points.every((point) => point === undefined || breaches(point));
}
