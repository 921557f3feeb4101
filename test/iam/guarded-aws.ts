/**
 * An AWS that enforces policies and records all calls. It contains the model of Secrets Manager, and as much of other
 * services as our functions and commands use.
 */
import type * as http from "node:http";
import { SecretsManagerModel, type GetOutput } from "../../simulation/secrets-manager";
import { LocalServer, type ReceivedRequest } from "../local-server";
import { understand, type AwsRequest, type Input } from "./aws-requests";
import { callsOf } from "./calls";
import { keyCalls } from "./service-calls";
import { isAllowed, type Call, type Request, type World } from "./simulator";

export interface Asked extends Request {
  readonly allowed: boolean;
}

/** The owner of an access key. */
export interface Caller {
  readonly principal: string;
  /** Context that AWS adds to the caller's requests. */
  readonly context?: Call["context"];
}

/** A disturbance of a call. `lost`: the call is executed, but its answer is lost. */
export type Disturbance = "refused" | "lost" | (() => void);

class AwsRefusal extends Error {
  constructor(
    override readonly name: string,
    message: string,
  ) {
    super(message);
  }
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");

export class GuardedAws extends LocalServer {
  readonly asked: Asked[] = [];
  readonly callers = new Map<string, Caller>();
  /** The customer's keys of secrets and topics, by the ARN of the encrypted resource. */
  readonly keys = new Map<string, string>();
  readonly parameters = new Map<string, string>();
  readonly alarms = new Map<string, readonly string[]>();
  private readonly states = new Map<string, object>();
  readonly functions = new Map<string, (event: unknown) => Promise<unknown>>();
  secrets = new SecretsManagerModel(() => this.now());
  private ageInSeconds = 0;
  private readonly disturbed = new Map<string, Disturbance>();

  private constructor(readonly world: World) {
    super();
  }

  static start(world: World): Promise<GuardedAws> {
    return new GuardedAws(world).listen();
  }

  /** Stores a value of this age, without checking rights. */
  put(name: string, value: unknown, ageInSeconds = 24 * 60 * 60, ...labels: string[]): void {
    this.ageInSeconds = ageInSeconds;
    try {
      const stages = labels.length > 0 ? { VersionStages: labels } : {};
      this.secrets.put({
        SecretId: name,
        SecretString: typeof value === "string" ? value : JSON.stringify(value),
        ...stages,
      });
    } finally {
      this.ageInSeconds = 0;
    }
  }

  reset(secretNames: readonly string[]): void {
    this.secrets = new SecretsManagerModel(() => this.now());
    for (const name of secretNames) this.secrets.create(name);
    this.disturbed.clear();
  }

  /** Disturbs calls of the operation until `settle`; a function disturbs the next call only. */
  disturb(operation: string, by: Disturbance): void {
    this.disturbed.set(operation, by);
  }

  private now(): number {
    return Date.now() - this.ageInSeconds * 1000;
  }

  protected async answer({ body, ...received }: ReceivedRequest, outgoing: http.ServerResponse): Promise<void> {
    const request = understand({ ...received, body: body.toString("utf8") });
    const words = wordsOf(request);
    try {
      await this.guard(request);
      const disturbance = this.takeDisturbance(request);
      if (typeof disturbance === "function") disturbance();
      if (disturbance === "refused") throw new AwsRefusal("InternalServiceError", "not now");
      const given = await this.resultOf(request);
      if (disturbance === "lost") throw new AwsRefusal("InternalServiceError", "the answer is lost");
      words.give(outgoing, given);
    } catch (error) {
      if (!(error instanceof Error && error.name !== "Error" && error.name !== "TypeError")) throw error;
      words.refuse(outgoing, error);
    }
  }

  private takeDisturbance({ operation }: AwsRequest): Disturbance | undefined {
    const found = this.disturbed.get(operation);
    // The SDK tries again, and must fail again.
    if (typeof found === "function") this.disturbed.delete(operation);
    return found;
  }

  settle(): void {
    this.disturbed.clear();
  }

  /** @throws AwsRefusal unless the policies allow the call, and the calls of services on the caller's behalf. */
  private async guard(request: AwsRequest): Promise<void> {
    const caller = this.callers.get(request.accessKeyId);
    if (caller === undefined) throw new Error(`unknown access key ${request.accessKeyId}`);
    const { principal, context } = caller;
    const calls = callsOf(request).flatMap((call) => {
      const key = this.keys.get(call.resource);
      return [{ ...call, context: { ...call.context, ...context } }, ...keyCalls(call, key)];
    });
    for (const each of calls) {
      const allowed = await isAllowed(this.world, { principal, call: each });
      this.asked.push({ principal, call: each, allowed });
      if (!allowed) {
        throw new AwsRefusal(
          "AccessDeniedException",
          `User: ${principal} is not authorized to perform: ${each.action} on resource: ${each.resource}`,
        );
      }
    }
  }

