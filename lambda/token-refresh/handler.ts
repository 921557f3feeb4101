/**
 * A run of the token refresher: read the token, decide, and when it is due read the client credentials, ask PISTE,
 * write the token. It keeps no memory between runs and throws only when AWS refuses or for a bug. The operation
 * `passwords` goes another way.
 */
import { createHash } from "node:crypto";
import {
  accessTokenSchema,
  clientCredentialsSchema,
  parseSecret,
  UnreadableSecretError,
  type AccessToken,
  type ClientCredentials,
} from "../../piste/credentials";
import { checkTokenEndpoint } from "../../piste/environments";
import { clientSecretName, tokenSecretName } from "../../piste/names";
import {
  decodeSettings,
  lapsingWhenSecondsLeft,
  parseInput,
  TICK_DEADLINE_IN_SECONDS,
  type FunctionInput,
  type FunctionSettings,
} from "./contract";
import type { AccountStore } from "./account-store";
import { believe, CLOCK_TOLERANCE_IN_SECONDS, decide, type TokenState } from "./decision";
import { AccountsRefusedError, reportPasswords } from "./passwords";
import { logLine, type Measurements, type RunResult } from "./report";
import { requestWithRetries, type Surroundings } from "./request";
import type { SecretStore, StoredSecret } from "./secret-store";

export interface HandlerOptions extends Surroundings {
  readonly secrets: SecretStore;
  /** For the operation `passwords`. */
  readonly accounts: AccountStore;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly log: (line: string) => void;
}

export type Handler = (event: unknown, context?: { readonly awsRequestId?: string }) => Promise<RunResult>;

/** Lambda sets this; outside, a token endpoint on this machine is accepted. */
const LAMBDA_VARIABLE = "AWS_LAMBDA_FUNCTION_NAME";

export function createHandler(options: HandlerOptions): Handler {
  return async (event, context) => {
    const input = parseInput(event);
    const startedAt = options.nowInMilliseconds();
    const measurements: Measurements = input.operation === "tick" ? { ticks: 1 } : {};
    const invocation = { input, options, startedAt, measurements, clock: { behindInSeconds: 0 } };
    const report = (result: Parameters<typeof logLine>[1]): void => {
      // CloudWatch would not see what is dated in the future.
      const timestamp = startedAt + invocation.clock.behindInSeconds * 1000;
      options.log(logLine(input, result, measurements, timestamp, context?.awsRequestId));
    };
    try {
      const result =
        input.operation === "passwords"
          ? await reportPasswords({ ...options, input, measurements })
          : await perform({ ...invocation, settings: decodeSettings(options.variables) });
      report(result);
      return result;
    } catch (error) {
      const meaning = error instanceof Error ? error.message : "unknown";
      const found = error instanceof AccountsRefusedError ? { passwords: error.passwords } : {};
      report({ outcome: "error", reason: "platform", meaning, ...found });
      throw error;
    }
  };
}

/** What one run works with. */
interface Invocation {
  readonly input: FunctionInput;
  readonly settings: FunctionSettings;
  readonly options: HandlerOptions;
  /** Epoch milliseconds, by this function's clock. */
  readonly startedAt: number;
  readonly measurements: Measurements;
  /** How far this clock is behind AWS's, once it is known that it is off. */
  readonly clock: { behindInSeconds: number };
}

/** With the time on which all are agreed. */
interface Run extends Invocation {
  /** Epoch seconds. */
  readonly now: number;
}

/**
 * Goes by AWS's clock where this one is off: AWS dates the versions that are compared, and a token that a wrong clock
 * dates misleads whoever reads it.
 */
function setRight(invocation: Invocation, stored: StoredSecret | undefined): Run {
  const { options, startedAt, clock } = invocation;
  const now = Math.floor(startedAt / 1000);
  // Compared when AWS answered, which may be seconds after the start. AWS's time is in whole seconds, and ours is then
  // rather too early than too late: a record may not outlive its token.
  const nowThatItAnswered = options.nowInMilliseconds() / 1000;
  const behind = (stored?.readAt ?? Math.ceil(nowThatItAnswered)) - Math.ceil(nowThatItAnswered);
  if (Math.abs(behind) <= CLOCK_TOLERANCE_IN_SECONDS) return { ...invocation, now };
  // Not too early: a report belongs to the minute in which it ran.
  clock.behindInSeconds = behind + Math.ceil(nowThatItAnswered) - Math.floor(nowThatItAnswered);
  return {
    ...invocation,
    now: now + behind,
    startedAt: startedAt + behind * 1000,
    options: { ...options, nowInMilliseconds: () => options.nowInMilliseconds() + behind * 1000 },
  };
}

