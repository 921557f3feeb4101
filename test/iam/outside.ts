/** Calls one step outside the needed ones: another resource, action, stage, account, region or context. */
import { ACCOUNT, arn, functionArn, keyArn, OTHER_ACCOUNT, parameterArn, REGION, streamsArn } from "./arns";
import type { AppliedStack } from "./applied";
import { BREAK_GLASS_ROLE } from "./everything";
import { throughService } from "./service-calls";
import { ADMINISTRATOR } from "./all-policies";
import { listOf, textOf, type Call, type Request, type World } from "./simulator";

/** All resources by kind: the service, and the word before the name in the ARN. */
export type Resources = ReadonlyMap<string, readonly string[]>;

function kindOf(resource: string): string {
  const [, , service = "", , , ...end] = resource.split(":");
  if (service === "sns") return "sns topic";
  return `${service} ${/^[a-z-]*/.exec(end.join(":"))?.[0] ?? ""}`;
}

/** AWS's suffix of a secret's name. */
const SUFFIX = /-[A-Za-z]{6}$/;

/** Granted by a name pattern, since an application may have hundreds of members. */
const FOLDERS = ["technical-account", "accounts"];

/** The same text for all members of a folder. */
const ofFolder = (text: string): string =>
  text.replace(new RegExp(`/(${FOLDERS.join("|")})/[a-z0-9-]+`, "g"), "/$1/*").replaceAll("*-AbCdEf", "*");

/** Required to describe alarms; not valid for setting or changing one. */
const EVERY_ALARM = arn("cloudwatch", "alarm:*");

/** Names that begin or end like this one, part by part. */
function lookalikesOf(resource: string): string[] {
  const [, , service = ""] = resource.split(":");
  if (["kms", "logs"].includes(service) || resource === EVERY_ALARM) return [];
  if (service !== "secretsmanager" && service !== "ssm") return [`${resource}-2`];
  const [suffix = ""] = service === "secretsmanager" ? (SUFFIX.exec(resource) ?? []) : [];
  const parts = resource.slice(0, resource.length - suffix.length).split("/");
  return parts.flatMap((part, index) => {
    // Skips the word `parameter`, and members of a folder, which are granted together.
    if (part.endsWith(":parameter") || FOLDERS.includes(parts[index - 1] ?? "")) return [];
    const changed = [`${part}-2`, part.slice(0, -1), ...(FOLDERS.includes(part) ? [] : [`${part}/other`])];
    return changed.map((one) => parts.with(index, one).join("/") + suffix);
  });
}

export function resourcesOf(stacks: readonly AppliedStack[], more: readonly string[]): Resources {
  const all = stacks.flatMap((stack) => [
    ...stack.secrets.map((secret) => secret.arn),
    ...[...stack.parameters.keys()].map(parameterArn),
    ...stack.functions.flatMap(({ name, logGroup }) => [functionArn(name), streamsArn(logGroup)]),
    ...stack.topics.map((topic) => topic.arn),
    ...stack.roles.map((role) => role.arn),
  ]);
  const others = [keyArn(1), keyArn(7), keyArn(9), ADMINISTRATOR];
  const kinds = new Map<string, string[]>();
  for (const resource of new Set([...all, ...others, ...more])) {
    kinds.set(kindOf(resource), [...(kinds.get(kindOf(resource)) ?? []), resource]);
  }
  return kinds;
}

/** Resources of the same kind, and names that a loose pattern would also match. */
function othersOf(resource: string, resources: Resources): string[] {
  const kind = kindOf(resource);
  const same = resources.get(kind) ?? [];
  // The same stream in other groups.
  const [, stream = ""] = resource.split(":log-stream:");
  return [
    ...same.map((other) => other + stream),
    ...lookalikesOf(resource),
    resource.replace(ACCOUNT, OTHER_ACCOUNT),
    resource.replace(REGION, "eu-west-1"),
  ].filter((other) => other !== resource);
}

const STAGES = ["AWSCURRENT", "AWSPENDING", "AWSPREVIOUS", "REFUSED", "CHANGED-2026-01-01", "OTHER"];
const STAGE = "secretsmanager:VersionStage";
const VERSION = "secretsmanager:VersionId";
const KEY_CONTEXT = "kms:EncryptionContext:SecretARN";
const VIA = "kms:ViaService";

