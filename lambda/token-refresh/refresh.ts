/**
 * What every refresh consists of, whoever asks for it: client credentials that PISTE is tried with, and a token that is
 * written unless the stored one is better.
 */
import { createHash } from "node:crypto";
import {
  clientCredentialsSchema,
  parseSecret,
  UnreadableSecretError,
  type AccessToken,
  type ClientCredentials,
} from "../../piste/credentials";
import type { FailureClass } from "../../piste/diagnosis";
import { CLOCK_TOLERANCE_IN_SECONDS, storedToken } from "../../piste/stored-token";
import {
  SECONDS_PER_MINUTE,
  SHORTEST_WRITE_INTERVAL_IN_SECONDS,
  shortestLifeInSeconds,
  TICK_DEADLINE_IN_SECONDS,
  TICK_IN_SECONDS,
  type FunctionInput,
  type FunctionSettings,
} from "./contract";
import type { PendingCredentials } from "./pending-credentials";
import { believe, type TokenState } from "./decision";
import type { Measurements, RunResult } from "./report";
import { requestWithRetries, type RequestDependencies } from "./request";
import type { ListVersionDates } from "./secret-versions";
import type { SecretStore, StoredSecret } from "../shared/secret-store";

export interface RunOptions extends RequestDependencies {
  readonly secrets: SecretStore;
  /** For the operation `promote`. */
  readonly pending: PendingCredentials;
  /** For what is asked for: how many tokens were written already. */
  readonly listVersions: ListVersionDates;
}

/** What one run works with, once it has read the token and knows the time. */
export interface Run {
  readonly input: FunctionInput;
  readonly settings: FunctionSettings;
  readonly options: RunOptions;
  readonly measurements: Measurements;
  /** Epoch milliseconds, on whose clock all are agreed. */
  readonly startedAt: number;
  /** The same in epoch seconds. */
  readonly now: number;
  readonly endpoint: URL;
  /** The names of the two secrets. */
  readonly tokenSecret: string;
  readonly clientSecret: string;
  readonly held: HeldToken;
}

/** The content of the token secret. */
export interface HeldToken {
  readonly state: TokenState;
  readonly accessToken?: string;
  readonly version?: Pick<StoredSecret, "versionId" | "storedAt">;
}

/** The result of a run that ends without a token. */
export type Failure = RunResult & { readonly class: FailureClass };

interface Effort {
  readonly tries: number;
  /** How long it took, pauses included. */
  readonly milliseconds: number;
}

/** What came of trying client credentials. */
export type Trial =
  | { readonly ok: true; readonly token: AccessToken; readonly effort: Effort }
  | { readonly ok: false; readonly failure: Failure };

/** Asks PISTE for a token with these client credentials. Reports nothing: what a refusal means is for the operation to say. */
export async function tryCredentials(run: Run, stored: StoredSecret): Promise<Trial> {
  const { settings, options, endpoint, clientSecret, held } = run;
  const credentials = credentialsOf(clientSecret, stored);
  if (credentials instanceof UnreadableSecretError) {
    const meaning = `The client credentials cannot be read: ${credentials.message}. Store {"client_id": …, "client_secret": …} there.`;
    return {
      ok: false,
      failure: {
        outcome: "failed",
        reason: "malformed-credentials",
        class: "rejected",
        meaning,
        ...expiry(held.state),
      },
    };
  }
  const deadline = run.startedAt + TICK_DEADLINE_IN_SECONDS * 1000;
  const answer = await requestWithRetries({ endpoint, credentials, scope: settings.scope }, deadline, options);
  const effort = { tries: answer.tries, milliseconds: answer.milliseconds };
  if (answer.ok) return { ok: true, token: answer.token, effort };
  const { class: failureClass, code, meaning } = answer.diagnosis;
  return {
    ok: false,
    failure: {
      outcome: "failed",
      reason: code,
      class: failureClass,
      meaning,
      ...expiry(held.state),
      ...effort,
      ...answer.facts,
    },
  };
}

/** The token that is stored now; `kept` says why it is the one that was stored before, when it is. */
export type Kept = Pick<RunResult, "kept" | "sameToken" | "expiresAt" | "meaning" | "writtenLastDay" | "nextWriteAt">;

