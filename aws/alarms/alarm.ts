/** What the record of an alarm holds. CloudWatch alarms, dashboards, tables in docs/ and the drill are made from it. */
import {
  SECONDS_PER_MINUTE,
  SLOW_PACE_IN_SECONDS,
  type MetricKey,
  type RefreshSettings,
} from "../../lambda/token-refresh/contract";
import type { Environment } from "../../piste/environments";
import { pisteMetric, type Metric } from "./metric";

/** `page`: someone must act now. `inform`: someone should know, at the next opportunity. */
export type Severity = "page" | "inform";

export interface AlarmRecord<Subject> {
  readonly severity: Severity;
  /** Its page in docs/runbooks/, without the suffix. */
  readonly runbook: string;
  /** For tables: what has happened. */
  readonly means: string;
  /** Who acts. */
  readonly owner: string;
  readonly drill: DrillExpectation;
  /** For the mail: what has happened and why. */
  text(subject: Subject): string;
  /** For the mail: the first command, and what to look at. */
  first(subject: Subject): string;
  rule(subject: Subject): AlarmRule;
}

/** What the drill holds an alarm to. */
export interface DrillExpectation {
  /** From the first run that meets the fault, reports being as late as {@link LATEST_REPORT_IN_MINUTES}. */
  readonly ringsWithinInMinutes: number;
  /** The kinds of disturbances that it may ring for; those of other alarms and of what they do to the token are not. */
  readonly causes: readonly string[];
  /** How long ago these may have been going on, late reports included. */
  readonly looksBackInMinutes: number;
}

/** What alarms of every kind are told of. */
export interface AlarmedApplication {
  readonly environment: Environment;
  readonly application: string;
  /** Of its names. */
  readonly namePrefix?: string | undefined;
  /** Where the runbooks are, for the mails. */
  readonly runbookBaseUrl?: string | undefined;
}

export interface AlarmedRefresher extends AlarmedApplication {
  readonly settings: RefreshSettings;
  readonly clientSecretName: string;
  readonly functionName: string;
  readonly scheduleGroupName: string;
  readonly scheduleName: string;
  /** Of the hourly look at passwords, where there is one. */
  readonly passwordsScheduleName?: string | undefined;
}

export interface CheckedConnection extends AlarmedApplication {
  readonly logGroupName: string;
}

/** One line of an alarm's metric math, as Terraform's `metric_query` has it. */
export interface MetricQuery {
  readonly id: string;
  readonly expression?: string;
  readonly label?: string;
  readonly metric?: Omit<Metric, "unit" | "statistic"> & { readonly stat: string; readonly period: number };
  readonly returnData: boolean;
}

/** When it rings, as Terraform's `aws_cloudwatch_metric_alarm` takes it. */
export interface AlarmRule extends Partial<Omit<Metric, "unit">> {
  readonly metricQuery?: MetricQuery[];
  readonly period?: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm?: number;
  readonly comparisonOperator: "LessThanThreshold" | "GreaterThanOrEqualToThreshold";
  readonly threshold: number;
  readonly treatMissingData: "ignore" | "notBreaching" | "breaching";
}

/**
 * How late a report may come to CloudWatch so that alarms still ring, and ring for nothing else. AWS promises no time;
 * metrics in logs come "usually within a minute". Assumed, not measured.
 */
export const LATEST_REPORT_IN_MINUTES = 4;

/** Seconds that hold that many tries at the slow pace, the last one's report being late. */
export const windowOf = (tries: number): number =>
  tries * SLOW_PACE_IN_SECONDS + (LATEST_REPORT_IN_MINUTES + 1) * SECONDS_PER_MINUTE;

export const HOUR_IN_SECONDS = 60 * SECONDS_PER_MINUTE;

export const ownerOf = ({ application, environment }: AlarmedApplication): string => `${application} (${environment})`;

export const metricOf = (key: MetricKey, { environment, application }: AlarmedApplication): Metric =>
  pisteMetric(key, environment, application);

/** For a rule on one metric. */
export function watched({ namespace, metricName, dimensions, statistic }: Metric): Partial<AlarmRule> {
  return { namespace, metricName, dimensions, statistic };
}

/** For a rule on an expression. */
export function query(
  id: string,
  { namespace, metricName, dimensions, statistic }: Metric,
  period: number,
): MetricQuery {
  return { id, metric: { namespace, metricName, dimensions, stat: statistic, period }, returnData: false };
}

/** Zero where there is no data: with gaps CloudWatch would judge by older periods, when all is long over. */
export function filled(label: string, expression: string): MetricQuery {
  return { id: "sum", expression: `FILL(${expression}, 0)`, label, returnData: true };
}
