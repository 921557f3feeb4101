/**
 * Stand-in for AWS as documented, over HTTP, for `piste verify`: an application whose function ticks each minute, late
 * metrics, metric math, an IAM simulator, a schedule that can be stopped, and the alarm on silence. Tests can change
 * each fact.
 */
import type * as http from "node:http";
import { evaluateMath, type Series } from "../../../aws/alarms/metric-math";
import { membersOf } from "../../../piste/json";
import { metricDimensions } from "../../../lambda/token-refresh/contract";
import { PisteApplication } from "../../../constructs";
import { PisteStack } from "../../../stacks/piste-stack";
import { MetricStore, type Statistic } from "../../../simulation/metric-store";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { AppliedStack } from "../../iam/applied";
import { ACCOUNT, functionArn, roleArn, topicArn } from "../../iam/arns";
import { understand, type Input } from "../../iam/aws-requests";
import { defaultTopicPolicy } from "../../iam/service-calls";
import { isAllowed, type Policy, type World } from "../../iam/simulator";
import { scheduleRoleName, tokenRefreshFunctionName } from "../../../aws/names";
import type { Environment } from "../../../piste/environments";
import { LocalServer, type ReceivedRequest } from "../../local-server";
import { synthesizeApp, type Block, type Statement } from "../../constructs/synthesize";

export const APPLICATION = "chorus-pro";
export const CONSUMER = roleArn("reads-token");
export const ADDRESS = "canary-address@exemple.fr";
export const FUNCTION = "piste-prod-chorus-pro-token-refresh";
const SECOND = 1000;
const MINUTE = 60 * SECOND;

interface Deployed {
  readonly applied: AppliedStack;
  readonly alarms: readonly Block[];
  readonly schedules: readonly Block[];
}

function synthesized(environment: Environment): Deployed {
  const stacks = synthesizeApp((app) => {
    const stack = new PisteStack(app, environment, {
      applications: [
        {
          name: APPLICATION,
          technicalAccounts: [
            { name: "default", structure: { identifier: "12345678200010", identifierType: "SIRET" } },
          ],
        },
      ],
      alarmEmails: [ADDRESS],
      encryptAlarms: true,
    });
    const role = new IamRole(stack, "consumer", {
      name: "reads-token",
      assumeRolePolicy: JSON.stringify({ Version: "2012-10-17", Statement: [] }),
    });
    const application = stack.node.findAll().find((each) => each instanceof PisteApplication);
    if (application === undefined) throw new Error("the stack has no application");
    application.accessToken.grantRead(role);
  });
  const stack = stacks[environment];
  if (stack === undefined) throw new Error(`${environment} was not synthesized`);
  return {
    applied: new AppliedStack(stack),
    alarms: stack.all("aws_cloudwatch_metric_alarm"),
    schedules: stack.all("aws_scheduler_schedule"),
  };
}
/** Shared: tests only read it. */
const deployed = new Map<Environment, Deployed>();
function deployedIn(environment: Environment): Deployed {
  const found = deployed.get(environment) ?? synthesized(environment);
  deployed.set(environment, found);
  return found;
}
const { applied: APPLIED } = deployedIn("prod");

interface Query {
  readonly Id: string;
  readonly Expression?: string;
  readonly MetricStat?: {
    readonly Metric: {
      readonly Namespace: string;
      readonly MetricName: string;
      readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[];
    };
    readonly Period: number;
    readonly Stat: Statistic;
  };
}

interface MetricData {
  readonly Id: string;
  readonly StatusCode: string;
  /** Epoch seconds. */
  readonly Timestamps: readonly number[];
  readonly Values: readonly number[];
}

const json = (type: string, value: object): readonly [string, string] => [type, JSON.stringify(value)];
const document = ({ statements }: Policy): string => JSON.stringify({ Version: "2012-10-17", Statement: statements });
const xml = (operation: string, inside: string): readonly [string, string] => [
  "text/xml",
  `<${operation}Response><${operation}Result>${inside}</${operation}Result></${operation}Response>`,
];

/** A schedule of EventBridge Scheduler, with dates in epoch seconds. */
export type KeptSchedule = Readonly<Record<string, unknown>> & {
  readonly Description?: string;
  readonly StartDate?: number;
  readonly State?: string;
  readonly Target: { readonly Arn: string; readonly RoleArn: string; readonly Input: string };
};

