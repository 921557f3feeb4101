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

/** `secondsToExpiry` for the metric that CloudWatch calls `SecondsToExpiry`. */
export type PisteMetricKey = MetricKey | ConnectionMetricKey;

/** Alarms, dashboards and users get every metric from here. */
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

/** Lambda's own metrics of a function: runs, failed runs, dropped events ("Types of metrics for Lambda functions"). */
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
