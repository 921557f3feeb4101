/** The controls of SECURITY.md, checked on the JSON that Terraform receives. */
import { statementsOf, type Block, type Statement, type SynthesizedStack } from "../constructs/synthesize";

/** A stack's JSON, for breaking a control. */
export interface SpoilableJson {
  provider: { aws: Record<string, unknown>[] };
  resource: Record<string, Record<string, Record<string, unknown>>>;
}

export interface Check {
  /** Problems; none if the control is met. */
  readonly problems: (stack: SynthesizedStack) => string[];
  /** Breaks the control, so that the check must find a problem. */
  readonly spoil: (json: SpoilableJson) => void;
  /** Checks the state's stack, since the environments' stacks have no such resource. */
  readonly ofState?: true;
}

const named = ({ name, function_name, alarm_name }: Block): string =>
  JSON.stringify(name ?? function_name ?? alarm_name ?? "").slice(1, -1);

/** One problem for each wrong resource of a type. */
const each =
  (type: string, isWrong: (resource: Block) => boolean) =>
  (stack: SynthesizedStack): string[] =>
    stack
      .all(type)
      .filter(isWrong)
      .map((resource) => `${type} ${named(resource)}`);

const none =
  (...types: RegExp[]) =>
  (stack: SynthesizedStack): string[] =>
    stack.types.filter((type) => types.some((pattern) => pattern.test(type)));

/** Requires a correct resource of the type for each bucket. */
const eachBucketHas =
  (type: string, isRight: (resource: Block) => boolean) =>
  (stack: SynthesizedStack): string[] =>
    stack
      .all("aws_s3_bucket")
      .map(({ bucket }) => ({ bucket, reference: stack.reference("aws_s3_bucket", "id", { bucket }) }))
      .filter(({ reference }) => !stack.all(type, { bucket: reference }).some(isRight))
      .map(({ bucket }) => `${type} of ${String(bucket)}`);

const list = (value: string | string[] | undefined): string[] => (typeof value === "string" ? [value] : (value ?? []));

const roleStatements = (stack: SynthesizedStack): Statement[] =>
  ["aws_iam_role_policy", "aws_iam_policy"].flatMap((type) =>
    stack.all(type).flatMap(({ policy }) => statementsOf(policy)),
  );

const resourceStatements = (stack: SynthesizedStack, types: readonly string[]): Statement[] =>
  types.flatMap((type) => stack.all(type).flatMap(({ policy }) => (policy === undefined ? [] : statementsOf(policy))));

const shown = (statements: readonly Statement[]): string[] => statements.map((statement) => JSON.stringify(statement));

/** AWS requires these on all resources, to attach a function to a network. */
const WITHOUT_RESOURCE =
  /^ec2:(?:(?:Create|Delete)NetworkInterface|Describe(?:NetworkInterfaces|Subnets)|(?:Una|A)ssignPrivateIpAddresses)$/;

const isForEveryone = ({ Effect, Principal }: Statement): boolean =>
  Effect === "Allow" && JSON.stringify(Principal ?? "*").includes('"*"');

/** AWS documents no condition that works for EventBridge on a topic or its key. */
const isOfEventBridge = ({ Principal }: Statement): boolean =>
  JSON.stringify(Principal) === '{"Service":"events.amazonaws.com"}';

function first(json: SpoilableJson, type: string): Record<string, unknown> {
  const [resource] = Object.values(json.resource[type] ?? {});
  if (resource === undefined) throw new Error(`no ${type} to spoil`);
  return resource;
}

function add(json: SpoilableJson, type: string, resource: Record<string, unknown>): void {
  (json.resource[type] ??= {})["spoilt"] = resource;
}

const policy = (...statements: object[]): string => JSON.stringify({ Version: "2012-10-17", Statement: statements });

const ROLE = { role: "somebody", name: "wrong" };

