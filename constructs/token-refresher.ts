import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import type { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import type { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import type { SchedulerSchedule } from "@cdktf/provider-aws/lib/scheduler-schedule";
import type { SchedulerScheduleGroup } from "@cdktf/provider-aws/lib/scheduler-schedule-group";
import { dependable, type ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import {
  encodeSettings,
  FUNCTION_TIMEOUT_IN_SECONDS,
  type FunctionInput,
  type Operation,
  type RefreshSettings,
} from "../lambda/token-refresh/contract";
import { DEFAULT_SCOPE } from "../piste/api-catalogue";
import { HOSTS, parseEnvironment, type Environment } from "../piste/environments";
import { checkName, clientSecretName, DEFAULT_APPLICATION, technicalAccountSecretName } from "../piste/names";
import {
  passwordsScheduleName,
  scheduleGroupName,
  scheduleRoleName,
  tickScheduleName,
  tokenRefreshFunctionName,
} from "../aws/names";
import { functionMetric, pisteMetric, type Metric, type PisteMetricKey } from "../aws/alarms/metric";
import { followedName } from "./internal/followed-name";
import {
  readCurrentStageStatements,
  readersOf,
  writeStatements,
  type IPisteSecret,
} from "./internal/secrets/secret-base";
import { checkClientSecret, checkTokenSecret } from "./internal/secrets/secret-names";
import { checkLandingZone, type LandingZone } from "./landing-zone";
import { settingsOf, type RefresherOptions } from "./internal/functions/refresher-options";
import {
  invokeStatement,
  listVersionsStatement,
  promoteStatements,
  type PolicyStatement,
} from "../aws/policy-statements";
import { checkOwnAccount, grant, type Role } from "./internal/role-grants";
import { makeFunction, Schedules, type MadeFunction } from "./internal/functions/scheduled-function";
import { readDescriptionStatement, requireHere, secretArnByName } from "./internal/stack-singletons";
import { refuseWhatAwsRefuses } from "./internal/refusals/refused-by-aws";

/**
 * On the clock's minutes: of `rate`, the first run's second decides on all others, while the refresher's slow pace goes
 * by the minutes and alarms count one tick in each period. For the same reason no time window: with one a tick could come
 * in the next minute.
 */
const EVERY_MINUTE = "cron(* * * * ? *)";
/** Once an hour: the number of days has just changed at the minute 5, where it changes on the hour. */
const HOURLY = "cron(5 * * * ? *)";
/** AWS allows few calls a second to all applications of an account together. */
const PASSWORDS_WINDOW_IN_MINUTES = 50;

export interface TokenRefresherProps extends RefresherOptions {
  readonly environment: Environment;
  /**
   * The name of the PISTE application.
   * @default "chorus-pro"
   */
  readonly application?: string;
  /** Where it reads the client credentials, and promotes pending ones when it is asked to. */
  readonly clientCredentials: IPisteSecret;
  /** Where it writes the token; named as `AccessTokenSecret` names it. */
  readonly accessToken: IPisteSecret;
  /**
   * The OAuth2 scope to ask for.
   * @default - Chorus Pro's, which most APIs share
   */
  readonly scope?: string;
  /**
   * Whether it also looks, hourly, after the passwords of the application's technical accounts, which it finds in the
   * description that `PisteApplication` makes. It reads the labels of their secrets, never a value.
   * @default false
   */
  readonly hasTechnicalAccounts?: boolean;
  /** @default - none */
  readonly landingZone?: LandingZone;
}

/**
 * Keeps the access token of one PISTE application valid: a function, a role with only the actions it uses on only
 * the secrets it uses, and a schedule that runs it every minute.
 */
export class TokenRefresher extends Construct {
  readonly environment: Environment;
  /** The name of the PISTE application. */
  readonly application: string;
  readonly clientCredentials: IPisteSecret;
  /** The OAuth2 scope that it asks for. */
  readonly scope: string;
  readonly functionName: string;
  readonly functionArn: string;
  /** Of the role that the function runs with. */
  readonly roleArn: string;
  /** The role, unless it was brought in. */
  readonly role?: IamRole;
  readonly logGroupName: string;
  readonly scheduleGroupName: string;
  readonly scheduleName: string;
  /** How the refresher is set, defaults filled in. */
  readonly settings: RefreshSettings;
  /** The provider's resources, for what this construct has no option for. */
  readonly function: LambdaFunction;
  readonly schedule: SchedulerSchedule;
  /** The hourly one, of the operation `passwords`. */
  readonly passwordsSchedule?: SchedulerSchedule;
  readonly logGroup: CloudwatchLogGroup;

  private readonly made: MadeFunction;

  /** @throws Error when a prop breaks its rule, naming the prop, the rule and the value. */
  constructor(scope: Construct, id: string, props: TokenRefresherProps) {
    super(scope, id);
    refuseWhatAwsRefuses(this);
    this.environment = parseEnvironment(props.environment);
    this.application = props.application ?? DEFAULT_APPLICATION;
    this.clientCredentials = props.clientCredentials;
    this.scope = props.scope ?? DEFAULT_SCOPE;
    checkName("application", this.application);
    checkTokenSecret(props.accessToken, this.environment, this.application);
    checkClientSecret(props.clientCredentials, this.environment);

    this.settings = settingsOf(props);
    const zone = checkLandingZone(props.landingZone);
    const made = this.makeFunction(props, zone);
    this.functionName = made.functionName;
    this.logGroupName = made.logGroupName;
    this.made = made;
    this.roleArn = made.roleArn;
    this.role = made.role;
    readersOf(props.clientCredentials).allowReader(this.roleArn);
    this.logGroup = made.logGroup;
    this.function = made.function;
    this.functionArn = this.function.arn;
    // It reads and promotes them there.
    const { secretArn } = props.clientCredentials;
    checkOwnAccount(this, "clientCredentials", secretArn, "; store a copy there");
    requireHere(this.function, "clientCredentials", secretArn);
    const schedules = this.addSchedules(props, zone);
    this.schedule = schedules.tick;
    this.passwordsSchedule = schedules.passwords;
    this.scheduleGroupName = followedName(schedules.group, "name");
    this.scheduleName = followedName(this.schedule, "name");
  }

  private makeFunction(props: TokenRefresherProps, zone: LandingZone): MadeFunction {
    const { environment, application, settings } = this;
    const { clientCredentials, accessToken, hasTechnicalAccounts = false } = props;
    const ownClientSecret = clientSecretName(environment, application);
    return makeFunction(
      this,
      {
        folder: "token-refresh",
        roleOf: "refresher",
        functionName: tokenRefreshFunctionName(environment, application, zone.namePrefix),
        description: `Keeps the PISTE access token of ${application} (${environment}) valid`,
        roleDescription: `Token refresher of ${application} (${environment})`,
        timeoutInSeconds: FUNCTION_TIMEOUT_IN_SECONDS,
        variables: encodeSettings({
          environment,
          application,
          tokenEndpoint: HOSTS[environment].tokenEndpoint,
          scope: this.scope,
          clientSecretName: clientCredentials.secretName === ownClientSecret ? undefined : clientCredentials.secretName,
          ...settings,
        }),
        statements: [
          ...readCurrentStageStatements(clientCredentials),
          // Another application's too: one that was brought in may have no other function that could promote it.
          ...promoteStatements(clientCredentials.secretArn),
          ...readCurrentStageStatements(accessToken),
          ...writeStatements(accessToken),
          // How many tokens were written today: requests leave the ticks what AWS allows.
          listVersionsStatement(accessToken.secretArn),
          ...(hasTechnicalAccounts ? this.passwordStatements() : []),
        ],
      },
      zone,
    );
  }

  private addSchedules(
    props: TokenRefresherProps,
    zone: LandingZone,
  ): {
    readonly tick: SchedulerSchedule;
    readonly passwords?: SchedulerSchedule;
    readonly group: SchedulerScheduleGroup;
  } {
    const { environment, application } = this;
    const { namePrefix: prefix } = zone;
    const names = {
      groupName: scheduleGroupName(environment, application, prefix),
      roleName: scheduleRoleName(environment, application, prefix),
    };
    const schedules = new Schedules(this, names, this, zone);
    const input = (operation: Operation): FunctionInput => ({ environment, application, operation });
    const tick = schedules.add("schedule", {
      name: tickScheduleName(environment, application, prefix),
      description: `Ticks of ${this.functionName}`,
      expression: EVERY_MINUTE,
      input: input("tick"),
    });
    if (props.hasTechnicalAccounts !== true) return { tick, group: schedules.group };
    const passwords = schedules.add("passwords-schedule", {
      name: passwordsScheduleName(environment, application, prefix),
      description: `The age of the technical accounts' passwords, by ${this.functionName}`,
      expression: HOURLY,
      windowInMinutes: PASSWORDS_WINDOW_IN_MINUTES,
      input: input("passwords"),
    });
    return { tick, passwords, group: schedules.group };
  }

  /** Lets the function do more than it needs: for what you set on its provider's resource, such as tracing. */
  addToRolePolicy(statement: PolicyStatement): void {
    this.made.addToRolePolicy(statement);
  }

  /**
   * A first look at passwords, in the middle of a deployment, must not miss what it looks at.
   *
   * @internal
   */
  lookAtPasswordsAfter(resources: readonly ITerraformDependable[]): void {
    const { passwordsSchedule: schedule } = this;
    if (schedule !== undefined) schedule.dependsOn = [...(schedule.dependsOn ?? []), ...resources.map(dependable)];
  }

  /** Lets the role run the function: refresh the token now, or promote pending client credentials. */
  grantRefresh(role: Role): IamRolePolicy {
    return grant(this, role, "refresh", this.functionName, [invokeStatement(this.functionArn)]);
  }

  /** What it reports, for an alarm or a dashboard. */
  metric(key: PisteMetricKey): Metric {
    return pisteMetric(key, this.environment, this.application);
  }

  /** Runs that ended with an error, as Lambda counts them: AWS refused something, or there is a bug. */
  metricErrors(): Metric {
    return functionMetric("Errors", this.functionName);
  }

  /** By the pattern of their names: hundreds of accounts would not fit into a policy. */
  private passwordStatements(): PolicyStatement[] {
    const { environment, application } = this;
    return [
      listVersionsStatement(secretArnByName(this, technicalAccountSecretName(environment, application, "*"))),
      readDescriptionStatement(this, environment, application),
    ];
  }
}
