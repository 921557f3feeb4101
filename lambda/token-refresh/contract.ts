/**
 * The contract between the function and its infrastructure: input, environment variables and metrics. The only file of
 * this folder that constructs import.
 */
import { METRIC_NAMESPACE, VARIABLES as SHARED } from "../../piste/names";
import { metricDimensions, type MetricDefinition } from "../shared/embedded-metrics";
import { parseInput as parse, type Input } from "../shared/input";
import { decodeOwnApplication, OWN_VARIABLES, requiredVariable, type OwnApplication } from "../shared/own-application";

export * from "./timing";
import { checkRefreshSettings, type RefreshSettings } from "./timing";

/**
 * - `tick`: refresh when the token is due
 * - `refresh`: refresh now, whatever the token's age
 * - `promote`: test the pending client credentials, make them current, and refresh
 * - `passwords`: report how many days the passwords of the technical accounts have left
 */
export const OPERATIONS = ["tick", "refresh", "promote", "passwords"] as const;
export type Operation = (typeof OPERATIONS)[number];

/** The input from the schedule or from a person. */
export type FunctionInput = Input<Operation>;

/** @throws Error naming the fields that do not fit, or the application that another function serves. */
export const parseInput = (event: unknown, own: OwnApplication): FunctionInput => parse(event, OPERATIONS, own);

/** The function's settings, from its environment variables. */
export interface FunctionSettings extends OwnApplication, RefreshSettings {
  readonly tokenEndpoint: string;
  readonly scope: string;
  /** The secret with the client credentials, if it is not the application's own. */
  readonly clientSecretName?: string | undefined;
}

/** A local run sets this variable to the local PISTE. */
export const TOKEN_ENDPOINT_VARIABLE = "PISTE_TOKEN_ENDPOINT";
const VARIABLES = {
  ...OWN_VARIABLES,
  tokenEndpoint: TOKEN_ENDPOINT_VARIABLE,
  scope: "PISTE_SCOPE",
  clientSecretName: "PISTE_CLIENT_SECRET_NAME",
  outageToleranceInMinutes: "PISTE_OUTAGE_TOLERANCE_IN_MINUTES",
  reserveInMinutes: SHARED.reserveInMinutes,
} as const satisfies Record<keyof FunctionSettings, string>;

export function encodeSettings(settings: FunctionSettings): Record<string, string> {
  const entries = (Object.keys(VARIABLES) as (keyof FunctionSettings)[]).flatMap((key) => {
    const value = settings[key];
    return value === undefined ? [] : [[VARIABLES[key], String(value)] as const];
  });
  return Object.fromEntries(entries);
}

/** @throws Error naming the variable that is missing or does not fit. */
export function decodeSettings(variables: Readonly<Record<string, string | undefined>>): FunctionSettings {
  const required = (key: keyof FunctionSettings): string => requiredVariable(variables, VARIABLES[key]);
  const clientSecret = variables[VARIABLES.clientSecretName];
  const { environment, application } = decodeOwnApplication(variables);
  const settings = {
    environment,
    application,
    tokenEndpoint: required("tokenEndpoint"),
    scope: required("scope"),
    clientSecretName: clientSecret === "" ? undefined : clientSecret,
    outageToleranceInMinutes: Number(required("outageToleranceInMinutes")),
    reserveInMinutes: Number(required("reserveInMinutes")),
  };
  checkRefreshSettings(settings);
  return settings;
}

/** All metrics, for the handler, the alarms and the `metric…()` methods. */
export const METRICS = {
  ticks: { name: "Ticks", unit: "Count", statistic: "Sum" },
  /** Maximum: of two ticks in one period, the one that saw the newer token is right. */
  secondsToExpiry: { name: "SecondsToExpiry", unit: "Seconds", statistic: "Maximum" },
  refreshes: { name: "Refreshes", unit: "Count", statistic: "Sum" },
  refreshMilliseconds: { name: "RefreshMilliseconds", unit: "Milliseconds", statistic: "Average" },
  rejected: { name: "Rejected", unit: "Count", statistic: "Sum" },
  suspect: { name: "Suspect", unit: "Count", statistic: "Sum" },
  throttled: { name: "Throttled", unit: "Count", statistic: "Sum" },
  unavailable: { name: "Unavailable", unit: "Count", statistic: "Sum" },
  "invalid-response": { name: "InvalidResponse", unit: "Count", statistic: "Sum" },
  unconfigured: { name: "Unconfigured", unit: "Count", statistic: "Sum" },
  /** Of the account whose password must be changed first. */
  passwordDaysLeft: { name: "PasswordDaysLeft", unit: "Count", statistic: "Minimum" },
  /** 1 when a run of `passwords` succeeded, 0 when it failed. */
  passwordChecks: { name: "PasswordChecks", unit: "Count", statistic: "Sum" },
} as const satisfies Record<string, MetricDefinition>;
export type MetricKey = keyof typeof METRICS;

export * from "../shared/network-variables";
export { decodeOwnApplication, METRIC_NAMESPACE, metricDimensions, type MetricDefinition };
