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
/** Each leaves it to this account's policies who may use it; two are of another account that trusts this one. */
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

/** The key's own policy leaves the rest to these, by its tags. */
const keyTags = (environment: Platform): Call["context"] => ({
  "aws:ResourceTag/cdktf-piste": environment,
});
const NEW_KEY_TAGS = (environment: Platform): Call["context"] => ({
  "aws:RequestTag/cdktf-piste": environment,
});

/** What IAM knows besides what the request says: the tags of a key, the boundary of a role. */
function withWhatIsKnown(call: Call, environment: Platform): Call {
  const { action, resource, context } = call;
  const more = (known: Call["context"]): Call => ({ ...call, context: { ...context, ...known } });
  if (action === "kms:TagResource") return more(NEW_KEY_TAGS(environment));
  if (resource === ALARM_KEY) return more(keyTags(environment));
  return call;
}

const WITH_BOUNDARY = ["iam:CreateRole", "iam:PutRolePolicy"];

/**
 * What Terraform was seen to ask, of whichever environment, as it is asked for this one.
 *
 * @param limited whether every role has the boundary.
 */
function recorded(environment: Platform, limited: boolean): Call[] {
  const texts = readRecord().map((words) =>
    words.replace(/(?<=piste[-/])(?:qualif|prod)|(?<=(?:environment|cdktf-piste)=)(?:qualif|prod)/g, environment),
  );
  const calls = [...new Set(texts)].map((words) => withWhatIsKnown(parseCall(words), environment));
  return calls.flatMap((call): Call[] => {
    if (limited && WITH_BOUNDARY.includes(call.action)) {
      return [{ ...call, context: { ...call.context, "iam:PermissionsBoundary": BOUNDARY } }];
    }
    // "GetFunction": Lambda gives a function's tags only to who may list them, which the emulator does not imitate.
    if (call.action === "lambda:GetFunction") return [call, { ...call, action: "lambda:ListTags" }];
    if (!limited && call.context["iam:PermissionsBoundary"] !== undefined) {
      // Without the option nobody gives a role a boundary.
      return call.action === "iam:CreateRole"
        ? [{ ...call, context: without(call.context, "iam:PermissionsBoundary") }]
        : [];
    }
    return [call];
  });
}

/**
 * What the emulator has no example of. "Giving Lambda functions access to resources in an Amazon VPC",
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html: Lambda verifies the network with the rights of
 * who attaches the function.
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
 * What the emulator has no example of: it gives a log group a key only when it makes it. "AssociateKmsKey" (API
 * reference): afterwards a key is added, changed and removed by calls of its own, and CloudWatch Logs uses it by the key's policy.
 */
function forLogsKey(calls: readonly Call[]): Call[] {
  const groups = calls.filter(({ action }) => action === "logs:PutRetentionPolicy");
  return ["logs:AssociateKmsKey", "logs:DisassociateKmsKey"].flatMap((action) =>
    groups.map((call) => ({ ...call, action })),
  );
}

/** What docs/state.md has whoever deploys do by hand, before prod is deployed again on the day it was destroyed. */
const byHand = (environment: Platform): Call => ({
  action: "secretsmanager:RestoreSecret",
  resource: secretArn(`piste/${environment}/chorus-pro/client`),
  context: {},
});

/** A role that was brought in is given and asked what ours are, but for what makes it. */
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

/** Of another environment, of other things of the account, of another account or region, in another way. */
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
    // Tags of a company's own choice are as they like, in place of ours too, but for the one that tells the key.
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

/** What a deployment never needs, and could do harm. */
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
] as const)("the statements for who deploys, %s", (_, options) => {
  // What is needed is what Terraform was seen to ask.
  testPolicies(() => proofOf(options), { needed: 180, outside: 500 });
});

describe("the policy of who deploys without options", () => {
  const world = worldOf({});

  it("lets nobody into a bucket, to a key or to a network", () => {
    const actions = statementsFor("qualif", {}).flatMap(({ Action }) => Action);
    expect(actions.filter((action) => /^(?:s3|kms|ec2|events):/.test(action))).toEqual([]);
  });

  it("allows what is asked of all else", async () => {
    for (const call of recorded("qualif", false)) {
      if (/^(?:s3|kms|events):/.test(call.action)) continue;
      expect([call, await isAllowed(world, { principal: userOf("qualif"), call })]).toEqual([call, true]);
    }
  });
});
