/** The topics of alarms, by severity. */
import type { Construct } from "constructs";
import { type Environment, isProduction } from "../../piste/environments";
import type { Severity } from "../../aws/alarms/alarm";
import { severityOf, type AlarmName } from "../../aws/alarms/alarms";
import { alarmTopicName } from "../../aws/names";
import { AlarmTopic } from "../alarm-topic";
import type { LandingZone } from "../landing-zone";

/** The topics of alarms, by severity. */
export interface AlarmTopics {
  /** The ARNs of the SNS topics for alarms that need action now. Not used in qualif, where nothing pages. */
  readonly pageTopicArns: string[];
  /** The ARNs of the SNS topics for alarms that only inform. */
  readonly informTopicArns: string[];
}

export interface AlarmActions {
  readonly alarmActions: string[];
  readonly okActions: string[];
}

/**
 * In qualif nothing pages.
 *
 * @throws Error when there is no topic.
 */
export function topicsOf(environment: Environment, severity: Severity, zone: LandingZone): string[] {
  const property = isProduction(environment) && severity === "page" ? "pageTopicArns" : "informTopicArns";
  const arns = zone[property];
  if (arns === undefined)
    throw new Error(`landingZone.${property} must be set, since alarms need a topic, got none; AlarmTopic makes one`);
  return arns;
}

export function alarmActionsOf(environment: Environment, alarm: AlarmName, zone: LandingZone): AlarmActions {
  const topics = topicsOf(environment, severityOf(alarm), zone);
  return { alarmActions: topics, okActions: topics };
}

export interface AlarmTopicOptions {
  readonly alarmEmails?: string[];
  /** The key of created topics, if the landing zone has none. */
  readonly encryptionKeyArn?: string;
  /** True if EventBridge rules also publish to the most urgent topic. */
  readonly allowEventBridge?: boolean;
  readonly landingZone?: LandingZone;
}

/**
 * The landing zone's topics, and new ones for those it lacks. In qualif nothing pages, so one topic is enough.
 *
 * @throws Error when there are e-mail addresses, and no topic is created for them.
 */
export function alarmTopics(
  scope: Construct,
  environment: Environment,
  prefix: string,
  { alarmEmails: emails, encryptionKeyArn, allowEventBridge, landingZone }: AlarmTopicOptions,
): AlarmTopics {
  const { pageTopicArns, informTopicArns } = landingZone ?? {};
  const needsPage = isProduction(environment);
  const mostUrgent: Severity = needsPage ? "page" : "inform";
  const make = (severity: Severity): string[] => [
    new AlarmTopic(scope, severity, {
      topicName: alarmTopicName(prefix, severity),
      emails,
      encryptionKeyArn,
      allowEventBridge: allowEventBridge === true && severity === mostUrgent,
      landingZone,
    }).topicArn,
  ];
  if (emails !== undefined && informTopicArns !== undefined && (!needsPage || pageTopicArns !== undefined)) {
    throw new Error(
      "alarmEmails must not be set if landingZone sets every topic; subscribe the addresses to these topics",
    );
  }
  const inform = informTopicArns ?? make("inform");
  return { pageTopicArns: pageTopicArns ?? (needsPage ? make("page") : inform), informTopicArns: inform };
}
