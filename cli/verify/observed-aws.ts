/** The AWS calls of `piste verify`. They only read, and never a secret's value. */
import { ValidatePolicyCommand, AccessAnalyzerClient, type PolicyType } from "@aws-sdk/client-accessanalyzer";
import {
  DescribeAlarmsCommand,
  paginateGetMetricData,
  CloudWatchClient,
  type MetricAlarm,
  type MetricDataQuery,
} from "@aws-sdk/client-cloudwatch";
import { paginateFilterLogEvents, CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import {
  GetRolePolicyCommand,
  ListRolePoliciesCommand,
  SimulatePrincipalPolicyCommand,
  IAMClient,
} from "@aws-sdk/client-iam";
import { GetKeyPolicyCommand, KMSClient } from "@aws-sdk/client-kms";
import { GetFunctionConfigurationCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { GetResourcePolicyCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { GetTopicAttributesCommand, SNSClient } from "@aws-sdk/client-sns";
import { logGroupName } from "../../aws/names";
import { membersOf, parseJson } from "../../piste/json";
import type { ClientMaker } from "../command/address-guard";
import type { Action } from "../command/aws-failure";

/** Keys: the start of the period, in epoch milliseconds. */
export type Values = ReadonlyMap<number, number>;

export interface TickLine {
  /** The timestamp of its metrics, in epoch milliseconds. */
  readonly at: number;
  readonly loggedAt: number;
  readonly ingestedAt: number;
}

/** A call to simulate. @property stage is undefined for a call without `VersionStage`. */
export interface Call {
  readonly action: string;
  readonly resource: string;
  readonly stage?: string;
}

export interface ObservedAws {
  /** The complete results, by the id of the query. */
  metrics(queries: readonly MetricDataQuery[], from: number, to: number): Promise<ReadonlyMap<string, Values>>;
  tickLines(functionName: string, since: number): Promise<readonly TickLine[]>;
  definitions(alarms: readonly string[]): Promise<readonly MetricAlarm[]>;
  functionRole(functionName: string): Promise<{ readonly arn: string; readonly runtime: string }>;
  secret(name: string): Promise<{ readonly arn: string; readonly policy?: string | undefined }>;
  topic(arn: string): Promise<{ readonly policy: string; readonly key?: string | undefined }>;
  keyPolicy(key: string): Promise<string>;
  rolePolicies(roleArn: string): Promise<readonly string[]>;
  isAllowed(roleArn: string, call: Call): Promise<boolean>;
  /** The types of Access Analyzer's findings. */
  findings(policy: string, type: PolicyType): Promise<readonly string[]>;
}

/** @throws Error for an incomplete answer, or one that does not come from AWS. */
function needed<T>(answer: T | undefined): T {
  if (answer === undefined) throw Object.assign(new Error("the answer is incomplete"), { name: "IncompleteAnswer" });
  return answer;
}

/** @throws AwsError if AWS refuses. */
type Asking = <T>(action: Action, question: () => Promise<T>) => Promise<T>;

/** Several checks ask the same question. */
function remembered<T>(question: (name: string) => Promise<T>): (name: string) => Promise<T> {
  const answers = new Map<string, Promise<T>>();
  return (name) => {
    const answer = answers.get(name) ?? question(name);
    answers.set(name, answer);
    return answer;
  };
}

export function observedAws(client: ClientMaker, asking: Asking): ObservedAws {
  const analyzer = client(AccessAnalyzerClient);
  const cloudwatch = client(CloudWatchClient);
  const iam = client(IAMClient);
  const kms = client(KMSClient);
  const lambda = client(LambdaClient);
  const logs = client(CloudWatchLogsClient);
  const secrets = client(SecretsManagerClient);
  const sns = client(SNSClient);
  const ask = <T>(permission: string, question: () => Promise<T>): Promise<T> =>
    asking({ en: "read the deployment", fr: "lire le déploiement", permission, holder: "verifier" }, question);
  return {
    metrics: (queries, from, to) =>
      ask("cloudwatch:GetMetricData", async () => {
        const range = { StartTime: new Date(from), EndTime: new Date(to) };
        const query = { ...range, MetricDataQueries: queries.map((one) => ({ ...one, ReturnData: true })) };
        const found = new Map(queries.map(({ Id: id = "" }) => [id, new Map<number, number>()]));
        const statusOf = new Map<string, string>();
        for await (const { MetricDataResults: results = [] } of paginateGetMetricData({ client: cloudwatch }, query)) {
          for (const { Id: id = "", StatusCode: status = "", Timestamps: times = [], Values: values = [] } of results) {
            times.forEach((time, index) => found.get(id)?.set(time.getTime(), values[index] ?? NaN));
            statusOf.set(id, status);
          }
        }
        return needed(queries.every(({ Id: id = "" }) => statusOf.get(id) === "Complete") ? found : undefined);
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
    functionRole: remembered((functionName) =>
      ask("lambda:GetFunctionConfiguration", async () => {
        const name = { FunctionName: functionName };
        const { Role: arn = "", Runtime: runtime = "" } = await lambda.send(new GetFunctionConfigurationCommand(name));
        return { arn, runtime };
      }),
    ),
    secret: remembered((name) =>
      ask("secretsmanager:GetResourcePolicy", async () => {
        const answer = await secrets.send(new GetResourcePolicyCommand({ SecretId: name }));
        return { arn: answer.ARN ?? "", policy: answer.ResourcePolicy };
      }),
    ),
    topic: remembered((arn) =>
      ask("sns:GetTopicAttributes", async () => {
        const { Attributes: has = {} } = await sns.send(new GetTopicAttributesCommand({ TopicArn: arn }));
        return { policy: has["Policy"] ?? "{}", key: has["KmsMasterKeyId"] };
      }),
    ),
    keyPolicy: (key) =>
      ask("kms:GetKeyPolicy", async () =>
        needed((await kms.send(new GetKeyPolicyCommand({ KeyId: key, PolicyName: "default" }))).Policy),
      ),
    rolePolicies: async (roleArn) => {
      const role = { RoleName: roleArn.slice(roleArn.lastIndexOf("/") + 1) };
      const { PolicyNames: names = [] } = await ask("iam:ListRolePolicies", () =>
        iam.send(new ListRolePoliciesCommand(role)),
      );
      const documents = names.map((PolicyName) =>
        ask("iam:GetRolePolicy", async () => {
          const { PolicyDocument: text } = await iam.send(new GetRolePolicyCommand({ ...role, PolicyName }));
          return decodeURIComponent(needed(text));
        }),
      );
      return Promise.all(documents);
    },
    isAllowed: (roleArn, { action, resource, stage }) =>
      ask("iam:SimulatePrincipalPolicy", async () => {
        const key = { ContextKeyName: "secretsmanager:VersionStage", ContextKeyType: "string" } as const;
        const call = { PolicySourceArn: roleArn, ActionNames: [action], ResourceArns: [resource] };
        const context = stage === undefined ? [] : [{ ...key, ContextKeyValues: [stage] }];
        const answer = await iam.send(new SimulatePrincipalPolicyCommand({ ...call, ContextEntries: context }));
        // An answer without a decision does not count as a refusal.
        return needed(answer.EvaluationResults?.[0]).EvalDecision === "allowed";
      }),
    findings: (policy, type) =>
      ask("access-analyzer:ValidatePolicy", async () => {
        const query = { policyDocument: policy, policyType: type };
        const { findings } = await analyzer.send(new ValidatePolicyCommand(query));
        return needed(findings).map(({ findingType = "" }) => findingType);
      }),
  };
}
