/** The names of what is made in AWS, but for secrets and descriptions, which piste/names.ts has. */
import type { Environment } from "../piste/environments";
import type { Severity } from "./alarms/alarm";

/**
 * The common beginning of the names of what an environment's applications share.
 *
 * @param prefix a landing zone's.
 */
export function environmentResourceName(environment: Environment, prefix?: string): string {
  return `${prefix === undefined ? "" : `${prefix}-`}piste-${environment}`;
}

/** The common beginning of the names of everything that is neither a secret nor a parameter. */
export function resourceName(environment: Environment, application: string, prefix?: string): string {
  return `${environmentResourceName(environment, prefix)}-${application}`;
}

export function tokenRefreshFunctionName(environment: Environment, application: string, prefix?: string): string {
  return `${resourceName(environment, application, prefix)}-token-refresh`;
}

/** Lambda writes a function's logs to a group of the function's name after this. */
export const LOG_GROUP_PREFIX = "/aws/lambda/";

export function logGroupName(functionName: string): string {
  return LOG_GROUP_PREFIX + functionName;
}

export function connectionCheckFunctionName(environment: Environment, application: string, prefix?: string): string {
  return `${resourceName(environment, application, prefix)}-connection-check`;
}

/** A dot, which names of applications cannot have: this is never the schedule group of another application. */
export function connectionCheckScheduleGroupName(
  environment: Environment,
  application: string,
  prefix?: string,
): string {
  return `${resourceName(environment, application, prefix)}.connection-check`;
}

/** Short, since a role's name may have 64 characters. */
export function connectionCheckScheduleRoleName(
  environment: Environment,
  application: string,
  prefix?: string,
): string {
  return `${resourceName(environment, application, prefix)}-check-invoke`;
}

/** The group that holds an application's schedules. */
export function scheduleGroupName(environment: Environment, application: string, prefix?: string): string {
  return resourceName(environment, application, prefix);
}

export function tickScheduleName(environment: Environment, application: string, prefix?: string): string {
  return `${resourceName(environment, application, prefix)}-tick`;
}

/** The role of all of the group's schedules. */
export function scheduleRoleName(environment: Environment, application: string, prefix?: string): string {
  return `${resourceName(environment, application, prefix)}-schedule`;
}

/** Runs the operation `passwords`. */
export function passwordsScheduleName(environment: Environment, application: string, prefix?: string): string {
  return `${resourceName(environment, application, prefix)}-passwords`;
}

/** The EventBridge rules on who reads an application's client credentials, and who could make them readable. */
export function accessRuleNames(
  environment: Environment,
  application: string,
  prefix?: string,
): { readonly read: string; readonly change: string } {
  const name = resourceName(environment, application, prefix);
  return { read: `${name}-unexpected-read`, change: `${name}-unexpected-change` };
}

/** The one dashboard of an environment. */
export function dashboardName(environment: Environment, prefix?: string): string {
  return environmentResourceName(environment, prefix);
}

/**
 * The SNS topic of alarms of that severity.
 *
 * @param prefix of the environment, or of an application with topics of its own.
 */
export function alarmTopicName(prefix: string, severity: Severity): string {
  return `${prefix}-${severity}`;
}

/** Where Terraform's state of an environment is in the bucket for it. */
export function stateKey(environment: Environment): string {
  return `cdktf-piste/${environment}.tfstate`;
}

/**
 * The tag, with the environment for its value, by which the deployer's policy knows the key of the alarms: KMS names no
 * key before it is made, and the tags that every resource has may be replaced by a company's own.
 */
export const DEPLOYERS_KEY_TAG = "cdktf-piste";
