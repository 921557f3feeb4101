/**
 * Checks the promise each minute: within tolerance, the stored token is valid for at least the reserve. Uses PISTE's
 * record of its tokens and the disturbances, never the refresher's own reports.
 */
import {
  dueWhenSecondsLeft,
  SHORTEST_WRITE_INTERVAL_IN_SECONDS,
  USUAL_LIFETIME_IN_SECONDS,
  SLOW_PACE_IN_SECONDS,
  shortestLifeInSeconds,
  GONE_FOR_LONG_IN_SECONDS,
  TICK_IN_SECONDS,
  type RefreshSettings,
} from "../lambda/token-refresh/timing";
import type { TimedDisturbance, TickCondition } from "./disturbances";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

/** The stored token, as PISTE knows it. Epoch milliseconds. */
export interface StoredToken {
  readonly writtenAt: number;
  /** `-Infinity` if the value is not a token. */
  readonly end: number;
  readonly lifetime: number;
  /** Expiry in the stored record. */
  readonly claimedEnd: number;
}

export const NO_TOKEN: StoredToken = {
  writtenAt: -Infinity,
  end: -Infinity,
  lifetime: Infinity,
  claimedEnd: -Infinity,
};

export interface Minutes {
  all: number;
  withinTolerance: number;
  /** Within tolerance. */
  belowReserve: number;
  /** Within tolerance. */
  withoutToken: number;
  withoutTokenBeyondTolerance: number;
}

interface WatchedOutage {
  readonly timed: TimedDisturbance;
  least: number;
  /** The promise held during the whole outage. */
  within: boolean;
}

export class Promised {
  readonly minutes: Minutes = {
    all: 0,
    withinTolerance: 0,
    belowReserve: 0,
    withoutToken: 0,
    withoutTokenBeyondTolerance: 0,
  };
  /** The first minute below the reserve within tolerance. */
  firstBrokenMinute: number | undefined;
  longestOutageSurvivedInMinutes = 0;
  /** Outages at least as long as the tolerance that began when the token was due. */
  wholeToleranceOutages = { all: 0, survived: 0 };

  private token: StoredToken = NO_TOKEN;
  private clientSecretStoredAt = Infinity;
  private corruptedAt = -Infinity;
  private recoversFrom = -Infinity;
  private disturbedSinceDue = 0;
  private shortestOffer = Infinity;
  /** No promise until an undisturbed tick ends: at first, beyond tolerance, after a person overwrote the token. */
  private recovering = true;
  private clearTicksInARow = 0;
  private leastOfMinute = Infinity;
  private wholeMinuteWithin = false;
  private outages: WatchedOutage[] = [];

  constructor(private readonly settings: RefreshSettings) {}

  /** When the token becomes due; a lifetime beyond the usual one does not count. */
  get dueAt(): number {
    const due = Math.min(this.token.end, this.usualEnd) - dueWhenSecondsLeft(this.settings) * SECOND;
    return Math.max(due, this.token.writtenAt + SHORTEST_WRITE_INTERVAL_IN_SECONDS * SECOND);
  }

  get isWithin(): boolean {
    return !this.recovering;
  }

  secondsLeft(now: number): number {
    return Math.max(0, (this.token.end - now) / SECOND);
  }

  /** Validity left, counting no more than the usual lifetime. */
  surelyLeft(now: number): number {
    return Math.max(0, (Math.min(this.token.end, this.usualEnd) - now) / SECOND);
  }

  /**
   * Validity that a write must not reduce; 0 if the stored token's lifetime is in doubt and the offered one is long
   * enough.
   */
  secondsToKeep(now: number, offeredInSeconds: number): number {
    const isInDoubt = this.token.claimedEnd > this.usualEnd;
    return isInDoubt && offeredInSeconds >= shortestLifeInSeconds(this.settings) ? 0 : this.surelyLeft(now);
  }

  private get usualEnd(): number {
    return this.token.writtenAt + USUAL_LIFETIME_IN_SECONDS * SECOND;
  }

  /** The earliest start of the slow pace. */
  get slowPaceFrom(): number {
    const gone = Math.max(this.token.end, this.token.writtenAt, this.clientSecretStoredAt);
    return gone + GONE_FOR_LONG_IN_SECONDS * SECOND;
  }

  /** The latest start of the slow pace: a token that a person wrote may seem valid for a day. */
  get slowPaceAtTheLatest(): number {
    return Math.max(this.slowPaceFrom, this.corruptedAt + (DAY + GONE_FOR_LONG_IN_SECONDS * SECOND));
  }

  clientSecretStored(now: number): void {
    this.clientSecretStoredAt = now;
  }

  /** Call just before any change. */
  look(now: number): void {
    const left = this.token.end - now;
    for (const outage of this.outages) {
      outage.least = Math.min(outage.least, left);
      outage.within &&= this.isWithin;
    }
    if (this.isWithin) this.leastOfMinute = Math.min(this.leastOfMinute, left);
  }

