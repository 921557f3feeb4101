/**
 * Stand-in for CloudWatch alarms and SNS, over HTTP, as AWS documents them: setting an alarm's state runs its actions as
 * CloudWatch, and the alarm's history has their results.
 */
import type * as http from "node:http";
import { LocalServer, type ReceivedRequest } from "../../local-server";
import { understand, type Input } from "../../iam/aws-requests";

export interface StandInAlarm {
  /** Actions on a change to ALARM: mostly topics. */
  readonly topics: readonly string[];
  /** @default - the value of `topics` */
  readonly okActions?: readonly string[];
  readonly enabled?: boolean;
  readonly treatMissingData?: string;
  state: string;
  reason: string;
  /** Epoch milliseconds. */
  since: number;
}

interface HistoryItem {
  readonly AlarmName: string;
  readonly HistoryItemType: "Action";
  /** Epoch seconds, as in CloudWatch's JSON. */
  readonly Timestamp: number;
  readonly HistorySummary: string;
  readonly HistoryData: string;
}

const JSON_TYPE = "application/x-amz-json-1.0";
const text = (value: unknown): string => (typeof value === "string" ? value : "");

export class AlarmingAws extends LocalServer {
  readonly alarms = new Map<string, StandInAlarm>();
  /** Topics whose policy or key refuses CloudWatch, with the error. */
  readonly refusing = new Map<string, string>();
  readonly subscribed = new Map<string, readonly (readonly [endpoint: string, confirmed: boolean | "Deleted"])[]>();
  readonly parameters = new Map<string, string>();
  /** Messages that topics received, in order. */
  readonly messages: string[] = [];
  /** Calls of SetAlarmState. */
  readonly set: (readonly [name: string, state: string, reason: string])[] = [];
  readonly asked: string[] = [];
  /** Refused operations, with the error's name. */
  readonly denied = new Map<string, string>();
  /** Alarms whose state the caller may not set. */
  readonly notSettable = new Set<string>();
  /** Hooks that run after an operation, before its answer is sent. */
  readonly after = new Map<string, () => unknown>();
  /** Formats an action's HistoryData. */
  historyData = (data: object): string => JSON.stringify(data);
  /** False: the history stays empty. */
  recording = true;
  private readonly history: HistoryItem[] = [];
  private clock = Date.parse("2026-03-02T10:00:00Z");

  static start(): Promise<AlarmingAws> {
    return new AlarmingAws().listen();
  }

  add(name: string, topics: readonly string[], more: Partial<StandInAlarm> = {}): StandInAlarm {
    const since = this.clock - 3_600_000;
    const alarm = { topics, state: "OK", reason: "Threshold Crossed: no datapoints", since, ...more };
    this.alarms.set(name, alarm);
    // An old action, which the command must ignore.
    this.alarms.get(name)?.topics.forEach((topic) => {
      this.record(name, topic, undefined, since);
    });
    return alarm;
  }

  /** Changes an alarm's state and runs its actions. */
  change(name: string, state: string, reason: string): void {
    const alarm = this.alarms.get(name);
    if (alarm === undefined) throw new Error(`no alarm ${name}`);
    this.clock += 1_000;
    const differs = alarm.state !== state;
    Object.assign(alarm, { state, reason, since: this.clock });
    if (!differs || alarm.enabled === false) return;
    for (const topic of (state === "OK" ? alarm.okActions : undefined) ?? alarm.topics) {
      const refusal = this.refusing.get(topic);
      if (refusal === undefined) this.messages.push(`${topic}: ${state}: ${name}: ${reason}`);
      this.record(name, topic, refusal, this.clock);
    }
  }

