/** Calls one step outside of those that are needed: another resource, action, stage, account, region, or way. */
import { ACCOUNT, arn, functionArn, keyArn, OTHER_ACCOUNT, parameterArn, REGION, streamsArn } from "./arns";
import type { AppliedStack } from "./applied";
import { BREAK_GLASS_ROLE } from "./everything";
import { throughService } from "./service-calls";
import { ADMINISTRATOR } from "./all-policies";
import { listOf, textOf, type Call, type Request, type World } from "./simulator";

/** All that there is, by its kind: the service, and the word that its ARN ends with a name after. */
export type Resources = ReadonlyMap<string, readonly string[]>;

function kindOf(resource: string): string {
  const [, , service = "", , , ...end] = resource.split(":");
  if (service === "sns") return "sns topic";
  return `${service} ${/^[a-z-]*/.exec(end.join(":"))?.[0] ?? ""}`;
}

/** What AWS appends to the name of a secret. */
const SUFFIX = /-[A-Za-z]{6}$/;

/** Whose members are granted by the pattern of their names, since there may be hundreds. */
const FOLDERS = ["technical-account", "accounts"];

/** The same for all members of a folder. */
const ofFolder = (text: string): string =>
  text.replace(new RegExp(`/(${FOLDERS.join("|")})/[a-z0-9-]+`, "g"), "/$1/*").replaceAll("*-AbCdEf", "*");

/** What CloudWatch asks of who describes alarms; one cannot be set or changed by it. */
const EVERY_ALARM = arn("cloudwatch", "alarm:*");

/** With names that begin or end as this one's does, part by part. */
function lookalikesOf(resource: string): string[] {
  const [, , service = ""] = resource.split(":");
  if (["kms", "logs"].includes(service) || resource === EVERY_ALARM) return [];
  if (service !== "secretsmanager" && service !== "ssm") return [`${resource}-2`];
  const [suffix = ""] = service === "secretsmanager" ? (SUFFIX.exec(resource) ?? []) : [];
  const parts = resource.slice(0, resource.length - suffix.length).split("/");
  return parts.flatMap((part, index) => {
    // The word `parameter`, and what is granted by its folder.
    if (part.endsWith(":parameter") || FOLDERS.includes(parts[index - 1] ?? "")) return [];
    const changed = [`${part}-2`, part.slice(0, -1), ...(FOLDERS.includes(part) ? [] : [`${part}/other`])];
    return changed.map((one) => parts.with(index, one).join("/") + suffix);
  });
}

/** Everything of these stacks. */
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

/** Of the same kind, and so like it that a pattern could take it for the same. */
function othersOf(resource: string, resources: Resources): string[] {
  const kind = kindOf(resource);
  const same = resources.get(kind) ?? [];
  // Of a stream in a group, as it is called in others.
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

/** The same call of the same resource, put otherwise. */
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
        // Of both a version and a stage AWS wants that they are the same.
        with_({ [STAGE]: undefined, [VERSION]: version }),
      ];
    case "secretsmanager:UpdateSecretVersionStage":
      return [...STAGES.map((stage) => with_({ [STAGE]: stage })), with_({ [STAGE]: undefined })];
    default:
      return [];
  }
}

/** What else may be asked of a resource, among it whatever could do harm. */
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

/** As it would most likely be let through. */
const BEST_CONTEXT: Readonly<Record<string, readonly Call["context"][]>> = {
  "secretsmanager:GetSecretValue": [{ [STAGE]: "AWSCURRENT" }, { [STAGE]: "AWSPENDING" }],
  "secretsmanager:UpdateSecretVersionStage": [{ [STAGE]: "AWSPENDING" }, { [STAGE]: "REFUSED" }],
};

/** @param needed what is allowed for a reason, by whomever. */
export function oneStepOutside(needed: readonly Request[], resources: Resources): Request[] {
  const known = new Set(needed.map((request) => ofFolder(textOf(request))));
  const outside = new Map<string, Request>();
  const add = (principal: string, call: Call): void => {
    const request = { principal, call };
    const text = textOf(request);
    // What another account has is its own matter.
    if ([principal, call.resource].every((arn) => arn.includes(OTHER_ACCOUNT))) return;
    if (!known.has(ofFolder(text))) outside.set(text, request);
  };
  for (const { principal, call } of needed) {
    const { action, resource, context } = call;
    // What services ask for in their own names, and those whose rights are not from us, is another matter.
    if (!principal.startsWith("arn:") || principal === ADMINISTRATOR || principal === BREAK_GLASS_ROLE) continue;
    // AWS wants it to be allowed on all resources.
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

/** With what a refusal's condition is met, by the condition key; of the rest, what every request has meets it. */
const MEETS: Readonly<Record<string, Call["context"]>> = {
  "aws:SecureTransport": { "aws:SecureTransport": "false" },
  "aws:PrincipalOrgID": { "aws:PrincipalOrgID": "o-another000" },
  "aws:PrincipalArn": {},
  "aws:PrincipalIsAWSService": {},
};

/**
 * What policies of resources refuse, asked for by who may do anything: without them it would be allowed.
 *
 * @throws Error when a refusal has a condition key that nothing is known of.
 */
export function refusedByPolicies({ resource: policies }: World): Request[] {
  return [...policies].flatMap(([resource, { name, statements }]) =>
    statements
      .filter(({ Effect }) => Effect === "Deny")
      .flatMap(({ Action, Condition }): Request[] => {
        const keys = Object.values((Condition ?? {}) as Record<string, object>).flatMap((one) => Object.keys(one));
        const context = keys.map((key) => {
          const met = MEETS[key];
          if (met === undefined) throw new Error(`${name}: nobody knows what meets a condition on ${key}`);
          return met;
        });
        // Who is named is refused what has nothing to do with who asks.
        const principals = keys.includes("aws:PrincipalArn") ? [ADMINISTRATOR] : [ADMINISTRATOR, BREAK_GLASS_ROLE];
        return listOf(Action).flatMap((action) =>
          principals.map((principal) => ({
            principal,
            call: {
              // Of all actions of a service, one stands for all.
              action: action.replace(":*", ":DescribeSecret"),
              resource,
              context: Object.assign({}, ...context) as Call["context"],
            },
          })),
        );
      }),
  );
}
