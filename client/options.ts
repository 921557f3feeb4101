/** The client's options, from the program or from environment variables. */
import type { Agent } from "node:https";
import { checkApiBaseUrl, HOSTS, isProduction, parseEnvironment, type Environment } from "../piste/environments";
import {
  checkName,
  DEFAULT_ACCOUNT,
  DEFAULT_APPLICATION,
  DEFAULT_RESERVE_IN_MINUTES,
  LAMBDA_VARIABLE,
  LONGEST_RESERVE_IN_MINUTES,
  SHORTEST_RESERVE_IN_MINUTES,
  technicalAccountSecretName,
  tokenSecretName,
  VARIABLES,
} from "../piste/names";
import { fromSecretsManager } from "./from-secrets-manager";
import type { SecretSource } from "./secret-source";

export interface PisteClientOptions {
  /** @default - PISTE_ENVIRONMENT */
  readonly environment?: Environment;
  /**
   * The name of the PISTE application.
   * @default - PISTE_APPLICATION, or "chorus-pro"
   */
  readonly application?: string;
  /**
   * The technical account for calls of Chorus Pro.
   * @default - PISTE_TECHNICAL_ACCOUNT, or "default"
   */
  readonly account?: string;
  /**
   * How long a token or a technical account is kept in memory. Use the application's `reserveInMinutes`: each stored
   * token has at least that long left.
   * @default - PISTE_RESERVE_IN_MINUTES, or 5
   */
  readonly reserveInMinutes?: number;
  /**
   * Minimum validity of a returned token, in seconds.
   * @default 10, for the time to reach the gateway
   */
  readonly minimumSecondsLeft?: number;
  /**
   * Time limit of a call, to the last byte of its answer.
   * @default 30
   */
  readonly timeoutInSeconds?: number;
  /**
   * Source of the secrets.
   * @default - AWS Secrets Manager, with the AWS SDK
   */
  readonly source?: SecretSource;
  /**
   * The token secret's complete ARN, for a reader in another AWS account.
   * @default - PISTE_TOKEN_SECRET_ARN, or the secret's name
   */
  readonly tokenSecretArn?: string;
  /**
   * The ARNs of technical accounts' secrets, by account name.
   * @default - PISTE_TECHNICAL_ACCOUNT_SECRET_ARN for PISTE_TECHNICAL_ACCOUNT, or the secrets' names
   */
  readonly accountSecretArns?: Readonly<Record<string, string>>;
  /**
   * Node's agent for calls, for a proxy or for persistent connections.
   * @default - no proxy, and a new connection for each call
   */
  readonly agent?: Agent;
}

/** Checked options, with defaults. */
export interface ClientSettings {
  readonly environment: Environment;
  readonly account: string;
  readonly reserveInSeconds: number;
  readonly minimumSecondsLeft: number;
  readonly timeoutInSeconds: number;
  readonly source: SecretSource;
  readonly tokenSecretId: string;
  readonly accountSecretId: (account: string) => string;
  /** The pinned root of the gateway. A function: parsing takes a millisecond, and many programs only read tokens. */
  readonly apiBaseUrl: () => URL;
  readonly agent: Agent | undefined;
}

const DEFAULT_MINIMUM_SECONDS_LEFT = 10;
const DEFAULT_TIMEOUT_IN_SECONDS = 30;
/** Maximum of Node's timers. */
const LONGEST_TIMEOUT_IN_SECONDS = 2_147_483;
const SECONDS_PER_MINUTE = 60;

type Variables = Readonly<Record<string, string | undefined>>;

