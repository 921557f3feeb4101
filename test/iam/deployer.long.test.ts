import { describe, expect, it } from "@jest/globals";
import type { Platform } from "../../piste/environments";
import { policyOf } from "../../cli/policy/policies";
import type { PolicyOptions } from "../../cli/policy/statement";
import { ACCOUNT, arn, functionArn, keyArn, OTHER_ACCOUNT, parameterArn, REGION, roleArn, secretArn } from "./arns";
import { BROUGHT_IN_ROLE, SECRETS_KEY } from "./everything";
import { testPolicies, type Case } from "./proof";
import { defaultKeyPolicy } from "./service-calls";
import { isAllowed, without, type Call, type Policy, type Request, type World } from "./simulator";
import { parseCall, readRecord } from "./terraform-record";

const PLATFORMS = ["qualif", "prod"] as const;
const BOUNDARY = "arn:aws:iam::123456789012:policy/boundary";
const BUCKET = "test-terraform-state";
const ALARM_KEY = keyArn(9);
const OTHER_KEY = keyArn(7);
const LAYER = arn("lambda", "layer:acme-ca:3");
/** The account's policies decide who may use these keys; two are of another account that trusts this one. */
const KEYS = [SECRETS_KEY, ALARM_KEY, OTHER_KEY].flatMap((key) => [key, key.replace(ACCOUNT, OTHER_ACCOUNT)]);

const EVERYTHING = {
  encryptionKeyArn: SECRETS_KEY,
  stateBucket: BUCKET,
  encryptAlarms: true,
  accessAlarm: true,
  permissionsBoundaryArn: BOUNDARY,
  roleArns: [BROUGHT_IN_ROLE.arn],
  network: true,
  layerArns: [LAYER],
};

function statementsFor(environment: Platform, options: Partial<PolicyOptions>): Policy["statements"] {
  const given = { environment, application: "chorus-pro", accountId: ACCOUNT, region: REGION, ...options };
  return policyOf("deployer", given).map(({ statement }) => statement);
}

const userOf = (environment: Platform): string => arn("iam", `user/${environment}-deployer`);

function worldOf(options: Partial<PolicyOptions>): World {
  return {
    identity: new Map(
      PLATFORMS.map((environment) => {
        const policy = { name: `deployer of ${environment}`, statements: statementsFor(environment, options) };
        return [userOf(environment), [policy]] as const;
      }),
    ),
    resource: new Map(KEYS.map((key) => [key, defaultKeyPolicy(key)])),
  };
}

/** The alarms' key: its policy leaves the rest to these statements, which know it by its tags. */
const keyTags = (environment: Platform): Call["context"] => ({
  "aws:ResourceTag/cdktf-piste": environment,
});
const NEW_KEY_TAGS = (environment: Platform): Call["context"] => ({
  "aws:RequestTag/cdktf-piste": environment,
});

/** Adds context that is not in the request: the tags of a key. */
function withKnownContext(call: Call, environment: Platform): Call {
  const { action, resource, context } = call;
  const more = (known: Call["context"]): Call => ({ ...call, context: { ...context, ...known } });
  if (action === "kms:TagResource") return more(NEW_KEY_TAGS(environment));
  if (resource === ALARM_KEY) return more(keyTags(environment));
  return call;
}

const WITH_BOUNDARY = ["iam:CreateRole", "iam:PutRolePolicy"];

/**
 * Terraform's recorded calls, of either environment, as calls for this one.
 *
 * @param limited whether every role has the boundary.
 */
function recorded(environment: Platform, limited: boolean): Call[] {
  const texts = readRecord().map((words) =>
    words.replace(/(?<=piste[-/])(?:qualif|prod)|(?<=(?:environment|cdktf-piste)=)(?:qualif|prod)/g, environment),
  );
  const calls = [...new Set(texts)].map((words) => withKnownContext(parseCall(words), environment));
  return calls.flatMap((call): Call[] => {
    if (limited && WITH_BOUNDARY.includes(call.action)) {
      return [{ ...call, context: { ...call.context, "iam:PermissionsBoundary": BOUNDARY } }];
    }
    // "GetFunction": Lambda returns tags only to callers that may list them, which the emulator does not imitate.
    if (call.action === "lambda:GetFunction") return [call, { ...call, action: "lambda:ListTags" }];
    if (!limited && call.context["iam:PermissionsBoundary"] !== undefined) {
      // Without the option no role has a boundary.
      return call.action === "iam:CreateRole"
        ? [{ ...call, context: without(call.context, "iam:PermissionsBoundary") }]
        : [];
    }
    return [call];
  });
}

