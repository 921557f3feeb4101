import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import type { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import type { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import type { SchedulerSchedule } from "@cdktf/provider-aws/lib/scheduler-schedule";
import { Token } from "cdktf";
import { Construct } from "constructs";
import { encodeSettings, FUNCTION_TIMEOUT_IN_SECONDS, type CheckInput } from "../lambda/connection-check/contract";
import { connectionAlarmPlan } from "../aws/alarms/alarms";
import { HOSTS, parseEnvironment, type Environment } from "../piste/environments";
import { checkName, DEFAULT_APPLICATION, REFUSED_LABEL, technicalAccountSecretName } from "../piste/names";
import {
  connectionCheckFunctionName,
  connectionCheckScheduleGroupName,
  connectionCheckScheduleRoleName,
} from "../aws/names";
import { alarmActionsOf } from "./internal/alarm-topics";
import { followedName } from "./internal/followed-name";
import { checkLandingZone, type LandingZone } from "./landing-zone";
import { pisteMetric, type Metric, type PisteMetricKey } from "../aws/alarms/metric";
import { readCurrentStageStatements, type IPisteSecret } from "./internal/secrets/secret-base";
import { checkTokenSecret } from "./internal/secrets/secret-names";
import {
  invokeStatement,
  moveLabelsStatement,
  READ_WITH_KEY,
  readStageStatement,
  useKeyStatement,
  type PolicyStatement,
} from "../aws/policy-statements";
import { grant, type Role } from "./internal/role-grants";
import { makeFunction, Schedules, type MadeFunction } from "./internal/functions/scheduled-function";
import { readDescriptionStatement, secretArnByName } from "./internal/stack-singletons";
import { checkAgainstAwsRules } from "./internal/refusals/refused-by-aws";

/** Around the working day, weekends included, so that a loss on Saturday is known before Monday. */
const DEFAULT_SCHEDULE_EXPRESSION = "cron(17 6,10,14,18 * * ? *)";
/** The people who act on the portals are in France. */
const TIME_ZONE = "Europe/Paris";
/** Spreads the checks of many applications and deployments. */
const START_WINDOW_IN_MINUTES = 15;

export interface ConnectionCheckProps {
  readonly environment: Environment;
  /**
   * The name of the PISTE application; its APIs and technical accounts are read from its description.
   * @default "chorus-pro"
   */
  readonly application?: string;
  /** The token to call with; it must have the name that `AccessTokenSecret` gives it. */
  readonly accessToken: IPisteSecret;
  /**
   * The customer-managed KMS keys that technical accounts are encrypted with.
   * @default - AWS's own key for Secrets Manager
   */
  readonly technicalAccountKeyArns?: string[];
  /**
   * The function that replaces a refused token: `TokenRefresher.functionArn`. The check may invoke only this
   * function, at most once per run.
   * @default - none: a refused token is only reported
   */
  readonly refresherArn?: string;
  /**
   * When it runs: an EventBridge Scheduler expression, in Paris time. Runs start up to 15 minutes later.
   * @default "cron(17 6,10,14,18 * * ? *)"
   */
  readonly scheduleExpression?: string;
  /** Must contain the alarm topics. */
  readonly landingZone: LandingZone;
}

/**
 * Calls each API a few times a day, read-only, with the real token and each technical account, and raises an alarm
 * that names the cause of a refusal: an API no longer selected, a lost raccordement or habilitation, a refused
 * password. It never sends a refused password twice: it labels the version `REFUSED`. It renews an unknown token once
 * before it reports it. In prod it sends no made-up login, so it cannot tell whether the API or the account caused a
 * 403; `piste doctor prod --probe` can.
 *
 * It reads the APIs and accounts from the application's description.
 */
export class ConnectionCheck extends Construct {
  readonly functionName: string;
  readonly functionArn: string;
  /** The function's role; undefined for an existing one. */
  readonly role?: IamRole;
  readonly logGroupName: string;
  readonly alarmNames: string[];
  /** The provider's resources, for settings without an option. */
  readonly function: LambdaFunction;
  readonly schedule: SchedulerSchedule;
  readonly logGroup: CloudwatchLogGroup;
  readonly connectionRefused: CloudwatchMetricAlarm;

  private readonly made: MadeFunction;
  private readonly environment: Environment;
  private readonly application: string;

  /** @throws Error naming the invalid prop, the rule and the value. */
  constructor(scope: Construct, id: string, props: ConnectionCheckProps) {
    super(scope, id);
    checkAgainstAwsRules(this);
    this.environment = parseEnvironment(props.environment);
    this.application = props.application ?? DEFAULT_APPLICATION;
    const { environment, application } = this;
    checkName("application", application);
    const zone = checkLandingZone(props.landingZone);
    checkTokenSecret(props.accessToken, environment, application);
    const { scheduleExpression = DEFAULT_SCHEDULE_EXPRESSION, refresherArn } = props;
    checkRefresherArn(refresherArn);

    const functionName = connectionCheckFunctionName(environment, application, zone.namePrefix);
    const made = makeFunction(
      this,
      {
        folder: "connection-check",
        roleOf: "connectionCheck",
        functionName,
        description: `Checks the APIs and technical accounts of ${application} (${environment}) on PISTE`,
        roleDescription: `Connection check of ${application} (${environment})`,
        timeoutInSeconds: FUNCTION_TIMEOUT_IN_SECONDS,
        variables: encodeSettings({
          environment,
          application,
          apiBaseUrl: HOSTS[environment].apiBaseUrl,
          refresherArn,
        }),
        statements: [
          ...readCurrentStageStatements(props.accessToken),
          ...this.accountStatements(props.technicalAccountKeyArns ?? []),
          readDescriptionStatement(this, environment, application),
          ...(refresherArn === undefined ? [] : [invokeStatement(refresherArn)]),
        ],
      },
      zone,
    );
    this.made = made;
    this.role = made.role;
    this.functionName = made.functionName;
    this.logGroupName = made.logGroupName;
    this.logGroup = made.logGroup;
    this.function = made.function;
    this.functionArn = this.function.arn;
    const input: CheckInput = { environment, application, operation: "check" };
    this.schedule = new Schedules(
      this,
      {
        groupName: connectionCheckScheduleGroupName(environment, application, zone.namePrefix),
        roleName: connectionCheckScheduleRoleName(environment, application, zone.namePrefix),
      },
      this,
      zone,
    ).add("schedule", {
      name: functionName,
      description: `Runs of ${this.functionName}`,
      expression: scheduleExpression,
      timeZone: TIME_ZONE,
      windowInMinutes: START_WINDOW_IN_MINUTES,
      input,
    });
    this.connectionRefused = this.makeAlarm(zone);
    this.alarmNames = [followedName(this.connectionRefused, "alarm_name")];
  }

  /** Adds a statement to the role's policy, for features set on the provider's resource such as tracing. */
  addToRolePolicy(statement: PolicyStatement): void {
    this.made.addToRolePolicy(statement);
  }

  /** Lets the role run the check now. */
  grantCheck(role: Role): IamRolePolicy {
    return grant(this, role, "check", this.functionName, [invokeStatement(this.functionArn)]);
  }

  /** A metric of the check, for an alarm or a dashboard. */
  metric(key: PisteMetricKey): Metric {
    return pisteMetric(key, this.environment, this.application);
  }

  /** A name pattern, since hundreds of ARNs would exceed the size limit of a policy. */
  private accountStatements(keyArns: string[]): PolicyStatement[] {
    const accounts = secretArnByName(this, technicalAccountSecretName(this.environment, this.application, "*"));
    return [
      readStageStatement(accounts, "AWSCURRENT"),
      { Effect: "Allow", Action: ["secretsmanager:DescribeSecret"], Resource: accounts },
      // May set the label REFUSED, but not move AWSCURRENT.
      moveLabelsStatement(accounts, [REFUSED_LABEL]),
      ...[...new Set(keyArns)].map((keyArn) => useKeyStatement(keyArn, READ_WITH_KEY, accounts)),
    ];
  }

  private makeAlarm(zone: LandingZone): CloudwatchMetricAlarm {
    const { environment, application } = this;
    const { runbookBaseUrl, namePrefix, tags } = zone;
    return new CloudwatchMetricAlarm(this, "connection-refused", {
      ...connectionAlarmPlan({ environment, application, namePrefix, runbookBaseUrl, logGroupName: this.logGroupName }),
      ...alarmActionsOf(environment, "connection-refused", zone),
      tags,
    });
  }
}

const FUNCTION_ARN = /^arn:[^:*]+:lambda:[^:*]+:\d{12}:function:[\w-]+$/;

/** @throws Error unless it is the ARN of one function: a pattern would let the check invoke others. */
function checkRefresherArn(arn: string | undefined): void {
  if (arn === undefined || Token.isUnresolved(arn) || FUNCTION_ARN.test(arn)) return;
  throw new Error(`refresherArn must be the ARN of one Lambda function, arn:…:function:…, got ${JSON.stringify(arn)}`);
}
