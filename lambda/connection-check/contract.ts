/**
 * The contract between the function and its infrastructure: input, environment variables, limits and metrics. The only
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

/** The function's settings, from its environment variables. The application's description lists what to check. */
export interface CheckSettings extends OwnApplication {
  /** The gateway's root. */
  readonly apiBaseUrl: string;
  /** The function that replaces a token unknown to the gateway. Without it, the check only reports the token. */
  readonly refresherArn?: string | undefined;
}

/** A local run sets this variable to the local PISTE. */
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

/** Lambda's maximum: one run checks a publisher's hundreds of accounts, even when the APIs are slow. */
export const FUNCTION_TIMEOUT_IN_SECONDS = 900;
/** No call of PISTE goes beyond this. The rest of the timeout is for labels and the report. */
export const CHECK_DEADLINE_IN_SECONDS = FUNCTION_TIMEOUT_IN_SECONDS - 60;
export const ACCOUNTS_AT_ONCE = 4;

/** How long Chorus Pro may take to know a new technical account or password [fact: young-account]. */
export const YOUNG_ACCOUNT_IN_MINUTES = 30;

/** All metrics, for the handler, the alarms and the `metric…()` methods. */
export const CONNECTION_METRICS = {
  /** Completed checks. */
  connectionChecks: { name: "ConnectionChecks", unit: "Count", statistic: "Sum" },
  /** Refusals that a person must fix. 0 only when every API and account could be checked: only that ends an alarm. */
  connectionRefused: { name: "ConnectionRefused", unit: "Count", statistic: "Maximum" },
  /** APIs and accounts without a certain result. */
  connectionUnknown: { name: "ConnectionUnknown", unit: "Count", statistic: "Maximum" },
} as const satisfies Record<string, MetricDefinition>;
export type ConnectionMetricKey = keyof typeof CONNECTION_METRICS;

export { decodeOwnApplication, metricDimensions };