/**
 * Not recorded, since the emulator does not check it. "Giving Lambda functions access to resources in an Amazon VPC",
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html: Lambda verifies the network with the rights of
 * the caller that attaches the function.
 */
const FOR_NETWORK: readonly Call[] = [
  ["ec2:DescribeSecurityGroups", "*"],
  ["ec2:DescribeSubnets", "*"],
  ["ec2:DescribeVpcs", "*"],
  ["ec2:GetSecurityGroupsForVpc", arn("ec2", "vpc/vpc-1")],
  // "Lambda actions" of the service authorization reference: GetLayerVersion.
  ["lambda:GetLayerVersion", LAYER],
].map(([action = "", resource = ""]) => ({ action, resource, context: {} }));

/**
 * Not recorded, since the emulator sets a log group's key only at creation. "AssociateKmsKey" (API reference): later
 * a key is added, changed and removed by calls of its own, and CloudWatch Logs uses it by the key's policy.
 */
function forLogsKey(calls: readonly Call[]): Call[] {
  const groups = calls.filter(({ action }) => action === "logs:PutRetentionPolicy");
  return ["logs:AssociateKmsKey", "logs:DisassociateKmsKey"].flatMap((action) =>
    groups.map((call) => ({ ...call, action })),
  );
}

/** A step by hand in docs/state.md, before prod is deployed again on the day it was destroyed. */
const byHand = (environment: Platform): Call => ({
  action: "secretsmanager:RestoreSecret",
  resource: secretArn(`piste/${environment}/chorus-pro/client`),
  context: {},
});

/** For an existing role: the same calls as for ours, except those that create it. */
function forBroughtInRole(calls: readonly Call[]): Call[] {
  const actions = ["iam:PutRolePolicy", "iam:GetRolePolicy", "iam:DeleteRolePolicy", "iam:PassRole"];
  return calls
    .filter(
      ({ action, context }) => actions.includes(action) && context["iam:PassedToService"] !== "scheduler.amazonaws.com",
    )
    .map((call) => ({
      ...call,
      resource: BROUGHT_IN_ROLE.arn,
      context: without(call.context, "iam:PermissionsBoundary"),
    }));
}

const OTHER_ENVIRONMENT = { qualif: "prod", prod: "qualif" } as const;

/** Calls for another environment, for other resources, in another account or region, or with another context. */
function outsideOf(environment: Platform, needed: readonly Request[]): Request[] {
  const principal = userOf(environment);
  const other = OTHER_ENVIRONMENT[environment];
  const words = new RegExp(`(?<=piste[-/])${environment}`, "g");
  const variants = needed.flatMap(({ call }): Call[] => {
    const { action, resource, context } = call;
    const elsewhere =
      ["ec2:", "s3:"].some((service) => action.startsWith(service)) || resource === "*"
        ? []
        : [
            resource.replace(words, other),
            resource.replace(words, `${environment}2`),
            resource.replaceAll(/piste(?=[-/])/g, "pist"),
            resource.replace(ACCOUNT, OTHER_ACCOUNT),
            resource.replace(SECRETS_KEY, OTHER_KEY),
            resource.replace(REGION, "eu-west-1"),
          ];
    // A company may choose and replace all tags except the one that identifies the key.
    const isOpen = (key: string): boolean => /Tag\/(?:team|application|environment)$/.test(key);
    const keys = Object.keys(context).filter((key) => !isOpen(key));
    const contexts = keys.map((key) => without(context, key));
    const changed = Object.entries(context).flatMap(([key, value]): Call["context"][] => [
      ...(value.includes(environment) && !isOpen(key)
        ? [{ ...context, [key]: value.replace(environment, other) }]
        : []),
      ...(key.startsWith("kms:") || isOpen(key) ? [] : [{ ...context, [key]: "other" }]),
    ]);
    return [
      ...elsewhere.filter((one) => one !== resource).map((one) => ({ ...call, resource: one })),
      ...[...contexts, ...changed].map((one) => ({ ...call, context: one })),
    ];
  });
  const known = new Set(needed.map(({ call }) => JSON.stringify([call.action, call.resource, sorted(call.context)])));
  const isKnown = (call: Call): boolean =>
    known.has(JSON.stringify([call.action, call.resource, sorted(call.context)]));
  return [...variants, ...harm(environment)].filter((call) => !isKnown(call)).map((call) => ({ principal, call }));
}

