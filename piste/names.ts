/**
 * The names of secrets, functions and descriptions. Consumers, alarms and the command line rely on them, and secrets are
 * shared by name only, so all names are made in this file.
 */
import type { Environment } from "./environments";

export const DEFAULT_APPLICATION = "chorus-pro";
export const DEFAULT_ACCOUNT = "default";

/** The CloudWatch namespace of all metrics. */
export const METRIC_NAMESPACE = "Piste";

/** Label of a technical account's secret version that Chorus Pro refused: it is not sent again. */
export const REFUSED_LABEL = "REFUSED";

/** Short enough for the names made from it: IAM roles and functions may have 64 characters. */
export const NAME_PATTERN = /^[a-z0-9](?:[a-z0-9-]{0,28}[a-z0-9])?$/;

/** The rule of {@link checkName}, in words. */
export const NAME_RULE = "1 to 30 lower-case letters, digits and inner hyphens";

/**
 * Application and account names become parts of secret, function and parameter names.
 *
 * @throws Error naming the property, the rule and the value.
 */
export function checkName(property: string, value: unknown): void {
  if (typeof value !== "string" || !NAME_PATTERN.test(value)) {
    throw new Error(`${property} must be ${NAME_RULE}, got ${JSON.stringify(value)}`);
  }
}

/** Prefix of the names of an environment's secrets. */
export function environmentPrefix(environment: Environment): string {
  return `piste/${environment}/`;
}

export function clientSecretName(environment: Environment, application: string): string {
  return `${environmentPrefix(environment)}${application}/client`;
}

export function technicalAccountSecretName(environment: Environment, application: string, account: string): string {
  return `${environmentPrefix(environment)}${application}/technical-account/${account}`;
}

export function tokenSecretName(environment: Environment, application: string): string {
  return `${environmentPrefix(environment)}${application}/token`;
}

export type SecretKind = "client" | "token" | "technical-account";

const ONE_NAME = NAME_PATTERN.source.slice(1, -1);
const SECRET_NAME = new RegExp(
  `^piste/[a-z]+/(?<application>${ONE_NAME})/(?<kind>client|token|technical-account(?=/))(?:/${ONE_NAME})?$`,
);

/** The kind of a secret by its name; undefined for any other name. */
export function secretKindOf(secretName: string): SecretKind | undefined {
  return SECRET_NAME.exec(secretName)?.groups?.["kind"] as SecretKind | undefined;
}

/** The application of a secret by its name; undefined for any other name. */
export function applicationOfSecret(secretName: string): string | undefined {
  return SECRET_NAME.exec(secretName)?.groups?.["application"];
}

/** The SSM parameter of an application's description, which holds no secret. */
export function descriptionParameterName(environment: Environment, application: string): string {
  return `${descriptionsPath(environment)}/${application}`;
}

/** Page `page`, from 1, of the application's technical accounts; `*` stands for all pages. */
export function accountsParameterName(environment: Environment, application: string, page: number | "*"): string {
  return `${descriptionParameterName(environment, application)}/accounts/${page}`;
}

/**
 * Prefix of the version label that gives the date, as yyyy-mm-dd, when the password was set on the portal. A label,
 * since values may not be read and tags would drift.
 */
export const CHANGED_LABEL_PREFIX = "CHANGED-";

/** The parent path of the descriptions of an environment's applications. */
export function descriptionsPath(environment: Environment): string {
  return `/piste/${environment}`;
}

/**
 * The environment variables of a consumer's program; our functions use four of them too. The `…_ARN` variables are for a
 * reader in another AWS account, where a name is not enough.
 */
export const VARIABLES = {
  environment: "PISTE_ENVIRONMENT",
  application: "PISTE_APPLICATION",
  account: "PISTE_TECHNICAL_ACCOUNT",
  tokenSecretArn: "PISTE_TOKEN_SECRET_ARN",
  accountSecretArn: "PISTE_TECHNICAL_ACCOUNT_SECRET_ARN",
  reserveInMinutes: "PISTE_RESERVE_IN_MINUTES",
  apiBaseUrl: "PISTE_API_BASE_URL",
} as const;

/** Time for which a consumer may cache a token: a stored token has at least as long left. */
export const DEFAULT_RESERVE_IN_MINUTES = 5;
export const SHORTEST_RESERVE_IN_MINUTES = 1;
export const LONGEST_RESERVE_IN_MINUTES = 30;

/** Lambda sets this. */
export const LAMBDA_VARIABLE = "AWS_LAMBDA_FUNCTION_NAME";

/** Set in every process that a local run starts, so that they can be found. */
export const LOCAL_RUN_VARIABLE = "PISTE_LOCAL_RUN";
