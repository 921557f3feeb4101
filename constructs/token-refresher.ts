import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import type { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import type { SchedulerSchedule } from "@cdktf/provider-aws/lib/scheduler-schedule";
import { Construct } from "constructs";
import {
  encodeSettings,
  FUNCTION_TIMEOUT_IN_SECONDS,
  type FunctionInput,
  type Operation,
  type RefreshSettings,
} from "../lambda/token-refresh/contract";
import { ENVIRONMENTS, HOSTS, parseEnvironment, type Environment } from "../piste/environments";
import {
  checkName,
  clientSecretName,
  DEFAULT_APPLICATION,
  descriptionParameterName,
  passwordsScheduleName,
  technicalAccountSecretName,
  environmentPrefix,
  resourceName,
  scheduleGroupName,
  tickScheduleName,
  tokenRefreshFunctionName,
  tokenRefreshLogGroupName,
} from "../piste/names";
import { DEFAULT_SCOPE } from "../piste/token-endpoint";
import { pisteMetric, type Metric } from "./metric";
import { checkTokenSecret, type IPisteSecret } from "./piste-secret";
import { checkOptions } from "./function-options";
import { settingsOf, type RefresherOptions } from "./refresher-options";
import { invokeStatement, listVersionsStatement, type PolicyStatement } from "./policy-statements";
import { grant, type IRole } from "./role-grants";
import { makeFunction, Schedules } from "./scheduled-function";
import { parameterArnByName, secretArnByName } from "./stack-singletons";

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
   * @default "openid", Chorus Pro's
   */
  readonly scope?: string;
  /**
   * Whether it also looks, hourly, after the passwords of the application's technical accounts, which it finds in the
   * description that `PisteApplication` makes. It reads the labels of their secrets, never a value.
   * @default false
   */
  readonly hasTechnicalAccounts?: boolean;
}

/**
 * Keeps the access token of one PISTE application valid: a function, a role with only the actions it uses on only
 * the secrets it uses, and a schedule that runs it every minute.
 */
export class TokenRefresher extends Construct {
  readonly functionName: string;
  readonly functionArn: string;
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

  private readonly environment: Environment;
  private readonly application: string;

  /** @throws Error when a prop breaks its rule, naming the prop, the rule and the value. */
  constructor(scope: Construct, id: string, props: TokenRefresherProps) {
    super(scope, id);
    this.environment = parseEnvironment(props.environment);
    this.application = props.application ?? DEFAULT_APPLICATION;
    checkName("application", this.application);
    this.settings = settingsOf(props);
    checkOptions(props);
    checkTokenSecret(props.accessToken, this.environment, this.application);
    checkClientSecret(props.clientCredentials, this.environment);

    this.functionName = tokenRefreshFunctionName(this.environment, this.application);
    this.scheduleGroupName = scheduleGroupName(this.environment, this.application);
    this.scheduleName = tickScheduleName(this.environment, this.application);

    const { clientCredentials, accessToken, hasTechnicalAccounts = false } = props;
    const ownClientSecret = clientSecretName(this.environment, this.application);
    const made = makeFunction(
      this,
      {
        folder: "token-refresh",
        functionName: this.functionName,
        logGroupName: tokenRefreshLogGroupName(this.environment, this.application),
        description: `Keeps the PISTE access token of ${this.application} (${this.environment}) valid`,
        roleDescription: `Token refresher of ${this.application} (${this.environment})`,
        timeoutInSeconds: FUNCTION_TIMEOUT_IN_SECONDS,
        variables: encodeSettings({
          tokenEndpoint: HOSTS[this.environment].tokenEndpoint,
          scope: props.scope ?? DEFAULT_SCOPE,
          clientSecretName: clientCredentials.secretName === ownClientSecret ? undefined : clientCredentials.secretName,
          ...this.settings,
        }),
        statements: [
          ...clientCredentials.readCurrentStageStatements(),
          // Another application's too: one that was brought in may have no other function that could promote it.
          ...clientCredentials.promoteStatements(),
          ...accessToken.readCurrentStageStatements(),
          ...accessToken.writeStatements(),
          ...(hasTechnicalAccounts ? this.passwordStatements() : []),
        ],
      },
      props,
    );
    clientCredentials.allowReader(made.roleArn);
    this.logGroup = made.logGroup;
    this.function = made.function;
    this.functionArn = this.function.arn;
    const schedules = this.makeSchedules(props, hasTechnicalAccounts);
    this.schedule = schedules.tick;
    this.passwordsSchedule = schedules.passwords;
  }