/** The same call on the same resource with another context. */
function otherwise({ action, context }: Call, resources: Resources): Call["context"][] {
  const with_ = (changes: Record<string, string | undefined>): Call["context"] =>
    Object.fromEntries(
      Object.entries({ ...context, ...changes }).filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
  if (action.startsWith("kms:")) {
    const ways = [with_({ [VIA]: undefined }), with_({ [VIA]: throughService("s3") })];
    if (context[KEY_CONTEXT] === undefined) return ways;
    const secrets = resources.get("secretsmanager secret") ?? [];
    return [
      ...secrets.map((other) => with_({ [KEY_CONTEXT]: other })),
      with_({ [KEY_CONTEXT]: undefined }),
      with_({ [VIA]: undefined, [KEY_CONTEXT]: undefined }),
      ...ways,
    ];
  }
  const version = "01234567-89ab-4def-8123-456789abcdef";
  switch (action) {
    case "secretsmanager:GetSecretValue":
      return [
        ...STAGES.map((stage) => with_({ [STAGE]: stage })),
        with_({ [STAGE]: undefined }),
        // AWS requires that a version and a stage in one request match.
        with_({ [STAGE]: undefined, [VERSION]: version }),
      ];
    case "secretsmanager:UpdateSecretVersionStage":
      return [...STAGES.map((stage) => with_({ [STAGE]: stage })), with_({ [STAGE]: undefined })];
    default:
      return [];
  }
}

/** Other actions on a resource, including all harmful ones. */
const OTHER_ACTIONS: Readonly<Record<string, readonly string[]>> = {
  "secretsmanager secret": [
    "GetSecretValue",
    "PutSecretValue",
    "DescribeSecret",
    "ListSecretVersionIds",
    "UpdateSecretVersionStage",
    "UpdateSecret",
    "DeleteSecret",
    "RestoreSecret",
    "RotateSecret",
    "GetResourcePolicy",
    "PutResourcePolicy",
    "DeleteResourcePolicy",
    "ReplicateSecretToRegions",
    "TagResource",
  ],
  "kms key": [
    "Decrypt",
    "Encrypt",
    "GenerateDataKey",
    "ReEncryptFrom",
    "CreateGrant",
    "DescribeKey",
    "PutKeyPolicy",
    "DisableKey",
    "ScheduleKeyDeletion",
  ],
  "ssm parameter": [
    "GetParameter",
    "GetParameters",
    "GetParametersByPath",
    "GetParameterHistory",
    "PutParameter",
    "DeleteParameter",
  ],
  "lambda function": [
    "InvokeFunction",
    "GetFunction",
    "UpdateFunctionCode",
    "UpdateFunctionConfiguration",
    "AddPermission",
    "DeleteFunction",
  ],
  "logs log-group": ["FilterLogEvents", "DeleteLogGroup"],
  "sns topic": ["Publish", "Subscribe", "SetTopicAttributes", "AddPermission", "DeleteTopic"],
  "cloudwatch alarm": ["SetAlarmState", "PutMetricAlarm", "DisableAlarmActions", "DeleteAlarms"],
  "iam role": ["PassRole", "PutRolePolicy", "UpdateAssumeRolePolicy", "DeleteRole"],
};

/** The context most likely to be allowed. */
const BEST_CONTEXT: Readonly<Record<string, readonly Call["context"][]>> = {
  "secretsmanager:GetSecretValue": [{ [STAGE]: "AWSCURRENT" }, { [STAGE]: "AWSPENDING" }],
  "secretsmanager:UpdateSecretVersionStage": [{ [STAGE]: "AWSPENDING" }, { [STAGE]: "REFUSED" }],
};

/** @param needed the calls that are allowed for a reason. */
export function oneStepOutside(needed: readonly Request[], resources: Resources): Request[] {
  const known = new Set(needed.map((request) => ofFolder(textOf(request))));
  const outside = new Map<string, Request>();
  const add = (principal: string, call: Call): void => {
    const request = { principal, call };
    const text = textOf(request);
    // Resources of another account are that account's matter.
    if ([principal, call.resource].every((arn) => arn.includes(OTHER_ACCOUNT))) return;
    if (!known.has(ofFolder(text))) outside.set(text, request);
  };
  for (const { principal, call } of needed) {
    const { action, resource, context } = call;
    // Excludes services, and principals whose rights are not ours.
    if (!principal.startsWith("arn:") || principal === ADMINISTRATOR || principal === BREAK_GLASS_ROLE) continue;
    // AWS requires these on all resources.
    if (resource === "*" || action.startsWith("ec2:")) continue;
    const kind = kindOf(resource);
    for (const other of othersOf(resource, resources)) add(principal, { ...call, resource: other });
    for (const changed of otherwise(call, resources)) add(principal, { ...call, context: changed });
    for (const name of resource === EVERY_ALARM ? [] : (OTHER_ACTIONS[kind] ?? [])) {
      const other = `${kind.split(" ")[0] ?? ""}:${name}`;
      for (const best of BEST_CONTEXT[other] ?? [{}]) {
        const source = context["lambda:SourceFunctionArn"];
        const changed = { ...best, ...(source !== undefined && { "lambda:SourceFunctionArn": source }) };
        if (other !== action) add(principal, { action: other, resource, context: changed });
      }
    }
  }
  return [...outside.values()];
}

/** A context that meets a Deny's condition, by condition key. Empty: every request meets it. */
const MEETS: Readonly<Record<string, Call["context"]>> = {
  "aws:SecureTransport": { "aws:SecureTransport": "false" },
  "aws:PrincipalOrgID": { "aws:PrincipalOrgID": "o-another000" },
  "aws:PrincipalArn": {},
  "aws:PrincipalIsAWSService": {},
};

/**
 * Requests that only policies of resources refuse, from principals that may do anything else.
 *
 * @throws Error for a Deny with an unknown condition key.
 */
export function refusedByPolicies({ resource: policies }: World): Request[] {
  return [...policies].flatMap(([resource, { name, statements }]) =>
    statements
      .filter(({ Effect }) => Effect === "Deny")
      .flatMap(({ Action, Condition }): Request[] => {
        const keys = Object.values((Condition ?? {}) as Record<string, object>).flatMap((one) => Object.keys(one));
        const context = keys.map((key) => {
          const met = MEETS[key];
          if (met === undefined) throw new Error(`${name}: unknown condition key ${key}`);
          return met;
        });
        // Named principals are refused only by conditions that do not depend on the principal.
        const principals = keys.includes("aws:PrincipalArn") ? [ADMINISTRATOR] : [ADMINISTRATOR, BREAK_GLASS_ROLE];
        return listOf(Action).flatMap((action) =>
          principals.map((principal) => ({
            principal,
            call: {
              // One action stands for all of a service.
              action: action.replace(":*", ":DescribeSecret"),
              resource,
              context: Object.assign({}, ...context) as Call["context"],
            },
          })),
        );
      }),
  );
}