/** @throws Error naming the option, the rule and the value. */
export function settingsOf(options: PisteClientOptions, variables: Variables): ClientSettings {
  const variable = (name: keyof typeof VARIABLES): string | undefined => {
    const value = variables[VARIABLES[name]];
    return value === "" ? undefined : value;
  };
  const environment = environmentOf(options.environment ?? variable("environment"));
  const application = options.application ?? variable("application") ?? DEFAULT_APPLICATION;
  checkName("application", application);
  const account = options.account ?? variable("account") ?? DEFAULT_ACCOUNT;
  checkName("account", account);
  // The variables' ARNs count only for the variables' own environment and application.
  const isSameApplication =
    environment === (variable("environment") ?? environment) &&
    application === (variable("application") ?? application);
  const arnFrom = (name: "tokenSecretArn" | "accountSecretArn"): string | undefined =>
    isSameApplication ? variable(name) : undefined;
  const accountArns = new Map(Object.entries(options.accountSecretArns ?? {}));
  const [variableAccount, variableAccountArn] = [variable("account") ?? account, arnFrom("accountSecretArn")];
  if (variableAccountArn !== undefined && !accountArns.has(variableAccount))
    accountArns.set(variableAccount, variableAccountArn);
  for (const [name, arn] of accountArns) {
    const secret = technicalAccountSecretName(environment, application, name);
    checkSecretArn(`accountSecretArns.${name}`, arn, secret);
  }
  const tokenArn = options.tokenSecretArn ?? arnFrom("tokenSecretArn");
  if (tokenArn !== undefined) checkSecretArn("tokenSecretArn", tokenArn, tokenSecretName(environment, application));
  // No variable can send production's token to another host.
  const allowLoopback = variables[LAMBDA_VARIABLE] === undefined && !isProduction(environment);
  return {
    environment,
    account,
    reserveInSeconds:
      reserveOf(options.reserveInMinutes ?? Number(variable("reserveInMinutes") ?? DEFAULT_RESERVE_IN_MINUTES)) *
      SECONDS_PER_MINUTE,
    minimumSecondsLeft: checkMinimum(options.minimumSecondsLeft ?? DEFAULT_MINIMUM_SECONDS_LEFT),
    timeoutInSeconds: checkTimeout(options.timeoutInSeconds ?? DEFAULT_TIMEOUT_IN_SECONDS),
    source: options.source ?? fromSecretsManager(),
    tokenSecretId: tokenArn ?? tokenSecretName(environment, application),
    accountSecretId: (name) => accountArns.get(name) ?? technicalAccountSecretName(environment, application, name),
    apiBaseUrl: apiBaseUrlOf(variable("apiBaseUrl"), environment, allowLoopback),
    agent: checkAgent(options.agent),
  };
}

function apiBaseUrlOf(address: string | undefined, environment: Environment, allowLoopback: boolean): () => URL {
  if (address === undefined) return () => checkApiBaseUrl(HOSTS[environment].apiBaseUrl, environment, false);
  const url = checkApiBaseUrl(address, environment, allowLoopback);
  return () => url;
}

function environmentOf(value: string | undefined): Environment {
  if (value !== undefined) return parseEnvironment(value);
  throw new Error(
    `environment must be given, or ${VARIABLES.environment} set, as \`environmentVariables\` of PisteApplication does`,
  );
}

/** Requires a complete ARN: a name could be found in the wrong account, and another secret is for another host. */
function checkSecretArn(property: string, arn: unknown, secretName: string): void {
  // AWS adds six random characters to a secret's ARN.
  const found = /^arn:[^:]+:secretsmanager:[^:]+:\d{12}:secret:(.+)-[A-Za-z0-9]{6}$/.exec(String(arn));
  if (found?.[1] === secretName) return;
  throw new Error(`${property} must be the complete ARN of the secret ${secretName}, got ${JSON.stringify(arn)}`);
}

function checkAgent(agent: Agent | undefined): Agent | undefined {
  // A proxy library's agent may have no options.
  if ((agent as Partial<Agent> | undefined)?.options?.rejectUnauthorized !== false) return agent;
  throw new Error("agent must check certificates, got one whose rejectUnauthorized is false");
}

function reserveOf(minutes: number): number {
  if (minutes >= SHORTEST_RESERVE_IN_MINUTES && minutes <= LONGEST_RESERVE_IN_MINUTES) return minutes;
  throw new Error(
    `reserveInMinutes must be from ${SHORTEST_RESERVE_IN_MINUTES} to ${LONGEST_RESERVE_IN_MINUTES}, got ${minutes}`,
  );
}

/** @throws Error naming the option, the rule and the value. */
export function checkMinimum(seconds: number): number {
  if (Number.isFinite(seconds) && seconds >= 0) return seconds;
  throw new Error(`minimumSecondsLeft must be a number of seconds, 0 or more, got ${String(seconds)}`);
}

/** @throws Error naming the option, the rule and the value. */
export function checkTimeout(seconds: number): number {
  if (seconds > 0 && seconds <= LONGEST_TIMEOUT_IN_SECONDS) return seconds;
  throw new Error(`timeoutInSeconds must be above 0 and at most ${LONGEST_TIMEOUT_IN_SECONDS}, got ${String(seconds)}`);
}
