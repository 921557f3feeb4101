/**
 * A run of the token refresher: read the token, decide, and when it is due read the client credentials, ask PISTE,
 * write the token. It keeps no memory between runs and throws only when AWS refuses or for a bug. The operations
 * `promote` and `passwords` go other ways.
 */
import { allowsLoopback, checkTokenEndpoint } from "../../piste/environments";
import { clientSecretName, tokenSecretName } from "../../piste/names";
import {
  decodeOwnApplication,
  decodeSettings,
  FUNCTION_TIMEOUT_IN_SECONDS,
  lapsingWhenSecondsLeft,
  parseInput,
  type FunctionInput,
  type FunctionSettings,
} from "./contract";
import type { AccountStore } from "./account-store";
import { CLOCK_TOLERANCE_IN_SECONDS } from "../../piste/stored-token";
import { decide } from "./decision";
import { AccountsRefusedError, reportPasswords } from "./passwords";
import { promote } from "./promote";
import { expiry, keepOrWrite, readToken, tryCredentials, type Run, type RunOptions } from "./refresh";
import { logLine, type Measurements, type RunResult } from "./report";
import { overspent } from "./write-budget";
import type { StoredSecret } from "../shared/secret-store";

export interface HandlerOptions extends RunOptions {
  /** Why nothing can be asked in this network. */
  readonly failure?: Error | undefined;
  /** For the operation `passwords`. */
  readonly accounts: AccountStore;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly log: (line: string) => void;
}

export type Handler = (event: unknown, context?: { readonly awsRequestId?: string }) => Promise<RunResult>;

export function createHandler(options: HandlerOptions): Handler {
  return async (event, context) => {
    const input = parseInput(event, decodeOwnApplication(options.variables));
    const startedAt = options.nowInMilliseconds();
    const measurements: Measurements = input.operation === "tick" ? { ticks: 1 } : {};
    const invocation = { input, options, startedAt, measurements, clock: { behindInSeconds: 0 } };
    const report = (result: Parameters<typeof logLine>[1]): void => {
      // CloudWatch would not see what is dated in the future.
      const timestamp = startedAt + invocation.clock.behindInSeconds * 1000;
      options.log(logLine(input, result, measurements, timestamp, context?.awsRequestId));
    };
    try {
      if (options.failure !== undefined) throw options.failure;
      const result =
        input.operation === "passwords"
          ? await reportPasswords({ ...options, input, measurements })
          : await perform({ settings: decodeSettings(options.variables), ...invocation });
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

/** What one run begins with. */
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

/**
 * Goes by AWS's clock where this one is off: AWS dates the versions that are compared, and a token that a wrong clock
 * dates misleads whoever reads it.
 */
function setRight({ options, startedAt: begun, clock }: Invocation): Pick<Run, "options" | "startedAt" | "now"> {
  // Compared when AWS answered, which may be seconds after the start. AWS's time is in whole seconds, and ours is then
  // rather too early than too late: a record may not outlive its token.
  const nowThatItAnswered = options.nowInMilliseconds() / 1000;
  const sinceBegun = nowThatItAnswered - begun / 1000;
  // A run that seems to have taken longer than it may, or less than no time: the clock was set meanwhile.
  const wasSet = sinceBegun < 0 || sinceBegun > FUNCTION_TIMEOUT_IN_SECONDS;
  const startedAt = wasSet ? nowThatItAnswered * 1000 : begun;
  const now = Math.floor(startedAt / 1000);
  clock.behindInSeconds = (startedAt - begun) / 1000;
  const behind = (options.secrets.answeredAt() ?? Math.ceil(nowThatItAnswered)) - Math.ceil(nowThatItAnswered);
  if (Math.abs(behind) <= CLOCK_TOLERANCE_IN_SECONDS) return { options, startedAt, now };
  // Not too early: a report belongs to the minute in which it ran.
  clock.behindInSeconds += behind + Math.ceil(nowThatItAnswered) - Math.floor(nowThatItAnswered);
  return {
    options: { ...options, nowInMilliseconds: () => options.nowInMilliseconds() + behind * 1000 },
    startedAt: startedAt + behind * 1000,
    now: now + behind,
  };
}

async function perform(invocation: Invocation): Promise<RunResult> {
  const { input, settings, options, measurements } = invocation;
  const { environment, application } = input;
  const { variables } = options;
  const endpoint = checkTokenEndpoint(settings.tokenEndpoint, environment, allowsLoopback(environment, variables));
  const tokenSecret = tokenSecretName(environment, application);
  // If the secret itself is absent, the write says so.
  const stored = await options.secrets.read(tokenSecret);
  const clock = setRight(invocation);
  const run: Run = {
    input,
    settings,
    measurements,
    ...clock,
    endpoint,
    tokenSecret,
    clientSecret: settings.clientSecretName ?? clientSecretName(environment, application),
    held: readToken(tokenSecret, stored, clock.now),
  };
  return input.operation === "promote" ? promote(run) : refreshIfNeeded(run);
}

async function refreshIfNeeded(run: Run): Promise<RunResult> {
  const { settings, options, now, measurements, clientSecret } = run;
  const { operation } = run.input;
  const token = run.held.state;
  // What is in doubt does not keep an alarm quiet.
  const left = token.kind === "token" ? Math.max(0, token.surelyUntil - now) : 0;
  if (operation === "tick" && token.kind === "token") measurements.secondsToExpiry = left;
  const requested = operation === "refresh";
  const beyond = requested ? await overspent(run) : undefined;
  if (beyond !== undefined) return { outcome: "kept", reason: "write-budget", ...beyond };

  const early = decide({ token, now, settings });
  if (!requested && !early.refresh) return { outcome: "waited", reason: early.reason, ...expiry(token) };

  const stored = await options.secrets.read(clientSecret, "mustExist");
  if (stored === undefined) {
    measurements.unconfigured = 1;
    const meaning = `No client credentials are stored yet in ${clientSecret}.`;
    return { outcome: "failed", reason: "unconfigured", class: "unconfigured", meaning, ...expiry(token) };
  }
  const decision = decide({ token, clientSecretStoredAt: stored.storedAt, now, settings });
  const result: RunResult = requested
    ? await refresh(run, stored, "requested")
    : decision.refresh
      ? await refresh(run, stored, decision.reason)
      : { outcome: "waited", reason: decision.reason, ...expiry(token) };
  const wasHealthy =
    token.kind === "token" && token.doubt === undefined && !isLapsing(token.surelyUntil - now, settings);
  if (operation === "tick" && !wasHealthy) {
    // What this tick has healed needs nobody; without a token, nothing is left.
    measurements.secondsToExpiry = result.outcome === "refreshed" ? Math.max(0, (result.expiresAt ?? now) - now) : left;
  }
  return result;
}

const isLapsing = (secondsLeft: number, settings: FunctionSettings): boolean =>
  secondsLeft < lapsingWhenSecondsLeft(settings);

async function refresh(run: Run, stored: StoredSecret, reason: string): Promise<RunResult> {
  const trial = await tryCredentials(run, stored);
  if (!trial.ok) {
    run.measurements[trial.failure.class] = 1;
    return trial.failure;
  }
  const { kept, ...stays } = await keepOrWrite(run, trial);
  return kept === undefined
    ? { outcome: "refreshed", reason, ...stays, ...trial.effort }
    : { outcome: "kept", reason: kept, ...stays, ...trial.effort };
}
