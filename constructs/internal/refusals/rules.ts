/** One row per rule about what AWS or its provider accepts in an attribute. Tags: tags.ts. */
import { isKeyArn, isLayerVersionArn, isPolicyArn, isRolePath, LONGEST_ROLE_PATH } from "../../../aws/checks";
import { MAXIMUM_PARAMETER_VALUE_IN_BYTES } from "../../../piste/description";
import { secretKindOf } from "../../../piste/names";
import {
  isBucket,
  isOlder,
  isStandardTopic,
  keysOfPolicy,
  lengths,
  ofProvider,
  texts,
  type UsedProvider,
} from "./refused-values";
import { isScheduleExpression } from "./schedule-expression";

export interface Rule {
  readonly types: readonly string[];
  /** Names of blocks and of the attribute, separated by dots. */
  readonly attribute: string;
  /** The prop that usually sets it. */
  readonly prop?: string;
  readonly must: string;
  /** The next step, if the rule does not imply it. */
  readonly next?: string;
  /** The refused parts of the value; none if it is accepted. */
  refused(value: unknown, provider: UsedProvider): readonly unknown[];
}

const KEY_RULE = "be the ARN of a KMS key, arn:…:kms:…:key/…, since rights on an alias never apply";
const TOPIC_RULE = "standard topics, since CloudWatch does not publish to FIFO ones";

const LONGEST_NAME = 64;

const CONTRACT = "piste/<environment>/<application>/…, the name that functions, programs and npx piste use";
const LEAVE_IT = "exclude it from the Aspect or override that renames resources";

