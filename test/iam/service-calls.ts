/**
 * Calls of AWS services with our rights, which our code never makes, each with AWS's page about it. A right that
 * neither these nor a recorded call needs is superfluous.
 */
import type { AppliedAlarm, AppliedFunction, AppliedRule, AppliedSchedule, AppliedTopic } from "./applied";
import { ACCOUNT, arn, REGION, streamsArn } from "./arns";
import type { Call, Policy, Request } from "./simulator";

export const SOURCES = {
  secretsKey: [
    "Secret encryption and decryption in AWS Secrets Manager",
    "https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html",
  ],
  functionLogs: [
    "Sending Lambda function logs to CloudWatch Logs",
    "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html",
  ],
  functionRole: [
    "Defining Lambda function permissions with an execution role",
    "https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html",
  ],
  functionNetwork: [
    "Giving Lambda functions access to resources in an Amazon VPC",
    "https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html",
  ],
  schedule: [
    "Setting up Amazon EventBridge Scheduler: set up the execution role",
    "https://docs.aws.amazon.com/scheduler/latest/UserGuide/setting-up.html",
  ],
  scheduleTrust: [
    "Confused deputy prevention in EventBridge Scheduler",
    "https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html",
  ],
  topicKey: [
    "Amazon SNS: key management, enable compatibility between event sources from AWS services and encrypted topics",
    "https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html",
  ],
  rule: [
    "Using resource-based policies for Amazon EventBridge: Amazon SNS permissions",
    "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html",
  ],
  topicPolicy: [
    "Amazon SNS: example cases, the policy that a topic has when none is given",
    "https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html",
  ],
  keyPolicy: [
    "AWS KMS: default key policy",
    "https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html",
  ],
} as const satisfies Record<string, readonly [title: string, address: string]>;

/** A call that our code does not make. */
export interface DeclaredCall extends Call {
  readonly source: keyof typeof SOURCES;
}

export interface DeclaredRequest extends Request {
  readonly call: DeclaredCall;
}

export const throughService = (service: string): string => `${service}.${REGION}.amazonaws.com`;

/** Calls of Secrets Manager to KMS on the caller's behalf, for a customer's key. */
const WITH_KEY: Readonly<Record<string, readonly string[]>> = {
  "secretsmanager:GetSecretValue": ["kms:Decrypt"],
  // Most writes decrypt nothing, but AWS requires both rights, and compares a repeated write with the first.
  "secretsmanager:PutSecretValue": ["kms:GenerateDataKey", "kms:Decrypt"],
};

/** The KMS calls that belong to a call of Secrets Manager. */
export function keyCalls({ action, resource }: Call, keyArn: string | undefined): DeclaredCall[] {
  if (keyArn === undefined) return [];
  const context = {
    "kms:EncryptionContext:SecretARN": resource,
    "kms:ViaService": throughService("secretsmanager"),
  };
  return (WITH_KEY[action] ?? []).map((name) => ({ action: name, resource: keyArn, context, source: "secretsKey" }));
}

/** Calls of SNS to KMS on the publisher's behalf, for a topic with a key. */
export function publishKeyCalls(keyArn: string | undefined, more: Call["context"] = {}): DeclaredCall[] {
  if (keyArn === undefined) return [];
  const context = { "kms:ViaService": throughService("sns"), ...more };
  return ["kms:GenerateDataKey", "kms:Decrypt"].map((action) => ({
    action,
    resource: keyArn,
    context,
    source: "topicKey",
  }));
}

const NETWORK_CALLS: readonly (readonly [string, string])[] = [
  ["ec2:CreateNetworkInterface", arn("ec2", "subnet/subnet-1")],
  ["ec2:CreateNetworkInterface", arn("ec2", "network-interface/eni-1")],
  ["ec2:DescribeNetworkInterfaces", "*"],
  ["ec2:DescribeSubnets", "*"],
  ["ec2:DeleteNetworkInterface", arn("ec2", "network-interface/eni-1")],
  ["ec2:AssignPrivateIpAddresses", arn("ec2", "network-interface/eni-1")],
  ["ec2:UnassignPrivateIpAddresses", arn("ec2", "network-interface/eni-1")],
];

/** Calls of Lambda with a function's role. */
export function callsByLambda({
  logGroup,
  inNetwork,
}: Pick<AppliedFunction, "logGroup" | "inNetwork">): DeclaredCall[] {
  const resource = `${streamsArn(logGroup)}2026/11/25/[$LATEST]0123456789abcdef`;
  const context = {};
  return [
    ...["logs:CreateLogStream", "logs:PutLogEvents"].map((action): DeclaredCall => ({
      action,
      resource,
      context,
      source: "functionLogs",
    })),
    ...(inNetwork ? NETWORK_CALLS : []).map(([action, on]): DeclaredCall => ({
      action,
      resource: on,
      context,
      source: "functionNetwork",
    })),
  ];
}

