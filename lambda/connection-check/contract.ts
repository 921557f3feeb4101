/**
 * What the function and its infrastructure agree on: its input, its environment, its limits and its metrics. The one
 * file of this folder that constructs import.
 */
import { VARIABLES } from "../../piste/names";
import { metricDimensions, type MetricDefinition } from "../shared/embedded-metrics";
import { parseInput as parse, type Input } from "../shared/input";
import { decodeOwnApplication, OWN_VARIABLES, requiredVariable, type OwnApplication } from "../shared/own-application";

/** The input from the schedule or from a person. */
export type CheckInput = Input<"check">;

/** @throws Error naming the fields that do not fit, or the application that another function serves. */
export const parseInput = (event: unknown, own: OwnApplication): CheckInput => parse(event, ["check"], own);

/** What the function is told by its environment; what there is to check it reads from the application's description. */
export interface CheckSettings extends OwnApplication {
  /** The gateway's root. */
  readonly apiBaseUrl: string;
  /** The function that replaces a token which the gateway does not know; without one it is only reported. */
  readonly refresherArn?: string | undefined;
}

/** The variable that a local run points elsewhere. */
export const API_BASE_URL_VARIABLE = VARIABLES.apiBaseUrl;
const REFRESHER_ARN_VARIABLE = "PISTE_REFRESHER_ARN";

export function encodeSettings(settings: CheckSettings): Record<string, string> {
  return {
    [OWN_VARIABLES.environment]: settings.environment,
    [OWN_VARIABLES.application]: settings.application,
    [API_BASE_URL_VARIABLE]: settings.apiBaseUrl,
    ...(settings.refresherArn !== undefined && { [REFRESHER_ARN_VARIABLE]: settings.refresherArn }),
  };
}

/** @throws Error naming the variable that is missing or does not fit. */
export function decodeSettings(variables: Readonly<Record<string, string | undefined>>): CheckSettings {
  const refresherArn = variables[REFRESHER_ARN_VARIABLE];
  return {
    ...decodeOwnApplication(variables),
    apiBaseUrl: requiredVariable(variables, API_BASE_URL_VARIABLE),
    refresherArn: refresherArn === "" ? undefined : refresherArn,
  };
}

/** Lambda's longest: a publisher's hundreds of accounts are to be checked in one run, however slow the APIs are. */
export const FUNCTION_TIMEOUT_IN_SECONDS = 900;
/** A call of PISTE that is still under way then is the last; what is left until the time-out is for labels and the report. */
export const CHECK_DEADLINE_IN_SECONDS = FUNCTION_TIMEOUT_IN_SECONDS - 60;
export const ACCOUNTS_AT_ONCE = 4;

/** Chorus Pro may know a new technical account, or its new password, only after so long [fact: young-account]. */
export const YOUNG_ACCOUNT_IN_MINUTES = 30;

/** All metrics, declared once: the handler, alarms and `metric…()` methods take them from here. */
export const CONNECTION_METRICS = {
  /** Checks that ended. */
  connectionChecks: { name: "ConnectionChecks", unit: "Count", statistic: "Sum" },
  /** Refusals that a person must mend; 0 only when nothing was left open, so that an alarm ends for a reason. */
  connectionRefused: { name: "ConnectionRefused", unit: "Count", statistic: "Maximum" },
  /** APIs and accounts of which nothing certain could be said. */
  connectionUnknown: { name: "ConnectionUnknown", unit: "Count", statistic: "Maximum" },
} as const satisfies Record<string, MetricDefinition>;
export type ConnectionMetricKey = keyof typeof CONNECTION_METRICS;

export { decodeOwnApplication, metricDimensions };
