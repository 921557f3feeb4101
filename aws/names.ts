/** Names of AWS resources, except secrets and descriptions: piste/names.ts. */
import type { Environment } from "../piste/environments";
import type { Severity } from "./alarms/alarm";

/**
 * Prefix of the names of resources that an environment's applications share.
 *
 * @param prefix `namePrefix` of the landing zone.
 */
export function environmentResourceName(environment: Environment, prefix?: string): string {
  return `${prefix === undefined ? "" : `${prefix}-`}piste-${environment}`;
}

/** Prefix of all names except those of secrets and parameters. */
export function resourceName(environment: Environment, application: string, prefix?: string): string {
  return `${environmentResourceName(environment, prefix)}-${application}`;
}

export function tokenRefreshFunctionName(environment: Environment, application: string, prefix?: string): string {
  return `${resourceName(environment, application, prefix)}-token-refresh`;
}

/** Lambda writes logs to the group of this prefix and the function's name. */
export const LOG_GROUP_PREFIX = "/aws/lambda/";

export function logGroupName(functionName: string): string {
  return LOG_GROUP_PREFIX + functionName;
}

export function connectionCheckFunctionName(environment: Environment, application: string, prefix?: string): string {
  return `${resourceName(environment, application, prefix)}-connection-check`;
}

/** With a dot, which names of applications cannot have, so it is no other application's schedule group. */
export function connectionCheckScheduleGroupName(
  environment: Environment,
  application: string,
  prefix?: string,
): string {
  return `${resourceName(environment, application, prefix)}.connection-check`;
}

/** Short: the name of a role has at most 64 characters. */
export function connectionCheckScheduleRoleName(
  environment: Environment,
  application: string,
  prefix?: string,
): string {
  return `${resourceName(environment, application, prefix)}-check-invoke`;
}

export function scheduleGroupName(environment: Environment, application: string, prefix?: string): string {
  return resourceName(environment, application, prefix);
}

export function tickScheduleName(environment: Environment, application: string, prefix?: string): string {
  return `${resourceName(environment, application, prefix)}-tick`;
}

export function scheduleRoleName(environment: Environment, application: string, prefix?: string): string {
  return `${resourceName(environment, application, prefix)}-schedule`;
}

/** Of the operation `passwords`. */
export function passwordsScheduleName(environment: Environment, application: string, prefix?: string): string {
  return `${resourceName(environment, application, prefix)}-passwords`;
}

/** The EventBridge rules for unexpected reads of client credentials, and for changes of their protection. */
export function accessRuleNames(
  environment: Environment,
  application: string,
  prefix?: string,
): { readonly read: string; readonly change: string } {
  const name = resourceName(environment, application, prefix);
  return { read: `${name}-unexpected-read`, change: `${name}-unexpected-change` };
}

export function dashboardName(environment: Environment, prefix?: string): string {
  return environmentResourceName(environment, prefix);
}

/**
 * The SNS topic of alarms of that severity.
 *
 * @param prefix of the environment, or of an application with its own topics.
 */
export function alarmTopicName(prefix: string, severity: Severity): string {
  return `${prefix}-${severity}`;
}

export function stateKey(environment: Environment): string {
  return `cdktf-piste/${environment}.tfstate`;
}

/**
 * The tag by which the deployer's policy recognizes the alarms' key; its value is the environment. KMS keys have no
 * name before they exist, and a company's tags may replace the others.
 */
export const DEPLOYERS_KEY_TAG = "cdktf-piste";
