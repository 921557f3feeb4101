/** The record of an alarm: the source of CloudWatch alarms, dashboards, tables in docs/ and the drill. */
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
  /** What has happened, for tables. */
  readonly means: string;
  /** The party that acts. */
  readonly owner: string;
  readonly drill: DrillExpectation;
  /** What has happened and why, for the mail. */
  text(subject: Subject): string;
  /** The first command and what to read in its output, for the mail. */
  first(subject: Subject): string;
  rule(subject: Subject): AlarmRule;
}

/** The drill's expectations of an alarm. */
export interface DrillExpectation {
  /** Since the first run that meets the fault, with reports {@link LATEST_REPORT_IN_MINUTES} late. */
  readonly ringsWithinInMinutes: number;
  /** Kinds of disturbances that may ring it. */
  readonly causes: readonly string[];
  /** Longest time since the end of a cause, late reports included. */
  readonly looksBackInMinutes: number;
}

/** The application, as every alarm needs it. */
export interface AlarmedApplication {
  readonly environment: Environment;
  readonly application: string;
  /** Prefix of the alarms' names. */
  readonly namePrefix?: string | undefined;
  /** See `runbookAddress`. */
  readonly runbookBaseUrl?: string | undefined;
}

export interface AlarmedRefresher extends AlarmedApplication {
  readonly settings: RefreshSettings;
  readonly clientSecretName: string;
  readonly functionName: string;
  readonly scheduleGroupName: string;
  readonly scheduleName: string;
  /** Of the hourly password check; none without technical accounts. */
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
 * The latest report with which alarms still ring, and only for their causes. An assumption: AWS promises no time, and says
 * that metrics in logs arrive "usually within a minute".
 */
export const LATEST_REPORT_IN_MINUTES = 4;

/** Seconds that hold this number of tries at the slow pace, with a late report of the last one. */
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

/** 0 for missing data: CloudWatch would evaluate older periods instead of a gap. */
export function filled(label: string, expression: string): MetricQuery {
  return { id: "sum", expression: `FILL(${expression}, 0)`, label, returnData: true };
}
