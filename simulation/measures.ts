/** The results of simulated days, and every broken promise. */
import { FUNCTION_TIMEOUT_IN_SECONDS } from "../lambda/token-refresh/timing";
import type { RunResult } from "../lambda/token-refresh/report";
import type { FunctionRun } from "./function-run";
import type { Promised, StoredToken } from "./promise";
import { MAXIMUM_VERSIONS } from "./secrets-manager";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const MINUTES_PER_HOUR = 60;
const HOUR = MINUTES_PER_HOUR * MINUTE;

const MOST_CALLS_PER_HOUR_WHILE_REJECTED = 60;
const MOST_CALLS_PER_HOUR_AT_SLOW_PACE = 12;
/** Seconds by which a token may expire before the one that it replaces: simultaneous runs differ by a few seconds. */
const SAME_END_WITHIN_IN_SECONDS = 30;
/** The function reads AWS's clock in whole seconds. */
const CLOCKS_AGREE_WITHIN_IN_MILLISECONDS = 2 * SECOND;

/** A write by the function. */
export interface Written {
  readonly token: StoredToken;
  /** Validity of the token that it replaces; 0 if that one may be lost. */
  readonly secondsLeftBefore: number;
}

export interface Measured {
  readonly days: number;
  readonly minutes: number;
  readonly minutesWithinTolerance: number;
  /** Within tolerance. */
  readonly minutesBelowReserve: number;
  /** Within tolerance. */
  readonly minutesWithoutToken: number;
  readonly minutesWithoutTokenBeyondTolerance: number;
  readonly longestOutageSurvivedInMinutes: number;
  /** Outages as long as the tolerance that began when the token was due, without another disturbance. */
  readonly wholeToleranceOutages: number;
  readonly wholeToleranceOutagesSurvived: number;
  readonly maxVersionsIn24Hours: number;
  readonly maxCallsPerHourWhileRejected: number;
  /** In hours that began with a token expired for an hour, and no newer client secret. */
  readonly maxCallsPerHourAtSlowPace: number;
  readonly refreshes: number;
  readonly unhandledErrors: number;
  /** Broken promises, each once, with its first minute. */
  readonly broken: readonly string[];
}

export class Measures {
  private maxVersions = 0;
  private maxCallsWhileRejected = 0;
  private maxCallsAtSlowPace = 0;
  private unhandledErrors = 0;
  private refreshes = 0;
  private readonly broken = new Map<string, string>();
  private hour = { number: -1, calls: 0, slow: true };

  /** @param beginning epoch milliseconds. */
  constructor(private readonly beginning: number) {}

  /**
   * Records an answer of PISTE under the hour of its scheduled minute, since a tick may come late.
   *
   * @param slowPaceFrom epoch milliseconds by which the slow pace has begun.
   */
  answered({ minute, duplicate }: FunctionRun, status: number, slowPaceFrom: number): void {
    if (duplicate || (status !== 400 && status !== 401)) return;
    const number = Math.floor(minute / MINUTES_PER_HOUR);
    if (number !== this.hour.number) this.hour = { number, calls: 0, slow: true };
    this.hour.slow &&= this.beginning + number * HOUR >= slowPaceFrom;
    this.hour.calls += 1;
    this.maxCallsWhileRejected = Math.max(this.maxCallsWhileRejected, this.hour.calls);
    if (this.hour.slow) this.maxCallsAtSlowPace = Math.max(this.maxCallsAtSlowPace, this.hour.calls);
  }

  versionsOfLastDay(versions: number, now: number): void {
    this.maxVersions = Math.max(this.maxVersions, versions);
    if (versions > MAXIMUM_VERSIONS) this.breaks(`more than ${MAXIMUM_VERSIONS} versions in 24 hours`, now);
  }