/** Writes the token, unless the stored one is better: a request keeps that only where nothing could follow in time. */
export async function keepOrWrite(
  { input, options, settings, measurements, held, tokenSecret, now }: Run,
  { token, effort }: Extract<Trial, { readonly ok: true }>,
): Promise<Kept> {
  measurements.refreshMilliseconds = effort.milliseconds;
  const onRequest = input.operation !== "tick";
  const kept = (onRequest ? reasonToKeepOnRequest : reasonToKeep)(held, token, settings);
  // Somebody who asks because the gateway does not know it is not helped.
  const same = onRequest && token.access_token === held.accessToken ? ({ sameToken: true } as const) : {};
  if (kept !== undefined) return { kept, ...same, ...expiry(held.state) };
  const record = JSON.stringify(token);
  if (!(await options.secrets.write(tokenSecret, record, requestTokenOf(held, now)))) {
    const { state } = readToken(tokenSecret, await options.secrets.read(tokenSecret), now);
    return { kept: "written-meanwhile", ...expiry(state) };
  }
  measurements.refreshes = 1;
  return { ...same, expiresAt: token.expires_at };
}

function credentialsOf(name: string, { value }: StoredSecret): ClientCredentials | UnreadableSecretError {
  try {
    return parseSecret(name, clientCredentialsSchema, value);
  } catch (error) {
    if (error instanceof UnreadableSecretError) return error;
    throw error;
  }
}

export function readToken(name: string, stored: StoredSecret | undefined, now: number): HeldToken {
  if (stored === undefined) return { state: { kind: "missing" } };
  const { storedAt, versionId } = stored;
  const version = { versionId, storedAt };
  const token = storedToken(name, stored, now)?.token;
  if (token === undefined) return { state: { kind: "unreadable", storedAt }, version };
  return { state: believe(token, storedAt), accessToken: token.access_token, version };
}

/**
 * The same for all runs that have read the same version: of those at the same time AWS lets one write, however many are
 * invoked at once, and a write that is repeated makes one version. Not for longer than a minute, since somebody may make
 * an older version the current one again.
 */
function requestTokenOf({ version }: HeldToken, now: number): string {
  const replaced = version?.versionId ?? "none";
  return createHash("sha256")
    .update(`${Math.floor(now / SECONDS_PER_MINUTE)} ${replaced}`)
    .digest("hex");
}

export function expiry(token: TokenState): { readonly expiresAt?: number } {
  return token.kind === "token" ? { expiresAt: token.expiresAt } : {};
}

/** Why the stored token is better than the one PISTE has just given, when it is. */
function reasonToKeep(
  { state, accessToken }: HeldToken,
  given: AccessToken,
  settings: FunctionSettings,
): string | undefined {
  if (state.kind !== "token" || state.doubt === "issued-in-the-future") return undefined;
  if (state.doubt !== undefined) {
    // Somebody may have written it: it gives way to any token with which the promise can be kept. To others its usual hour
    // is preferred.
    const isTooShort = lifeOf(given) < shortestLifeInSeconds(settings);
    return isTooShort && given.expires_at < state.surelyUntil ? "stored-token-lives-longer" : undefined;
  }
  if (given.expires_at < state.expiresAt) return "stored-token-lives-longer";
  const prolonged = given.expires_at > state.expiresAt + CLOCK_TOLERANCE_IN_SECONDS;
  // Writing it would win nothing and hold up the next write.
  return given.access_token === accessToken && !prolonged ? "same-token-again" : undefined;
}

/** A tick may not write again before the write limit lets it: until then there would be no token at all. */
function reasonToKeepOnRequest(held: HeldToken, given: AccessToken, settings: FunctionSettings): string | undefined {
  const isTooShort = lifeOf(given) <= SHORTEST_WRITE_INTERVAL_IN_SECONDS + 2 * TICK_IN_SECONDS;
  return isTooShort ? reasonToKeep(held, given, settings) : undefined;
}

const lifeOf = ({ issued_at, expires_at }: AccessToken): number => expires_at - issued_at;
