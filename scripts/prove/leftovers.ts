/**
 * What the proof has in an AWS account, found by its names and its tag and removed without Terraform's state: so a run
 * that was killed can be cleaned up from any machine. Nothing is touched that has not both.
 */
import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  ListTagsForResourceCommand as AlarmTags,
} from "@aws-sdk/client-cloudwatch";
import {
  CloudWatchLogsClient,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  ListTagsForResourceCommand as LogGroupTags,
} from "@aws-sdk/client-cloudwatch-logs";
import { DeleteFunctionCommand, LambdaClient, GetFunctionCommand } from "@aws-sdk/client-lambda";
import {
  DeleteScheduleGroupCommand,
  GetScheduleGroupCommand,
  ListTagsForResourceCommand as GroupTags,
  SchedulerClient,
} from "@aws-sdk/client-scheduler";
import { DeleteSecretCommand, DescribeSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { DeleteTopicCommand, ListTagsForResourceCommand as TopicTags, SNSClient } from "@aws-sdk/client-sns";
import { DeleteParameterCommand, ListTagsForResourceCommand as ParameterTags, SSMClient } from "@aws-sdk/client-ssm";
import { STSClient } from "@aws-sdk/client-sts";
import { partitionOf } from "../../aws/checks";
import {
  iamRequest,
  plainAddress,
  plainAnswer,
  wordsOf,
  type PlainRequest,
  type PlainService,
} from "../../cli/command/plain-aws";
import { membersOf, parseJson } from "../../piste/json";
import { APPLICATION, ENVIRONMENT, TAG } from "./app";

type Tags = Readonly<Record<string, string>>;

/** A kind of resource. What is part of another one (a policy, a schedule) goes with it. */
export interface Kind {
  /** Terraform's. */
  readonly type: string;
  /** Terraform's attribute that names one. */
  readonly nameIn: string;
  /** After the account in an ARN: the name is the first group. */
  readonly inArn: RegExp;
  /** None, or AWS's refusal, where there is none of that name. */
  readonly tags: (name: string) => Promise<Tags>;
  readonly remove: (name: string) => Promise<unknown>;
}

export interface Found {
  readonly type: string;
  readonly name: string;
  /** When the run began that made it. */
  readonly startedAt: string;
}

export interface ProofInAws {
  readonly kinds: readonly Kind[];
  /** The ARNs of all that AWS's index of tags has with the proof's tag: for a while also what is gone. */
  readonly tagged: () => Promise<readonly string[]>;
}

/** `piste-qualif-cdktf-piste-proof…` and `piste/qualif/cdktf-piste-proof/…`, after whatever the kind puts before it. */
const OWN_NAME = new RegExp(`^(?:/aws/lambda/|/)?piste([-/])${ENVIRONMENT}\\1${APPLICATION}(?:\\1|$)`);

export const hasOwnName = (name: string): boolean => OWN_NAME.test(name);

interface Pair {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}
const tagsOf = (pairs: readonly Pair[] = []): Tags =>
  Object.fromEntries(pairs.map(({ Key = "", Value = "" }) => [Key, Value]));

/** How AWS says that there is none: each service with a word of its own, SSM with one for all kinds. */
const NO_SUCH = new Set([
  "InvalidResourceId",
  "NoSuchEntity",
  "NotFoundException",
  "ParameterNotFound",
  "ResourceNotFound",
  "ResourceNotFoundException",
]);
const isNone = (error: unknown): boolean => error instanceof Error && NO_SUCH.has(error.name);

/** In this order it is removed: first what makes the function run. */
export function proofInAws(account: string, region: string, endpoint?: string): ProofInAws {
  const partition = partitionOf(region);
  const where = { region };
  const [scheduler, cloudwatch, lambda, logs] = [
    new SchedulerClient(where),
    new CloudWatchClient(where),
    new LambdaClient(where),
    new CloudWatchLogsClient(where),
  ];
  const [sns, secrets, ssm] = [new SNSClient(where), new SecretsManagerClient(where), new SSMClient(where)];
  const arn = (service: string, rest: string): string => `arn:${partition}:${service}:${region}:${account}:${rest}`;
  const plain = (service: PlainService, request: PlainRequest): Promise<string> => {
    const [host, signingRegion] = plainAddress(service, region);
    const own = { region: signingRegion, signingName: service, signingRegion, endpoint: endpoint ?? `https://${host}` };
    return plainAnswer(new STSClient(own), request);
  };
  const iam = (Action: string, RoleName: string, more: Tags = {}): Promise<string> =>
    plain("iam", iamRequest({ Action, RoleName, ...more }));

  const kinds: Kind[] = [
    {
      type: "aws_scheduler_schedule_group",
      nameIn: "name",
      inArn: /^scheduler:schedule-group\/(.*)$/,
      tags: async (Name) => {
        const { Arn: ResourceArn } = await scheduler.send(new GetScheduleGroupCommand({ Name }));
        return tagsOf((await scheduler.send(new GroupTags({ ResourceArn }))).Tags);
      },
      remove: (Name) => scheduler.send(new DeleteScheduleGroupCommand({ Name })),
    },
    {
      type: "aws_cloudwatch_metric_alarm",
      nameIn: "alarm_name",
      inArn: /^cloudwatch:alarm:(.*)$/,
      tags: async (name) => {
        const { MetricAlarms = [] } = await cloudwatch.send(new DescribeAlarmsCommand({ AlarmNames: [name] }));
        const [ResourceARN] = MetricAlarms.map(({ AlarmArn }) => AlarmArn);
        return ResourceARN === undefined ? {} : tagsOf((await cloudwatch.send(new AlarmTags({ ResourceARN }))).Tags);
      },
      remove: (name) => cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: [name] })),
    },
    {
      type: "aws_lambda_function",
      nameIn: "function_name",
      inArn: /^lambda:function:(.*)$/,
      tags: async (FunctionName) => (await lambda.send(new GetFunctionCommand({ FunctionName }))).Tags ?? {},
      remove: (FunctionName) => lambda.send(new DeleteFunctionCommand({ FunctionName })),
    },
    {
      type: "aws_cloudwatch_log_group",
      nameIn: "name",
      inArn: /^logs:log-group:([^:]*)/,
      tags: async (name) => {
        const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: name }));
        if (!logGroups.some(({ logGroupName }) => logGroupName === name)) return {};
        return (await logs.send(new LogGroupTags({ resourceArn: arn("logs", `log-group:${name}`) }))).tags ?? {};
      },
      remove: (logGroupName) => logs.send(new DeleteLogGroupCommand({ logGroupName })),
    },
    {
      type: "aws_sns_topic",
      nameIn: "name",
      inArn: /^sns:(.*)$/,
      tags: async (name) => tagsOf((await sns.send(new TopicTags({ ResourceArn: arn("sns", name) }))).Tags),
      remove: (name) => sns.send(new DeleteTopicCommand({ TopicArn: arn("sns", name) })),
    },
    {
      type: "aws_secretsmanager_secret",
      nameIn: "name",
      // AWS adds six characters of its own.
      inArn: /^secretsmanager:secret:(.*)-\w{6}$/,
      tags: async (name) => tagsOf((await secrets.send(new DescribeSecretCommand({ SecretId: name }))).Tags),
      remove: (SecretId) => secrets.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true })),
    },
    {
      type: "aws_ssm_parameter",
      nameIn: "name",
      inArn: /^ssm:parameter(\/.*)$/,
      tags: async (name) =>
        tagsOf((await ssm.send(new ParameterTags({ ResourceType: "Parameter", ResourceId: name }))).TagList),
      remove: (Name) => ssm.send(new DeleteParameterCommand({ Name })),
    },
    {
      type: "aws_iam_role",
      nameIn: "name",
      inArn: /^iam:role\/(?:.*\/)?(.*)$/,
      tags: async (name) => {
        const answer = await iam("GetRole", name);
        const values = wordsOf(answer, "Value");
        return Object.fromEntries(wordsOf(answer, "Key").map((key, index) => [key, values[index] ?? ""]));
      },
      remove: async (name) => {
        for (const PolicyName of wordsOf(await iam("ListRolePolicies", name), "member")) {
          await iam("DeleteRolePolicy", name, { PolicyName });
        }
        await iam("DeleteRole", name);
      },
    },
  ];

  const tagged = async (): Promise<string[]> => {
    const target = "ResourceGroupsTaggingAPI_20170126.GetResources";
    const headers = { "content-type": "application/x-amz-json-1.1", "x-amz-target": target };
    const arns: string[] = [];
    let token = "";
    do {
      const body = JSON.stringify({ TagFilters: [{ Key: TAG }], ...(token !== "" && { PaginationToken: token }) });
      const answer = membersOf(parseJson(await plain("tagging", { headers, body }))) ?? {};
      const list = answer["ResourceTagMappingList"];
      arns.push(...(Array.isArray(list) ? list : []).map((one) => String(membersOf(one)?.["ResourceARN"])));
      token = typeof answer["PaginationToken"] === "string" ? answer["PaginationToken"] : "";
    } while (token !== "");
    return arns;
  };
  return { kinds, tagged };
}

