/**
 * One run of the token refresher. It reads the token and, when a refresh is due, reads the client credentials, asks
 * PISTE and writes the new token. It keeps nothing between runs and throws only for AWS errors and bugs.
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
  /** The error in the network's settings; the run throws it. */
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
      // CloudWatch ignores metrics with a date in the future.
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

/** The start of one run. */
interface Invocation {
  readonly input: FunctionInput;
  readonly settings: FunctionSettings;
  readonly options: HandlerOptions;
  /** Epoch milliseconds, by this function's clock. */
  readonly startedAt: number;
  readonly measurements: Measurements;
  /** How far this clock is behind AWS's; 0 until it is found wrong. */
  readonly clock: { behindInSeconds: number };
}

/**
 * Uses AWS's time when this function's clock is wrong: AWS dates the versions that are compared, and a token with wrong
 * dates misleads its readers.
 */
function withCorrectClock({
  options,
  startedAt: measuredStart,
  clock,
}: Invocation): Pick<Run, "options" | "startedAt" | "now"> {
  // AWS answers seconds after the start, in whole seconds. Rounded so that our time is early rather than late: a record
  // must not outlive its token.
  const atAnswer = options.nowInMilliseconds() / 1000;
  const elapsed = atAnswer - measuredStart / 1000;
  // A negative duration, or one over the timeout, means that the clock was set during the run.
  const wasSet = elapsed < 0 || elapsed > FUNCTION_TIMEOUT_IN_SECONDS;
  const startedAt = wasSet ? atAnswer * 1000 : measuredStart;
  const now = Math.floor(startedAt / 1000);
  clock.behindInSeconds = (startedAt - measuredStart) / 1000;
  const behind = (options.secrets.answeredAt() ?? Math.ceil(atAnswer)) - Math.ceil(atAnswer);
  if (Math.abs(behind) <= CLOCK_TOLERANCE_IN_SECONDS) return { options, startedAt, now };
  // Rounded up: a report belongs to the minute in which it ran.
  clock.behindInSeconds += behind + Math.ceil(atAnswer) - Math.floor(atAnswer);
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
  // If the secret does not exist, the write reports it.
  const stored = await options.secrets.read(tokenSecret);
  const clock = withCorrectClock(invocation);
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
  // A doubted lifetime must not silence an alarm.
  const left = token.kind === "token" ? Math.max(0, token.surelyUntil - now) : 0;
  if (operation === "tick" && token.kind === "token") measurements.secondsToExpiry = left;
  const requested = operation === "refresh";
  const overBudget = requested ? await overspent(run) : undefined;
  if (overBudget !== undefined) return { outcome: "kept", reason: "write-budget", ...overBudget };

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
    // After a successful refresh, report the new token's time: no alarm is needed.
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
