import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { LambdaFunctionEventInvokeConfig } from "@cdktf/provider-aws/lib/lambda-function-event-invoke-config";
import type { SchedulerSchedule } from "@cdktf/provider-aws/lib/scheduler-schedule";
import { Token } from "cdktf";
import { Construct } from "constructs";
import { encodeSettings, FUNCTION_TIMEOUT_IN_SECONDS, type RefreshSettings } from "../lambda/token-refresh/contract";
import { ENVIRONMENTS, HOSTS, parseEnvironment, type Environment } from "../piste/environments";
import {
  checkName,
  clientSecretName,
  DEFAULT_APPLICATION,
  descriptionParameterName,
  environmentPrefix,
  scheduleGroupName,
  technicalAccountSecretName,
  tickScheduleName,
  tokenRefreshFunctionName,
  tokenRefreshLogGroupName,
  tokenSecretName,
} from "../piste/names";
import { DEFAULT_SCOPE } from "../piste/token-endpoint";
import { pisteMetric, type Metric } from "./metric";
import type { IPisteSecret } from "./piste-secret";
import {
  checkOptions,
  DEFAULT_LOG_RETENTION_IN_DAYS,
  DEFAULT_MEMORY_SIZE_IN_MEGABYTES,
  DEFAULT_RUNTIME,
  settingsOf,
  type FunctionNetwork,
  type RefresherOptions,
} from "./refresher-options";
import { MAXIMUM_EVENT_AGE_IN_SECONDS, NO_RETRIES, scheduleRefresher } from "./refresher-schedules";
import { grant, policyDocument, trustPolicy, type IRole, type PolicyStatement } from "./role-grants";
import { lambdaZip, parameterArnByName, secretArnByName } from "./stack-singletons";

export interface TokenRefresherProps extends RefresherOptions {
  readonly environment: Environment;
  /**
   * The name of the PISTE application.
   * @default "chorus-pro"
   */
  readonly application?: string;
  /** Where it reads the client credentials. */
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

    const { hasTechnicalAccounts = false } = props;
    this.functionName = tokenRefreshFunctionName(this.environment, this.application);
    this.scheduleGroupName = scheduleGroupName(this.environment, this.application);
    this.scheduleName = tickScheduleName(this.environment, this.application);

    this.logGroup = new CloudwatchLogGroup(this, "log-group", {
      name: tokenRefreshLogGroupName(this.environment, this.application),
      retentionInDays: props.logRetentionInDays ?? DEFAULT_LOG_RETENTION_IN_DAYS,
      tags: props.tags,
    });
    const role =
      props.role ??
      new IamRole(this, "role", {
        name: this.functionName,
        description: `Token refresher of ${this.application} (${this.environment})`,
        path: props.rolePath,
        permissionsBoundary: props.permissionsBoundaryArn,
        assumeRolePolicy: trustPolicy("lambda.amazonaws.com"),
        tags: props.tags,
      });
    const policy = new IamRolePolicy(this, "policy", {
      name: this.functionName,
      role: role.name,
      policy: policyDocument([
        ...props.clientCredentials.readStatements(),
        ...props.accessToken.readStatements(),
        ...props.accessToken.writeStatements(),
        { Effect: "Allow", Action: ["logs:CreateLogStream", "logs:PutLogEvents"], Resource: `${this.logGroup.arn}:*` },
        ...(hasTechnicalAccounts ? this.passwordStatements() : []),
        ...networkStatements(props.network),
      ]),
    });

    const ownClientSecret = clientSecretName(this.environment, this.application);
    const zip = lambdaZip(this, "token-refresh");
    this.function = new LambdaFunction(this, "function", {
      functionName: this.functionName,
      description: `Keeps the PISTE access token of ${this.application} (${this.environment}) valid`,
      role: role.arn,
      filename: zip.filename,
      sourceCodeHash: zip.sourceCodeHash,
      handler: "index.handler",
      runtime: props.runtime ?? DEFAULT_RUNTIME,
      architectures: ["arm64"],
      memorySize: props.memorySizeInMegabytes ?? DEFAULT_MEMORY_SIZE_IN_MEGABYTES,
      timeout: FUNCTION_TIMEOUT_IN_SECONDS,
      environment: {
        variables: encodeSettings({
          tokenEndpoint: HOSTS[this.environment].tokenEndpoint,
          scope: props.scope ?? DEFAULT_SCOPE,
          clientSecretName:
            props.clientCredentials.secretName === ownClientSecret ? undefined : props.clientCredentials.secretName,
          ...this.settings,
        }),
      },
      vpcConfig: props.network,
      tags: props.tags,
      // Without its permissions and its log group a first run would fail, or make a log group that never expires.
      dependsOn: [policy, this.logGroup],
    });
    this.functionArn = this.function.arn;
    new LambdaFunctionEventInvokeConfig(this, "no-retries", {
      functionName: this.function.functionName,
      maximumRetryAttempts: NO_RETRIES,
      maximumEventAgeInSeconds: MAXIMUM_EVENT_AGE_IN_SECONDS,
    });
    const schedules = scheduleRefresher(this, {
      environment: this.environment,
      application: this.application,
      function: this.function,
      functionName: this.functionName,
      invokeStatements: this.invokeStatements(),
      tickInMinutes: this.settings.tickInMinutes,
      hasTechnicalAccounts,
      options: props,
    });
    this.schedule = schedules.tick;
    this.passwordsSchedule = schedules.passwords;
  }

  /** Lets the role run the function: refresh the token now. */
  grantRefresh(role: IRole): IamRolePolicy {
    return grant(this, role, "refresh", this.functionName, this.invokeStatements());
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
      {
        Effect: "Allow",
        Action: ["secretsmanager:ListSecretVersionIds"],
        Resource: secretArnByName(this, technicalAccountSecretName(environment, application, "*")),
      },
      { Effect: "Allow", Action: ["ssm:GetParameter"], Resource: [description, `${description}/accounts/*`] },
    ];
  }

  private invokeStatements(): PolicyStatement[] {
    return [{ Effect: "Allow", Action: ["lambda:InvokeFunction"], Resource: this.functionArn }];
  }
}

/** Consumers and the function find the token by its name. */
function checkTokenSecret({ secretName }: IPisteSecret, environment: Environment, application: string): void {
  const expected = tokenSecretName(environment, application);
  if (!Token.isUnresolved(secretName) && secretName !== expected) {
    throw new Error(`accessToken must be the secret ${expected}, got ${JSON.stringify(secretName)}`);
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

/** What AWS asks for to attach a function to a network; these actions know no narrower resource. */
function networkStatements(network: FunctionNetwork | undefined): PolicyStatement[] {
  if (network === undefined) return [];
  return [
    {
      Effect: "Allow",
      Action: [
        "ec2:CreateNetworkInterface",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSubnets",
        "ec2:DeleteNetworkInterface",
      ],
      Resource: "*",
    },
  ];
}