export const CHECKS: Readonly<Record<string, Check>> = {
  "everything is tagged": {
    problems: ({ json }) =>
      (json.provider?.aws ?? [{}])
        .map((provider) => (provider["default_tags"] as { tags: Record<string, string> }[] | undefined)?.[0]?.tags)
        .flatMap((tags) => (tags?.["application"] === "cdktf-piste" ? [] : [`default tags ${JSON.stringify(tags)}`])),
    spoil: (json) => {
      json.provider.aws.forEach((provider) => delete provider["default_tags"]);
    },
  },
  "the refresher's failures raise alarms": {
    problems: (stack) => {
      const alarms = stack.all("aws_cloudwatch_metric_alarm").map(named);
      const functions = stack.all("aws_lambda_function").map(named);
      const refreshers = functions.filter((name) => name.endsWith("-token-refresh"));
      const missing = refreshers.flatMap((name) =>
        ["refresher-failing", "refresher-silent", "token-lapsing"]
          .map((alarm) => name.replace("token-refresh", alarm))
          .filter((alarm) => !alarms.includes(alarm)),
      );
      return [...none(/^aws_secretsmanager_secret_rotation$/)(stack), ...missing];
    },
    spoil: (json) => {
      json.resource["aws_cloudwatch_metric_alarm"] = {};
    },
  },
  "every secret is read by a function": {
    problems: (stack) => {
      const readable = roleStatements(stack)
        .filter(({ Action }) => list(Action).includes("secretsmanager:GetSecretValue"))
        .flatMap(({ Resource }) => list(Resource));
      return stack
        .all("aws_secretsmanager_secret")
        .map(named)
        .filter((name) => {
          const reference = stack.reference("aws_secretsmanager_secret", "arn", { name });
          const pattern = `:secret:${name.replace(/(\/technical-account\/).*$/, "$1*")}-??????`;
          return !readable.some((arn) => arn === reference || arn.endsWith(pattern));
        });
    },
    spoil: (json) => {
      add(json, "aws_secretsmanager_secret", { name: "piste/prod/chorus-pro/forgotten" });
    },
  },
  "no function is open to others": {
    problems: none(/^aws_lambda_(?:permission|function_url|layer_version_permission)$/),
    spoil: (json) => {
      add(json, "aws_lambda_permission", { principal: "*", action: "lambda:InvokeFunction" });
    },
  },
  "every function has a runtime that AWS maintains": {
    problems: each("aws_lambda_function", ({ runtime }) => !["nodejs22.x", "nodejs24.x"].includes(String(runtime))),
    spoil: (json) => {
      first(json, "aws_lambda_function")["runtime"] = "nodejs20.x";
    },
  },
  "every function is in all the subnets that are given": {
    problems: each("aws_lambda_function", ({ vpc_config }) => {
      const { subnet_ids } = (vpc_config ?? {}) as { subnet_ids?: string[] };
      return !(subnet_ids?.length === 2);
    }),
    spoil: (json) => {
      (first(json, "aws_lambda_function")["vpc_config"] as { subnet_ids: string[] }).subnet_ids.pop();
    },
  },
  "no role has all actions of AWS or of a service": {
    problems: (stack) =>
      shown(
        roleStatements(stack).filter(
          ({ Effect, Action, Resource }) =>
            Effect === "Allow" &&
            (list(Action).some((action) => action.includes("*")) ||
              (list(Resource).includes("*") && !list(Action).every((action) => WITHOUT_RESOURCE.test(action)))),
        ),
      ),
    spoil: (json) => {
      const statement = { Effect: "Allow", Action: "secretsmanager:*", Resource: "arn:aws:secretsmanager:::secret:x" };
      add(json, "aws_iam_role_policy", { ...ROLE, policy: policy(statement) });
    },
  },
  "no IAM user or access key is made": {
    problems: none(/^aws_iam_(?:user|group|access_key|virtual_mfa)/),
    spoil: (json) => {
      add(json, "aws_iam_access_key", { user: "somebody" });
    },
  },
  "no managed policy is made": {
    problems: none(/^aws_iam_policy$/, /^aws_iam_.*attachment/),
    spoil: (json) => {
      add(json, "aws_iam_policy", { policy: policy({ Effect: "Allow", Action: "kms:Decrypt", Resource: "*" }) });
    },
  },
  "no role may decrypt with every key": {
    problems: (stack) =>
      shown(
        roleStatements(stack).filter(
          ({ Effect, Action, Resource }) =>
            Effect === "Allow" &&
            list(Action).some((action) => /^(?:kms:|\*)/i.test(action)) &&
            list(Resource).some((resource) => resource === "*" || /:(?:key\/)?\*$/.test(resource)),
        ),
      ),
    spoil: (json) => {
      const statement = {
        Effect: "Allow",
        Action: ["kms:Decrypt"],
        Resource: "arn:aws:kms:eu-west-3:123456789012:key/*",
      };
      add(json, "aws_iam_role_policy", { ...ROLE, policy: policy(statement) });
    },
  },
  "a deleted key is kept for 30 days": {
    // AWS's default is 30 days.
    problems: each(
      "aws_kms_key",
      ({ deletion_window_in_days }) => deletion_window_in_days !== undefined && deletion_window_in_days !== 30,
    ),
    spoil: (json) => {
      first(json, "aws_kms_key")["deletion_window_in_days"] = 7;
    },
  },
  "every key is rotated": {
    problems: each("aws_kms_key", ({ enable_key_rotation }) => enable_key_rotation !== true),
    spoil: (json) => {
      delete first(json, "aws_kms_key")["enable_key_rotation"];
    },
  },
  "no key is open to others": {
    problems: (stack) =>
      shown(
        resourceStatements(stack, ["aws_kms_key"]).filter((statement) => {
          const principal = JSON.stringify(statement.Principal);
          const isAccount = /^\{"AWS":"arn:[^"]+:iam::\$\{data\.aws_caller_identity\.[^"]+:root"\}$/.test(principal);
          const isLimited =
            isOfEventBridge(statement) ||
            (principal.startsWith('{"Service":') && JSON.stringify(statement).includes('"aws:SourceArn"'));
          return isForEveryone(statement) || !(isAccount || isLimited);
        }),
      ),
    spoil: (json) => {
      const statement = { Effect: "Allow", Principal: { AWS: "*" }, Action: "kms:Decrypt", Resource: "*" };
      first(json, "aws_kms_key")["policy"] = policy(statement);
    },
  },
  "every topic is encrypted with a key of one's own": {
    problems: each("aws_sns_topic", ({ kms_master_key_id }) => !String(kms_master_key_id).includes("aws_kms_key")),
    spoil: (json) => {
      delete first(json, "aws_sns_topic")["kms_master_key_id"];
    },
  },
  "no topic is open to others": {
    // Without a policy, only its account may use a topic.
    problems: (stack) =>
      shown(
        resourceStatements(stack, ["aws_sns_topic", "aws_sns_topic_policy"]).filter(
          (statement) =>
            isForEveryone(statement) ||
            !(isOfEventBridge(statement) || JSON.stringify(statement.Condition ?? "").includes("aws:SourceArn")),
        ),
      ),
    spoil: (json) => {
      const statement = { Effect: "Allow", Principal: "*", Action: "sns:Subscribe", Resource: "*" };
      add(json, "aws_sns_topic_policy", { arn: "topic", policy: policy(statement) });
    },
  },
  "every alarm has an action": {
    problems: each(
      "aws_cloudwatch_metric_alarm",
      ({ alarm_actions }) => !((alarm_actions as unknown[] | undefined)?.length ?? 0),
    ),
    spoil: (json) => {
      first(json, "aws_cloudwatch_metric_alarm")["alarm_actions"] = [];
    },
  },
  "every alarm is switched on": {
    problems: each("aws_cloudwatch_metric_alarm", ({ actions_enabled }) => actions_enabled === false),
    spoil: (json) => {
      first(json, "aws_cloudwatch_metric_alarm")["actions_enabled"] = false;
    },
  },
  "every function's log is kept for a year": {
    problems: (stack) => {
      const groups = new Map(
        stack.all("aws_cloudwatch_log_group").map((group) => [named(group), Number(group["retention_in_days"])]),
      );
      return stack
        .all("aws_lambda_function")
        .map((each) => `/aws/lambda/${named(each)}`)
        .filter((group) => !((groups.get(group) ?? 0) >= 365));
    },
    spoil: (json) => {
      first(json, "aws_cloudwatch_log_group")["retention_in_days"] = 90;
    },
  },
  "the state's bucket is closed to the public": {
    ofState: true,
    problems: eachBucketHas("aws_s3_bucket_public_access_block", (block) =>
      ["block_public_acls", "block_public_policy", "ignore_public_acls", "restrict_public_buckets"].every(
        (setting) => block[setting] === true,
      ),
    ),
    spoil: (json) => {
      first(json, "aws_s3_bucket_public_access_block")["restrict_public_buckets"] = false;
    },
  },
  "the state's bucket lets no other account in": {
    ofState: true,
    problems: (stack) =>
      shown(resourceStatements(stack, ["aws_s3_bucket_policy"]).filter(({ Effect }) => Effect !== "Deny")),
    spoil: (json) => {
      const statement = { Effect: "Allow", Principal: { AWS: "123456789012" }, Action: "s3:GetObject", Resource: "*" };
      add(json, "aws_s3_bucket_policy", { bucket: "state", policy: policy(statement) });
    },
  },
  "the state's bucket refuses requests without TLS": {
    ofState: true,
    problems: eachBucketHas("aws_s3_bucket_policy", ({ policy: text }) =>
      statementsOf(text).some(
        ({ Effect, Principal, Action, Resource, Condition }) =>
          Effect === "Deny" &&
          Principal === "*" &&
          list(Action).includes("s3:*") &&
          // The bucket and its objects.
          list(Resource).filter((arn) => /^\$\{aws_s3_bucket\.\w+\.arn\}(?:\/\*)?$/.test(arn)).length === 2 &&
          JSON.stringify(Condition) === '{"Bool":{"aws:SecureTransport":"false"}}',
      ),
    ),
    spoil: (json) => {
      const bucketPolicy = first(json, "aws_s3_bucket_policy");
      bucketPolicy["policy"] = String(bucketPolicy["policy"]).replace("SecureTransport", "PrincipalIsAWSService");
    },
  },
  "the state's bucket has no access list": {
    ofState: true,
    problems: (stack) => [
      ...none(/^aws_s3_bucket_acl$/)(stack),
      ...each("aws_s3_bucket", ({ acl, grant }) => acl !== undefined || grant !== undefined)(stack),
      ...eachBucketHas(
        "aws_s3_bucket_ownership_controls",
        ({ rule }) => JSON.stringify(rule) === '{"object_ownership":"BucketOwnerEnforced"}',
      )(stack),
    ],
    spoil: (json) => {
      first(json, "aws_s3_bucket_ownership_controls")["rule"] = { object_ownership: "ObjectWriter" };
    },
  },
  "old versions in the state's bucket expire": {
    ofState: true,
    problems: eachBucketHas("aws_s3_bucket_lifecycle_configuration", ({ rule }) =>
      (rule as Record<string, unknown>[]).some(
        ({ status, noncurrent_version_expiration: oldVersions, abort_incomplete_multipart_upload: uploads }) =>
          status === "Enabled" && oldVersions !== undefined && uploads !== undefined,
      ),
    ),
    spoil: (json) => {
      const [rule] = first(json, "aws_s3_bucket_lifecycle_configuration")["rule"] as Record<string, unknown>[];
      if (rule !== undefined) rule["status"] = "Disabled";
    },
  },
  "the state's bucket keeps every version": {
    ofState: true,
    problems: eachBucketHas(
      "aws_s3_bucket_versioning",
      ({ versioning_configuration }) => JSON.stringify(versioning_configuration) === '{"status":"Enabled"}',
    ),
    spoil: (json) => {
      first(json, "aws_s3_bucket_versioning")["versioning_configuration"] = { status: "Suspended" };
    },
  },
};
