/**
 * AWS as its documentation has it, over HTTP, for `piste verify`: a deployed application whose function ticks each minute,
 * metrics that come in late, CloudWatch's metric math, IAM by a simulator, and each fact made otherwise on demand.
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
import { ACCOUNT, roleArn, topicArn } from "../../iam/arns";
import { understand, type Input } from "../../iam/aws-requests";
import { defaultTopicPolicy } from "../../iam/service-calls";
import { isAllowed, type Policy, type World } from "../../iam/simulator";
import { LocalServer, type ReceivedRequest } from "../../local-server";
import { synthesizeApp, type Block, type Statement } from "../../constructs/synthesize";

export const APPLICATION = "chorus-pro";
export const CONSUMER = roleArn("reads-token");
export const ADDRESS = "canary-address@exemple.fr";
export const FUNCTION = "piste-prod-chorus-pro-token-refresh";
const SECOND = 1000;
const MINUTE = 60 * SECOND;

function synthesized(): { readonly applied: AppliedStack; readonly alarms: Block[] } {
  const { prod } = synthesizeApp((app) => {
    const stack = new PisteStack(app, "prod", {
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
  if (prod === undefined) throw new Error("prod was not synthesized");
  return { applied: new AppliedStack(prod), alarms: prod.all("aws_cloudwatch_metric_alarm") };
}
const { applied: APPLIED, alarms: ALARMS } = synthesized();

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

export class DocumentedAws extends LocalServer {
  /** AWS's clock. */
  now = Date.parse("2026-03-02T10:00:20Z");
  deployedAt = this.now - 75 * MINUTE;
  readonly asked: { readonly operation: string; readonly input: Input }[] = [];
  /** Operations that are refused. */
  readonly denied = new Set<string>();
  /** Operations that fail once. */
  readonly failing = new Set<string>();

  // What is as documented, or as the deployment has it, and can be otherwise.
  hasTick: (minutesAgo: number) => boolean = () => true;
  metricDelay = 40 * SECOND;
  errorsHaveZeros = true;
  /** Makes the value of an expression another one. */
  evaluated: (expression: string, value: Series, inputs: Readonly<Record<string, Series>>) => Series = (_, value) =>
    value;
  /** As the alarms' definitions have it: somebody may have overridden one. */
  deployed: (expression: unknown) => unknown = (expression) => expression;
  actionRefused = false;
  /** Whether the latest change of state ran the alarms' actions. */
  hasActed = true;
  readonly rolePolicies = new Map([...APPLIED.rolePolicies].map(([role, policies]) => [role, [...policies]]));
  readonly resourcePolicies = new Map(APPLIED.resourcePolicies);
  /** The type of what Access Analyzer finds; none where something else than Access Analyzer answers. */
  finding: string | undefined = "SUGGESTION";
  confirmed = true;
  /** What topics are encrypted with, where it is not the deployment's own key. */
  topicKey: string | undefined;
  /** When the alarms' definitions were changed last. */
  configuredAt = this.deployedAt;
  /** Ticks that Lambda killed before they could report. */
  isKilled: (minutesAgo: number) => boolean = () => false;
  /** How long after a multiple of a metric's period its periods begin. */
  periodsBegin = 0;
  /** How many data points of a metric fit into a page of GetMetricData. */
  pageSize = Infinity;
  /** Of what GetMetricData gives. */
  statusCode = "Complete";
  /** How long GetMetricData takes. */
  takes = 0;
  /** Whether KMS shows the policy of a key. */
  hasKeyPolicy = true;
  /** With what `denied` operations are refused. */
  deniedWith = "AccessDenied";
  /** Whether the policy simulator decides anything. */
  decides = true;

  static start(): Promise<DocumentedAws> {
    return new DocumentedAws().listen();
  }

  /** More rights than the deployment gives. */
  allow(role: string, statement: Statement): void {
    const { policies = [] } = { policies: this.rolePolicies.get(role) };
    this.rolePolicies.set(role, [...policies, { name: "more", statements: [statement] }]);
  }

  protected answer({ body, ...received }: ReceivedRequest, outgoing: http.ServerResponse): Promise<void> {
    const validation = received.url === "/policy/validation";
    const { operation, input } = validation
      ? { operation: "ValidatePolicy", input: JSON.parse(body.toString("utf8")) as Input }
      : understand({ ...received, body: body.toString("utf8") });
    this.asked.push({ operation, input });
    if (this.failing.delete(operation)) {
      outgoing.writeHead(503).end();
      return Promise.resolve();
    }
    if (this.denied.has(operation)) {
      const code = this.deniedWith;
      const [type, text] = received.headers["content-type"]?.includes("form")
        ? ["text/xml", `<ErrorResponse><Error><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`]
        : json("application/x-amz-json-1.1", { __type: `${code}Exception`, message: "no" });
      outgoing.writeHead(403, { "content-type": type, "x-amzn-errortype": `${code}Exception` }).end(text);
      return Promise.resolve();
    }
    return Promise.resolve(this.resultOf(operation, input)).then(([type, text]) => {
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
        const parameters = [...APPLIED.parameters].map(([Name, Value]) => ({
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
        return json0({ MetricAlarms: ALARMS.map((alarm) => this.described(alarm)) });
      case "DescribeAlarmHistory":
        return json0({ AlarmHistoryItems: this.history(given("AlarmName")) });
      case "GetFunctionConfiguration":
        return json0({ FunctionName: FUNCTION, Role: APPLIED.functions[0]?.roleArn, Runtime: "nodejs22.x" });
      case "GetResourcePolicy": {
        const secret = APPLIED.secrets.find(({ name }) => name === given("SecretId"));
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
        throw new Error(`nobody answers ${operation}`);
    }
  }

  private ticks(): number[] {
    const all: number[] = [];
    for (let at = this.deployedAt; at <= this.now; at += MINUTE)
      all.push(Math.floor(at / MINUTE) * MINUTE + 3 * SECOND);
    const last = Math.floor(this.now / MINUTE);
    return all.filter((at) => at <= this.now && this.hasTick(last - Math.floor(at / MINUTE)));
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

  /** The rest follows with the token: only data points without expressions come in pages. */
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
    const ofLambda = (name: string) => ({ namespace: "AWS/Lambda", name, dimensions: { FunctionName: FUNCTION } });
    const last = Math.floor(this.now / MINUTE);
    for (const at of this.ticks()) {
      const killed = this.isKilled(last - Math.floor(at / MINUTE));
      if (!killed && at + this.metricDelay <= this.now) {
        store.add({ namespace: "Piste", name: "Ticks", dimensions: metricDimensions("prod", APPLICATION) }, at, 1);
      }
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
        // "A non-sparse time series": each period has its time.
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
      // The newest come first.
      points.reverse();
      return {
        Id: id,
        StatusCode: this.statusCode,
        Timestamps: points.map(([at]) => at),
        Values: points.map(([, value]) => value),
      };
    });
  }

  /** Became OK when the first data came. */
  private get changedAt(): number {
    return this.deployedAt + 30 * MINUTE;
  }

  private described(alarm: Block): object {
    const queries = alarm["metric_query"] as readonly Block[] | undefined;
    return {
      AlarmName: alarm["alarm_name"],
      ActionsEnabled: true,
      AlarmActions: this.actionsOf(alarm),
      OKActions: this.actionsOf(alarm),
      StateValue: "OK",
      StateReason: "Threshold Crossed",
      StateUpdatedTimestamp: this.now / SECOND,
      StateTransitionedTimestamp: this.changedAt / SECOND,
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

  private actionsOf({ alarm_name: name }: Block): readonly string[] {
    return APPLIED.alarms.find((alarm) => alarm.name === name)?.topicArns ?? [];
  }

  private history(name: string): object[] {
    if (!this.hasActed) return [];
    return (APPLIED.alarms.find((alarm) => alarm.name === name)?.topicArns ?? []).map((topic) => ({
      AlarmName: name,
      HistoryItemType: "Action",
      Timestamp: this.changedAt / SECOND + 0.2,
      HistorySummary: this.actionRefused
        ? `Failed to execute action ${topic}. Received error: "not authorized"`
        : `Successfully executed action ${topic}`,
      HistoryData: JSON.stringify({
        actionState: this.actionRefused ? "Failed" : "Succeeded",
        stateUpdateTimestamp: this.changedAt,
        notificationResource: topic,
        error: this.actionRefused ? "not authorized" : null,
      }),
    }));
  }

  policyOn(arn: string): Policy {
    return this.resourcePolicies.get(arn) ?? defaultTopicPolicy(arn);
  }

  private topic(arn: string): string {
    const key = this.topicKey ?? APPLIED.topics.find((topic) => topic.arn === arn)?.keyArn;
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
