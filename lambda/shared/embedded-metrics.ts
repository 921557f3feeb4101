/** Metrics in CloudWatch's embedded metric format: part of a JSON log line, so no API call is needed. */
import type { Environment } from "../../piste/environments";
import { METRIC_NAMESPACE } from "../../piste/names";
import type { OwnApplication } from "./own-application";

/** A metric and the statistic it is read with. Dimensions are always `Environment` and `Application`. */
export interface MetricDefinition {
  readonly name: string;
  readonly unit: "Count" | "Seconds" | "Milliseconds";
  readonly statistic: "Sum" | "Minimum" | "Maximum" | "Average";
}

export const metricDimensions = (environment: Environment, application: string): Record<string, string> => ({
  Environment: environment,
  Application: application,
});

/** The beginning of a log line, with the metrics that were measured. */
export function embeddedMetrics<Key extends string>(
  definitions: Readonly<Record<Key, MetricDefinition>>,
  measurements: Readonly<Partial<Record<Key, number>>>,
  { environment, application }: OwnApplication,
  timestampInMilliseconds: number,
): Record<string, unknown> {
  const keys = (Object.keys(definitions) as Key[]).filter((key) => measurements[key] !== undefined);
  const dimensions = metricDimensions(environment, application);
  return {
    _aws: {
      Timestamp: timestampInMilliseconds,
      CloudWatchMetrics: [
        {
          Namespace: METRIC_NAMESPACE,
          Dimensions: [Object.keys(dimensions)],
          Metrics: keys.map((key) => ({ Name: definitions[key].name, Unit: definitions[key].unit })),
        },
      ],
    },
    ...dimensions,
    ...Object.fromEntries(keys.map((key) => [definitions[key].name, measurements[key]])),
  };
}
