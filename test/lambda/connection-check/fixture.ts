/** Surroundings of the connection check: secret versions with labels in memory, and the emulator as PISTE. */
import { Piste, transportTo, type Fault } from "../../../emulator";
import { createHandler, type Handler } from "../../../lambda/connection-check/handler";
import { encodeSettings } from "../../../lambda/connection-check/contract";
import type { CheckResult } from "../../../lambda/connection-check/findings";
import type { VersionLabels } from "../../../lambda/connection-check/version-labels";
import type { Invocation, InvokeFunction } from "../../../lambda/shared/functions";
import { PlatformError } from "../../../lambda/shared/secret-store";
import { isOwnApi, type ApiEntry } from "../../../piste/api-catalogue";
import { checkApplication } from "../../../piste/application";
import type { TechnicalAccount } from "../../../piste/credentials";
import { describe } from "../../../piste/description";
import { HOSTS, type Environment } from "../../../piste/environments";
import { technicalAccountSecretName, tokenSecretName } from "../../../piste/names";
import type { HttpRequest, HttpTransport } from "../../../piste/http";
import { fakeClock, metricsOf, START, type Clock } from "../token-refresh/fixture";

export const CLIENT_ID = "client-of-the-check";
const LONG_AGO_IN_SECONDS = 24 * 60 * 60;

/** Versions of secrets, as Secrets Manager keeps them. */
export class MemorySecrets implements VersionLabels {
  readonly versions = new Map<string, { readonly id: string; readonly value: string; readonly storedAt: number }[]>();
  /** The version with the label REFUSED, by the secret's name. */
  readonly refusedVersions = new Map<string, string>();
  readonly reads: string[] = [];
  /** The operation that AWS refuses. */
  refuse: "describe" | "read" | "label" | undefined;
  private made = 0;

  constructor(private readonly clock: Clock) {}

  put(name: string, value: unknown, ageInSeconds = 0): string {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    const id = `version-${++this.made}`;
    const storedAt = Math.floor(this.clock.now() / 1000) - ageInSeconds;
    this.versions.set(name, [...(this.versions.get(name) ?? []), { id, value: text, storedAt }]);
    return id;
  }

  current(name: string): ReturnType<VersionLabels["current"]> {
    if (this.refuse === "describe") return Promise.reject(new PlatformError(`cannot describe the secret ${name}`));
    const versionId = this.versions.get(name)?.at(-1)?.id;
    if (versionId === undefined) return Promise.resolve(undefined);
    return Promise.resolve({ versionId, refused: this.refusedVersions.get(name) === versionId });
  }

  markRefused(name: string, versionId: string): Promise<void> {
    if (this.refuse === "label") return Promise.reject(new PlatformError(`cannot put the label on ${name}`));
    this.refusedVersions.set(name, versionId);
    return Promise.resolve();
  }

  answeredAt(): number {
    return Math.floor(this.clock.now() / 1000);
  }

  read(name: string): Promise<{ value: string; storedAt: number; versionId: string } | undefined> {
    this.reads.push(name);
    if (this.refuse === "read") return Promise.reject(new PlatformError(`cannot read the secret ${name}`));
    const version = this.versions.get(name)?.at(-1);
    return Promise.resolve(version && { value: version.value, storedAt: version.storedAt, versionId: version.id });
  }
}

/** The refresher's function, which the check can invoke. */
export class FakeRefresher {
  readonly invoked: unknown[] = [];
  /** True: AWS refuses to invoke it. */
  refused = false;
  private run: () => Invocation = () => ({ failed: false, answer: { outcome: "failed", reason: "not-prepared" } });

  answers(answer: () => unknown): void {
    this.run = () => ({ failed: false, answer: answer() });
  }

  fails(errorType: string, errorMessage: string): void {
    this.run = () => ({ failed: true, answer: { errorType, errorMessage } });
  }

  invoke: InvokeFunction = (functionArn, input) => {
    this.invoked.push([functionArn, input]);
    if (this.refused) return Promise.reject(new PlatformError(`cannot invoke the function ${functionArn}`));
    return Promise.resolve(this.run());
  };
}

export interface CheckOptions {
  /** @default "qualif" */
  readonly environment?: Environment;
  /** @default - one, called `default` */
  readonly accounts?: readonly string[];
  /** @default - the four of Chorus Pro */
  readonly apis?: ApiEntry[];
  readonly transport?: (piste: Piste, clock: Clock) => HttpTransport;
  readonly variables?: Readonly<Record<string, string>>;
  /** @default "openid" */
  readonly tokenScope?: string;
  /** @default - always 0 */
  readonly random?: () => number;
}

export type Line = Readonly<Record<string, unknown>>;

