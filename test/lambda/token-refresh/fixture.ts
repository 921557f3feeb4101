/** Surroundings of the function: a clock, Secrets Manager in memory, and the emulator as PISTE. */
import { Piste, transportTo, type Fault } from "../../../emulator";
import type { AccountStore } from "../../../lambda/token-refresh/account-store";
import { createHandler, type Handler, type HandlerOptions } from "../../../lambda/token-refresh/handler";
import {
  DEFAULT_REFRESH_SETTINGS,
  encodeSettings,
  type FunctionSettings,
  type Operation,
} from "../../../lambda/token-refresh/contract";
import type { PendingCredentials } from "../../../lambda/token-refresh/pending-credentials";
import type { RunResult } from "../../../lambda/token-refresh/report";
import type { VersionDate } from "../../../lambda/token-refresh/secret-versions";
import { PlatformError, type SecretStore, type StoredSecret } from "../../../lambda/shared/secret-store";
import type { AccessToken } from "../../../piste/credentials";
import { HOSTS, type Environment } from "../../../piste/environments";
import type { HttpRequest, HttpTransport } from "../../../piste/http";
import type { SecretVersion } from "../../../piste/password-age";

/** Epoch seconds; a multiple of the slow pace. */
export const START = 1_700_000_100;
export const CLIENT_SECRET = "piste/qualif/chorus-pro/client";
export const TOKEN_SECRET = "piste/qualif/chorus-pro/token";
export const CREDENTIALS = { client_id: "canary-id-91c4", client_secret: "canary-secret-6be0" };

export interface Clock {
  /** Epoch milliseconds. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly forward: (seconds: number) => void;
  readonly pauses: number[];
  /** Error of the function's own clock. */
  aheadInSeconds: number;
}

/** A clock that moves only by `forward` and `sleep`. */
export function fakeClock(start = START * 1000): Clock {
  let milliseconds = start;
  const pauses: number[] = [];
  return {
    pauses,
    aheadInSeconds: 0,
    now: () => milliseconds,
    forward: (seconds) => (milliseconds += seconds * 1000),
    sleep: (pause) => {
      pauses.push(pause);
      milliseconds += pause;
      return Promise.resolve();
    },
  };
}

export interface Write {
  readonly name: string;
  readonly value: string;
  readonly requestToken: string;
}

export interface MemoryStore extends SecretStore {
  /** Reads of secrets. */
  readonly reads: (readonly [name: string, secret?: "mustExist"])[];
  readonly writes: Write[];
  readonly stored: Map<string, StoredSecret>;
  readonly put: (name: string, value: unknown) => void;
  /** All versions of the token secret, oldest first. */
  readonly versions: VersionDate[];
  /** The operation that AWS refuses. */
  refuse: "read" | "write" | undefined;
}

export function memoryStore(clock: Clock): MemoryStore {
  const stored = new Map<string, StoredSecret>();
  const put = (name: string, value: string, versionId: string): void => {
    const version = { storedAt: Math.floor(clock.now() / 1000), versionId };
    stored.set(name, { value, ...version });
    if (name === TOKEN_SECRET) store.versions.push(version);
  };
  const store: MemoryStore = {
    reads: [],
    writes: [],
    stored,
    versions: [],
    refuse: undefined,
    put: (name, value) => {
      put(name, typeof value === "string" ? value : JSON.stringify(value), "by-hand");
    },
    read: (name, secret) => {
      store.reads.push(secret === undefined ? [name] : [name, secret]);
      if (store.refuse === "read") return Promise.reject(new PlatformError(`cannot read the secret ${name}`));
      return Promise.resolve(stored.get(name));
    },
    answeredAt: () => Math.floor(clock.now() / 1000),
    write: (name, value, requestToken) => {
      store.writes.push({ name, value, requestToken });
      if (store.refuse === "write") return Promise.reject(new PlatformError(`cannot write the secret ${name}`));
      const stored = store.stored.get(name);
      if (stored?.versionId === requestToken) return Promise.resolve(stored.value === value);
      put(name, value, requestToken);
      return Promise.resolve(true);
    },
  };
  return store;
}

const notAsked = (): Promise<never> => Promise.reject(new Error("this operation asks for nothing pending"));

/** For all operations but `promote`. */
const NOTHING_PENDING: PendingCredentials = {
  labels: notAsked,
  read: notAsked,
  makeCurrent: notAsked,
  unstage: notAsked,
};

/** Parameters and labels of an application's accounts, in memory. */
export interface MemoryAccounts extends AccountStore {
  readonly parameters: Map<string, string>;
  /** By the secret's name: its current version, or AWS's answer to each call. */
  readonly versions: Map<string, SecretVersion | (() => Promise<SecretVersion | undefined>)>;
  /** Names of the parameters and secrets that were read. */
  readonly asked: string[];
}

