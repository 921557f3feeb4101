import type { Environment } from "../../piste/environments";
import { CONNECTION_METRICS, type ConnectionMetricKey } from "../../lambda/connection-check/contract";
import { METRIC_NAMESPACE, METRICS, metricDimensions, type MetricKey } from "../../lambda/token-refresh/contract";

/** A CloudWatch metric as alarms and dashboards take it. */
export interface Metric {
  readonly namespace: string;
  readonly metricName: string;
  readonly dimensions: { readonly [name: string]: string };
  readonly statistic: string;
  readonly unit: string;
}

/** The name of a metric here: `secondsToExpiry` for what CloudWatch has as `SecondsToExpiry`. */
export type PisteMetricKey = MetricKey | ConnectionMetricKey;

/** The one way from the metrics' declaration to an alarm, a dashboard or a user. */
export function pisteMetric(key: PisteMetricKey, environment: Environment, application: string): Metric {
  const { name, unit, statistic } = { ...METRICS, ...CONNECTION_METRICS }[key];
  return {
    namespace: METRIC_NAMESPACE,
    metricName: name,
    dimensions: metricDimensions(environment, application),
    statistic,
    unit,
  };
}

/**
 * What Lambda itself counts of a function: runs; those that threw, ended with the time-out or were killed; and events
 * that it gave up ("Types of metrics for Lambda functions").
 */
export type FunctionMetricName = "Invocations" | "Errors" | "AsyncEventsDropped";

export function functionMetric(metricName: FunctionMetricName, functionName: string): Metric {
  return {
    namespace: "AWS/Lambda",
    metricName,
    dimensions: { FunctionName: functionName },
    statistic: "Sum",
    unit: "Count",
  };
}
