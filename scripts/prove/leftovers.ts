/**
 * What the proof has in an AWS account, found by its names and its tag and removed without Terraform's state: so a run
 * that was killed can be cleaned up from any machine. Only what has both is removed.
 */
import { CloudWatch } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogs } from "@aws-sdk/client-cloudwatch-logs";
import { IAM } from "@aws-sdk/client-iam";
import { Lambda } from "@aws-sdk/client-lambda";
import { paginateGetResources, ResourceGroupsTaggingAPIClient } from "@aws-sdk/client-resource-groups-tagging-api";
import { Scheduler } from "@aws-sdk/client-scheduler";
import { SecretsManager } from "@aws-sdk/client-secrets-manager";
import { SNS } from "@aws-sdk/client-sns";
import { SSM } from "@aws-sdk/client-ssm";
import { partitionOf } from "../../aws/checks";
import { TAG } from "./app";

type Pairs = readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[];
type Tags = Pairs | Readonly<Record<string, string>> | undefined;

/** A kind of resource. What is part of another one (a policy, a schedule) goes with it. */
export interface Kind {
  /** Terraform's. */
  readonly type: string;
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

/** How AWS says that there is none: each service with a word of its own, SSM with one for all kinds. */
const NO_SUCH = new Set([
  "InvalidResourceId",
  "NoSuchEntityException",
  "NotFoundException",
  "ParameterNotFound",
  "ResourceNotFound",
  "ResourceNotFoundException",
]);
const isNone = (error: unknown): boolean => error instanceof Error && NO_SUCH.has(error.name);

/** In this order it is removed: first what makes the function run. */
export function proofInAws(account: string, region: string): ProofInAws {
  const where = { region };
  const scheduler = new Scheduler(where);
  const cloudwatch = new CloudWatch(where);
  const lambda = new Lambda(where);
  const logs = new CloudWatchLogs(where);
  const sns = new SNS(where);
  const secrets = new SecretsManager(where);
  const ssm = new SSM(where);
  const iam = new IAM(where);
  const arn = (service: string, rest: string): string =>
    `arn:${partitionOf(region)}:${service}:${region}:${account}:${rest}`;

  // AWS keeps the tags of some kinds for a while when the resource is gone: it is asked for these themselves.
  const kinds: Kind[] = [
    {
      type: "aws_scheduler_schedule_group",
      tags: async (Name) => {
        const { Arn: ResourceArn } = await scheduler.getScheduleGroup({ Name });
        return (await scheduler.listTagsForResource({ ResourceArn })).Tags;
      },
      remove: (Name) => scheduler.deleteScheduleGroup({ Name }),
    },
    {
      type: "aws_cloudwatch_metric_alarm",
      tags: async (name) => {
        const { MetricAlarms: [alarm] = [] } = await cloudwatch.describeAlarms({ AlarmNames: [name] });
        return alarm && (await cloudwatch.listTagsForResource({ ResourceARN: alarm.AlarmArn })).Tags;
      },
      remove: (name) => cloudwatch.deleteAlarms({ AlarmNames: [name] }),
    },
    {
      type: "aws_lambda_function",
      tags: async (name) => (await lambda.listTags({ Resource: arn("lambda", `function:${name}`) })).Tags,
      remove: (FunctionName) => lambda.deleteFunction({ FunctionName }),
    },
    {
      type: "aws_cloudwatch_log_group",
      tags: async (name) => {
        // The shortest of the names that begin with it comes first.
        const { logGroups: [group] = [] } = await logs.describeLogGroups({ logGroupNamePrefix: name });
        if (group?.logGroupName !== name) return undefined;
        return (await logs.listTagsForResource({ resourceArn: arn("logs", `log-group:${name}`) })).tags;
      },
      remove: (logGroupName) => logs.deleteLogGroup({ logGroupName }),
    },
    {
      type: "aws_sns_topic",
      tags: async (name) => (await sns.listTagsForResource({ ResourceArn: arn("sns", name) })).Tags,
      remove: (name) => sns.deleteTopic({ TopicArn: arn("sns", name) }),
    },
    {
      type: "aws_secretsmanager_secret",
      tags: async (SecretId) => (await secrets.describeSecret({ SecretId })).Tags,
      remove: (SecretId) => secrets.deleteSecret({ SecretId, ForceDeleteWithoutRecovery: true }),
    },
    {
      type: "aws_ssm_parameter",
      tags: async (ResourceId) => (await ssm.listTagsForResource({ ResourceType: "Parameter", ResourceId })).TagList,
      remove: (Name) => ssm.deleteParameter({ Name }),
    },
    {
      type: "aws_iam_role",
      tags: async (RoleName) => (await iam.getRole({ RoleName })).Role?.Tags,
      remove: async (RoleName) => {
        const { PolicyNames: names = [] } = await iam.listRolePolicies({ RoleName });
        for (const PolicyName of names) await iam.deleteRolePolicy({ RoleName, PolicyName });
        await iam.deleteRole({ RoleName });
      },
    },
  ];

  const client = new ResourceGroupsTaggingAPIClient(where);
  const tagged = async (): Promise<string[]> => {
    const arns: string[] = [];
    for await (const { ResourceTagMappingList: page = [] } of paginateGetResources(
      { client },
      { TagFilters: [{ Key: TAG }] },
    )) {
      arns.push(...page.flatMap(({ ResourceARN: one }) => one ?? []));
    }
    return arns;
  };
  return { kinds, tagged };
}

/** What the synthesized stack has, by Terraform's types. */
export type Resources = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;

/** Those of a kind in the synthesized stack. */
export const namesOf = (resources: Resources, type: string): string[] =>
  Object.values(resources[type] ?? {}).map((one) => String(one["name"] ?? one["alarm_name"] ?? one["function_name"]));

/** After its name, the ARN of a secret has six characters more, and that of a log group may have `:*`. */
const isOf = (arn: string, name: string): boolean =>
  new RegExp(`[:/]${name.replace(/^\//, "")}${name.startsWith("piste/") ? "-\\w{6}" : "(?::\\*)?"}$`).test(arn);

const isPairs = (tags: Tags): tags is Pairs => Array.isArray(tags);
const startOf = (tags: Tags): string | undefined =>
  isPairs(tags) ? tags.find(({ Key }) => Key === TAG)?.Value : tags?.[TAG];

/** What is there of the proof, and ARNs that have its tag and no name of the synthesized stack. */
export async function findLeftovers(
  { kinds, tagged }: ProofInAws,
  resources: Resources,
): Promise<{ readonly own: readonly Found[]; readonly strange: readonly string[] }> {
  const own: Found[] = [];
  for (const { type, tags } of kinds) {
    for (const name of namesOf(resources, type)) {
      const startedAt = await tags(name).then(startOf, (error: unknown) => {
        if (isNone(error)) return undefined;
        throw error;
      });
      if (startedAt !== undefined) own.push({ type, name, startedAt });
    }
  }
  const names = kinds.flatMap(({ type }) => namesOf(resources, type));
  return { own, strange: (await tagged()).filter((arn) => !names.some((name) => isOf(arn, name))) };
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
