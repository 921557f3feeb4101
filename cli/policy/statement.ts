/** The parts of all policies. */
import { partitionOf } from "../../aws/checks";
import type { PolicyStatement } from "../../aws/policy-statements";
import type { Environment } from "../../piste/environments";
import type { Text } from "../../piste/language";

/**
 * - `operator`: a person who uses the `piste` command
 * - `alarm-tester`: a person who tests the alarms, with the right to set their states, which can hide one that rings
 * - `verifier`: a person who verifies a deployment; reads no value and changes nothing
 * - `depositor`: a person who stores credentials and does nothing else
 * - `consumer`: a program that calls the APIs
 * - `deployer`: a person or pipeline that deploys the environment, all its applications
 */
export const HOLDERS = ["operator", "alarm-tester", "verifier", "depositor", "consumer", "deployer"] as const;
export type Holder = (typeof HOLDERS)[number];

export interface PolicyOptions {
  readonly environment: Environment;
  readonly application: string;
  readonly region: string;
  /** 12 digits. */
  readonly accountId: string;
  /** The landing zone's. */
  readonly namePrefix?: string | undefined;
  /** The customer-managed key of secrets and log groups. */
  readonly encryptionKeyArn?: string | undefined;
  /** Existing topics. */
  readonly topicArns?: readonly string[];
  /** The S3 bucket of the state. */
  readonly stateBucket?: string | undefined;
  /** True when `encryptAlarms` is set, so a key is created. */
  readonly encryptAlarms?: boolean;
  /** True when `accessAlarm` is set, so EventBridge rules are created. */
  readonly accessAlarm?: boolean;
  /** The boundary that all roles have. */
  readonly permissionsBoundaryArn?: string | undefined;
  /** The path of the roles. @default "/" */
  readonly rolePath?: string | undefined;
  /** Existing roles. */
  readonly roleArns?: readonly string[];
  /** True when the verifier may stop the ticks for a drill. */
  readonly drill?: boolean;
  /** True when functions are attached to a network. */
  readonly network?: boolean;
  /** Layer versions of the functions. */
  readonly layerArns?: readonly string[];
}

/** A statement, and why it is there. */
export interface ExplainedStatement {
  readonly statement: PolicyStatement;
  readonly why: Text;
}

export function explained(id: string, statement: PolicyStatement, en: string, fr: string): ExplainedStatement {
  return { statement: { Sid: id, ...statement }, why: { en, fr } };
}

export const allow = (actions: string[], resources: string | string[]): PolicyStatement => ({
  Effect: "Allow",
  Action: actions,
  Resource: resources,
});

/** Makes ARNs of the region and the account. */
export function arnMaker({ region, accountId }: PolicyOptions): (service: string, resource: string) => string {
  const partition = partitionOf(region);
  return (service, resource) => `arn:${partition}:${service}:${region}:${accountId}:${resource}`;
}

/** A service's actions, as IAM names them. */
export const actionsOf = (service: string, ...operations: string[]): string[] =>
  operations.map((operation) => `${service}:${operation}`);
