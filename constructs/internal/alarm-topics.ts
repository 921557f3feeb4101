/** Which alarm goes to which topic. */
import { Token } from "cdktf";
import type { Construct } from "constructs";
import { type Environment, isProduction } from "../../piste/environments";
import type { Severity } from "../../aws/alarms/alarm";
import { severityOf, type AlarmName } from "../../aws/alarms/alarms";
import { alarmTopicName } from "../../aws/names";
import { AlarmTopic } from "../alarm-topic";

/** Where alarms are published, by how urgent they are. */
export interface AlarmTopics {
  /** The ARN of the SNS topic for what someone must act on now. In qualif nothing pages: there it is not used. */
  readonly pageTopicArn: string;
  /** The ARN of the SNS topic for what someone should know. */
  readonly informTopicArn: string;
}

export interface AlarmActions {
  readonly alarmActions: string[];
  readonly okActions: string[];
}

/** In qualif nothing pages. */
export function topicOf(environment: Environment, severity: Severity, topics: AlarmTopics): string {
  return isProduction(environment) && severity === "page" ? topics.pageTopicArn : topics.informTopicArn;
}

/** To its topic, when it begins and when it is over. */
export function alarmActionsOf(environment: Environment, alarm: AlarmName, topics: AlarmTopics): AlarmActions {
  const topic = topicOf(environment, severityOf(alarm), topics);
  return { alarmActions: [topic], okActions: [topic] };
}

export interface AlarmTopicOptions {
  readonly pageTopicArn?: string;
  readonly informTopicArn?: string;
  readonly alarmEmails?: string[];
  readonly alarmKeyArn?: string;
  /** Whether rules of EventBridge publish too, to the topic for what someone must act on. */
  readonly allowEventBridge?: boolean;
  readonly tags?: { readonly [key: string]: string };
}

/** The address of a pager or a chat is a secret: what is refused is not repeated. */
function checkTopicArn(property: string, value: string | undefined): void {
  if (value === undefined || Token.isUnresolved(value) || /^arn:[^:]+:sns:[^:]+:\d{12}:[^:]+$/.test(value)) return;
  throw new Error(
    `${property} must be the ARN of an SNS topic, got something else; subscribe a pager's or a chat's address, which is a ` +
      "secret, to a topic outside of this code",
  );
}

/**
 * The topics that were brought in, and those that are missing, made. In qualif nothing pages, so one topic does.
 *
 * @throws Error when something is no topic's ARN, or there are e-mail addresses and no topic of its own for them.
 */
export function alarmTopics(
  scope: Construct,
  environment: Environment,
  prefix: string,
  options: AlarmTopicOptions,
): AlarmTopics {
  const { alarmEmails: emails, alarmKeyArn: encryptionKeyArn, allowEventBridge, tags } = options;
  const needsPage = isProduction(environment);
  const mostUrgent: Severity = needsPage ? "page" : "inform";
  const make = (severity: Severity): string =>
    new AlarmTopic(scope, severity, {
      topicName: alarmTopicName(prefix, severity),
      emails,
      encryptionKeyArn,
      allowEventBridge: allowEventBridge === true && severity === mostUrgent,
      tags,
    }).topicArn;
  checkTopicArn("pageTopicArn", options.pageTopicArn);
  checkTopicArn("informTopicArn", options.informTopicArn);
  if (
    emails !== undefined &&
    options.informTopicArn !== undefined &&
    (!needsPage || options.pageTopicArn !== undefined)
  ) {
    throw new Error("alarmEmails must not be set where every topic is brought in; subscribe them to that topic");
  }
  const informTopicArn = options.informTopicArn ?? make("inform");
  const pageTopicArn = options.pageTopicArn ?? (needsPage ? make("page") : informTopicArn);
  return { pageTopicArn, informTopicArn };
}
