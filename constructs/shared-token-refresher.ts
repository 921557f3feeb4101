import type { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import type { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import type { LambdaFunction } from "@cdktf/provider-aws/lib/lambda-function";
import { Lazy, TerraformStack } from "cdktf";
import { Construct } from "constructs";
import {
  encodeSettings,
  FUNCTION_TIMEOUT_IN_SECONDS,
  MOST_SHARING_APPLICATIONS,
  spreadInSeconds,
  type ApplicationSettings,
  type FunctionSettings,
  type RefreshSettings,
} from "../lambda/token-refresh/contract";
import { HOSTS, parseEnvironment, type Environment } from "../piste/environments";
import { checkName, clientSecretName } from "../piste/names";
import {
  DEFAULT_SHARED_REFRESHER,
  logGroupName,
  sharedScheduleGroupName,
  sharedScheduleRoleName,
  sharedTokenRefreshFunctionName,
} from "../aws/names";
import { DEFAULT_SCOPE } from "../piste/token-endpoint";
import { checkOptions } from "./functions/function-options";
import type { IPisteSecret } from "./secrets/secret-base";
import { invokeStatement } from "../aws/policy-statements";
import { settingsOf, type RefresherOptions } from "./functions/refresher-options";
import { grant, type IRole } from "./rights/role-grants";
import { makeFunction, Schedules, type MadeFunction } from "./functions/scheduled-function";
import { SharedRefresherRights } from "./functions/shared-refresher-rights";

export interface SharedTokenRefresherProps extends RefresherOptions {
  readonly environment: Environment;
  /**
   * Tells shared refreshers of an environment apart: 1 to 30 lower-case letters, digits and inner hyphens.
   * @default "shared"
   */
  readonly name?: string;
  /**
   * How the names of its applications begin. Its rights are for every application of the environment whose name begins
   * so, in this account and region, whether or not it refreshes it.
   * @default - any name: its rights are for all applications of the environment
   */
  readonly applicationPrefix?: string;
}

/** An application whose token a shared refresher keeps. */
export interface SharingApplication {
  readonly name: string;
  readonly scope: string;
  readonly clientCredentials: IPisteSecret;
  readonly accessToken: IPisteSecret;
  readonly hasTechnicalAccounts: boolean;
}

/** What a Lambda function may be told by its environment: names and values together, which AWS does not raise. */
const MOST_VARIABLES_IN_BYTES = 4_096;

/** No part of the public API, whose types are all exported. */
const SCHEDULES = new WeakMap<SharedTokenRefresher, Schedules>();

/** Where the schedules of a shared refresher's applications are made. */
export function schedulesOf(shared: SharedTokenRefresher): Schedules {
  const schedules = SCHEDULES.get(shared);
  if (schedules === undefined) throw new Error("sharedRefresher must be made before the applications that share it");
  return schedules;
}

/**
 * One function that keeps the access tokens of many applications valid, each by schedules, secrets, metrics and alarms
 * of its own: `new PisteApplication(this, …, { …, sharedRefresher })`. Every run is for one application alone, so one
 * that fails holds up no other.
 *
 * The price: its role may read the client credentials and write the tokens of all of them (and of others, see
 * `applicationPrefix`), and who may run it may run it for any. See docs/fleets.md.
 */
export class SharedTokenRefresher extends Construct {
  readonly functionName: string;
  readonly functionArn: string;
  readonly scheduleGroupName: string;
  readonly logGroupName: string;
  /** How tokens are kept, of all its applications; defaults filled in. */
  readonly settings: RefreshSettings;
  /** The provider's resources, for what this construct has no option for. */
  readonly function: LambdaFunction;
  readonly logGroup: CloudwatchLogGroup;

  private readonly environment: Environment;
  private readonly applicationPrefix: string;
  private readonly applications: SharingApplication[] = [];
  private readonly made: MadeFunction;

  /** @throws Error when a prop breaks its rule, naming the prop, the rule and the value. */
  constructor(scope: Construct, id: string, props: SharedTokenRefresherProps) {
    super(scope, id);
    this.environment = parseEnvironment(props.environment);
    const { name = DEFAULT_SHARED_REFRESHER, applicationPrefix = "" } = props;
    checkName("name", name);
    checkPrefix(applicationPrefix);
    this.applicationPrefix = applicationPrefix;
    this.settings = settingsOf(props);
    checkOptions(props);
    this.functionName = sharedTokenRefreshFunctionName(this.environment, name);
    this.scheduleGroupName = sharedScheduleGroupName(this.environment, name);
    this.logGroupName = logGroupName(this.functionName);
    const rights = new SharedRefresherRights(this, this.environment, applicationPrefix);

    this.made = makeFunction(
      this,
      {
        folder: "token-refresh",
        functionName: this.functionName,
        logGroupName: this.logGroupName,
        description: `Keeps the PISTE access tokens of several applications (${this.environment}) valid`,
        roleDescription: `Token refresher of several applications (${this.environment})`,
        timeoutInSeconds: FUNCTION_TIMEOUT_IN_SECONDS,
        variables: this.lazyVariables(),
        statements: () => rights.statements(this.applications),
      },
      props,
    );
    this.logGroup = this.made.logGroup;
    this.function = this.made.function;
    this.functionArn = this.function.arn;
    const names = {
      groupName: this.scheduleGroupName,
      roleName: sharedScheduleRoleName(this.environment, name),
    };
    SCHEDULES.set(this, new Schedules(this, names, this, props));
  }

  /**
   * Keeps the application's token from now on. `TokenRefresher` calls it, and makes the schedules.
   *
   * @param user the construct that it is for.
   * @throws Error when it may not have the application, or not one more.
   */
  addApplication(user: Construct, environment: Environment, application: SharingApplication): void {
    const { name } = application;
    if (environment !== this.environment) {
      throw new Error(`sharedRefresher must be of ${environment}, as the application ${name}, got ${this.environment}`);
    }
    if (TerraformStack.of(user) !== TerraformStack.of(this)) {
      throw new Error(`sharedRefresher must be of the same stack as the application ${name}: make one in each stack`);
    }
    if (!name.startsWith(this.applicationPrefix)) {
      throw new Error(
        `application must begin with ${JSON.stringify(this.applicationPrefix)}, the shared refresher's ` +
          `applicationPrefix, got ${JSON.stringify(name)}`,
      );
    }
    this.applications.push(application);
    const { length: count } = this.applications;
    if (count > MOST_SHARING_APPLICATIONS) {
      throw new Error(
        `sharedRefresher must have at most ${MOST_SHARING_APPLICATIONS} applications, or their tokens could not all be ` +
          `stored in one tick, got ${count} with ${name}; make another one, with another name, for the rest`,
      );
    }
    const split = "give some applications to another shared refresher, or to one of their own";
    checkVariables(this.functionName, encodeSettings(this.functionSettings()), split);
    this.made.checkPolicy(split);
    application.clientCredentials.allowReader(this.made.roleArn);
  }

  /** Lets the role run the function, for whichever of its applications: refresh now, or promote client credentials. */
  grantRefresh(role: IRole): IamRolePolicy {
    return grant(this, role, "refresh", this.functionName, [invokeStatement(this.functionArn)]);
  }

  private functionSettings(): FunctionSettings {
    const { environment, settings } = this;
    const differing = this.applications.flatMap((application) => {
      const own = whatDiffers(environment, application);
      return Object.keys(own).length === 0 ? [] : [[application.name, own] as const];
    });
    return {
      tokenEndpoint: HOSTS[environment].tokenEndpoint,
      scope: DEFAULT_SCOPE,
      ...settings,
      applications: differing.length === 0 ? undefined : Object.fromEntries(differing),
      spreadInSeconds: spreadInSeconds(this.applications.length),
    };
  }

  /** Which they are is known now, and what two of them hold only once all applications are there. */
  private lazyVariables(): Record<string, string> {
    const some = { applications: {}, spreadInSeconds: 0 };
    const names = Object.keys(encodeSettings({ ...this.functionSettings(), ...some }));
    return Object.fromEntries(
      names.map((name) => [name, Lazy.stringValue({ produce: () => encodeSettings(this.functionSettings())[name] })]),
    );
  }
}

/** What an application is not told by the function's other variables. */
function whatDiffers(environment: Environment, application: SharingApplication): Partial<ApplicationSettings> {
  const { name, scope, clientCredentials } = application;
  const { secretName } = clientCredentials;
  return {
    ...(scope !== DEFAULT_SCOPE && { scope }),
    ...(secretName !== clientSecretName(environment, name) && { clientSecretName: secretName }),
  };
}

function checkVariables(functionName: string, variables: Record<string, string>, advice: string): void {
  const bytes = Object.entries(variables).reduce((sum, entry) => sum + Buffer.byteLength(entry.join("")), 0);
  if (bytes > MOST_VARIABLES_IN_BYTES) {
    throw new Error(
      `the environment of ${functionName} must have at most ${MOST_VARIABLES_IN_BYTES} bytes, got ${bytes}: it has the ` +
        `scope and the client credentials of each application where they differ; ${advice}`,
    );
  }
}

function checkPrefix(prefix: string): void {
  if (typeof prefix !== "string" || !/^(?:[a-z0-9][a-z0-9-]{0,29})?$/.test(prefix)) {
    throw new Error(
      `applicationPrefix must be the beginning of names of applications, up to 30 lower-case letters, digits and ` +
        `hyphens, got ${JSON.stringify(prefix)}`,
    );
  }
}