export class DocumentedAws extends LocalServer {
  private readonly stack: Deployed;
  readonly functionName: string;
  /** All versions of the schedule, with the time of each update; the last is in force. */
  readonly schedules: { readonly at: number; readonly schedule: KeptSchedule }[] = [];
  /** When the alarm on silence changed to ALARM. */
  rangAt: number | undefined;
  /** False: the alarm on silence never goes off; the ticks go on after a stop. */
  rings = true;
  stops = true;
  /** Next calls of GetSchedule that still give the previous version. */
  staleLooks = 0;
  /** The alarm on silence has no data before this time. */
  silentHasDataAt = 0;
  /** Hooks that run after an operation, before its answer is sent. */
  readonly after = new Map<string, () => unknown>();
  readonly rolePolicies: Map<string, readonly Policy[]>;
  readonly resourcePolicies: Map<string, Policy>;

  constructor(readonly environment: Environment = "prod") {
    super();
    this.stack = deployedIn(environment);
    this.functionName = tokenRefreshFunctionName(environment, APPLICATION);
    const { applied, schedules } = this.stack;
    this.rolePolicies = new Map([...applied.rolePolicies].map(([role, policies]) => [role, [...policies]]));
    this.resourcePolicies = new Map(applied.resourcePolicies);
    const tick = schedules.find(({ name }) => String(name).endsWith("-tick")) ?? {};
    const target = (tick["target"] ?? {}) as Block;
    const schedule: KeptSchedule = {
      Name: tick["name"],
      GroupName: `piste-${environment}-${APPLICATION}`,
      Description: String(tick["description"]),
      ScheduleExpression: tick["schedule_expression"],
      ScheduleExpressionTimezone: "UTC",
      FlexibleTimeWindow: { Mode: "OFF" },
      ActionAfterCompletion: "NONE",
      State: "ENABLED",
      Target: {
        Arn: functionArn(this.functionName),
        RoleArn: roleArn(scheduleRoleName(environment, APPLICATION)),
        Input: String(target["input"]),
        RetryPolicy: { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0 },
      } as KeptSchedule["Target"],
    };
    this.schedules.push({ at: this.deployedAt, schedule });
  }

  get schedule(): KeptSchedule {
    const { schedule } = this.schedules.at(-1) ?? {};
    if (schedule === undefined) throw new Error("no schedule was kept");
    return schedule;
  }
  /** AWS's clock. */
  now = Date.parse("2026-03-02T10:00:20Z");
  deployedAt = this.now - 75 * MINUTE;
  readonly asked: { readonly operation: string; readonly input: Input }[] = [];
  /** Refused operations. */
  readonly denied = new Set<string>();

  // Facts that a test can change.
  hasTick: (minutesAgo: number) => boolean = () => true;
  metricDelay = 40 * SECOND;
  /** The token's remaining lifetime at each tick. */
  secondsToExpiry: number | undefined;
  errorsHaveZeros = true;
  /** Changes the value of an expression. */
  evaluated: (expression: string, value: Series, inputs: Readonly<Record<string, Series>>) => Series = (_, value) =>
    value;
  /** Changes the deployed alarms' expressions, as an override does. */
  deployed: (expression: unknown) => unknown = (expression) => expression;
  actionRefused = false;
  /** False: the latest change of state ran no actions. */
  hasActed = true;
  /** The type of Access Analyzer's findings; undefined: an answer without findings. */
  finding: string | undefined = "SUGGESTION";
  confirmed = true;
  /** The topics' key, if not the deployed one. */
  topicKey: string | undefined;
  /** The last change of the alarms' definitions. */
  configuredAt = this.deployedAt;
  /** Ticks that Lambda killed before they could report. */
  isKilled: (minutesAgo: number) => boolean = () => false;
  /** Offset of a metric's periods from multiples of their length. */
  periodsBegin = 0;
  /** Data points a metric and page of GetMetricData. */
  pageSize = Infinity;
  /** Of GetMetricData's results. */
  statusCode = "Complete";
  /** Duration of GetMetricData. */
  takes = 0;
  /** False: KMS answers without a key policy. */
  hasKeyPolicy = true;
  /** The error of refused operations. */
  deniedWith = "AccessDenied";
  /** False: the policy simulator answers without a decision. */
  decides = true;

