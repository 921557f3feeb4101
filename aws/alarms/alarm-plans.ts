/**
 * The alarms on a token refresher: on what, since when, and what a tired person reads. Each has one cause and one
 * owner. Windows span the slowest pace of the refresher's tries (one in five minutes), so that alarms do not flap.
 */
import {
  lapsingWhenSecondsLeft,
  SECONDS_PER_MINUTE,
  SLOW_PACE_IN_SECONDS,
  TICK_IN_SECONDS,
  type MetricKey,
  type RefreshSettings,
} from "../../lambda/token-refresh/contract";
import { ALARM_SEVERITIES, runbookOf, type AlarmName } from "./alarm-names";
import type { Environment } from "../../piste/environments";
import { logGroupName, scheduleGroupName, tickScheduleName } from "../names";
import { functionMetric, pisteMetric, type Metric } from "./metric";

/** Those on the refresher; the connection check has one of its own. */
export type TokenAlarmName = Exclude<AlarmName, "connection-refused">;
export const TOKEN_ALARMS = Object.keys(ALARM_SEVERITIES).filter(
  (name): name is TokenAlarmName => name !== "connection-refused",
);

/** One line of an alarm's metric math, as Terraform's `metric_query` has it. */
export interface MetricQuery {
  readonly id: string;
  readonly expression?: string;
  readonly label?: string;
  readonly metric?: Omit<Metric, "unit" | "statistic"> & { readonly stat: string; readonly period: number };
  readonly returnData: boolean;
}

/** An alarm as Terraform's `aws_cloudwatch_metric_alarm` takes it, but for its name and actions. */
export interface AlarmPlan extends Partial<Omit<Metric, "unit">> {
  readonly alarmDescription: string;
  readonly metricQuery?: MetricQuery[];
  readonly period?: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm?: number;
  readonly comparisonOperator: "LessThanThreshold" | "GreaterThanOrEqualToThreshold";
  readonly threshold: number;
  readonly treatMissingData: "ignore" | "notBreaching" | "breaching";
}

export interface AlarmedRefresher {
  readonly environment: Environment;
  readonly application: string;
  readonly settings: RefreshSettings;
  readonly clientSecretName: string;
  readonly functionName: string;
}

/** So many ticks have to be missing before the refresher counts as silent. */
const SILENT_TICKS = 5;
/** Of so many: the window must still hold a tick that ran, or there is nothing to compare with. */
const SILENCE_WINDOW_IN_TICKS = 10;

/** So often in a row may PISTE answer with the ambiguous 401 before it counts as a refusal. */
const SUSPECT_TRIES = 3;
/** So many failures of ours are not healed by one tick. */
const LASTING_FAILURES = 3;
/** Spans that many tries at the slow pace, and a minute for the last one's report to arrive. */
const windowOf = (tries: number): number => tries * SLOW_PACE_IN_SECONDS + SECONDS_PER_MINUTE;
/** PISTE's failures have to reach over so many windows of one try each: more than ten minutes. */
const DEGRADED_PERIODS = 3;

const HOUR_IN_SECONDS = 60 * SECONDS_PER_MINUTE;

/** Days left at which whoever changes the password is reminded. */
const PASSWORD_REMINDERS = {
  "password-expiring": 30,
  "password-expiring-15": 15,
  "password-expiring-7": 7,
} as const satisfies Partial<Record<TokenAlarmName, number>>;

const runbook = (name: AlarmName): string => `Runbook: ${runbookOf(name)}`;

function query(id: string, { namespace, metricName, dimensions, statistic }: Metric, period: number): MetricQuery {
  return { id, metric: { namespace, metricName, dimensions, stat: statistic, period }, returnData: false };
}