  minuteEnds(now: number): void {
    this.look(now);
    const { minutes } = this;
    minutes.all += 1;
    if (this.wholeMinuteWithin) minutes.withinTolerance += 1;
    else if (this.token.end <= now) minutes.withoutTokenBeyondTolerance += 1;
    if (this.leastOfMinute < this.settings.reserveInMinutes * MINUTE) {
      minutes.belowReserve += 1;
      this.firstBrokenMinute ??= minutes.all - 1;
    }
    if (this.leastOfMinute <= 0) minutes.withoutToken += 1;
    this.leastOfMinute = Infinity;
    this.wholeMinuteWithin = this.isWithin;
  }

  tokenStored(now: number, token: StoredToken): void {
    this.look(now);
    this.token = token;
    this.recoversFrom = -Infinity;
    this.disturbedSinceDue = 0;
    this.shortestOffer = Infinity;
  }

  /**
   * A person overwrote the token secret: the promise does not hold until the function replaces the value.
   *
   * @param isBelievable it looks like a valid token: then it is replaced when a token stored now would be due.
   */
  tokenCorrupted(now: number, token: StoredToken, isBelievable: boolean): void {
    this.tokenStored(now, token);
    this.corruptedAt = now;
    const usualAge = USUAL_LIFETIME_IN_SECONDS - dueWhenSecondsLeft(this.settings) + TICK_IN_SECONDS;
    if (isBelievable) this.recoversFrom = now + usualAge * SECOND;
    this.lose();
  }

  outageBegins(timed: TimedDisturbance): void {
    this.outages.push({ timed, least: Infinity, within: true });
  }

  /**
   * A tick of the schedule begins, or is missed.
   *
   * @param offer lifetime of a token that PISTE would issue now, in milliseconds.
   */
  tickBegins(now: number, condition: TickCondition, offer: number): void {
    this.look(now);
    if (condition !== "clear") this.clearTicksInARow = 0;
    if (now < this.dueAt) return;
    this.shortestOffer = Math.min(this.shortestOffer, offer);
    if (condition === "stopped") this.disturbedSinceDue += 1;
    const lifetime = Math.min(this.token.lifetime, this.shortestOffer);
    if (this.isWithin && this.disturbedSinceDue > this.disturbedTicksAllowed(lifetime)) this.lose();
  }

  /**
   * An undisturbed tick ended: the promise holds again.
   *
   * @param isLast no earlier tick is still running: that one may have to bring the token.
   */
  clearTickEnds(now: number, isLast = true): void {
    this.look(now);
    this.clearTicksInARow += 1;
    const isSlow = now >= this.slowPaceFrom - MINUTE;
    const needed = isSlow ? SLOW_PACE_IN_SECONDS / TICK_IN_SECONDS : 1;
    if (this.clearTicksInARow < needed || now < this.recoversFrom || !isLast) return;
    // If the tick had to refresh, the offered lifetime counts, whether the tick stored the token or not.
    const lifetime = this.shortestOffer === Infinity ? this.token.lifetime : this.shortestOffer;
    if (this.recovering && this.disturbedTicksAllowed(lifetime) >= 0) {
      this.recovering = false;
      this.disturbedSinceDue = 0;
    }
    this.outages = this.outages.filter((outage) => {
      if (outage.timed.end > now) return true;
      this.count(outage);
      return false;
    });
  }

  private count({ timed: { disturbance }, least, within }: WatchedOutage): void {
    const { outageToleranceInMinutes, reserveInMinutes } = this.settings;
    const survived = least >= reserveInMinutes * MINUTE;
    if (within && disturbance.whenDue === true && disturbance.minutes >= outageToleranceInMinutes) {
      this.wholeToleranceOutages.all += 1;
      if (survived) this.wholeToleranceOutages.survived += 1;
    }
    if (survived) {
      this.longestOutageSurvivedInMinutes = Math.max(this.longestOutageSurvivedInMinutes, disturbance.minutes);
    }
  }

  private lose(): void {
    this.recovering = true;
    this.wholeMinuteWithin = false;
    this.clearTicksInARow = 0;
  }

  /** The tolerance that lifetime, reserve and write limit leave, in ticks; negative if none. */
  private disturbedTicksAllowed(lifetime: number): number {
    const tolerance = this.settings.outageToleranceInMinutes * MINUTE;
    const others = dueWhenSecondsLeft(this.settings) * SECOND - tolerance;
    const rest = lifetime - SHORTEST_WRITE_INTERVAL_IN_SECONDS * SECOND - others;
    const left = Math.min(tolerance, rest);
    return left < 0 ? -1 : Math.floor(left / (TICK_IN_SECONDS * SECOND)) + 1;
  }
}
