/** What AWS bills of a synthesized stack in a month in which nothing goes wrong. */
import { decodeSettings } from "../../../lambda/token-refresh/contract";
import { DAYS_PER_MONTH, TICK_BILLED_SECONDS } from "../prices";
import { calmDay } from "./calm-day";

/** As far as it is read of what cdktf writes for Terraform. */
export interface TerraformJson {
  readonly resource?: Readonly<Record<string, Readonly<Record<string, Resource>>>>;
}
type Resource = Readonly<Record<string, unknown>>;

const NOTHING = {
  secrets: 0,
  customMetrics: 0,
  alarms: 0,
  alarmMetrics: 0,
  dashboards: 0,
  secretsManagerCalls: 0,
  schedulerInvocations: 0,
  lambdaInvocations: 0,
  lambdaGigabyteSeconds: 0,
  logGigabytesIngested: 0,
  logGigabytesStored: 0,
  emails: 0,
  parameters: 0,
  keys: 0,
};
export type Quantities = Readonly<typeof NOTHING>;

/** Assumed of an application: a few alarms a month, each with its OK. */
export const EMAILS_PER_APPLICATION = 20;

/** Types of which AWS bills nothing, or only the use that is counted elsewhere. */
const FREE = [
  "aws_cloudwatch_log_group",
  "aws_iam_role",
  "aws_iam_role_policy",
  "aws_kms_alias",
  "aws_lambda_function",
  "aws_lambda_function_event_invoke_config",
  "aws_scheduler_schedule_group",
  "aws_secretsmanager_secret_policy",
  "aws_sns_topic",
  "aws_sns_topic_policy",
  "aws_sns_topic_subscription",
];

type Counted = { -readonly [quantity in keyof Quantities]?: number };

/** @throws Error when the stack has something of which it is not known what it costs. */
export async function quantitiesOf(stack: TerraformJson): Promise<Quantities> {
  const total: Record<keyof Quantities, number> = { ...NOTHING };
  for (const [type, resources] of Object.entries(stack.resource ?? {})) {
    for (const resource of Object.values(resources)) {
      for (const [quantity, value] of Object.entries(await counted(type, resource, stack))) {
        total[quantity as keyof Quantities] += value;
      }
    }
  }
  return total;
}

async function counted(type: string, resource: Resource, stack: TerraformJson): Promise<Counted> {
  switch (type) {
    case "aws_secretsmanager_secret":
      return { secrets: 1 };
    case "aws_cloudwatch_metric_alarm":
      return { alarms: 1, alarmMetrics: metricsReadBy(resource) };
    case "aws_cloudwatch_dashboard":
      return { dashboards: 1 };
    case "aws_ssm_parameter":
      if (resource["tier"] === "Advanced") throw new Error("an advanced SSM parameter costs something: add its price");
      return { parameters: 1 };
    case "aws_kms_key":
      return { keys: 1 };
    case "aws_scheduler_schedule":
      return runsOf(resource, stack);
    default:
      if (FREE.includes(type)) return {};
      throw new Error(`scripts/docs/cost/quantities.ts must say what ${type} costs: a count, or a place in FREE`);
  }
}

/** An alarm costs by the metrics that it reads; expressions cost nothing. */
function metricsReadBy({ metric_query: queries }: Resource): number {
  if (!Array.isArray(queries)) return 1;
  return (queries as Resource[]).filter(({ metric }) => metric !== undefined).length;
}