/** The plans of all alarms, by name. */
export function tokenAlarmPlans(refresher: AlarmedRefresher): Readonly<Record<TokenAlarmName, AlarmPlan>> {
  const { environment, application, settings, clientSecretName, functionName } = refresher;
  const owner = `${application} (${environment})`;
  const logs = `aws logs tail ${logGroupName(functionName)} --since 1h`;
  const schedule =
    `aws scheduler get-schedule --group-name ${scheduleGroupName(environment, application)} ` +
    `--name ${tickScheduleName(environment, application)}`;
  const metric = (key: MetricKey): Metric => pisteMetric(key, environment, application);
  /** Zero where none of them is there: a sum with gaps would be judged by older periods, when all is long over. */
  const sum = (label: string, ids: readonly string[]): MetricQuery => ({
    id: "sum",
    expression: `FILL(SUM([${ids.join(", ")}]), 0)`,
    label,
    returnData: true,
  });
  const left = metric("secondsToExpiry");
  const days = metric("passwordDaysLeft");

  const passwordAlarm = (threshold: number): AlarmPlan => ({
    alarmDescription:
      `A technical account of ${owner} has a password that ends in fewer than ${threshold} days. Chorus Pro then ` +
      `refuses every call of that account. Owner: the structure's gestionnaire principal, who alone can change it on the ` +
      `portal; nobody needs to get up for it. Which accounts: ${logs} --filter-pattern passwords. ${runbook("password-expiring")}.`,
    namespace: days.namespace,
    metricName: days.metricName,
    dimensions: days.dimensions,
    statistic: days.statistic,
    period: HOUR_IN_SECONDS,
    evaluationPeriods: 1,
    comparisonOperator: "LessThanThreshold",
    threshold,
    // Reported once an hour; between two reports nothing changes.
    treatMissingData: "ignore",
  });

  return {
    "token-lapsing": {
      alarmDescription:
        `The access token of ${owner} could not be refreshed for ${settings.outageToleranceInMinutes} minutes and lapses ` +
        `in a few: calls of its APIs are about to fail. Cause: PISTE is down for longer than the tolerance, or what another ` +
        `alarm says. Owner: you, to tell consumers; PISTE's support, when it is theirs. First: ${logs} (\`class\` and ` +
        `\`meaning\` of each line). ${runbook("token-lapsing")}.`,
      namespace: left.namespace,
      metricName: left.metricName,
      dimensions: left.dimensions,
      statistic: left.statistic,
      period: TICK_IN_SECONDS,
      evaluationPeriods: 1,
      comparisonOperator: "LessThanThreshold",
      threshold: lapsingWhenSecondsLeft(settings),
      // Without credentials nothing is reported, and a refresher that reports nothing has an alarm of its own.
      treatMissingData: "notBreaching",
    },
    "refresher-silent": {
      alarmDescription:
        `The token refresher of ${owner} has not run for ${SILENT_TICKS} ticks. Cause: ours, never PISTE's: the schedule is ` +
        `off, or its role may not invoke the function. ` +
        `Owner: you. First: ${schedule}, then ${logs}. ${runbook("refresher-silent")}.`,
      metricQuery: [
        query("ticks", metric("ticks"), TICK_IN_SECONDS),
        // A run that fails before it reports is no silence: it has an alarm of its own.
        query("errors", functionMetric("Errors", functionName), TICK_IN_SECONDS),
        { id: "runs", expression: "SUM([ticks, errors])", label: "Runs", returnData: false },
        {
          // Zero where runs are missing after one that ran; no value at all before the first, since IF drops what
          // has no condition (a product would take it as zero). So silence is an alarm and a new deployment is none.
          id: "runs_since_the_first",
          expression: "IF(FILL(runs, REPEAT), FILL(runs, 0))",
          label: "Runs since the first",
          returnData: true,
        },
      ],
      evaluationPeriods: SILENCE_WINDOW_IN_TICKS,
      datapointsToAlarm: SILENT_TICKS,
      comparisonOperator: "LessThanThreshold",
      threshold: 1,
      // Once the last tick has left the window, the alarm stays as it is.
      treatMissingData: "ignore",
    },
    "credentials-rejected": {
      alarmDescription:
        `PISTE refuses the client credentials of ${owner}: once for certain, or ${SUSPECT_TRIES} times in its ambiguous way. ` +
        `The token lives on for at most ${settings.outageToleranceInMinutes + settings.reserveInMinutes} minutes or so. Cause: the ` +
        `secret was reset on the PISTE portal, or the wrong pair was stored. Owner: whoever manages the application on the ` +
        `portal. First: ${logs} (\`meaning\`), then store the OAuth2 pair of this environment in ${clientSecretName}. ` +
        `${runbook("credentials-rejected")}.`,
      metricQuery: [
        query("rejected", metric("rejected"), windowOf(SUSPECT_TRIES)),
        query("suspect", metric("suspect"), windowOf(SUSPECT_TRIES)),
        // A certain refusal weighs as much as all the ambiguous ones that are needed.
        { id: "certain", expression: `rejected * ${SUSPECT_TRIES}`, label: "Certain", returnData: false },
        sum("Refusals", ["certain", "suspect"]),
      ],
      evaluationPeriods: 1,
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      threshold: SUSPECT_TRIES,
      treatMissingData: "notBreaching",
    },
    "refresher-failing": {
      alarmDescription:
        `The token refresher of ${owner} fails, and not for one tick only. Cause: ours, never PISTE's: AWS refuses it (rights, ` +
        `a deleted secret, a key), it runs into its time-out, or it has a bug. Owner: you. First: ${logs} (the ` +
        `lines with "outcome":"error"). ${runbook("refresher-failing")}.`,
      metricQuery: [
        query("errors", functionMetric("Errors", functionName), windowOf(LASTING_FAILURES)),
        query("throttles", functionMetric("Throttles", functionName), windowOf(LASTING_FAILURES)),
        sum("Failures", ["errors", "throttles"]),
      ],
      evaluationPeriods: 1,
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      threshold: LASTING_FAILURES,
      treatMissingData: "notBreaching",
    },
    "piste-degraded": {
      alarmDescription:
        `PISTE has given no token to ${owner} for ten minutes: it is down, ` +
        `throttles, or answers with something else. The token is still valid; an outage of ` +
        `${settings.outageToleranceInMinutes} minutes is survived, and after that another alarm pages. Owner: PISTE; nothing to do ` +
        `but to look at its status. First: ${logs} (\`class\` and \`status\`). ${runbook("piste-degraded")}.`,
      metricQuery: [
        query("unavailable", metric("unavailable"), windowOf(1)),
        query("throttled", metric("throttled"), windowOf(1)),
        query("invalid", metric("invalid-response"), windowOf(1)),
        sum("Failures", ["unavailable", "throttled", "invalid"]),
      ],
      evaluationPeriods: DEGRADED_PERIODS,
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      threshold: 1,
      treatMissingData: "notBreaching",
    },
    "password-expiring": passwordAlarm(PASSWORD_REMINDERS["password-expiring"]),
    "password-expiring-15": passwordAlarm(PASSWORD_REMINDERS["password-expiring-15"]),
    "password-expiring-7": passwordAlarm(PASSWORD_REMINDERS["password-expiring-7"]),
  };
}

/** Those that have something to say only where there are technical accounts. */
export const isPasswordAlarm = (name: TokenAlarmName): boolean => name in PASSWORD_REMINDERS;