  static start(environment: Environment = "prod"): Promise<DocumentedAws> {
    return new DocumentedAws(environment).listen();
  }

  /** Adds a right to a deployed role. */
  allow(role: string, statement: Statement): void {
    const { policies = [] } = { policies: this.rolePolicies.get(role) };
    this.rolePolicies.set(role, [...policies, { name: "more", statements: [statement] }]);
  }

  protected answer({ body, ...received }: ReceivedRequest, outgoing: http.ServerResponse): Promise<void> {
    if (received.url.startsWith("/sleep/")) {
      // The test's programs sleep by this clock.
      outgoing.end(String((this.now += Number(received.url.slice("/sleep/".length)))));
      return Promise.resolve();
    }
    const validation = received.url === "/policy/validation";
    const { operation, input } = validation
      ? { operation: "ValidatePolicy", input: JSON.parse(body.toString("utf8")) as Input }
      : understand({ ...received, body: body.toString("utf8") });
    this.asked.push({ operation, input });
    if (this.denied.has(operation)) {
      const code = this.deniedWith;
      const [type, text] = received.headers["content-type"]?.includes("form")
        ? ["text/xml", `<ErrorResponse><Error><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`]
        : json("application/x-amz-json-1.1", { __type: `${code}Exception`, message: "no" });
      outgoing.writeHead(403, { "content-type": type, "x-amzn-errortype": `${code}Exception` }).end(text);
      return Promise.resolve();
    }
    return Promise.resolve(this.resultOf(operation, input)).then(async ([type, text]) => {
      await this.after.get(operation)?.();
      outgoing.writeHead(200, { "content-type": type }).end(text);
    });
  }