async function runsOf(schedule: Resource, stack: TerraformJson): Promise<Counted> {
  const target = schedule["target"] as { readonly arn: string; readonly input: string };
  const { environment, application, operation } = JSON.parse(target.input) as Record<string, string>;
  const fn = referred(target.arn, stack);
  const { variables } = fn["environment"] as { readonly variables: Record<string, string> };
  const { outageToleranceInMinutes, reserveInMinutes } = decodeSettings(variables);
  const day = await calmDay({ outageToleranceInMinutes, reserveInMinutes });
  const a = (perDay: number): number => perDay * DAYS_PER_MONTH;
  const gigabytes = Number(fn["memory_size"]) / 1024;

  if (operation === "tick") {
    return {
      // A tick reads the token; a refresh reads the credentials and writes the token besides.
      secretsManagerCalls: a(day.ticks + 2 * day.refreshes),
      customMetrics: day.metrics.length,
      schedulerInvocations: a(day.ticks),
      lambdaInvocations: a(day.ticks),
      lambdaGigabyteSeconds: a(day.billedSeconds) * gigabytes,
      ...logged(day.logBytes, fn, stack),
      emails: EMAILS_PER_APPLICATION,
    };
  }
  if (operation === "passwords") {
    const runs = runsADay(String(schedule["schedule_expression"]));
    const accounts = names(stack, "aws_secretsmanager_secret").filter((name) =>
      name.startsWith(`piste/${environment}/${application}/technical-account/`),
    );
    return {
      // It lists the versions of each account's secret, and its line is taken to be as long as that of a waiting tick.
      secretsManagerCalls: a(runs * accounts.length),
      customMetrics: 1,
      schedulerInvocations: a(runs),
      lambdaInvocations: a(runs),
      lambdaGigabyteSeconds: a(runs * (TICK_BILLED_SECONDS + accounts.length * SECONDS_PER_CALL)) * gigabytes,
      ...logged(runs * day.waitingTickLogBytes, fn, stack),
    };
  }
  throw new Error(`scripts/docs/cost/quantities.ts must say what a scheduled ${operation} does, in runsOf`);
}

/** Assumed of a call of Secrets Manager. */
const SECONDS_PER_CALL = 0.02;
const BYTES_PER_GIGABYTE = 1024 ** 3;

/** Logs are kept for their retention; AWS compresses them, which is not counted. */
function logged(bytesADay: number, fn: Resource, stack: TerraformJson): Counted {
  const name = `/aws/lambda/${String(fn["function_name"])}`;
  const group = Object.values(stack.resource?.["aws_cloudwatch_log_group"] ?? {}).find((each) => each["name"] === name);
  const days = Number(group?.["retention_in_days"]);
  if (!(days > 0)) throw new Error(`the log group ${name} must have a retention, got ${String(days)}`);
  return {
    logGigabytesIngested: (bytesADay * DAYS_PER_MONTH) / BYTES_PER_GIGABYTE,
    logGigabytesStored: (bytesADay * days) / BYTES_PER_GIGABYTE,
  };
}

/** The resource that `${type.id.attribute}` refers to. */
function referred(reference: string, stack: TerraformJson): Resource {
  const [, type = "", id = ""] = /^\$\{([^.]+)\.([^.]+)\./.exec(reference) ?? [];
  const resource = stack.resource?.[type]?.[id];
  if (resource === undefined) throw new Error(`there must be a resource for ${reference}`);
  return resource;
}

function names(stack: TerraformJson, type: string): string[] {
  return Object.values(stack.resource?.[type] ?? {}).map(({ name }) => String(name));
}

/** Of `rate(…)`, or of a cron expression that goes by minutes and hours only. */
export function runsADay(expression: string): number {
  const [, every, unit = ""] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const minutes = { minute: 1, hour: 60, day: 24 * 60 }[unit];
  if (every !== undefined && minutes !== undefined) return (24 * 60) / (Number(every) * minutes);
  const [, minute = "", hour = ""] = /^cron\((\S+) (\S+) \S+ \S+ \S+ \S+\)$/.exec(expression) ?? [];
  if (minute === "") throw new Error(`the schedule ${expression} must be a rate or a cron expression`);
  return timesIn(minute, 60) * timesIn(hour, 24);
}

function timesIn(field: string, of: number): number {
  if (field === "*") return of;
  const [, step] = /^(?:\d+|\*)\/(\d+)$/.exec(field) ?? [];
  return step === undefined ? field.split(",").length : Math.ceil(of / Number(step));
}
