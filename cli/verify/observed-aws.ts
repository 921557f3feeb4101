/** What `piste verify` asks of AWS. All of it reads, and nothing reads a secret's value. */
import {
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  type CloudWatchClient,
  type MetricAlarm,
  type MetricDataQuery,
} from "@aws-sdk/client-cloudwatch";
import { paginateFilterLogEvents, type CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { GetFunctionConfigurationCommand, type LambdaClient } from "@aws-sdk/client-lambda";
import { GetResourcePolicyCommand, type SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { GetTopicAttributesCommand, type SNSClient } from "@aws-sdk/client-sns";
import type { STSClient } from "@aws-sdk/client-sts";
import { logGroupName } from "../../aws/names";
import { membersOf, parseJson } from "../../piste/json";
import { awsError } from "../command/aws-failure";
import {
  iamRequest,
  plainAddress,
  plainAnswer,
  wordsOf as words,
  type PlainRequest,
  type PlainService,
} from "../command/plain-aws";

/** By the minute or period in which it begins: epoch milliseconds. */
export type Values = ReadonlyMap<number, number>;

export interface TickLine {
  /** Of its metrics: epoch milliseconds. */
  readonly at: number;
  readonly loggedAt: number;
  readonly ingestedAt: number;
}

/** A call that IAM is asked about; without a stage, one that names none. */
export interface Call {
  readonly action: string;
  readonly resource: string;
  readonly stage?: string;
}

export interface ObservedAws {
  /** What each query gives, by its id. */
  metrics(queries: readonly MetricDataQuery[], from: number, to: number): Promise<ReadonlyMap<string, Values>>;
  tickLines(functionName: string, since: number): Promise<readonly TickLine[]>;
  /** As they are deployed. */
  definitions(alarms: readonly string[]): Promise<readonly MetricAlarm[]>;
  functionRole(functionName: string): Promise<{ readonly arn: string; readonly runtime: string }>;
  secret(name: string): Promise<{ readonly arn: string; readonly policy?: string | undefined }>;
  topic(arn: string): Promise<{ readonly policy: string; readonly key?: string | undefined }>;
  keyPolicy(key: string): Promise<string>;
  rolePolicies(roleArn: string): Promise<readonly string[]>;
  isAllowed(roleArn: string, call: Call): Promise<boolean>;
  /** The types of Access Analyzer's findings. */
  findings(policy: string, type: "IDENTITY_POLICY" | "RESOURCE_POLICY"): Promise<readonly string[]>;
}

interface Clients {
  readonly cloudwatch: CloudWatchClient;
  readonly lambda: LambdaClient;
  readonly logs: CloudWatchLogsClient;
  readonly secrets: SecretsManagerClient;
  readonly sns: SNSClient;
  /** Of a service that has no client here. */
  readonly plainClient: (service: string, host: string, signingRegion: string) => STSClient;
}

const textOf = (value: unknown): string => (typeof value === "string" ? value : "");

export function observedAws({ cloudwatch, lambda, logs, secrets, sns, plainClient }: Clients): ObservedAws {
  const ask = async <T>(permission: string, question: () => Promise<T>): Promise<T> => {
    try {
      return await question();
    } catch (error) {
      const what = { en: "read what is to be verified", fr: "lire ce qui est à vérifier" };
      throw awsError({ ...what, permission, holder: "verifier" }, error);
    }
  };
  const plain = async (service: PlainService, request: PlainRequest): Promise<string> =>
    plainAnswer(plainClient(service, ...plainAddress(service, await cloudwatch.config.region())), request);

  const iam = (parameters: Readonly<Record<string, string>>): Promise<string> =>
    ask(`iam:${parameters["Action"] ?? ""}`, () => plain("iam", iamRequest(parameters)));

  return {
    metrics: (queries, from, to) =>
      ask("cloudwatch:GetMetricData", async () => {
        const range = { StartTime: new Date(from), EndTime: new Date(to) };
        const all = queries.map((query) => ({ ...query, ReturnData: true }));
        const { MetricDataResults: results = [] } = await cloudwatch.send(
          new GetMetricDataCommand({ ...range, MetricDataQueries: all }),
        );
        return new Map(
          results.map(({ Id: id = "", Timestamps: times = [], Values: values = [] }) => [
            id,
            new Map(times.map((time, index) => [time.getTime(), values[index] ?? NaN])),
          ]),
        );
      }),
    tickLines: (functionName, since) =>
      ask("logs:FilterLogEvents", async () => {
        const found: TickLine[] = [];
        const query = {
          logGroupName: logGroupName(functionName),
          filterPattern: '{ $.operation = "tick" }',
          startTime: since,
        };
        for await (const { events = [] } of paginateFilterLogEvents({ client: logs }, query)) {
          for (const { message = "", timestamp: loggedAt = 0, ingestionTime: ingestedAt = loggedAt } of events) {
            const { _aws: metrics, Ticks: ticks } = membersOf(parseJson(message)) ?? {};
            const at = membersOf(metrics)?.["Timestamp"];
            if (ticks === 1 && typeof at === "number") found.push({ at, loggedAt, ingestedAt });
          }
        }
        return found;
      }),
    definitions: (alarms) =>
      ask("cloudwatch:DescribeAlarms", async () => {
        if (alarms.length === 0) return [];
        const names = { AlarmNames: [...alarms], MaxRecords: 100 };
        return (await cloudwatch.send(new DescribeAlarmsCommand(names))).MetricAlarms ?? [];
      }),
    functionRole: (functionName) =>
      ask("lambda:GetFunctionConfiguration", async () => {
        const name = { FunctionName: functionName };
        const { Role: arn = "", Runtime: runtime = "" } = await lambda.send(new GetFunctionConfigurationCommand(name));
        return { arn, runtime };
      }),
    secret: (name) =>
      ask("secretsmanager:GetResourcePolicy", async () => {
        const answer = await secrets.send(new GetResourcePolicyCommand({ SecretId: name }));
        return { arn: answer.ARN ?? "", policy: answer.ResourcePolicy };
      }),
    topic: (arn) =>
      ask("sns:GetTopicAttributes", async () => {
        const { Attributes: has = {} } = await sns.send(new GetTopicAttributesCommand({ TopicArn: arn }));
        return { policy: has["Policy"] ?? "{}", key: has["KmsMasterKeyId"] };
      }),
    keyPolicy: (key) =>
      ask("kms:GetKeyPolicy", async () => {
        const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": "TrentService.GetKeyPolicy" };
        const answer = await plain("kms", { headers, body: JSON.stringify({ KeyId: key, PolicyName: "default" }) });
        return textOf(membersOf(parseJson(answer))?.["Policy"]);
      }),
    rolePolicies: async (roleArn) => {
      const RoleName = roleArn.slice(roleArn.lastIndexOf("/") + 1);
      const names = words(await iam({ Action: "ListRolePolicies", RoleName }), "member");
      const answers = await Promise.all(
        names.map((PolicyName) => iam({ Action: "GetRolePolicy", RoleName, PolicyName })),
      );
      return answers.flatMap((answer) => words(answer, "PolicyDocument")).map(decodeURIComponent);
    },
    isAllowed: async (roleArn, { action, resource, stage }) => {
      const context = {
        "ContextEntries.member.1.ContextKeyName": "secretsmanager:VersionStage",
        "ContextEntries.member.1.ContextKeyType": "string",
        "ContextEntries.member.1.ContextKeyValues.member.1": stage ?? "",
      };
      const answer = await iam({
        Action: "SimulatePrincipalPolicy",
        PolicySourceArn: roleArn,
        "ActionNames.member.1": action,
        "ResourceArns.member.1": resource,
        ...(stage !== undefined && context),
      });
      return words(answer, "EvalDecision")[0] === "allowed";
    },
    findings: (policy, type) =>
      ask("access-analyzer:ValidatePolicy", async () => {
        const body = JSON.stringify({ policyDocument: policy, policyType: type });
        const headers = { "content-type": "application/json" };
        const answer = await plain("access-analyzer", { path: "/policy/validation", headers, body });
        const found = membersOf(parseJson(answer))?.["findings"];
        return (Array.isArray(found) ? found : []).map((one) => textOf(membersOf(one)?.["findingType"]));
      }),
  };
}