export function memoryAccounts(): MemoryAccounts {
  const store: MemoryAccounts = {
    parameters: new Map(),
    versions: new Map(),
    asked: [],
    readParameter: (name) => {
      store.asked.push(name);
      const text = store.parameters.get(name);
      return text === undefined ? Promise.reject(new PlatformError(`no parameter ${name}`)) : Promise.resolve(text);
    },
    currentVersion: (name) => {
      store.asked.push(name);
      const version = store.versions.get(name);
      return typeof version === "function" ? version() : Promise.resolve(version);
    },
  };
  return store;
}

export interface FixtureOptions {
  readonly settings?: Partial<FunctionSettings>;
  readonly variables?: Readonly<Record<string, string>>;
  readonly transport?: HttpTransport;
  /** @default - those of the emulator's client, stored long ago */
  readonly credentials?: unknown;
  readonly environment?: Environment;
  /** @default false */
  readonly outsideLambda?: boolean;
}

/** The function and its surroundings. */
export interface Fixture {
  readonly clock: Clock;
  readonly piste: Piste;
  readonly secrets: MemoryStore;
  readonly accounts: MemoryAccounts;
  readonly requests: HttpRequest[];
  readonly lines: string[];
  /** Runs the function with any event. */
  readonly invoke: Handler;
  readonly run: (operation: Operation, requestId?: string) => Promise<RunResult>;
  readonly tick: () => Promise<RunResult>;
  readonly refresh: () => Promise<RunResult>;
  /** The stored token. */
  readonly token: () => AccessToken;
  /** Adds a fault to PISTE. */
  readonly break: (fault: Omit<Fault, "on">) => void;
}

/** @param options an explicit `credentials: undefined` stores none. */
export function openFixture(options: FixtureOptions = {}): Fixture {
  const { environment = "qualif" } = options;
  const clock = fakeClock();
  const piste = new Piste(clock.now);
  piste.platform.addClient(CREDENTIALS);
  const secrets = memoryStore(clock);
  const credentials = "credentials" in options ? options.credentials : CREDENTIALS;
  if (credentials !== undefined) secrets.put(CLIENT_SECRET, credentials);
  const accounts = memoryAccounts();
  const requests: HttpRequest[] = [];
  const lines: string[] = [];
  const settings = {
    ...DEFAULT_REFRESH_SETTINGS,
    environment,
    application: "chorus-pro",
    tokenEndpoint: HOSTS[environment].tokenEndpoint,
    scope: "openid",
    ...options.settings,
  };
  const transport = options.transport ?? transportTo(piste);
  const handlerOptions: HandlerOptions = {
    secrets,
    pending: NOTHING_PENDING,
    listVersions: () => Promise.resolve(secrets.versions),
    accounts,
    transport: (request) => {
      requests.push(request);
      return transport(request);
    },
    nowInMilliseconds: () => clock.now() + clock.aheadInSeconds * 1000,
    sleep: clock.sleep,
    random: () => 0.5,
    variables: {
      ...(options.outsideLambda === true ? {} : { AWS_LAMBDA_FUNCTION_NAME: "the-function" }),
      ...encodeSettings(settings),
      ...options.variables,
    },
    log: (line) => lines.push(line),
  };
  const handler = createHandler(handlerOptions);
  const run = (operation: Operation, awsRequestId?: string): Promise<RunResult> =>
    handler({ environment, application: "chorus-pro", operation }, awsRequestId === undefined ? {} : { awsRequestId });
  return {
    clock,
    piste,
    secrets,
    accounts,
    requests,
    lines,
    invoke: handler,
    run,
    tick: () => run("tick"),
    refresh: () => run("refresh"),
    token: () => JSON.parse(secrets.stored.get(TOKEN_SECRET)?.value ?? "") as AccessToken,
    break: (fault) => {
      piste.faults.add({ on: "token", ...fault });
    },
  };
}

/** The metrics of a line in CloudWatch's embedded metric format. @throws Error unless it is valid. */
export function metricsOf(line: string | undefined): Record<string, number> {
  const json = JSON.parse(line ?? "") as Record<string, unknown> & {
    readonly _aws: {
      readonly Timestamp: number;
      readonly CloudWatchMetrics: {
        readonly Namespace: string;
        readonly Dimensions: string[][];
        readonly Metrics: { readonly Name: string; readonly Unit: string }[];
      }[];
    };
  };
  const [directive, ...others] = json._aws.CloudWatchMetrics;
  if (directive === undefined || others.length > 0) throw new Error("one directive is expected");
  for (const dimension of directive.Dimensions.flat()) {
    if (typeof json[dimension] !== "string") throw new Error(`the dimension ${dimension} has no value`);
  }
  return Object.fromEntries(
    directive.Metrics.map(({ Name }) => {
      const value = json[Name];
      if (typeof value !== "number") throw new Error(`the metric ${Name} has no value`);
      return [Name, value];
    }),
  );
}