const sorted = (context: Call["context"]): [string, string][] =>
  Object.entries(context).sort(([one], [two]) => (one < two ? -1 : 1));

/** Harmful calls that a deployment never needs. */
function harm(environment: Platform): Call[] {
  const client = secretArn(`piste/${environment}/chorus-pro/client`);
  const run = functionArn(`piste-${environment}-chorus-pro-token-refresh`);
  const role = roleArn(`piste-${environment}-chorus-pro-token-refresh`);
  const state = (key: string): string => `arn:aws:s3:::${BUCKET}/${key}`;
  return [
    ...["GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage", "ReplicateSecretToRegions"].map(
      (name): [string, string] => [`secretsmanager:${name}`, client],
    ),
    ...["InvokeFunction", "AddPermission", "CreateFunctionUrlConfig"].map((name): [string, string] => [
      `lambda:${name}`,
      run,
    ]),
    ...["AttachRolePolicy", "DeleteRolePermissionsBoundary"].map((name): [string, string] => [`iam:${name}`, role]),
    ["sts:AssumeRole", role],
    ["iam:CreateUser", arn("iam", "user/other")],
    ["iam:CreatePolicyVersion", BOUNDARY],
    ["ssm:GetParameter", parameterArn("/other")],
    ["kms:Decrypt", ALARM_KEY],
    ["s3:GetObject", state(`cdktf-piste/${OTHER_ENVIRONMENT[environment]}.tfstate`)],
    ["s3:GetObject", state("other.tfstate")],
    ["s3:DeleteObject", state(`cdktf-piste/${environment}.tfstate`)],
    ["s3:PutBucketPolicy", `arn:aws:s3:::${BUCKET}`],
    ["s3:ListBucket", "arn:aws:s3:::other"],
  ].map(([action = "", resource = ""]) => ({
    action,
    resource,
    context: action === "kms:Decrypt" ? keyTags(environment) : {},
  }));
}

function proofOf(options: Partial<PolicyOptions>): Case {
  const limited = options.permissionsBoundaryArn !== undefined;
  const needed = PLATFORMS.flatMap((environment): Request[] => {
    const calls = recorded(environment, limited);
    const all = [
      ...calls,
      byHand(environment),
      ...(options.encryptionKeyArn === undefined ? [] : forLogsKey(calls)),
      ...(options.network ? [...FOR_NETWORK, ...forBroughtInRole(calls)] : []),
    ];
    return all.map((call) => ({ principal: userOf(environment), call }));
  });
  const outside = PLATFORMS.flatMap((environment) =>
    outsideOf(
      environment,
      needed.filter(({ principal }) => principal === userOf(environment)),
    ),
  );
  return { world: worldOf(options), needed, outside };
}

describe.each([
  ["with every option", EVERYTHING],
  [
    "without a boundary",
    { encryptionKeyArn: SECRETS_KEY, stateBucket: BUCKET, encryptAlarms: true, accessAlarm: true },
  ],
] as const)("the deployer's statements, %s", (_, options) => {
  testPolicies(() => proofOf(options), { needed: 180, outside: 500 });
});

describe("the deployer's policy without options", () => {
  const world = worldOf({});

  it("allows no bucket, key or network", () => {
    const actions = statementsFor("qualif", {}).flatMap(({ Action }) => Action);
    expect(actions.filter((action) => /^(?:s3|kms|ec2|events):/.test(action))).toEqual([]);
  });

  it("allows all other recorded calls", async () => {
    for (const call of recorded("qualif", false)) {
      if (/^(?:s3|kms|events):/.test(call.action)) continue;
      expect([call, await isAllowed(world, { principal: userOf("qualif"), call })]).toEqual([call, true]);
    }
  });
});
