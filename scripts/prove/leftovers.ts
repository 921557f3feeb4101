/**
 * The proof's resources in an AWS account, found by name and tag and removed without Terraform's state, so that any
 * machine can clean up after a killed run. Only resources with such a name and the tag are removed.
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

/** A kind of resource. Deleting it deletes its parts, such as policies and schedules. */
export interface Kind {
  /** Terraform's resource type. */
  readonly type: string;
  /** The tags of the resource; undefined or rejected when it does not exist. */
  readonly tags: (name: string) => Promise<Tags>;
  readonly remove: (name: string) => Promise<unknown>;
}

export interface Found {
  readonly type: string;
  readonly name: string;
  /** When the run that created it began. */
  readonly startedAt: string;
}

export interface ProofInAws {
  readonly kinds: readonly Kind[];
  /** ARNs with the proof's tag. AWS's index also lists deleted resources for a while. */
  readonly tagged: () => Promise<readonly string[]>;
}

/** The services' errors for a missing resource. */
const NO_SUCH = new Set([
  "InvalidResourceId",
  "NoSuchEntityException",
  "NotFoundException",
  "ParameterNotFound",
  "ResourceNotFound",
  "ResourceNotFoundException",
]);
const isNone = (error: unknown): boolean => error instanceof Error && NO_SUCH.has(error.name);

/** Kinds in the order of removal: first the schedules, which run the function. */
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

  // The tags of some kinds outlive the resource for a while, so these are looked up first.
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
        // AWS sorts by name, so the exact name comes first.
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

/** The resources of the synthesized stack, by Terraform's types. */
export type Resources = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;

/** The names of that type in the synthesized stack. */
export const namesOf = (resources: Resources, type: string): string[] =>
  Object.values(resources[type] ?? {}).map((one) => String(one["name"] ?? one["alarm_name"] ?? one["function_name"]));

/** After the name, a secret's ARN has six random characters, and a log group's may have `:*`. */
const isOf = (arn: string, name: string): boolean =>
  new RegExp(`[:/]${name.replace(/^\//, "")}${name.startsWith("piste/") ? "-\\w{6}" : "(?::\\*)?"}$`).test(arn);

const isPairs = (tags: Tags): tags is Pairs => Array.isArray(tags);
const startOf = (tags: Tags): string | undefined =>
  isPairs(tags) ? tags.find(({ Key }) => Key === TAG)?.Value : tags?.[TAG];

/** `own`: resources that exist. `strange`: ARNs with the tag whose name is not in the synthesized stack. */
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

/** @returns AWS's refusals. Resources that are already gone do not count. */
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