  tokenWritten(run: FunctionRun, { token, secondsLeftBefore }: Written, now: number): void {
    this.refreshes += 1;
    if (!Number.isFinite(token.end)) this.breaks("wrote a token that PISTE does not know", now);
    if (token.claimedEnd > token.end + CLOCKS_AGREE_WITHIN_IN_MILLISECONDS) {
      this.breaks("wrote a record that expires after its token", now);
    }
    if (!run.duplicate && (token.end - now) / SECOND < secondsLeftBefore - SAME_END_WITHIN_IN_SECONDS) {
      this.breaks("replaced a token by one that expires earlier", now);
    }
  }

  runEnded(run: FunctionRun, result: RunResult | Error, now: number): void {
    if (now - run.startedAt > FUNCTION_TIMEOUT_IN_SECONDS * SECOND) {
      this.breaks("the function timed out", now);
    }
    if (result instanceof Error) {
      if (run.mayThrow) return;
      this.unhandledErrors += 1;
      this.breaks(`unhandled error: ${result.message}`, now);
      return;
    }
    if (result.outcome === "refreshed") this.costs("a refresh", run, [2, result.tries ?? 0, 1], now);
    if (result.reason === "fresh") this.costs("a tick on a fresh token", run, [1, 0, 0], now);
  }

  private costs(what: string, run: FunctionRun, allowed: readonly number[], now: number): void {
    const { reads, requests, writes } = run;
    if (reads === allowed[0] && requests === allowed[1] && writes === allowed[2]) return;
    this.breaks(`${what} cost ${reads} reads, ${requests} requests, ${writes} writes`, now);
  }

  isBroken(promised: Promised): boolean {
    return this.broken.size > 0 || this.brokenRules(promised).length > 0;
  }

  result(promised: Promised, days: number): Measured {
    const { minutes, wholeToleranceOutages } = promised;
    return {
      days,
      minutes: minutes.all,
      minutesWithinTolerance: minutes.withinTolerance,
      minutesBelowReserve: minutes.belowReserve,
      minutesWithoutToken: minutes.withoutToken,
      minutesWithoutTokenBeyondTolerance: minutes.withoutTokenBeyondTolerance,
      longestOutageSurvivedInMinutes: promised.longestOutageSurvivedInMinutes,
      wholeToleranceOutages: wholeToleranceOutages.all,
      wholeToleranceOutagesSurvived: wholeToleranceOutages.survived,
      maxVersionsIn24Hours: this.maxVersions,
      maxCallsPerHourWhileRejected: this.maxCallsWhileRejected,
      maxCallsPerHourAtSlowPace: this.maxCallsAtSlowPace,
      refreshes: this.refreshes,
      unhandledErrors: this.unhandledErrors,
      broken: [...this.brokenRules(promised), ...this.broken.values()],
    };
  }

  private brokenRules({ minutes, wholeToleranceOutages, firstBrokenMinute }: Promised): string[] {
    const { belowReserve, withoutToken } = minutes;
    const since = `within tolerance, the first in minute ${firstBrokenMinute}`;
    const lost = wholeToleranceOutages.all - wholeToleranceOutages.survived;
    const { maxCallsWhileRejected, maxCallsAtSlowPace } = this;
    const broken: string[] = [];
    if (belowReserve > 0) broken.push(`${belowReserve} minutes below the reserve ${since}`);
    if (withoutToken > 0) broken.push(`${withoutToken} minutes without a token ${since}`);
    if (lost > 0) broken.push(`${lost} outages of the whole tolerance not survived`);
    if (maxCallsWhileRejected > MOST_CALLS_PER_HOUR_WHILE_REJECTED) {
      broken.push(`${maxCallsWhileRejected} calls in an hour while rejected`);
    }
    if (maxCallsAtSlowPace > MOST_CALLS_PER_HOUR_AT_SLOW_PACE) {
      broken.push(`${maxCallsAtSlowPace} calls in an hour at the slow pace`);
    }
    return broken;
  }

  private breaks(rule: string, now: number): void {
    const minute = Math.floor((now - this.beginning) / MINUTE);
    if (!this.broken.has(rule)) this.broken.set(rule, `${rule}, minute ${minute}`);
  }
}