/** The same calls from the function's own code, which AWS distinguishes from Lambda's. */
export function networkCallsByCode(functionArn: string): Call[] {
  const context = { "lambda:SourceFunctionArn": functionArn };
  return NETWORK_CALLS.map(([action, resource]) => ({ action, resource, context }));
}

export const LAMBDA = "lambda.amazonaws.com";
export const SCHEDULER = "scheduler.amazonaws.com";
export const CLOUDWATCH = "cloudwatch.amazonaws.com";
export const EVENTBRIDGE = "events.amazonaws.com";
/** Other services that could assume a role, or claim an alarm or a rule as source. */
export const OTHER_SERVICES = ["ec2.amazonaws.com", "config.amazonaws.com", "s3.amazonaws.com"];

export function assumedByLambda(roleArn: string): DeclaredRequest {
  const call = { action: "sts:AssumeRole", resource: roleArn, context: {}, source: "functionRole" } as const;
  return { principal: LAMBDA, call };
}

/** The source of Scheduler's AssumeRole is the schedule's group, not the schedule. */
export function callsByScheduler({ groupArn, roleArn, functionArn }: AppliedSchedule): DeclaredRequest[] {
  const context = { "aws:SourceArn": groupArn };
  return [
    {
      principal: SCHEDULER,
      call: { action: "sts:AssumeRole", resource: roleArn, context, source: "scheduleTrust" },
    },
    {
      principal: roleArn,
      call: { action: "lambda:InvokeFunction", resource: functionArn, context: {}, source: "schedule" },
    },
  ];
}

export function callsByAlarm({ name, topicArns }: AppliedAlarm, topics: readonly AppliedTopic[]): DeclaredRequest[] {
  const alarm = { "aws:SourceArn": arn("cloudwatch", `alarm:${name}`) };
  return topicArns.flatMap((resource) => {
    const context = { ...alarm, "aws:SourceOwner": ACCOUNT };
    const publish: DeclaredCall = { action: "sns:Publish", resource, context, source: "topicPolicy" };
    const key = topics.find((topic) => topic.arn === resource)?.keyArn;
    return [publish, ...publishKeyCalls(key, alarm)].map((call) => ({ principal: CLOUDWATCH, call }));
  });
}

/** EventBridge names no rule in calls for a key: "not supported for EventBridge-to-encrypted topics". */
export function callsByRule({ name, topicArn }: AppliedRule, topics: readonly AppliedTopic[]): DeclaredRequest[] {
  const context = { "aws:SourceArn": arn("events", `rule/${name}`) };
  const publish: DeclaredCall = { action: "sns:Publish", resource: topicArn, context, source: "rule" };
  const key = topics.find((topic) => topic.arn === topicArn)?.keyArn;
  return [publish, ...publishKeyCalls(key)].map((call) => ({ principal: EVENTBRIDGE, call }));
}

/** Without this right the key could never be administered again. */
export function administersKey(principal: string, keyArn: string): DeclaredRequest {
  return { principal, call: { action: "kms:PutKeyPolicy", resource: keyArn, context: {}, source: "keyPolicy" } };
}

const OF_AWS = "AWS's own: ";
/** Whether the policy is AWS's own, so that its parts need no reason. */
export const isOfAws = ({ name }: Policy): boolean => name.startsWith(OF_AWS);

export function administrator(principal: string): readonly [string, readonly Policy[]] {
  const statement = { Effect: "Allow", Action: "*", Resource: "*" };
  return [principal, [{ name: `${OF_AWS}AdministratorAccess`, statements: [statement] }]];
}

/** The default policy of a topic: its account may use it ({@link SOURCES}, `topicPolicy`). */
export function defaultTopicPolicy(topicArn: string): Policy {
  const statement = {
    Effect: "Allow",
    Principal: { AWS: "*" },
    Action: ["sns:Publish", "sns:ListSubscriptionsByTopic"],
    Resource: topicArn,
    Condition: { StringEquals: { "aws:SourceOwner": ACCOUNT } },
  };
  return { name: `${OF_AWS}policy of ${topicArn}`, statements: [statement] };
}

/** The default policy of a key: the account's policies decide ({@link SOURCES}, `keyPolicy`). */
export function defaultKeyPolicy(keyArn: string): Policy {
  const statement = { Effect: "Allow", Principal: { AWS: arn("iam", "root") }, Action: ["kms:*"], Resource: "*" };
  return { name: `${OF_AWS}policy of ${keyArn}`, statements: [statement] };
}