  private makeSchedules(
    props: TokenRefresherProps,
    hasTechnicalAccounts: boolean,
  ): { readonly tick: SchedulerSchedule; readonly passwords?: SchedulerSchedule } {
    const { environment, application } = this;
    const input = (operation: Operation): FunctionInput => ({ environment, application, operation });
    const minutes = this.settings.tickInMinutes;
    const schedules = new Schedules(
      this,
      { groupName: this.scheduleGroupName, roleName: `${resourceName(environment, application)}-schedule` },
      this,
      props,
    );
    const tick = schedules.add("schedule", {
      name: this.scheduleName,
      description: `Ticks of ${this.functionName}`,
      // Of `rate`, the first run's second decides on all others; the refresher's slow pace goes by the clock's minutes.
      expression: `cron(${minutes === 1 ? "*" : `0/${minutes}`} * * * ? *)`,
      input: input("tick"),
    });
    if (!hasTechnicalAccounts) return { tick };
    const passwords = schedules.add("passwords-schedule", {
      name: passwordsScheduleName(environment, application),
      description: `The age of the technical accounts' passwords, by ${this.functionName}`,
      // Five past: the number of days has just changed, where it changes on the hour.
      expression: "cron(5 * * * ? *)",
      input: input("passwords"),
    });
    return { tick, passwords };
  }

  /** Lets the role run the function: refresh the token now, or promote pending client credentials. */
  grantRefresh(role: IRole): IamRolePolicy {
    return grant(this, role, "refresh", this.functionName, [invokeStatement(this.functionArn)]);
  }

  /** How many seconds the token was still valid when a tick began. */
  metricSecondsToExpiry(): Metric {
    return pisteMetric("secondsToExpiry", this.environment, this.application);
  }

  /** How many ticks ran. */
  metricTicks(): Metric {
    return pisteMetric("ticks", this.environment, this.application);
  }

  /** How many tokens were fetched and stored. */
  metricRefreshes(): Metric {
    return pisteMetric("refreshes", this.environment, this.application);
  }

  /** How long PISTE took for a token. */
  metricRefreshMilliseconds(): Metric {
    return pisteMetric("refreshMilliseconds", this.environment, this.application);
  }

  /** Tries that PISTE refused for good: a person must act. */
  metricRejected(): Metric {
    return pisteMetric("rejected", this.environment, this.application);
  }

  /** Refusals that may be the platform's own trouble. */
  metricSuspect(): Metric {
    return pisteMetric("suspect", this.environment, this.application);
  }

  /** Tries that met a quota. */
  metricThrottled(): Metric {
    return pisteMetric("throttled", this.environment, this.application);
  }

  /** Tries that met a platform that was down. */
  metricUnavailable(): Metric {
    return pisteMetric("unavailable", this.environment, this.application);
  }

  /** Answers that were not the token endpoint's. */
  metricInvalidResponse(): Metric {
    return pisteMetric("invalid-response", this.environment, this.application);
  }

  /** Ticks that found no client credentials stored yet. */
  metricUnconfigured(): Metric {
    return pisteMetric("unconfigured", this.environment, this.application);
  }

  /** How many days the password that has to be changed first has left. */
  metricPasswordDaysLeft(): Metric {
    return pisteMetric("passwordDaysLeft", this.environment, this.application);
  }

  /** By the pattern of their names: hundreds of accounts would not fit into a policy. */
  private passwordStatements(): PolicyStatement[] {
    const { environment, application } = this;
    const description = parameterArnByName(this, descriptionParameterName(environment, application));
    return [
      listVersionsStatement(secretArnByName(this, technicalAccountSecretName(environment, application, "*"))),
      { Effect: "Allow", Action: ["ssm:GetParameter"], Resource: [description, `${description}/accounts/*`] },
    ];
  }
}

/** A secret that was brought in may have any name, but not that of another environment. */
function checkClientSecret({ secretName }: IPisteSecret, environment: Environment): void {
  const other = ENVIRONMENTS.filter((each) => each !== environment).find((each) =>
    secretName.startsWith(environmentPrefix(each)),
  );
  if (other !== undefined) {
    throw new Error(
      `clientCredentials must be of ${environment}, got ${JSON.stringify(secretName)}; ${other} has credentials of its own`,
    );
  }
}