export const RULES: readonly Rule[] = [
  {
    types: ["aws_secretsmanager_secret"],
    attribute: "name",
    must: `be ${CONTRACT}`,
    next: LEAVE_IT,
    refused: texts((name) => secretKindOf(name) !== undefined),
  },
  {
    types: ["aws_ssm_parameter"],
    attribute: "name",
    must: `be /${CONTRACT}`,
    next: LEAVE_IT,
    refused: texts((name) => name.startsWith("/piste/")),
  },
  {
    // KMS Developer Guide, "Controlling access to KMS keys with aliases"; CloudWatch Logs accepts no alias at all.
    types: ["aws_secretsmanager_secret", "aws_cloudwatch_log_group"],
    attribute: "kms_key_id",
    prop: "landingZone.encryptionKeyArn",
    must: KEY_RULE,
    refused: texts(isKeyArn),
  },
  {
    // The same, for keys of existing secrets.
    types: ["aws_iam_role_policy"],
    attribute: "policy",
    prop: "landingZone.encryptionKeyArn",
    must: KEY_RULE,
    refused: keysOfPolicy,
  },
  {
    // SNS Developer Guide, "Key management"; SNS itself accepts a key's id, ARN or alias.
    types: ["aws_sns_topic"],
    attribute: "kms_master_key_id",
    prop: "encryptionKeyArn",
    must: "be a KMS key of your own, since AWS's does not let CloudWatch publish",
    next: "AlarmKey makes one",
    refused: texts(
      (key) =>
        /^(?:arn:[^:]+:kms:[^:]+:\d{12}:(?:key|alias)\/|alias\/|[\w-]+$)/.test(key) && !key.includes("alias/aws/"),
    ),
  },
  {
    // SNS Developer Guide, "Message delivery for FIFO topics": CloudWatch alarms cannot publish to them.
    types: ["aws_sns_topic"],
    attribute: "fifo_topic",
    must: "be false, since CloudWatch does not publish to FIFO topics",
    refused: (value) => (value === true ? [value] : []),
  },
  ...["alarm_actions", "ok_actions", "insufficient_data_actions"].map((attribute) => ({
    types: ["aws_cloudwatch_metric_alarm"],
    attribute,
    prop: "pageTopicArns, informTopicArns",
    must: `be ${TOPIC_RULE}`,
    refused: texts(isStandardTopic),
  })),
  {
    // EventBridge User Guide, "Event bus targets": no FIFO topics.
    types: ["aws_cloudwatch_event_target"],
    attribute: "arn",
    prop: "pageTopicArns, informTopicArns",
    must: "be a standard topic, since EventBridge does not publish to FIFO ones",
    refused: texts(isStandardTopic),
  },
  {
    // IAM API Reference, CreateRole, narrowed to characters that are safe in patterns of policies.
    types: ["aws_iam_role"],
    attribute: "path",
    prop: "landingZone.rolePath",
    must: `begin and end with a slash, such as /service/, with at most ${LONGEST_ROLE_PATH} characters`,
    refused: texts(isRolePath),
  },
  {
    types: ["aws_iam_role"],
    attribute: "permissions_boundary",
    prop: "landingZone.permissionsBoundaryArn",
    must: "be the ARN of an IAM policy, arn:…:iam::…:policy/…",
    refused: texts(isPolicyArn),
  },
  ...(
    [
      // In the same region: Secrets Manager, CreateSecret; CloudWatch Logs, AssociateKmsKey; CloudWatch,
      // PutMetricAlarm; Lambda, layers.
      ["aws_secretsmanager_secret", "kms_key_id", "landingZone.encryptionKeyArn", "region"],
      ["aws_cloudwatch_log_group", "kms_key_id", "landingZone.encryptionKeyArn", "region"],
      ["aws_sns_topic", "kms_master_key_id", "landingZone.encryptionKeyArn", "region"],
      ["aws_cloudwatch_metric_alarm", "alarm_actions", "pageTopicArns, informTopicArns", "region"],
      ["aws_cloudwatch_event_target", "arn", "pageTopicArns, informTopicArns", "region"],
      ["aws_lambda_function", "layers", "landingZone.network.certificateAuthority.layerArn", "region"],
      ["aws_iam_role", "permissions_boundary", "landingZone.permissionsBoundaryArn", "account"],
    ] as const
  ).map(([type, attribute, prop, member]) => ({
    types: [type],
    attribute,
    prop,
    must: `be in the provider's ${member}`,
    refused: ofProvider(member),
  })),
  {
    // Lambda API Reference, VpcConfig. Lambda requires both lists.
    types: ["aws_lambda_function"],
    attribute: "vpc_config.subnet_ids",
    prop: "landingZone.network.subnetIds",
    must: "be 1 to 16 subnets",
    refused: lengths(16),
  },
  {
    types: ["aws_lambda_function"],
    attribute: "vpc_config.subnet_ids",
    prop: "landingZone.network.subnetIds",
    must: "be ids of subnets, subnet-…",
    refused: texts((id) => /^subnet-[0-9a-z-]+$/.test(id)),
  },
  {
    types: ["aws_lambda_function"],
    attribute: "vpc_config.security_group_ids",
    prop: "landingZone.network.securityGroupIds",
    must: "be ids of security groups, sg-…",
    refused: texts((id) => /^sg-[0-9a-zA-Z-]+$/.test(id)),
  },
  {
    types: ["aws_lambda_function"],
    attribute: "vpc_config.security_group_ids",
    prop: "landingZone.network.securityGroupIds",
    must: "be 1 to 5 security groups",
    refused: lengths(5),
  },
  {
    // Lambda API Reference, CreateFunction, Layers.
    types: ["aws_lambda_function"],
    attribute: "layers",
    prop: "landingZone.network.certificateAuthority.layerArn",
    must: "be the ARN of a version of a layer, arn:…:lambda:…:layer:…:3",
    refused: texts(isLayerVersionArn),
  },
  {
    // Lambda, "Quotas".
    types: ["aws_lambda_function"],
    attribute: "layers",
    must: "be at most 5 layers",
    refused: (layers) => (Array.isArray(layers) && layers.length > 5 ? [layers.length] : []),
  },
  {
    // https://github.com/hashicorp/terraform-provider-aws/pull/45024
    types: ["aws_lambda_function"],
    attribute: "runtime",
    must: "be one that the AWS provider knows",
    next: "nodejs24.x needs version 6.19.0 or newer: install @cdktf/provider-aws 21.16 or newer, or @cdktn/provider-aws",
    refused: (value, { version }) => (value === "nodejs24.x" && isOlder(version, "6.19.0") ? [value] : []),
  },
  {
    types: ["aws_scheduler_schedule"],
    attribute: "schedule_expression",
    prop: "scheduleExpression",
    must:
      "be cron(…) of six fields with one `?`, for the day of the month or of the week, or rate(…), such as rate(1 hour) " +
      "or rate(12 hours)",
    refused: texts(isScheduleExpression),
  },
  ...["value", "insecure_value"].map((attribute) => ({
    // SSM API Reference, PutParameter, Value.
    types: ["aws_ssm_parameter"],
    attribute,
    must: "not contain {{, which SSM takes for a reference to another parameter",
    next: "remove it from the names and the scope",
    refused: (value: unknown) => (typeof value === "string" ? (value.match(/\{\{[^{}]*(?:\}\})?/g) ?? []) : []),
  })),
  ...[
    ["aws_iam_role", "name"],
    ["aws_lambda_function", "function_name"],
    ["aws_scheduler_schedule", "name"],
    ["aws_scheduler_schedule_group", "name"],
    ["aws_cloudwatch_event_rule", "name"],
  ].map(([type = "", attribute = ""]) => ({
    // Each service's API reference has this limit.
    types: [type],
    attribute,
    must: `have at most ${LONGEST_NAME} characters`,
    next: "shorten landingZone.namePrefix, or the application's name",
    refused: texts((name) => name.length <= LONGEST_NAME),
  })),
  {
    // Systems Manager, "Service quotas", standard tier.
    types: ["aws_ssm_parameter"],
    attribute: "insecure_value",
    must: `have at most ${MAXIMUM_PARAMETER_VALUE_IN_BYTES} bytes`,
    next: "shorten the names in it",
    refused: (value) => {
      const bytes = Buffer.byteLength(String(value));
      return bytes > MAXIMUM_PARAMETER_VALUE_IN_BYTES ? [bytes] : [];
    },
  },
  {
    types: ["aws_s3_bucket"],
    attribute: "bucket",
    prop: "state.bucket",
    must: "be a valid name of an S3 bucket",
    refused: texts(isBucket),
  },
];