  /** Format: https://github.com/aws/aws-sdk-java/issues/1723; of a failure: AWS re:Post on alarms without messages. */
  private record(name: string, topic: string, error: string | undefined, at: number): void {
    const done = error === undefined;
    this.history.unshift({
      AlarmName: name,
      HistoryItemType: "Action",
      Timestamp: at / 1000 + 0.2,
      HistorySummary: done
        ? `Successfully executed action ${topic}`
        : `Failed to execute action ${topic}. Received error: "${error}"`,
      HistoryData: this.historyData({
        actionState: done ? "Succeeded" : "Failed",
        stateUpdateTimestamp: at,
        notificationResource: topic,
        publishedMessage: done ? '{"default":"{}"}' : null,
        error: error ?? null,
      }),
    });
  }

  protected async answer({ body, ...received }: ReceivedRequest, outgoing: http.ServerResponse): Promise<void> {
    const { service, operation, input } = understand({ ...received, body: body.toString("utf8") });
    this.asked.push(operation);
    const isKept = operation === "SetAlarmState" && this.notSettable.has(text(input["AlarmName"]));
    const denied = isKept ? "AccessDeniedException" : this.denied.get(operation);
    if (denied !== undefined) {
      const message = `${operation} is not allowed`;
      const xml = `<ErrorResponse><Error><Code>${denied}</Code><Message>${message}</Message></Error></ErrorResponse>`;
      if (service === "sns") outgoing.writeHead(403, { "content-type": "text/xml" }).end(xml);
      else outgoing.writeHead(400, { "content-type": JSON_TYPE }).end(JSON.stringify({ __type: denied, message }));
      return;
    }
    const given = this.resultOf(operation, input);
    await this.after.get(operation)?.();
    const type = service === "sns" ? "text/xml" : JSON_TYPE;
    outgoing.writeHead(200, { "content-type": type }).end(typeof given === "string" ? given : JSON.stringify(given));
  }

  private resultOf(operation: string, input: Input): object | string {
    switch (operation) {
      case "DescribeAlarms":
        return { MetricAlarms: ((input["AlarmNames"] ?? []) as string[]).flatMap((name) => this.described(name)) };
      case "SetAlarmState": {
        const [name, state, reason] = ["AlarmName", "StateValue", "StateReason"].map((key) => text(input[key]));
        this.set.push([name ?? "", state ?? "", reason ?? ""]);
        this.change(name ?? "", state ?? "", reason ?? "");
        return {};
      }
      case "DescribeAlarmHistory": {
        const from = Number(input["StartDate"] ?? 0);
        const items = this.history.filter(
          ({ AlarmName, Timestamp }) => AlarmName === input["AlarmName"] && Timestamp >= from,
        );
        return { AlarmHistoryItems: this.recording ? items : [] };
      }
      case "GetParametersByPath":
        return { Parameters: [...this.parameters].map(([Name, Value]) => ({ Name, Value })) };
      case "ListSubscriptionsByTopic":
        return this.subscriptionsOf(text(input["TopicArn"]));
      default:
        throw new Error(`the stand-in does not know ${operation}`);
    }
  }

  private described(name: string): object[] {
    const alarm = this.alarms.get(name);
    if (alarm === undefined) return [];
    return [
      {
        AlarmName: name,
        ActionsEnabled: alarm.enabled ?? true,
        AlarmActions: alarm.topics,
        OKActions: alarm.okActions ?? alarm.topics,
        StateValue: alarm.state,
        StateReason: alarm.reason,
        StateUpdatedTimestamp: alarm.since / 1000,
        TreatMissingData: alarm.treatMissingData ?? "notBreaching",
      },
    ];
  }

  private subscriptionsOf(topic: string): string {
    const members = (this.subscribed.get(topic) ?? []).map(
      ([endpoint, confirmed]) =>
        `<member><Protocol>email</Protocol><Endpoint>${endpoint}</Endpoint>` +
        `<SubscriptionArn>${confirmed === true ? `${topic}:1` : confirmed || "PendingConfirmation"}</SubscriptionArn></member>`,
    );
    return (
      "<ListSubscriptionsByTopicResponse><ListSubscriptionsByTopicResult><Subscriptions>" +
      `${members.join("")}</Subscriptions></ListSubscriptionsByTopicResult></ListSubscriptionsByTopicResponse>`
    );
  }
}
