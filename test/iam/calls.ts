/** The IAM requests behind a request to AWS. */
import { ACCOUNT, arn, functionArn, keyArn, parameterArn, roleArn, secretArn, streamsArn, topicArn } from "./arns";
import type { AwsRequest, Input } from "./aws-requests";
import { throughService } from "./service-calls";
import type { Call } from "./simulator";

const text = (value: unknown): string => (typeof value === "string" ? value : "");
/** `Name.member.1`, `Name.member.2`, … of the older services. */
const members = (input: Input, name: string): string[] =>
  Object.entries(input).flatMap(([key, value]) => (key.startsWith(`${name}.member.`) ? [text(value)] : []));

/** AWS's suffix of a secret's ARN differs each time. */
const asSecret = (id: string): string =>
  secretArn(id.startsWith("arn:") ? id.replace(/^.*:secret:/, "").replace(/-[A-Za-z0-9]{6}$/, "") : id);
const dashboard = (name: string): string => `arn:aws:cloudwatch::${ACCOUNT}:dashboard/${name}`;

const RESOURCES: Readonly<Record<string, (input: Input, operation: string) => string[]>> = {
  secretsmanager: ({ SecretId, Name }) => [asSecret(text(SecretId) || text(Name))],
  ssm: ({ Name, Path, ResourceId }, operation) =>
    operation === "DescribeParameters" ? ["*"] : [parameterArn(text(Name) || text(Path) || text(ResourceId))],
  lambda: ({ FunctionName, ResourceArn }) => [
    text(ResourceArn) || functionArn(text(FunctionName).replace(/^arn:.*:function:/, "")),
  ],
  logs: ({ logGroupName, resourceArn }, operation) =>
    operation === "DescribeLogGroups" ? ["*"] : [text(resourceArn) || streamsArn(text(logGroupName))],
  cloudwatch: (input, operation) => {
    // IAM checks the right on all alarms, whichever are named.
    if (operation === "DescribeAlarms") return [arn("cloudwatch", "alarm:*")];
    const named = [text(input["DashboardName"]), ...members(input, "DashboardNames")].filter((name) => name !== "");
    if (named.length > 0) return named.map(dashboard);
    const alarms = [text(input["AlarmName"]), ...members(input, "AlarmNames")].filter((name) => name !== "");
    return alarms.length > 0 ? alarms.map((name) => arn("cloudwatch", `alarm:${name}`)) : [text(input["ResourceARN"])];
  },
  sns: ({ TopicArn, ResourceArn, SubscriptionArn, Name }) => {
    // A subscription's ARN is its topic's with a further part.
    const subscription = text(SubscriptionArn).split(":").slice(0, 6).join(":");
    return [text(TopicArn) || text(ResourceArn) || subscription || topicArn(text(Name))];
  },
  sts: () => ["*"],
  iam: ({ RoleName, Path }) => [roleArn(text(RoleName), text(Path) || "/")],
  kms: ({ AliasName }, operation) => {
    if (operation === "CreateKey" || operation === "ListAliases") return ["*"];
    const alias = text(AliasName);
    return alias === "" ? [keyArn(9)] : [arn("kms", alias), keyArn(9)];
  },
  scheduler: ({ ResourceArn, GroupName, groupName, Name }) => {
    const group = text(GroupName) || text(groupName);
    if (text(ResourceArn) !== "") return [text(ResourceArn)];
    return [arn("scheduler", Name === undefined ? `schedule-group/${group}` : `schedule/${group}/${text(Name)}`)];
  },
  events: ({ ResourceARN, Rule, Name }) => [text(ResourceARN) || arn("events", `rule/${text(Rule) || text(Name)}`)],
  s3: ({ Bucket, Key }) => [`arn:aws:s3:::${text(Bucket)}${Key === undefined ? "" : `/${text(Key)}`}`],
};

/** Parts of a request that conditions can test, by condition key. */
const CONTEXT: Readonly<Record<string, (input: Input) => unknown>> = {
  "secretsmanager:VersionStage": ({ VersionStage }) => VersionStage,
  "secretsmanager:VersionId": ({ VersionId }) => VersionId,
  "ssm:Recursive": ({ Recursive }) => Recursive,
  "iam:PermissionsBoundary": ({ PermissionsBoundary }) => PermissionsBoundary,
};

