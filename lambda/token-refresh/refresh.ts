/**
 * The steps that `tick`, `refresh` and `promote` share: request a token, and write it unless the stored one is better.
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
  /** For `refresh` and `promote`: counts the tokens written in the last day. */
  readonly listVersions: ListVersionDates;
}

/** The state of one run after the token is read and the clock is corrected. */
export interface Run {
  readonly input: FunctionInput;
  readonly settings: FunctionSettings;
  readonly options: RunOptions;
  readonly measurements: Measurements;
  /** Epoch milliseconds, by the corrected clock. */
  readonly startedAt: number;
  /** The same in epoch seconds. */
  readonly now: number;
  readonly endpoint: URL;
  /** Names of secrets. */
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
  /** Duration, pauses included. */
  readonly milliseconds: number;
}

/** The result of trying client credentials. */
export type Trial =
  | { readonly ok: true; readonly token: AccessToken; readonly effort: Effort }
  | { readonly ok: false; readonly failure: Failure };

/** Asks PISTE for a token with these client credentials. Sets no metric for a failure: each operation decides. */
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

/** The token that is stored now. `kept`: why the earlier one was kept, if it was. */
export type Kept = Pick<RunResult, "kept" | "sameToken" | "expiresAt" | "meaning" | "writtenLastDay" | "nextWriteAt">;

/** Writes the token unless the stored one is better. */
export async function keepOrWrite(
  { input, options, settings, measurements, held, tokenSecret, now }: Run,
  { token, effort }: Extract<Trial, { readonly ok: true }>,
): Promise<Kept> {
  measurements.refreshMilliseconds = effort.milliseconds;
  const onRequest = input.operation !== "tick";
  const kept = (onRequest ? reasonToKeepOnRequest : reasonToKeep)(held, token, settings);
  // Reported, since a person may have asked because the gateway does not know this token.
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
 * The same for all runs that read the same version in the same minute: AWS lets only one of them write, and a repeated
 * write makes one version. Limited to a minute, since a person may make an older version current again.
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

/** Why the stored token is better than the new one; undefined if it is not. */
function reasonToKeep(
  { state, accessToken }: HeldToken,
  given: AccessToken,
  settings: FunctionSettings,
): string | undefined {
  if (state.kind !== "token" || state.doubt === "issued-in-the-future") return undefined;
  if (state.doubt !== undefined) {
    // Anyone may have written it, so any new token that lives long enough replaces it. A shorter one must end after the
    // stored token's usual hour.
    const isTooShort = lifeOf(given) < shortestLifeInSeconds(settings);
    return isTooShort && given.expires_at < state.surelyUntil ? "stored-token-lives-longer" : undefined;
  }
  if (given.expires_at < state.expiresAt) return "stored-token-lives-longer";
  const prolonged = given.expires_at > state.expiresAt + CLOCK_TOLERANCE_IN_SECONDS;
  // Writing it again gains nothing and delays the next write.
  return given.access_token === accessToken && !prolonged ? "same-token-again" : undefined;
}

/** Keeps the better token only if the new one would end before the write limit allows the next write. */
function reasonToKeepOnRequest(held: HeldToken, given: AccessToken, settings: FunctionSettings): string | undefined {
  const isTooShort = lifeOf(given) <= SHORTEST_WRITE_INTERVAL_IN_SECONDS + 2 * TICK_IN_SECONDS;
  return isTooShort ? reasonToKeep(held, given, settings) : undefined;
}

const lifeOf = ({ issued_at, expires_at }: AccessToken): number => expires_at - issued_at;
