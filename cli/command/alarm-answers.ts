/** Reads alarms and the results of their actions from CloudWatch's answers. */
import type { AlarmHistoryItem, MetricAlarm } from "@aws-sdk/client-cloudwatch";
import { membersOf, parseJson } from "../../piste/json";
import type { Alarm, AlarmAction } from "./aws";

const TOPIC = /^arn:[^:]+:sns:/;

export function alarmOf({
  ActionsEnabled: enabled = true,
  AlarmActions: onAlarm = [],
  OKActions: onOk = [],
  ...is
}: MetricAlarm): Alarm {
  const topics = onAlarm.filter((action) => TOPIC.test(action));
  return {
    enabled,
    topics,
    okTopics: onOk.filter((action) => topics.includes(action)),
    otherActions: [...new Set([...onAlarm, ...onOk])].filter((action) => !topics.includes(action)),
    state: is.StateValue ?? "",
    reason: is.StateReason ?? "",
    since: is.StateUpdatedTimestamp?.getTime() ?? 0,
    keepsState: is.TreatMissingData === "ignore",
  };
}

const LONGEST_ACTION_IN_MILLISECONDS = 60_000;
const SUMMARY = /^(?<how>Successfully|Failed)\b.*? action (?<topic>arn:[\w-]+:sns:[\w:-]+)(?<rest>.*)$/s;

/**
 * AWS documents that the history has data in JSON, not its members: an item of an alarm that was published is in
 * https://github.com/aws/aws-sdk-java/issues/1723 (actionState, notificationResource, stateUpdateTimestamp, error). The
 * data has at most 4,095 characters, which the message in it may exceed; the summary always has the topic and the result:
 * https://repost.aws/knowledge-center/cloudwatch-receive-sns-for-alarm-trigger.
 */
export function alarmActionOf({
  HistoryData: data = "",
  HistorySummary: summary = "",
  Timestamp,
}: AlarmHistoryItem): AlarmAction[] {
  const { notificationResource, actionState, stateUpdateTimestamp, error } = membersOf(parseJson(data)) ?? {};
  const { how, topic, rest = "" } = SUMMARY.exec(summary)?.groups ?? {};
  const resource = typeof notificationResource === "string" ? notificationResource : topic;
  const failed = actionState === "Failed" || how === "Failed";
  if (resource === undefined || !(failed || actionState === "Succeeded" || how === "Successfully")) return [];
  // Without the time of the state change, assume the earliest one, so that the action never counts for a later change.
  const latest = (Timestamp?.getTime() ?? 0) - LONGEST_ACTION_IN_MILLISECONDS;
  const since = typeof stateUpdateTimestamp === "number" ? stateUpdateTimestamp : latest;
  const refusal = typeof error === "string" ? error : rest.replace(/^\W*(?:Received error: )?/, "");
  return [{ topic: resource, since, ...(failed && { refusal: refusal || "?" }) }];
}