  private resultOf(operation: string, input: Input): readonly [string, string] | Promise<readonly [string, string]> {
    const given = (name: string): string => (typeof input[name] === "string" ? input[name] : "");
    const json0 = (value: object): readonly [string, string] => json("application/x-amz-json-1.0", value);
    switch (operation) {
      case "GetCallerIdentity":
        return xml(operation, `<Account>${ACCOUNT}</Account><Arn>${roleArn("verifier")}</Arn>`);
      case "GetParametersByPath": {
        const parameters = [...this.stack.applied.parameters].map(([Name, Value]) => ({
          Name,
          Value,
          ARN: `arn:aws:ssm:eu-west-3:${ACCOUNT}:parameter${Name}`,
        }));
        return json0({ Parameters: parameters });
      }
      case "GetMetricData":
        this.now += this.takes;
        return json0(this.page(this.metricData(input), Number(input["NextToken"] ?? 0)));
      case "FilterLogEvents":
        return json0({ events: this.lines().filter(({ timestamp }) => timestamp >= Number(input["startTime"])) });
      case "DescribeAlarms":
        return json0({ MetricAlarms: this.alarmsCalled(input["AlarmNames"] as readonly unknown[]) });
      case "DescribeAlarmHistory":
        return json0({ AlarmHistoryItems: this.history(given("AlarmName")) });
      case "GetFunctionConfiguration":
        return json0({
          FunctionName: this.functionName,
          Role: this.stack.applied.functions[0]?.roleArn,
          Runtime: "nodejs22.x",
        });
      case "GetResourcePolicy": {
        const secret = this.stack.applied.secrets.find(({ name }) => name === given("SecretId"));
        const policy = this.resourcePolicies.get(secret?.arn ?? "");
        return json0({ ARN: secret?.arn, Name: secret?.name, ...(policy && { ResourcePolicy: document(policy) }) });
      }
      case "GetTopicAttributes":
        return xml(operation, `<Attributes>${this.topic(given("TopicArn"))}</Attributes>`);
      case "ListSubscriptionsByTopic": {
        const arn = this.confirmed ? `${given("TopicArn")}:1` : "PendingConfirmation";
        return xml(
          operation,
          `<Subscriptions><member><Protocol>email</Protocol><Endpoint>${ADDRESS}</Endpoint><SubscriptionArn>${arn}</SubscriptionArn></member></Subscriptions>`,
        );
      }
      case "GetSchedule":
        return json("application/json", {
          ...(this.staleLooks-- > 0 ? this.schedules.at(-2)?.schedule : this.schedule),
          Arn: "arn",
          CreationDate: 1,
          LastModificationDate: this.now,
        });
      case "UpdateSchedule": {
        // UpdateSchedule replaces the whole schedule.
        const { ClientToken: token, ...schedule } = input;
        if (token === undefined) throw new Error("a request without its token");
        this.schedules.push({ at: this.now, schedule: schedule as unknown as KeptSchedule });
        return json("application/json", { ScheduleArn: "arn" });
      }
      case "GetKeyPolicy":
        return json0(
          this.hasKeyPolicy ? { Policy: document(this.policyOn(given("KeyId"))), PolicyName: "default" } : {},
        );
      case "ListRolePolicies": {
        const names = (this.rolePolicies.get(given("RoleName")) ?? []).map(({ name }) => `<member>${name}</member>`);
        return xml(operation, `<PolicyNames>${names.join("")}</PolicyNames>`);
      }
      case "GetRolePolicy": {
        const policy = this.rolePolicies.get(given("RoleName"))?.find(({ name }) => name === given("PolicyName"));
        const text = encodeURIComponent(document(policy ?? { name: "", statements: [] }));
        return xml(operation, `<PolicyDocument>${text}</PolicyDocument>`);
      }
      case "SimulatePrincipalPolicy":
        return this.simulated(given).then((allowed) =>
          xml(
            operation,
            this.decides
              ? `<EvaluationResults><member><EvalDecision>${allowed ? "allowed" : "implicitDeny"}</EvalDecision></member></EvaluationResults>`
              : "<IsTruncated>true</IsTruncated><Marker>more</Marker><EvaluationResults/>",
          ),
        );
      case "ValidatePolicy": {
        const { Statement: statements } = JSON.parse(given("policyDocument")) as { readonly Statement: Statement[] };
        // "Security warning – Restrict access to service principal".
        const isOpen = statements.some(
          ({ Principal: principal, Condition: condition }) =>
            membersOf(principal)?.["Service"] !== undefined && condition === undefined,
        );
        const found = { findingType: isOpen ? "SECURITY_WARNING" : this.finding, issueCode: "A", findingDetails: "a" };
        return json("application/json", this.finding === undefined ? {} : { findings: [found] });
      }
      default:
        throw new Error(`the stand-in does not know ${operation}`);
    }
  }

  private ticks(): number[] {
    const all: number[] = [];
    for (let at = this.deployedAt; at <= this.now; at += MINUTE)
      all.push(Math.floor(at / MINUTE) * MINUTE + 3 * SECOND);
    const last = Math.floor(this.now / MINUTE);
    return all.filter(
      (at) => at <= this.now && this.hasTick(last - Math.floor(at / MINUTE)) && (!this.stops || this.isScheduled(at)),
    );
  }

  private isScheduled(at: number): boolean {
    const { State: state = "ENABLED", StartDate: start = 0 } =
      this.schedules.filter((kept) => kept.at <= at).at(-1)?.schedule ?? {};
    return state === "ENABLED" && start * SECOND <= at;
  }

  /** 12 of the last 22 complete minutes without a tick, after a first one; stays true. */
  private isSilent(): boolean {
    const minutes = new Set(this.ticks().map((at) => Math.floor(at / MINUTE)));
    const now = Math.floor(this.now / MINUTE);
    const window = Array.from({ length: 22 }, (_, index) => now - 22 + index);
    const first = window.findIndex((minute) => minutes.has(minute));
    const silent = first >= 0 && window.slice(first).filter((minute) => !minutes.has(minute)).length >= 12;
    if (silent && this.rings) this.rangAt ??= this.now;
    return this.rangAt !== undefined;
  }

  private lines(): { readonly message: string; readonly timestamp: number; readonly ingestionTime: number }[] {
    return this.ticks()
      .filter((at) => at + 2 * SECOND <= this.now)
      .map((at) => ({
        message: JSON.stringify({ _aws: { Timestamp: at }, Application: APPLICATION, Ticks: 1, operation: "tick" }),
        timestamp: at + SECOND,
        ingestionTime: at + 2 * SECOND,
      }));
  }

