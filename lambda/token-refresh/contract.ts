/**
 * What the function and its infrastructure agree on: its input, its environment and its metrics. The one file of this
 * folder that constructs import.
 */
import { parseJson } from "../../piste/json";
import { METRIC_NAMESPACE, VARIABLES as SHARED } from "../../piste/names";
import { metricDimensions, type MetricDefinition } from "../shared/embedded-metrics";
import { parseInput as parse, type Input } from "../shared/input";

export * from "./timing";
import { checkRefreshSettings, checkSpread, type RefreshSettings } from "./timing";

/**
 * `tick`: refresh when it is due. `refresh`: now, whatever the token's age. `promote`: test the pending client
 * credentials, make them the current ones, and refresh. `passwords`: say how many days the passwords of the technical
 * accounts have left.
 */
export const OPERATIONS = ["tick", "refresh", "promote", "passwords"] as const;
export type Operation = (typeof OPERATIONS)[number];

/** What the schedule, or a person, gives the function. */
export type FunctionInput = Input<Operation>;

/** @throws Error naming the fields that do not fit. */
export const parseInput = (event: unknown): FunctionInput => parse(event, OPERATIONS);

/** What may be an application's alone. */
export interface ApplicationSettings {
  readonly scope: string;
  /** Where the client credentials are, when they are not in the application's own secret. */
  readonly clientSecretName?: string | undefined;
}

/** Everything the function is told by its environment. */
export interface FunctionSettings extends RefreshSettings, ApplicationSettings {
  readonly tokenEndpoint: string;
  /** Of a function that several applications share: what differs of some, by their names. */
  readonly applications?: Readonly<Record<string, Partial<ApplicationSettings>>> | undefined;
  /**
   * Of a function that several applications share: over how many seconds their refreshes are spread, which come due in
   * the same second for ever once an outage has brought them together.
   * @default 0
   */
  readonly spreadInSeconds?: number | undefined;
}

/** The settings of one application. */
export function settingsOfApplication(settings: FunctionSettings, application: string): FunctionSettings {
  return { ...settings, ...settings.applications?.[application] };
}

/** The names of the function's environment variables; the token endpoint's is the one that a local run points elsewhere. */
export const TOKEN_ENDPOINT_VARIABLE = "PISTE_TOKEN_ENDPOINT";
const VARIABLES = {
  tokenEndpoint: TOKEN_ENDPOINT_VARIABLE,
  scope: "PISTE_SCOPE",
  clientSecretName: "PISTE_CLIENT_SECRET_NAME",
  outageToleranceInMinutes: "PISTE_OUTAGE_TOLERANCE_IN_MINUTES",
  reserveInMinutes: SHARED.reserveInMinutes,
  tickInMinutes: "PISTE_TICK_IN_MINUTES",
  applications: "PISTE_APPLICATIONS",
  spreadInSeconds: "PISTE_SPREAD_IN_SECONDS",
} as const satisfies Record<keyof FunctionSettings, string>;

const APPLICATION_SETTINGS: readonly string[] = ["scope", "clientSecretName"] satisfies (keyof ApplicationSettings)[];

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isApplications = (value: unknown): value is NonNullable<FunctionSettings["applications"]> =>
  isObject(value) &&
  Object.values(value).every(
    (settings) =>
      isObject(settings) &&
      Object.entries(settings).every(([key, text]) => APPLICATION_SETTINGS.includes(key) && typeof text === "string"),
  );

export function encodeSettings(settings: FunctionSettings): Record<string, string> {
  const entries = (Object.keys(VARIABLES) as (keyof FunctionSettings)[]).flatMap((key) => {
    const value = settings[key];
    if (value === undefined) return [];
    return [[VARIABLES[key], typeof value === "object" ? JSON.stringify(value) : String(value)] as const];
  });
  return Object.fromEntries(entries);
}

/** @throws Error naming the variable that is missing or does not fit. */
export function decodeSettings(variables: Readonly<Record<string, string | undefined>>): FunctionSettings {
  const optional = (key: keyof FunctionSettings): string | undefined => {
    const value = variables[VARIABLES[key]];
    return value === "" ? undefined : value;
  };
  const required = (key: keyof FunctionSettings): string => {
    const value = optional(key);
    if (value === undefined) throw new Error(`the environment variable ${VARIABLES[key]} is not set`);
    return value;
  };
  const settings = {
    tokenEndpoint: required("tokenEndpoint"),
    scope: required("scope"),
    clientSecretName: optional("clientSecretName"),
    outageToleranceInMinutes: Number(required("outageToleranceInMinutes")),
    reserveInMinutes: Number(required("reserveInMinutes")),
    tickInMinutes: Number(required("tickInMinutes")),
    ...sharedSettings(optional("applications"), optional("spreadInSeconds")),
  };
  checkRefreshSettings(settings);
  return settings;
}

function sharedSettings(
  applications: string | undefined,
  spread: string | undefined,
): Pick<FunctionSettings, "applications" | "spreadInSeconds"> {
  const parsed = applications === undefined ? undefined : parseJson(applications);
  if (applications !== undefined && !isApplications(parsed)) {
    throw new Error(`the environment variable ${VARIABLES.applications} must hold applications as JSON`);
  }
  const spreadInSeconds = spread === undefined ? undefined : Number(spread);
  if (spreadInSeconds !== undefined) checkSpread(spreadInSeconds);
  return {
    ...(isApplications(parsed) && { applications: parsed }),
    ...(spreadInSeconds !== undefined && { spreadInSeconds }),
  };
}

/** All metrics, declared once: the handler, alarms and `metric…()` methods take them from here. */
export const METRICS = {
  ticks: { name: "Ticks", unit: "Count", statistic: "Sum" },
  /** Of two ticks in one period the one that has seen the younger token is right. */
  secondsToExpiry: { name: "SecondsToExpiry", unit: "Seconds", statistic: "Maximum" },
  refreshes: { name: "Refreshes", unit: "Count", statistic: "Sum" },
  refreshMilliseconds: { name: "RefreshMilliseconds", unit: "Milliseconds", statistic: "Average" },
  rejected: { name: "Rejected", unit: "Count", statistic: "Sum" },
  suspect: { name: "Suspect", unit: "Count", statistic: "Sum" },
  throttled: { name: "Throttled", unit: "Count", statistic: "Sum" },
  unavailable: { name: "Unavailable", unit: "Count", statistic: "Sum" },
  "invalid-response": { name: "InvalidResponse", unit: "Count", statistic: "Sum" },
  unconfigured: { name: "Unconfigured", unit: "Count", statistic: "Sum" },
  /** Runs that AWS refused something, or that met a bug of ours: Lambda counts the same, but for all that share a function. */
  errors: { name: "Errors", unit: "Count", statistic: "Sum" },
  /** Of all accounts of the application, the one whose password has to be changed first. */
  passwordDaysLeft: { name: "PasswordDaysLeft", unit: "Count", statistic: "Minimum" },
} as const satisfies Record<string, MetricDefinition>;
export type MetricKey = keyof typeof METRICS;

export { METRIC_NAMESPACE, metricDimensions, type MetricDefinition };