/** A check and its surroundings; all accounts are stored and known to PISTE. */
export interface CheckFixture {
  readonly clock: Clock;
  readonly piste: Piste;
  readonly secrets: MemorySecrets;
  readonly refresher: FakeRefresher;
  readonly requests: HttpRequest[];
  readonly lines: string[];
  readonly parameters: Map<string, string>;
  /** Runs the function with any event. */
  readonly invoke: Handler;
  readonly check: (requestId?: string) => Promise<CheckResult>;
  /** Logged findings and errors of all checks. */
  readonly found: () => Line[];
  /** Metrics of the latest check. */
  readonly metrics: () => Record<string, number>;
  readonly storeToken: (lifetimeInSeconds?: number) => void;
  readonly credentialsOf: (account: string) => TechnicalAccount;
  readonly secretOf: (account: string) => string;
  /** Adds a fault to PISTE. */
  readonly break: (fault: Omit<Fault, "on">) => void;
  /** Calls with this login. */
  readonly timesSent: (account: TechnicalAccount) => number;
}

export const credentialsOf = (account: string): TechnicalAccount => ({
  login: `TECH_canary-login-${account}@cpro.fr`,
  password: `canary-password-${account}`,
});
export function headerOf({ login, password }: TechnicalAccount): string {
  return Buffer.from(`${login}:${password}`).toString("base64");
}

export function openCheck(options: CheckOptions = {}): CheckFixture {
  const { environment = "qualif", accounts = ["default"] } = options;
  const tokenSecret = tokenSecretName(environment, "chorus-pro");
  const secretOf = (account: string): string => technicalAccountSecretName(environment, "chorus-pro", account);
  const clock = fakeClock();
  const piste = new Piste(clock.now);
  piste.platform.settings = { ...piste.platform.settings, apis: (options.apis ?? []).filter(isOwnApi) };
  const secrets = new MemorySecrets(clock);
  const refresher = new FakeRefresher();
  const application = checkApplication({
    environment,
    name: "chorus-pro",
    apis: options.apis,
    technicalAccounts: accounts.map((name) => ({
      name,
      structure: { identifier: "73282932000074", identifierType: "SIRET" as const },
    })),
  });
  const { tokenScope = application.scope } = options;
  const deployed = {
    clientSecret: "client",
    tokenSecret,
    function: "function",
    schedule: { group: "group", name: "name" },
    alarms: [],
  };
  const described = application.technicalAccounts.map((account) => ({
    ...account,
    secret: secretOf(account.name),
    passwordLifetimeInDays: 424,
  }));
  const parameters = new Map(describe(application, deployed, described).map(({ name, value }) => [name, value]));
  for (const account of accounts) {
    piste.platform.addAccount(credentialsOf(account));
    secrets.put(secretOf(account), credentialsOf(account), LONG_AGO_IN_SECONDS);
  }
  const storeToken = (lifetimeInSeconds = 3600): void => {
    const issued_at = Math.floor(clock.now() / 1000);
    const { token } = piste.platform.giveToken(CLIENT_ID, tokenScope.split(" "));
    secrets.put(tokenSecret, {
      access_token: token,
      token_type: "Bearer",
      scope: tokenScope,
      issued_at,
      expires_at: issued_at + lifetimeInSeconds,
    });
  };
  storeToken();
  const requests: HttpRequest[] = [];
  const lines: string[] = [];
  const transport = options.transport?.(piste, clock) ?? transportTo(piste);
  const handler = createHandler({
    secrets,
    labels: secrets,
    invokeFunction: refresher.invoke,
    readParameter: (name) => {
      const value = parameters.get(name);
      return value === undefined
        ? Promise.reject(new PlatformError(`cannot read the parameter ${name}`))
        : Promise.resolve(value);
    },
    transport: (request) => {
      requests.push(request);
      return transport(request);
    },
    nowInMilliseconds: clock.now,
    sleep: clock.sleep,
    random: options.random ?? (() => 0),
    variables: {
      AWS_LAMBDA_FUNCTION_NAME: "the-function",
      ...encodeSettings({
        environment,
        application: "chorus-pro",
        apiBaseUrl: HOSTS[environment].apiBaseUrl,
        refresherArn: "the-refresher",
      }),
      ...options.variables,
    },
    log: (line) => lines.push(line),
  });
  return {
    clock,
    piste,
    secrets,
    refresher,
    requests,
    lines,
    parameters,
    storeToken,
    credentialsOf,
    secretOf,
    invoke: handler,
    check: (awsRequestId) =>
      handler(
        { environment, application: "chorus-pro", operation: "check" },
        awsRequestId === undefined ? {} : { awsRequestId },
      ),
    found: () => lines.map((line) => JSON.parse(line) as Line).filter((line) => !("_aws" in line)),
    metrics: () => metricsOf(lines.at(-1)),
    break: (fault) => {
      piste.faults.add({ on: "gateway", ...fault });
    },
    timesSent: (account) => requests.filter(({ headers }) => headers["cpro-account"] === headerOf(account)).length,
  };
}

export { START };
