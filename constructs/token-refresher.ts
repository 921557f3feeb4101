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
import { checkAgainstAwsRules } from "./internal/refusals/refused-by-aws";

/**
 * Exactly one tick per clock minute, since alarms count one tick per period and the refresher's slow pace goes by
 * minutes. `rate` keeps the second of its first run, and a time window could move a tick into the next minute.
 */
const EVERY_MINUTE = "cron(* * * * ? *)";
/** Five minutes past the hour, so that a number of days that changes on the hour has changed. */
const HOURLY = "cron(5 * * * ? *)";
/** Spreads the calls of all applications of an account: AWS allows few per second. */
const PASSWORDS_WINDOW_IN_MINUTES = 50;

export interface TokenRefresherProps extends RefresherOptions {
  readonly environment: Environment;
  /**
   * The name of the PISTE application.
   * @default "chorus-pro"
   */
  readonly application?: string;
  /** The client credentials that it reads; on request it promotes pending ones. */
  readonly clientCredentials: IPisteSecret;
  /** The token that it writes; it must have the name that `AccessTokenSecret` gives it. */
  readonly accessToken: IPisteSecret;
  /**
   * The OAuth2 scope to request.
   * @default - Chorus Pro's, which most APIs share
   */
  readonly scope?: string;
  /**
   * Whether it also checks the age of the technical accounts' passwords every hour. It finds the accounts in the
   * application's description, and reads the labels of their secrets, never a value.
   * @default false
   */
  readonly hasTechnicalAccounts?: boolean;
  /** @default - none */
  readonly landingZone?: LandingZone;
}

/**
 * Keeps the access token of one PISTE application valid: a function, a least-privilege role, and a schedule that runs
 * it every minute.
 */
export class TokenRefresher extends Construct {
  readonly environment: Environment;
  /** The name of the PISTE application. */
  readonly application: string;
  readonly clientCredentials: IPisteSecret;
  /** The OAuth2 scope that it requests. */
  readonly scope: string;
  readonly functionName: string;
  readonly functionArn: string;
  /** The ARN of the function's role. */
  readonly roleArn: string;
  /** The function's role; undefined for an existing one. */
  readonly role?: IamRole;
  readonly logGroupName: string;
  readonly scheduleGroupName: string;
  readonly scheduleName: string;
  /** The settings, with defaults. */
  readonly settings: RefreshSettings;
  /** The provider's resources, for settings without an option. */
  readonly function: LambdaFunction;
  readonly schedule: SchedulerSchedule;
  /** The hourly schedule of the operation `passwords`. */
  readonly passwordsSchedule?: SchedulerSchedule;
  readonly logGroup: CloudwatchLogGroup;

  private readonly made: MadeFunction;

  /** @throws Error naming the invalid prop, the rule and the value. */
  constructor(scope: Construct, id: string, props: TokenRefresherProps) {
    super(scope, id);
    checkAgainstAwsRules(this);
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
          // Also for another application's credentials: an imported secret may have no other function to promote it.
          ...promoteStatements(clientCredentials.secretArn),
          ...readCurrentStageStatements(accessToken),
          ...writeStatements(accessToken),
          // Counts the tokens written today, so that requested refreshes leave the ticks enough versions.
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

  /** Adds a statement to the role's policy, for features set on the provider's resource such as tracing. */
  addToRolePolicy(statement: PolicyStatement): void {
    this.made.addToRolePolicy(statement);
  }

  /**
   * Creates the hourly schedule after these resources, since its first run could come during the deployment.
   *
   * @internal
   */
  checkPasswordsAfter(resources: readonly ITerraformDependable[]): void {
    const { passwordsSchedule: schedule } = this;
    if (schedule !== undefined) schedule.dependsOn = [...(schedule.dependsOn ?? []), ...resources.map(dependable)];
  }

  /** Lets the role run the function: refresh the token now, or promote pending client credentials. */
  grantRefresh(role: Role): IamRolePolicy {
    return grant(this, role, "refresh", this.functionName, [invokeStatement(this.functionArn)]);
  }

  /** A metric of the refresher, for an alarm or a dashboard. */
  metric(key: PisteMetricKey): Metric {
    return pisteMetric(key, this.environment, this.application);
  }

  /** Runs that ended with an error, from Lambda: AWS refused something, or there is a bug. */
  metricErrors(): Metric {
    return functionMetric("Errors", this.functionName);
  }

  /** A name pattern, since hundreds of ARNs would exceed the size limit of a policy. */
  private passwordStatements(): PolicyStatement[] {
    const { environment, application } = this;
    return [
      listVersionsStatement(secretArnByName(this, technicalAccountSecretName(environment, application, "*"))),
      readDescriptionStatement(this, environment, application),
    ];
  }
}