  /** Pages with NextToken; only queries without expressions have pages. */
  private page(results: readonly MetricData[], from: number): object {
    if (results.every(({ Values: values }) => values.length <= this.pageSize)) return { MetricDataResults: results };
    const to = from + this.pageSize;
    const isLast = results.every(({ Values: values }) => values.length <= to);
    return {
      MetricDataResults: results.map((result) => ({
        ...result,
        StatusCode: isLast ? "Complete" : "PartialData",
        Timestamps: result.Timestamps.slice(from, to),
        Values: result.Values.slice(from, to),
      })),
      ...(!isLast && { NextToken: String(to) }),
    };
  }

  private metricData(input: Input): MetricData[] {
    const store = new MetricStore();
    const ofLambda = (name: string) => ({
      namespace: "AWS/Lambda",
      name,
      dimensions: { FunctionName: this.functionName },
    });
    const last = Math.floor(this.now / MINUTE);
    for (const at of this.ticks()) {
      const killed = this.isKilled(last - Math.floor(at / MINUTE));
      if (!killed && at + this.metricDelay <= this.now) {
        store.add(
          { namespace: "Piste", name: "Ticks", dimensions: metricDimensions(this.environment, APPLICATION) },
          at,
          1,
        );
      }
      const left = {
        namespace: "Piste",
        name: "SecondsToExpiry",
        dimensions: metricDimensions(this.environment, APPLICATION),
      };
      if (this.secondsToExpiry !== undefined) store.add(left, at, this.secondsToExpiry);
      if (at + MINUTE > this.now) continue;
      store.add(ofLambda("Invocations"), at, 1);
      if (killed || this.errorsHaveZeros) store.add(ofLambda("Errors"), at, Number(killed));
    }
    const [from, to] = [Number(input["StartTime"]) * SECOND, Number(input["EndTime"]) * SECOND];
    const queries = input["MetricDataQueries"] as readonly Query[];
    const period = (queries.find(({ MetricStat: stat }) => stat)?.MetricStat?.Period ?? 60) * SECOND;
    const begin = period > MINUTE ? from + this.periodsBegin : from;
    const grid = Array.from({ length: Math.ceil((to - begin) / period) }, (_, index) => begin + index * period);
    const series: Record<string, Series> = {};
    for (const { Id: id, Expression: expression, MetricStat: stat } of queries) {
      if (stat !== undefined) {
        const { Namespace: namespace, MetricName: name, Dimensions = [] } = stat.Metric;
        const dimensions = Object.fromEntries(Dimensions.map(({ Name, Value }) => [Name, Value]));
        series[id] = grid.map((at) => store.read({ namespace, name, dimensions }, stat.Stat, at, at + period));
      } else if (expression !== undefined) {
        // AWS: "a non-sparse time series", so each period has a value.
        const value = expression.startsWith("EPOCH(")
          ? grid.map((at) => at / SECOND)
          : expression.startsWith("ABS(")
            ? grid.map(() => 1)
            : evaluateMath(expression, series);
        series[id] = this.evaluated(expression, value, series);
      }
    }
    return queries.map(({ Id: id }) => {
      const points = grid.flatMap((at, index) => {
        const value = series[id]?.[index];
        return value === undefined ? [] : [[at / SECOND, value] as const];
      });
      // CloudWatch gives the newest first.
      points.reverse();
      return {
        Id: id,
        StatusCode: this.statusCode,
        Timestamps: points.map(([at]) => at),
        Values: points.map(([, value]) => value),
      };
    });
  }

  /** Became OK with the first data. */
  private get changedAt(): number {
    return this.deployedAt + 30 * MINUTE;
  }

  private alarmsCalled(names: readonly unknown[]): object[] {
    return this.stack.alarms.filter((alarm) => names.includes(alarm["alarm_name"])).map((one) => this.described(one));
  }

