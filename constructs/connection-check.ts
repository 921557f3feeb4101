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
import { refuseWhatAwsRefuses } from "./internal/refusals/refused-by-aws";

/** Around the working day, and at weekends too: what was lost on Saturday is known before Monday. */
const DEFAULT_SCHEDULE_EXPRESSION = "cron(17 6,10,14,18 * * ? *)";
/** The portals' people are in France. */
const TIME_ZONE = "Europe/Paris";
/** So that the checks of many applications, and of many deployments, do not meet PISTE in the same second. */
const START_WINDOW_IN_MINUTES = 15;

export interface ConnectionCheckProps {
  readonly environment: Environment;
  /**
   * The name of the PISTE application; its APIs and technical accounts are read from its description.
   * @default "chorus-pro"
   */
  readonly application?: string;
  /** Where it reads the token; named as `AccessTokenSecret` names it. */
  readonly accessToken: IPisteSecret;
  /**
   * The customer-managed KMS keys that technical accounts are encrypted with.
   * @default - AWS's own key for Secrets Manager
   */
  readonly technicalAccountKeyArns?: string[];
  /**
   * The function that replaces a token which the gateway refuses: `TokenRefresher.functionArn`. The check invokes it at
   * most once in a run, and may invoke no other.
   * @default - none: such a token is only reported
   */
  readonly refresherArn?: string;
  /**
   * When it runs, in EventBridge Scheduler's words and in Paris's time; a run begins up to 15 minutes later.
   * @default "cron(17 6,10,14,18 * * ? *)"
   */
  readonly scheduleExpression?: string;
  /** Has the topics that alarms are published to. */
  readonly landingZone: LandingZone;
}

/**
 * A few times a day calls each API, without changing anything, with the real token and each technical account, and says
 * of a refusal whose it is: an API no longer selected, a raccordement or habilitation lost, a password refused. A refused
 * password is never sent twice: its version gets the label `REFUSED`. A token that the gateway does not know is renewed
 * once before anybody is told. In prod no login that nobody has is sent, so whether
 * a 403 is the API's or the account's is left to `piste doctor prod --probe`.
 *
 * It finds the application by its description, as `PisteApplication` makes it.
 */
export class ConnectionCheck extends Construct {
  readonly functionName: string;
  readonly functionArn: string;
  /** The role that it runs with, unless it was brought in. */
  readonly role?: IamRole;
  readonly logGroupName: string;
  readonly alarmNames: string[];
  /** The provider's resources, for what this construct has no option for. */
  readonly function: LambdaFunction;
  readonly schedule: SchedulerSchedule;
  readonly logGroup: CloudwatchLogGroup;
  readonly connectionRefused: CloudwatchMetricAlarm;

  private readonly made: MadeFunction;
  private readonly environment: Environment;
  private readonly application: string;

  /** @throws Error when a prop breaks its rule, naming the prop, the rule and the value. */
  constructor(scope: Construct, id: string, props: ConnectionCheckProps) {
    super(scope, id);
    refuseWhatAwsRefuses(this);
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

  /** Lets the function do more than it needs: for what you set on its provider's resource, such as tracing. */
  addToRolePolicy(statement: PolicyStatement): void {
    this.made.addToRolePolicy(statement);
  }

  /** Lets the role run the check now. */
  grantCheck(role: Role): IamRolePolicy {
    return grant(this, role, "check", this.functionName, [invokeStatement(this.functionArn)]);
  }

  /** What it reports, for an alarm or a dashboard. */
  metric(key: PisteMetricKey): Metric {
    return pisteMetric(key, this.environment, this.application);
  }

  /** By the pattern of their names: a policy's size has a limit, and a publisher has hundreds. */
  private accountStatements(keyArns: string[]): PolicyStatement[] {
    const accounts = secretArnByName(this, technicalAccountSecretName(this.environment, this.application, "*"));
    return [
      readStageStatement(accounts, "AWSCURRENT"),
      { Effect: "Allow", Action: ["secretsmanager:DescribeSecret"], Resource: accounts },
      // It labels; which version is the current one is not for it to say.
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

/** @throws Error unless it is one function: a pattern would let the check invoke others. */
function checkRefresherArn(arn: string | undefined): void {
  if (arn === undefined || Token.isUnresolved(arn) || FUNCTION_ARN.test(arn)) return;
  throw new Error(`refresherArn must be the ARN of one Lambda function, arn:…:function:…, got ${JSON.stringify(arn)}`);
}