async function perform(invocation: Invocation): Promise<RunResult> {
  const { input, settings } = invocation;
  const { environment, application, operation } = input;
  const insideLambda = invocation.options.variables[LAMBDA_VARIABLE] !== undefined;
  const endpoint = checkTokenEndpoint(settings.tokenEndpoint, environment, !insideLambda);
  const tokenSecret = tokenSecretName(environment, application);
  // If the secret itself is absent, the write says so.
  const storedToken = await invocation.options.secrets.read(tokenSecret);
  const run = setRight(invocation, storedToken);
  const { options, now, measurements } = run;
  const held = readToken(tokenSecret, storedToken);
  const token = held.state;
  if (operation === "tick" && token.kind === "token") measurements.secondsToExpiry = Math.max(0, token.expiresAt - now);
  const requested = operation === "refresh";

  const early = decide({ token, now, settings });
  if (!requested && !early.refresh) return { outcome: "waited", reason: early.reason, ...expiry(token) };

  const clientSecret = settings.clientSecretName ?? clientSecretName(environment, application);
  const stored = await options.secrets.read(clientSecret, "mustExist");
  if (stored === undefined) {
    measurements.unconfigured = 1;
    const meaning = `No client credentials are stored yet in ${clientSecret}.`;
    return { outcome: "failed", reason: "unconfigured", class: "unconfigured", meaning, ...expiry(token) };
  }
  const decision = decide({ token, clientSecretStoredAt: stored.storedAt, now, settings });
  const result: RunResult =
    requested || decision.refresh
      ? await refresh(run, {
          endpoint,
          held,
          tokenSecret,
          clientSecret,
          stored,
          reason: requested ? "requested" : decision.reason,
        })
      : { outcome: "waited", reason: decision.reason, ...expiry(token) };
  const wasHealthy = token.kind === "token" && token.doubt === undefined && !isLapsing(token.expiresAt - now, settings);
  if (operation === "tick" && !wasHealthy) {
    // What this tick has healed needs nobody; without a token, nothing is left.
    measurements.secondsToExpiry = Math.max(0, (result.expiresAt ?? now) - now);
  }
  return result;
}

const isLapsing = (secondsLeft: number, settings: FunctionSettings): boolean =>
  secondsLeft < lapsingWhenSecondsLeft(settings);

/** What the token secret holds. */
interface HeldToken {
  readonly state: TokenState;
  readonly accessToken?: string;
}

interface Refresh {
  readonly endpoint: URL;
  readonly held: HeldToken;
  readonly tokenSecret: string;
  readonly clientSecret: string;
  readonly stored: StoredSecret;
  readonly reason: string;
}

async function refresh(
  run: Run,
  { endpoint, held, tokenSecret, clientSecret, stored, reason }: Refresh,
): Promise<RunResult> {
  const { settings, options, measurements } = run;
  const token = held.state;
  const credentials = credentialsOf(clientSecret, stored);
  if (credentials instanceof UnreadableSecretError) {
    measurements.rejected = 1;
    const meaning = `The client credentials cannot be read: ${credentials.message}. Store {"client_id": …, "client_secret": …} there.`;
    return { outcome: "failed", reason: "malformed-credentials", class: "rejected", meaning, ...expiry(token) };
  }
  const deadline = run.startedAt + TICK_DEADLINE_IN_SECONDS * 1000;
  const answer = await requestWithRetries({ endpoint, credentials, scope: settings.scope }, deadline, options);
  const effort = { tries: answer.tries, milliseconds: answer.milliseconds };
  if (!answer.ok) {
    const { class: failureClass, code, meaning } = answer.diagnosis;
    measurements[failureClass] = 1;
    return {
      outcome: "failed",
      reason: code,
      class: failureClass,
      meaning,
      ...expiry(token),
      ...effort,
      ...answer.facts,
    };
  }
  measurements.refreshMilliseconds = answer.milliseconds;
  const keep = reasonToKeep(held, answer.token);
  if (keep !== undefined) return { outcome: "kept", reason: keep, ...expiry(token), ...effort };
  const record = JSON.stringify(answer.token);
  await options.secrets.write(tokenSecret, record, requestTokenOf(record));
  measurements.refreshes = 1;
  return { outcome: "refreshed", reason, expiresAt: answer.token.expires_at, ...effort };
}

function credentialsOf(name: string, { value }: StoredSecret): ClientCredentials | UnreadableSecretError {
  try {
    return parseSecret(name, clientCredentialsSchema, value);
  } catch (error) {
    if (error instanceof UnreadableSecretError) return error;
    throw error;
  }
}

function readToken(name: string, stored: StoredSecret | undefined): HeldToken {
  if (stored === undefined) return { state: { kind: "missing" } };
  const { value, storedAt, versionId } = stored;
  try {
    const token = parseSecret(name, accessTokenSchema, value);
    const ownWrite = versionId === requestTokenOf(value);
    const state = believe({ issuedAt: token.issued_at, expiresAt: token.expires_at, storedAt, ownWrite });
    return { state, accessToken: token.access_token };
  } catch (error) {
    if (error instanceof UnreadableSecretError) return { state: { kind: "unreadable", storedAt } };
    throw error;
  }
}

/** Of the whole record: a write that is repeated makes one version, and a version tells whether this function made it. */
function requestTokenOf(record: string): string {
  return createHash("sha256").update(record).digest("hex");
}

function expiry(token: TokenState): { readonly expiresAt?: number } {
  return token.kind === "token" ? { expiresAt: token.expiresAt } : {};
}

/** Why the stored token is better than the one PISTE has just given, when it is. */
function reasonToKeep({ state, accessToken }: HeldToken, given: AccessToken): string | undefined {
  if (state.kind !== "token" || state.doubt !== undefined) return undefined;
  if (given.expires_at < state.expiresAt) return "stored-token-lives-longer";
  const prolonged = given.expires_at > state.expiresAt + CLOCK_TOLERANCE_IN_SECONDS;
  // Writing it would win nothing and hold up the next write.
  return given.access_token === accessToken && !prolonged ? "same-token-again" : undefined;
}