  private described(alarm: Block): object {
    const queries = alarm["metric_query"] as readonly Block[] | undefined;
    const rangAt = this.stateOf(alarm) === "ALARM" ? this.rangAt : undefined;
    return {
      AlarmName: alarm["alarm_name"],
      ActionsEnabled: true,
      AlarmActions: this.actionsOf(alarm),
      OKActions: this.actionsOf(alarm),
      StateValue: this.stateOf(alarm),
      StateReason: "Threshold Crossed",
      StateUpdatedTimestamp: (rangAt ?? this.now) / SECOND,
      StateTransitionedTimestamp: (rangAt ?? this.changedAt) / SECOND,
      AlarmConfigurationUpdatedTimestamp: this.configuredAt / SECOND,
      EvaluationPeriods: alarm["evaluation_periods"],
      ...(queries && {
        Metrics: queries.map(({ id, expression, metric }) => {
          const { namespace, metric_name: name, dimensions = {}, period, stat } = (metric ?? {}) as Block;
          const named = Object.entries(dimensions as object).map(([Name, Value]) => ({ Name, Value: String(Value) }));
          return {
            Id: id,
            ...(metric === undefined
              ? { Expression: this.deployed(expression) }
              : {
                  MetricStat: {
                    Metric: { Namespace: namespace, MetricName: name, Dimensions: named },
                    Period: period,
                    Stat: stat,
                  },
                }),
          };
        }),
      }),
    };
  }

  private stateOf({ alarm_name: name }: Block): string {
    if (!String(name).endsWith("-refresher-silent")) return "OK";
    if (this.now < this.silentHasDataAt) return "INSUFFICIENT_DATA";
    return this.isSilent() ? "ALARM" : "OK";
  }

  private actionsOf({ alarm_name: name }: Block): readonly string[] {
    return this.stack.applied.alarms.find((alarm) => alarm.name === name)?.topicArns ?? [];
  }

  private history(name: string): object[] {
    if (!this.hasActed) return [];
    const at = (name.endsWith("-refresher-silent") ? this.rangAt : undefined) ?? this.changedAt;
    return (this.stack.applied.alarms.find((alarm) => alarm.name === name)?.topicArns ?? []).map((topic) => ({
      AlarmName: name,
      HistoryItemType: "Action",
      Timestamp: at / SECOND + 0.2,
      HistorySummary: this.actionRefused
        ? `Failed to execute action ${topic}. Received error: "not authorized"`
        : `Successfully executed action ${topic}`,
      HistoryData: JSON.stringify({
        actionState: this.actionRefused ? "Failed" : "Succeeded",
        stateUpdateTimestamp: at,
        notificationResource: topic,
        error: this.actionRefused ? "not authorized" : null,
      }),
    }));
  }

  policyOn(arn: string): Policy {
    return this.resourcePolicies.get(arn) ?? defaultTopicPolicy(arn);
  }

  private topic(arn: string): string {
    const key = this.topicKey ?? this.stack.applied.topics.find((topic) => topic.arn === arn)?.keyArn;
    const own = this.resourcePolicies.get(arn);
    const policy =
      own === undefined
        ? JSON.stringify({ Id: "__default_policy_ID", Statement: defaultTopicPolicy(arn).statements })
        : document(own);
    const escaped = policy.replaceAll('"', "&quot;");
    const entries = { Policy: escaped, ...(key !== undefined && { KmsMasterKeyId: key }) };
    return Object.entries(entries)
      .map(([name, value]) => `<entry><key>${name}</key><value>${value}</value></entry>`)
      .join("");
  }

  private simulated(given: (name: string) => string): Promise<boolean> {
    const principal = given("PolicySourceArn");
    const role = principal.slice(principal.lastIndexOf("/") + 1);
    const world: World = {
      identity: new Map([[principal, this.rolePolicies.get(role) ?? []]]),
      resource: new Map(),
    };
    const key = given("ContextEntries.member.1.ContextKeyName");
    const context = key === "" ? {} : { [key]: given("ContextEntries.member.1.ContextKeyValues.member.1") };
    const call = { action: given("ActionNames.member.1"), resource: given("ResourceArns.member.1"), context };
    return isAllowed(world, { principal, call });
  }
}

export const TOPICS = APPLIED.topics.map(({ name }) => topicArn(name));
export const KEYS = [...new Set(APPLIED.topics.flatMap(({ keyArn }) => keyArn ?? []))];
export const SECRETS = APPLIED.secrets.map(({ name }) => name);
