/**
 * The environments, and PISTE's platform behind each. Credentials are sent only to the platform's hosts.
 *
 * Client id and secret differ per platform. A call to the other environment's host is refused before anything is sent.
 */
import { LAMBDA_VARIABLE, LOCAL_RUN_VARIABLE } from "./names";

/** `qualif` is PISTE's sandbox and Chorus Pro's qualification platform; `prod` is production. There are no others. */
export const PLATFORMS = ["qualif", "prod"] as const;
export type Platform = (typeof PLATFORMS)[number];

/** Each environment is one line, for instance a rehearsal on the sandbox: CONTRIBUTING.md, "Add an environment". */
const PLATFORM_OF = {
  qualif: "qualif",
  prod: "prod",
} as const satisfies Record<string, Platform>;

/** `qualif`, on PISTE's sandbox and Chorus Pro's qualification platform, or `prod`, on production. Names of resources contain it. */
export type Environment = keyof typeof PLATFORM_OF;

export const ENVIRONMENTS = Object.keys(PLATFORM_OF) as readonly Environment[];

/** Expands a value per platform to a value per environment. */
export function byPlatform<const T>(values: Readonly<Record<Platform, T>>): Readonly<Record<Environment, T>> {
  return Object.fromEntries(
    ENVIRONMENTS.map((environment) => [environment, values[platformOf(environment)]]),
  ) as Record<Environment, T>;
}

export const platformOf = (environment: Environment): Platform => PLATFORM_OF[environment];

/** True for an environment on PISTE's production platform. */
export const isProduction = (environment: Environment): boolean => platformOf(environment) === "prod";

export interface EnvironmentHosts {
  /** The whole address of the OAuth2 token endpoint. */
  readonly tokenEndpoint: string;
  /** The root of the API gateway, without a trailing slash. */
  readonly apiBaseUrl: string;
}

/** The path of the token endpoint; a token path without `/api` is a frequent mistake. */
export const TOKEN_ENDPOINT_PATH = "/api/oauth/token";

/** Hosts as PISTE documents them; copies that still circulate (`aife.economie.gouv.fr`, `api-qualif.piste.gouv.fr`) are dead. */
export const HOSTS: Readonly<Record<Environment, EnvironmentHosts>> = byPlatform({
  qualif: {
    tokenEndpoint: `https://sandbox-oauth.piste.gouv.fr${TOKEN_ENDPOINT_PATH}`,
    apiBaseUrl: "https://sandbox-api.piste.gouv.fr",
  },
  prod: {
    tokenEndpoint: `https://oauth.piste.gouv.fr${TOKEN_ENDPOINT_PATH}`,
    apiBaseUrl: "https://api.piste.gouv.fr",
  },
});

/** @throws Error naming the property, when the value is no environment. */
export function parseEnvironment(value: unknown, property = "environment"): Environment {
  const environment = ENVIRONMENTS.find((known) => known === value);
  if (environment === undefined) {
    throw new Error(`${property} must be one of ${ENVIRONMENTS.join(", ")}, got ${JSON.stringify(value)}`);
  }
  return environment;
}

/**
 * True if a function's variables may replace PISTE's address by a loopback address: never in Lambda; for production only
 * in a local run, which has made-up credentials.
 */
export function allowsLoopback(
  environment: Environment,
  variables: Readonly<Record<string, string | undefined>>,
): boolean {
  if (variables[LAMBDA_VARIABLE] !== undefined) return false;
  return !isProduction(environment) || variables[LOCAL_RUN_VARIABLE] !== undefined;
}

export const LOOPBACK_HOSTS: readonly string[] = ["127.0.0.1", "[::1]", "localhost"];

/** True for a loopback HTTP address, such as an emulator's, without a user name or password. */
export function isLoopback(address: string): boolean {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  return url?.protocol === "http:" && LOOPBACK_HOSTS.includes(url.hostname) && url.username + url.password === "";
}

/**
 * Checks that credentials may be sent to a token endpoint.
 *
 * @param allowLoopback accepts a loopback address too, for an emulator.
 * @throws Error unless the address is the environment's pinned one, or an accepted loopback address.
 */
export function checkTokenEndpoint(address: string, environment: Environment, allowLoopback: boolean): URL {
  return checkAddress("token endpoint", HOSTS[environment].tokenEndpoint, address, environment, allowLoopback);
}

/**
 * Checks that tokens and technical accounts may be sent to a gateway's root.
 *
 * @param allowLoopback as for {@link checkTokenEndpoint}.
 * @throws Error unless the address is the environment's pinned one, or an accepted loopback address.
 */
export function checkApiBaseUrl(address: string, environment: Environment, allowLoopback: boolean): URL {
  return checkAddress("API gateway", HOSTS[environment].apiBaseUrl, address, environment, allowLoopback);
}

function checkAddress(
  what: string,
  pinned: string,
  address: string,
  environment: Environment,
  allowLoopback: boolean,
): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url !== undefined && (url.href === new URL(pinned).href || (allowLoopback && isLoopback(address)))) {
    return url;
  }
  // The message repeats no part that may hold a credential: an address may carry "user:password@", which is parsed as
  // scheme and path if the scheme is missing.
  const web = url?.protocol === "http:" || url?.protocol === "https:";
  const got = web ? `${url.protocol}//${url.host}${url.pathname}` : "something that is not a web address";
  throw new Error(
    `the ${what} of ${environment} must be ${pinned}${allowLoopback ? " or a loopback address" : ""}, got ${got}`,
  );
}