  private async resultOf({ service, operation, input }: AwsRequest): Promise<object | string> {
    switch (`${service}:${operation}`) {
      case "secretsmanager:GetSecretValue":
        return dated(this.secrets.get(input));
      case "secretsmanager:PutSecretValue": {
        this.secrets.put(input);
        return { VersionId: text(input["ClientRequestToken"]) };
      }
      case "secretsmanager:DescribeSecret":
        return this.secrets.describe(input);
      case "secretsmanager:UpdateSecretVersionStage":
        this.secrets.move(input);
        return {};
      case "secretsmanager:ListSecretVersionIds":
        return { Versions: this.versions(text(input["SecretId"])) };
      case "ssm:GetParameter":
        return { Parameter: { Name: input["Name"], Value: this.parameter(text(input["Name"])) } };
      case "ssm:GetParametersByPath":
        return { Parameters: this.parametersBelow(text(input["Path"])) };
      case "sts:GetCallerIdentity":
        return (
          "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/somebody</Arn>" +
          "<Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"
        );
      case "lambda:InvokeFunction":
        return this.invoke(input);
      case "logs:FilterLogEvents":
        return { events: [] };
      case "cloudwatch:DescribeAlarms": {
        const names = (input["AlarmNames"] ?? []) as string[];
        const known = names.filter((name) => this.alarms.has(name));
        return {
          MetricAlarms: known.map((AlarmName) => ({
            AlarmName,
            AlarmActions: this.alarms.get(AlarmName),
            ...(this.states.get(AlarmName) ?? { StateValue: "OK", StateUpdatedTimestamp: 0 }),
          })),
        };
      }
      case "cloudwatch:SetAlarmState": {
        const { AlarmName, StateValue, StateReason } = input;
        this.states.set(text(AlarmName), { StateValue, StateReason, StateUpdatedTimestamp: this.now() / 1000 });
        return {};
      }
      case "cloudwatch:DescribeAlarmHistory": {
        const topics = this.alarms.get(text(input["AlarmName"])) ?? [];
        const HistorySummary = (topic: string): string => `Successfully executed action ${topic}`;
        const Timestamp = this.now() / 1000;
        return { AlarmHistoryItems: topics.map((topic) => ({ Timestamp, HistorySummary: HistorySummary(topic) })) };
      }
      case "scheduler:GetSchedule":
        return { Name: input["Name"], State: "ENABLED" };
      case "sns:ListSubscriptionsByTopic":
        return (
          "<ListSubscriptionsByTopicResponse><ListSubscriptionsByTopicResult><Subscriptions/>" +
          "</ListSubscriptionsByTopicResult></ListSubscriptionsByTopicResponse>"
        );
      default:
        throw new Error(`no answer for ${service}:${operation}`);
    }
  }

  /** The model lists labels; the dates come from the values. */
  private versions(name: string): object[] {
    const { VersionIdsToStages = {} } = this.secrets.describe({ SecretId: name });
    return Object.entries(VersionIdsToStages).map(([VersionId, VersionStages]) => {
      const { CreatedDate } = dated(this.secrets.get({ SecretId: name, VersionStage: VersionStages[0] }));
      return { VersionId, VersionStages, CreatedDate };
    });
  }

  private parameter(name: string): string {
    const value = this.parameters.get(name);
    if (value === undefined) throw new AwsRefusal("ParameterNotFound", name);
    return value;
  }

  private parametersBelow(path: string): object[] {
    const below = [...this.parameters].filter(([name]) => name.startsWith(`${path}/`));
    return below.map(([Name, Value]) => ({ Name, Value }));
  }

  private async invoke({ FunctionName, ...event }: Input): Promise<object> {
    const run = this.functions.get(text(FunctionName));
    if (run === undefined) throw new AwsRefusal("ResourceNotFoundException", text(FunctionName));
    return run(event).then(
      (result) => ({ result }),
      (error: unknown) => ({ error: error instanceof Error ? error : new Error(String(error)) }),
    );
  }
}

/** AWS's JSON has dates in seconds. */
const dated = ({ CreatedDate, ...rest }: GetOutput): Omit<GetOutput, "CreatedDate"> & { CreatedDate: number } => ({
  ...rest,
  CreatedDate: CreatedDate.getTime() / 1000,
});

interface Words {
  give(outgoing: http.ServerResponse, answer: object | string): void;
  refuse(outgoing: http.ServerResponse, error: Error): void;
}

function wordsOf({ service }: AwsRequest): Words {
  if (service === "lambda") return LAMBDA_WORDS;
  return service === "sns" || service === "sts" ? XML_WORDS : JSON_WORDS;
}

const JSON_TYPE = "application/x-amz-json-1.1";
const JSON_WORDS: Words = {
  give: (outgoing, answer) => outgoing.writeHead(200, { "content-type": JSON_TYPE }).end(JSON.stringify(answer)),
  refuse: (outgoing, { name, message }) =>
    outgoing
      .writeHead(name === "InternalServiceError" ? 500 : 400, { "content-type": JSON_TYPE })
      .end(JSON.stringify({ __type: name, message })),
};
const XML_WORDS: Words = {
  give: (outgoing, answer) => outgoing.writeHead(200, { "content-type": "text/xml" }).end(answer),
  refuse: (outgoing, { name, message }) =>
    outgoing
      .writeHead(403, { "content-type": "text/xml" })
      .end(`<ErrorResponse><Error><Code>${name}</Code><Message>${message}</Message></Error></ErrorResponse>`),
};
const LAMBDA_WORDS: Words = {
  give: (outgoing, answer) => {
    const { result, error } = answer as { readonly result?: unknown; readonly error?: Error };
    if (error === undefined) outgoing.writeHead(200).end(JSON.stringify(result));
    else {
      const failure = JSON.stringify({ errorType: error.name, errorMessage: error.message });
      outgoing.writeHead(200, { "x-amz-function-error": "Unhandled" }).end(failure);
    }
  },
  refuse: (outgoing, { name, message }) =>
    outgoing.writeHead(403, { "x-amzn-errortype": name }).end(JSON.stringify({ message })),
};