export function callsOf({ service, operation, input }: AwsRequest): Call[] {
  const resources = RESOURCES[service]?.(input, operation);
  if (resources === undefined) throw new Error(`unknown resource of ${service}:${operation}`);
  const context = Object.entries(CONTEXT).flatMap(([key, read]): [string, string][] => {
    const value = key.startsWith(`${service}:`) ? read(input) : undefined;
    return typeof value === "string" || typeof value === "boolean" ? [[key, String(value)]] : [];
  });
  const action = `${service}:${operation}`;
  return resources.map((resource) => ({ action, resource, context: Object.fromEntries(context) }));
}

/** Creating with tags also requires the right to tag; the services name it differently, as their API references say. */
const TAGGING: Readonly<Record<string, string>> = {
  iam: "iam:TagRole",
  ssm: "ssm:AddTagsToResource",
};

function tagsOf({ Tags, tags, ...input }: Input): Record<string, string> {
  if (Array.isArray(Tags)) {
    const pairs = Tags as readonly Readonly<Record<string, string>>[];
    return Object.fromEntries(
      pairs.map((tag) => [tag["Key"] ?? tag["TagKey"] ?? "", tag["Value"] ?? tag["TagValue"] ?? ""]),
    );
  }
  if (typeof (Tags ?? tags) === "object") return (Tags ?? tags) as Record<string, string>;
  const indexes = Object.keys(input).flatMap((key) => /^Tags\.member\.(\d+)\.Key$/.exec(key)?.[1] ?? []);
  return Object.fromEntries(
    indexes.map((index) => [text(input[`Tags.member.${index}.Key`]), text(input[`Tags.member.${index}.Value`])]),
  );
}

/** Further rights that AWS checks when something is created or changed; sources: {@link ALSO_ASKED}. */
export function alsoAsked({ service, operation, input }: AwsRequest): Call[] {
  const request = { service, operation, input, accessKeyId: "" };
  const isNew = /^(?:Create|PutParameter|PutMetricAlarm|PutRule)/.test(operation);
  const tags = Object.keys(tagsOf(input)).length > 0;
  // A new key has no ARN yet.
  const [made = ""] = service === "kms" ? [keyArn(9)] : callsOf(request).map(({ resource }) => resource);
  const tagging =
    isNew && tags ? [{ action: TAGGING[service] ?? `${service}:TagResource`, resource: made, context: {} }] : [];
  return [...tagging, ...passed(service, input), ...encrypted(request), ...administered(request)];
}

/** AWS's pages about these rights. */
export const ALSO_ASKED = {
  tagging:
    "API references of CreateSecret, CreateTopic, CreateLogGroup, PutMetricAlarm, PutRule, CreateKey, among others",
  passing: "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",
  encrypting: "API references of CreateSecret and UpdateSecret, permissions on a key other than aws/secretsmanager",
  administering: "API reference of CreateKey: who makes a key must be able to make a subsequent PutKeyPolicy request",
} as const;

function passed(service: string, { Role, Target }: Input): Call[] {
  const role = service === "lambda" ? text(Role) : text((Target as Input | undefined)?.["RoleArn"]);
  if (role === "") return [];
  const context = { "iam:PassedToService": `${service}.amazonaws.com` };
  return [{ action: "iam:PassRole", resource: role, context }];
}

/** With a customer's key: creating or changing a secret requires the right to use it. */
function encrypted({ service, operation, input }: AwsRequest): Call[] {
  const key = text(input["KmsKeyId"]);
  if (service !== "secretsmanager" || key === "") return [];
  const actions = ["kms:GenerateDataKey", "kms:Decrypt", ...(operation === "UpdateSecret" ? ["kms:Encrypt"] : [])];
  const context = {
    "kms:EncryptionContext:SecretARN": asSecret(text(input["SecretId"]) || text(input["Name"])),
    "kms:ViaService": throughService("secretsmanager"),
  };
  return actions.map((action) => ({ action, resource: key, context }));
}

function administered({ service, operation }: AwsRequest): Call[] {
  if (service !== "kms" || operation !== "CreateKey") return [];
  return [{ action: "kms:PutKeyPolicy", resource: keyArn(9), context: {} }];
}

export function requestTags(request: AwsRequest): Call["context"] {
  return Object.fromEntries(
    Object.entries(tagsOf(request.input)).map(([key, value]) => [`aws:RequestTag/${key}`, value]),
  );
}
