/**
 * Deploys the alarm on access to client credentials, and sends CloudTrail's events to the emulated EventBridge. The
 * emulator does not support SNS targets, so copies of the deployed rules on another bus write to a log group.
 */
import * as path from "node:path";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { clientConfiguration } from "../../aws/local/deployed-function";
import { EVENTS } from "../constructs/access-events";
import { openFixture, REGION, succeeded, type Fixture } from "./fixture";

const MINUTES = 60_000;
const BUS = "cloudtrail";
const RULES = { read: "piste-prod-chorus-pro-unexpected-read", change: "piste-prod-chorus-pro-unexpected-change" };

interface Target {
  readonly Id: string;
  readonly Arn: string;
  readonly InputTransformer: object;
}

let fixture: Fixture;
let logs: CloudWatchLogsClient;
beforeAll(async () => {
  fixture = await openFixture("access alarm");
  logs = new CloudWatchLogsClient(clientConfiguration({ endpoint: fixture.endpoint, region: REGION }));
}, 2 * MINUTES);
afterAll(async () => {
  await fixture.close();
});

async function eventBridge<T>(operation: string, input: object): Promise<T> {
  const response = await fetch(fixture.endpoint, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `AWSEvents.${operation}`,
      authorization: `AWS4-HMAC-SHA256 Credential=test/20261129/${REGION}/events/aws4_request, SignedHeaders=host, Signature=0`,
    },
    body: JSON.stringify(input),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${operation}: ${response.status} ${text}`);
  return JSON.parse(text === "" ? "{}" : text) as T;
}

const groupOf = (rule: string): string => `/aws/events/${rule}`;

/** A copy of the deployed rule on the test's bus. */
async function copy(rule: string): Promise<void> {
  const { EventPattern, State } = await eventBridge<Record<string, string>>("DescribeRule", { Name: rule });
  expect(State).toBe("ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS");
  const { Targets } = await eventBridge<{ Targets: Target[] }>("ListTargetsByRule", { Rule: rule });
  expect(Targets).toEqual([expect.objectContaining({ Arn: `arn:aws:sns:${REGION}:123456789012:piste-prod-page` })]);
  const logGroupName = groupOf(rule);
  await logs.send(new CreateLogGroupCommand({ logGroupName }));
  const of = { EventBusName: BUS };
  await eventBridge("PutRule", { ...of, Name: rule, EventPattern });
  await eventBridge("PutTargets", {
    ...of,
    Rule: rule,
    Targets: Targets.map(({ Id, InputTransformer }) => ({
      Id,
      InputTransformer,
      Arn: `arn:aws:logs:${REGION}:123456789012:log-group:${logGroupName}`,
    })),
  });
}

async function messagesOf(rule: string): Promise<string[]> {
  const logGroupName = groupOf(rule);
  const { logStreams = [] } = await logs.send(new DescribeLogStreamsCommand({ logGroupName }));
  if (logStreams.length === 0) return [];
  const { events = [] } = await logs.send(new FilterLogEventsCommand({ logGroupName }));
  return events.map(({ message = "" }) => message);
}

it(
  "is deployed, has an empty second plan, and reports exactly the events of its rules",
  async () => {
    const output = path.join(fixture.folder, "cdktf.out");
    const app = ["--app", "node --import tsx test/deploy/access-alarm-app.ts", "--output", output];
    await succeeded(fixture.cdktf("deploy", "prod", "--auto-approve", "--skip-provider-lock", ...app));
    await succeeded(fixture.terraformIn(output, "prod", "plan", "-detailed-exitcode", "-no-color"));

    await eventBridge("CreateEventBus", { Name: BUS });
    await Promise.all(Object.values(RULES).map(copy));
    const counts = { read: 0, change: 0 };
    for (const [name, [event, expected]] of Object.entries(EVENTS)) {
      const Entries = [
        {
          EventBusName: BUS,
          Source: event.source,
          DetailType: event["detail-type"],
          Detail: JSON.stringify(event.detail),
        },
      ];
      await eventBridge("PutEvents", { Entries });
      if (expected !== undefined) counts[expected] += 1;
      const lengths = { read: (await messagesOf(RULES.read)).length, change: (await messagesOf(RULES.change)).length };
      expect([name, lengths]).toEqual([name, counts]);
    }

    const [first = ""] = await messagesOf(RULES.read);
    expect(first).toMatch(
      /^"An unexpected principal read the client credentials of chorus-pro \(prod\), or tried to: /,
    );
    expect(first).toMatch(/GetSecretValue by arn:aws:sts::123456789012:assumed-role\/Administrator\/session/);
    expect(first).toMatch(/from 203\.0\.113\.7 at 2026-11-29T20:00:00Z/);
    expect(first).toMatch(/AttributeValue=00000000-1111-4111-8111-000000000000/);
  },
  5 * MINUTES,
);
