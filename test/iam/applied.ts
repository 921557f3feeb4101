/** The configuration that Terraform applies, with each reference replaced by the ARN or name that AWS would give. */
import { statementsOf, type Block, type SynthesizedStack } from "../constructs/synthesize";
import { ACCOUNT, arn, functionArn, keyArn, REGION, roleArn, secretArn, topicArn } from "./arns";
import type { Policy } from "./simulator";

const ARNS: Readonly<Record<string, (resource: Block) => string>> = {
  aws_secretsmanager_secret: ({ name }) => secretArn(String(name)),
  aws_iam_role: ({ name, path }) => roleArn(String(name), path as string | undefined),
  aws_lambda_function: ({ function_name: name }) => functionArn(String(name)),
  aws_cloudwatch_log_group: ({ name }) => arn("logs", `log-group:${String(name)}`),
  aws_scheduler_schedule_group: ({ name }) => arn("scheduler", `schedule-group/${String(name)}`),
  aws_sns_topic: ({ name }) => topicArn(String(name)),
  // A stack creates at most one.
  aws_kms_key: () => keyArn(9),
};

const FOUND: Readonly<Record<string, string>> = {
  "aws_caller_identity.account_id": ACCOUNT,
  "aws_partition.partition": "aws",
  "aws_region.id": REGION,
};

export interface AppliedFunction {
  readonly name: string;
  readonly roleArn: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly logGroup: string;
  readonly inNetwork: boolean;
}

export interface AppliedRole {
  readonly name: string;
  readonly arn: string;
  readonly trust: Policy;
}

export interface AppliedSchedule {
  readonly groupArn: string;
  readonly roleArn: string;
  readonly functionArn: string;
  readonly input: unknown;
}

export interface AppliedTopic {
  readonly name: string;
  readonly arn: string;
  readonly keyArn?: string | undefined;
}

export interface AppliedAlarm {
  readonly name: string;
  readonly topicArns: readonly string[];
}

export interface AppliedRule {
  readonly name: string;
  readonly state: string;
  readonly pattern: object;
  readonly topicArn: string;
  readonly transformer: { readonly input_paths: Readonly<Record<string, string>>; readonly input_template: string };
}

export interface AppliedSecret {
  readonly name: string;
  readonly arn: string;
  readonly keyArn?: string | undefined;
}

export class AppliedStack {
  private readonly resources = new Map<string, Block[]>();

  constructor(private readonly stack: SynthesizedStack) {}

  get secrets(): AppliedSecret[] {
    return this.all("aws_secretsmanager_secret").map(({ name, kms_key_id: key }) => ({
      name: String(name),
      arn: secretArn(String(name)),
      keyArn: key as string | undefined,
    }));
  }

  get parameters(): Map<string, string> {
    const parameters = this.all("aws_ssm_parameter");
    return new Map(parameters.map(({ name, insecure_value: value }) => [String(name), String(value)]));
  }

  get roles(): AppliedRole[] {
    return this.all("aws_iam_role").map((role) => {
      const name = String(role["name"]);
      const trust = { name: `trust of ${name}`, statements: statementsOf(role["assume_role_policy"]) };
      return { name, arn: ARNS["aws_iam_role"]?.(role) ?? "", trust };
    });
  }

  get rolePolicies(): Map<string, Policy[]> {
    const policies = new Map<string, Policy[]>();
    for (const { name, role, policy } of this.all("aws_iam_role_policy")) {
      const made = { name: String(name), statements: statementsOf(policy) };
      policies.set(String(role), [...(policies.get(String(role)) ?? []), made]);
    }
    return policies;
  }

  get functions(): AppliedFunction[] {
    return this.all("aws_lambda_function").map(({ function_name: name, role, environment, vpc_config: network }) => ({
      name: String(name),
      roleArn: String(role),
      variables: (environment as { readonly variables: Record<string, string> }).variables,
      logGroup: `/aws/lambda/${String(name)}`,
      inNetwork: network !== undefined,
    }));
  }

  get schedules(): AppliedSchedule[] {
    return this.all("aws_scheduler_schedule").map(({ group_name: group, target }) => {
      const { arn: called, role_arn: role, input } = target as Record<string, string>;
      return {
        groupArn: arn("scheduler", `schedule-group/${String(group)}`),
        roleArn: role ?? "",
        functionArn: called ?? "",
        input: JSON.parse(input ?? "null") as unknown,
      };
    });
  }

  get topics(): AppliedTopic[] {
    return this.all("aws_sns_topic").map(({ name, kms_master_key_id: key }) => ({
      name: String(name),
      arn: topicArn(String(name)),
      keyArn: key as string | undefined,
    }));
  }

  get alarms(): AppliedAlarm[] {
    return this.all("aws_cloudwatch_metric_alarm").map(({ alarm_name: name, alarm_actions: actions }) => ({
      name: String(name),
      topicArns: actions as string[],
    }));
  }

  get rules(): AppliedRule[] {
    const targets = this.all("aws_cloudwatch_event_target");
    return this.all("aws_cloudwatch_event_rule").map(({ name, state, event_pattern: pattern }) => {
      const [target, ...more] = targets.filter(({ rule }) => rule === name);
      if (target === undefined || more.length > 0) throw new Error(`${String(name)} must have one target`);
      return {
        name: String(name),
        state: String(state),
        pattern: JSON.parse(String(pattern)) as object,
        topicArn: String(target["arn"]),
        transformer: target["input_transformer"] as AppliedRule["transformer"],
      };
    });
  }

  /** Policies of keys, secrets and topics, by ARN. */
  get resourcePolicies(): Map<string, Policy> {
    const policies = new Map<string, Policy>();
    const add = (on: string, policy: unknown): void => {
      policies.set(on, { name: `policy of ${on}`, statements: statementsOf(policy) });
    };
    for (const { policy } of this.all("aws_kms_key")) add(keyArn(9), policy);
    for (const { secret_arn: on, policy } of this.all("aws_secretsmanager_secret_policy")) add(String(on), policy);
    for (const { arn: on, policy } of this.all("aws_sns_topic_policy")) add(String(on), policy);
    return policies;
  }

  private all(type: string): Block[] {
    const all = this.resources.get(type) ?? this.stack.all(type).map((resource) => this.resolved(resource) as Block);
    this.resources.set(type, all);
    return all;
  }

  private resolved(value: unknown): unknown {
    if (typeof value === "string") return this.resolvedText(value);
    if (Array.isArray(value)) return value.map((item) => this.resolved(item));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.resolved(item)]));
  }

  private resolvedText(text: string): string {
    return text.replace(/\$\{([^}]+)\}/g, (reference, expression: string) => {
      const [type = "", id = "", attribute = "", ...more] = expression.replace(/^data\./, "").split(".");
      if (more.length > 0) throw new Error(`${reference} is unknown here`);
      const found = expression.startsWith("data.")
        ? FOUND[`${type}.${attribute}`]
        : this.attribute(type, id, attribute);
      if (found === undefined) throw new Error(`${reference} is unknown here`);
      return found;
    });
  }

  private attribute(type: string, id: string, attribute: string): string | undefined {
    const resource = this.stack.json.resource?.[type]?.[id];
    if (resource === undefined) return undefined;
    if (attribute === "arn") return ARNS[type]?.(resource);
    const value = resource[attribute];
    return typeof value === "string" ? this.resolvedText(value) : undefined;
  }
}
