/** A client's options, from its program or from the environment variables of its function or container. */
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
   * The technical account that calls of Chorus Pro carry.
   * @default - PISTE_TECHNICAL_ACCOUNT, or "default"
   */
  readonly account?: string;
  /**
   * For how long a token is kept in memory: the application's `reserveInMinutes`, which every token that is read has
   * left; a technical account is kept as long.
   * @default - PISTE_RESERVE_IN_MINUTES, or 5
   */
  readonly reserveInMinutes?: number;
  /**
   * Minimum validity of a returned token, in seconds.
   * @default 10, which is for the way to the gateway
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
   * The same of technical accounts, by their names.
   * @default - PISTE_TECHNICAL_ACCOUNT_SECRET_ARN for PISTE_TECHNICAL_ACCOUNT, or the secrets' names
   */
  readonly accountSecretArns?: Readonly<Record<string, string>>;
  /**
   * The way to the gateway, for a proxy or to keep connections.
   * @default - straight, with a connection for each call
   */
  readonly agent?: Agent;
}

/** The same, defaults filled in and checked. */
export interface ClientSettings {
  readonly environment: Environment;
  readonly account: string;
  readonly reserveInSeconds: number;
  readonly minimumSecondsLeft: number;
  readonly timeoutInSeconds: number;
  readonly source: SecretSource;
  readonly tokenSecretId: string;
  readonly accountSecretId: (account: string) => string;
  /** The pinned root of the gateway; a function, since many programs call nothing and an address takes a millisecond. */
  readonly apiBaseUrl: () => URL;
  readonly agent: Agent | undefined;
}

const DEFAULT_MINIMUM_SECONDS_LEFT = 10;
const DEFAULT_TIMEOUT_IN_SECONDS = 30;
/** Node's timers hold no longer one. */
const LONGEST_TIMEOUT_IN_SECONDS = 2_147_483;
const SECONDS_PER_MINUTE = 60;

type Variables = Readonly<Record<string, string | undefined>>;

/** @throws Error naming the option, the rule and the value. */
export function settingsOf(options: PisteClientOptions, variables: Variables): ClientSettings {
  const told = (variable: keyof typeof VARIABLES): string | undefined => {
    const value = variables[VARIABLES[variable]];
    return value === "" ? undefined : value;
  };
  const environment = environmentOf(options.environment ?? told("environment"));
  const application = options.application ?? told("application") ?? DEFAULT_APPLICATION;
  checkName("application", application);
  const account = options.account ?? told("account") ?? DEFAULT_ACCOUNT;
  checkName("account", account);
  // Of the variables' own application and account: whatever else an option names has secrets of its own.
  const isToldOf =
    environment === (told("environment") ?? environment) && application === (told("application") ?? application);
  const toldArn = (variable: "tokenSecretArn" | "accountSecretArn"): string | undefined =>
    isToldOf ? told(variable) : undefined;
  const accountArns = new Map(Object.entries(options.accountSecretArns ?? {}));
  const [toldAccount, toldAccountArn] = [told("account") ?? account, toldArn("accountSecretArn")];
  if (toldAccountArn !== undefined && !accountArns.has(toldAccount)) accountArns.set(toldAccount, toldAccountArn);
  for (const [name, arn] of accountArns) {
    const secret = technicalAccountSecretName(environment, application, name);
    checkSecretArn(`accountSecretArns.${name}`, arn, secret);
  }
  const tokenArn = options.tokenSecretArn ?? toldArn("tokenSecretArn");
  if (tokenArn !== undefined) checkSecretArn("tokenSecretArn", tokenArn, tokenSecretName(environment, application));
  // No variable leads production's token elsewhere.
  const allowLoopback = variables[LAMBDA_VARIABLE] === undefined && !isProduction(environment);
  return {
    environment,
    account,
    reserveInSeconds:
      reserveOf(options.reserveInMinutes ?? Number(told("reserveInMinutes") ?? DEFAULT_RESERVE_IN_MINUTES)) *
      SECONDS_PER_MINUTE,
    minimumSecondsLeft: checkMinimum(options.minimumSecondsLeft ?? DEFAULT_MINIMUM_SECONDS_LEFT),
    timeoutInSeconds: checkTimeout(options.timeoutInSeconds ?? DEFAULT_TIMEOUT_IN_SECONDS),
    source: options.source ?? fromSecretsManager(),
    tokenSecretId: tokenArn ?? tokenSecretName(environment, application),
    accountSecretId: (name) => accountArns.get(name) ?? technicalAccountSecretName(environment, application, name),
    apiBaseUrl: apiBaseUrlOf(told("apiBaseUrl"), environment, allowLoopback),
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
    `environment must be given, or ${VARIABLES.environment} be set, as \`environmentVariables\` of PisteApplication does`,
  );
}

/** A name in its place would be found in the wrong account, or nowhere; another secret's value is for another host. */
function checkSecretArn(property: string, arn: unknown, secretName: string): void {
  // AWS ends an ARN with six characters of its own.
  const found = /^arn:[^:]+:secretsmanager:[^:]+:\d{12}:secret:(.+)-[A-Za-z0-9]{6}$/.exec(String(arn));
  if (found?.[1] === secretName) return;
  throw new Error(`${property} must be the complete ARN of the secret ${secretName}, got ${JSON.stringify(arn)}`);
}

function checkAgent(agent: Agent | undefined): Agent | undefined {
  // An agent of a proxy library may be made without options.
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
