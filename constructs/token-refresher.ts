import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import type { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import type { SchedulerSchedule } from "@cdktf/provider-aws/lib/scheduler-schedule";
import { TerraformResource, type ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import {
  encodeSettings,
  FUNCTION_TIMEOUT_IN_SECONDS,
  type FunctionInput,
  type Operation,
  type RefreshSettings,
} from "../lambda/token-refresh/contract";
import { HOSTS, parseEnvironment, type Environment } from "../piste/environments";
import {
  checkName,
  clientSecretName,
  DEFAULT_APPLICATION,
  descriptionParameterName,
  technicalAccountSecretName,
} from "../piste/names";
import {
  passwordsScheduleName,
  logGroupName,
  resourceName,
  scheduleGroupName,
  tickScheduleName,
  tokenRefreshFunctionName,
} from "../aws/names";
import { DEFAULT_SCOPE } from "../piste/token-endpoint";
import { pisteMetric, type Metric } from "../aws/alarms/metric";
import type { IPisteSecret } from "./secrets/secret-base";
import { checkClientSecret, checkTokenSecret } from "./secrets/secret-names";
import { checkOptions } from "./functions/function-options";
import { checkLeftToShared, settingsOf, type RefresherOptions } from "./functions/refresher-options";
import {
  invokeStatement,
  listVersionsStatement,
  readParametersStatement,
  type PolicyStatement,
} from "../aws/policy-statements";
import { grant, type IRole } from "./rights/role-grants";
import { passwordsExpression, tickExpression } from "./functions/schedule-expressions";
import { makeFunction, Schedules } from "./functions/scheduled-function";
import { schedulesOf, type SharedTokenRefresher } from "./shared-token-refresher";
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
  /**
   * A function that several applications share, of the same stack; of the other options of `RefresherOptions` it has
   * all, for all of them.
   * @default - a function of its own, whose role may touch its secrets only
   */
  readonly sharedRefresher?: SharedTokenRefresher;
}

/** What runs an application's ticks. */
interface Runs {
  readonly functionName: string;
  readonly settings: RefreshSettings;
  readonly function: LambdaFunction;
  readonly logGroup: CloudwatchLogGroup;
  readonly schedules: Schedules;
}

/**
 * Keeps the access token of one PISTE application valid: a function, a role with only the actions it uses on only
 * the secrets it uses, and a schedule that runs it every minute. With `sharedRefresher` the schedule alone: function and
 * role are that one's.
 */
export class TokenRefresher extends Construct {
  /** Its own, or the shared refresher's. */
  readonly functionName: string;
  readonly functionArn: string;
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

  private readonly environment: Environment;
  private readonly application: string;

  /** @throws Error when a prop breaks its rule, naming the prop, the rule and the value. */
  constructor(scope: Construct, id: string, props: TokenRefresherProps) {
    super(scope, id);
    this.environment = parseEnvironment(props.environment);
    this.application = props.application ?? DEFAULT_APPLICATION;
    checkName("application", this.application);
    checkTokenSecret(props.accessToken, this.environment, this.application);
    checkClientSecret(props.clientCredentials, this.environment);

    const { sharedRefresher: shared } = props;
    const runs = shared === undefined ? this.makeOwn(props) : this.share(shared, props);
    this.settings = runs.settings;
    this.functionName = runs.functionName;
    this.function = runs.function;
    this.functionArn = this.function.arn;
    this.logGroup = runs.logGroup;
    this.logGroupName = logGroupName(this.functionName);
    this.scheduleGroupName = runs.schedules.groupName;
    this.scheduleName = tickScheduleName(this.environment, this.application);
    const schedules = this.addSchedules(runs.schedules, props, shared !== undefined);
    this.schedule = schedules.tick;
    this.passwordsSchedule = schedules.passwords;
  }

  private makeOwn(props: TokenRefresherProps): Runs {
    const { environment, application } = this;
    const settings = settingsOf(props);
    checkOptions(props);
    const functionName = tokenRefreshFunctionName(environment, application);
    const { clientCredentials, accessToken, hasTechnicalAccounts = false } = props;
    const ownClientSecret = clientSecretName(environment, application);
    const made = makeFunction(
      this,
      {
        folder: "token-refresh",
        functionName,
        logGroupName: logGroupName(functionName),
        description: `Keeps the PISTE access token of ${application} (${environment}) valid`,
        roleDescription: `Token refresher of ${application} (${environment})`,
        timeoutInSeconds: FUNCTION_TIMEOUT_IN_SECONDS,
        variables: encodeSettings({
          tokenEndpoint: HOSTS[environment].tokenEndpoint,
          scope: props.scope ?? DEFAULT_SCOPE,
          clientSecretName: clientCredentials.secretName === ownClientSecret ? undefined : clientCredentials.secretName,
          ...settings,
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
    const names = {
      groupName: scheduleGroupName(environment, application),
      roleName: `${resourceName(environment, application)}-schedule`,
    };
    const schedules = new Schedules(this, names, { function: made.function, functionName }, props);
    return { functionName, settings, schedules, function: made.function, logGroup: made.logGroup };
  }

  private share(shared: SharedTokenRefresher, props: TokenRefresherProps): Runs {
    const { application: name } = this;
    const { scope = DEFAULT_SCOPE, clientCredentials, accessToken, hasTechnicalAccounts = false } = props;
    checkLeftToShared(name, props);
    const application = { name, scope, clientCredentials, accessToken, hasTechnicalAccounts };
    shared.addApplication(this, this.environment, application);
    const { functionName, settings, function: code, logGroup } = shared;
    return { functionName, settings, function: code, logGroup, schedules: schedulesOf(shared) };
  }

  private addSchedules(
    schedules: Schedules,
    { clientCredentials, accessToken, hasTechnicalAccounts = false }: TokenRefresherProps,
    isShared: boolean,
  ): { readonly tick: SchedulerSchedule; readonly passwords?: SchedulerSchedule } {
    const { environment, application } = this;
    const input = (operation: Operation): FunctionInput => ({ environment, application, operation });
    // A function of its own comes after the secrets that its role names; a shared one knows them by a pattern.
    const after = isShared ? [clientCredentials, accessToken].flatMap(resourcesIn) : [];
    const tick = schedules.add(this, "schedule", {
      name: this.scheduleName,
      description: `Ticks of ${this.functionName}`,
      expression: tickExpression(environment, application, this.settings.tickInMinutes),
      input: input("tick"),
      after,
    });
    if (!hasTechnicalAccounts) return { tick };
    const passwords = schedules.add(this, "passwords-schedule", {
      name: passwordsScheduleName(environment, application),
      description: `The age of the technical accounts' passwords, by ${this.functionName}`,
      expression: passwordsExpression(environment, application),
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

  /** Runs that ended with an error: AWS refused something, or there is a bug. */
  metricErrors(): Metric {
    return pisteMetric("errors", this.environment, this.application);
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
      readParametersStatement([description, `${description}/accounts/*`]),
    ];
  }
}

/** What Terraform makes of a secret; nothing where it was found by its name. */
function resourcesIn(secret: IPisteSecret): ITerraformDependable[] {
  if (!Construct.isConstruct(secret)) return [];
  return secret.node.findAll().filter((each) => TerraformResource.isTerraformResource(each));
}