/** The names that the synthesized stack gives, by Terraform's types. */
export type Resources = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;

/** What is there of the proof, and ARNs with its tag that are of no kind and name of its own. */
export async function findLeftovers(
  { kinds, tagged }: ProofInAws,
  resources: Resources,
): Promise<{ readonly own: readonly Found[]; readonly strange: readonly string[] }> {
  const names = new Map(
    kinds.map(({ type, nameIn }) => [
      type,
      new Set(Object.values(resources[type] ?? {}).map((resource) => String(resource[nameIn]))),
    ]),
  );
  const strange: string[] = [];
  // An earlier version may have had other names.
  for (const arn of await tagged()) {
    const [, , service, , , ...rest] = arn.split(":");
    const place = `${service}:${rest.join(":")}`;
    const kind = kinds.find(({ inArn }) => hasOwnName(inArn.exec(place)?.[1] ?? ""));
    if (kind === undefined) strange.push(arn);
    else names.get(kind.type)?.add(kind.inArn.exec(place)?.[1] ?? "");
  }
  const own: Found[] = [];
  for (const { type, tags } of kinds) {
    for (const name of [...(names.get(type) ?? [])].filter(hasOwnName)) {
      const has: Tags = await tags(name).catch((error: unknown) => {
        if (isNone(error)) return {};
        throw error;
      });
      const startedAt = has[TAG];
      if (startedAt !== undefined) own.push({ type, name, startedAt });
    }
  }
  return { own, strange };
}

/** @returns what AWS refused; what is gone already is none of it. */
export async function removeLeftovers({ kinds }: ProofInAws, found: readonly Found[]): Promise<readonly Error[]> {
  const refusals: Error[] = [];
  for (const { type, name } of found) {
    await kinds
      .find((each) => each.type === type)
      ?.remove(name)
      .catch((error: unknown) => {
        if (!isNone(error)) refusals.push(error instanceof Error ? error : new Error(String(error)));
      });
  }
  return refusals;
}
