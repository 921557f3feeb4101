/**
 * When a token is refreshed and what follows from it, derived from the one number a user sets: how long an outage of
 * PISTE is to be survived. The handler, the checks at synth and the alarms all count with these.
 */
import { DEFAULT_RESERVE_IN_MINUTES, LONGEST_RESERVE_IN_MINUTES, SHORTEST_RESERVE_IN_MINUTES } from "../../piste/names";
import { shown } from "../../piste/options";
import { USUAL_TOKEN_LIFETIME_IN_MINUTES } from "../../piste/token-endpoint";

export interface RefreshSettings {
  /** How long PISTE, or anything on the way to it, may be out while consumers still find a valid token. */
  readonly outageToleranceInMinutes: number;
  /** For how long a consumer may keep a token it has read. */
  readonly reserveInMinutes: number;
}

export const DEFAULT_REFRESH_SETTINGS: RefreshSettings = {
  outageToleranceInMinutes: 30,
  reserveInMinutes: DEFAULT_RESERVE_IN_MINUTES,
};

export const SECONDS_PER_MINUTE = 60;
export const SECONDS_PER_DAY = 24 * 60 * SECONDS_PER_MINUTE;

export const USUAL_LIFETIME_IN_SECONDS = USUAL_TOKEN_LIFETIME_IN_MINUTES * SECONDS_PER_MINUTE;

/** The interval between two ticks. */
export const TICK_IN_SECONDS = SECONDS_PER_MINUTE;

/** From a tick's start to its last answer from PISTE; what is left until the function's time-out is for the write. */
export const TICK_DEADLINE_IN_SECONDS = 20;
export const FUNCTION_TIMEOUT_IN_SECONDS = 30;

/** EventBridge Scheduler is precise to a minute, at both ends of the wait between two ticks. */
const SCHEDULER_PRECISION_IN_SECONDS = 60;

/** Secrets Manager keeps at least the versions of the last 24 hours, and 100 at most. */
const VERSIONS_PER_DAY = 100;

/** The shortest time between two writes; the deadline counts since a write follows its tick's start by up to that long. */
export const SHORTEST_WRITE_INTERVAL_IN_SECONDS = Math.ceil(
  (SECONDS_PER_DAY + TICK_DEADLINE_IN_SECONDS) / VERSIONS_PER_DAY,
);

/**
 * When a write beside those of the ticks leaves the ticks enough versions for the day that follows it.
 *
 * @param written when the versions of the last day were stored, in any order; all times are epoch seconds.
 * @param tickInterval how far apart the ticks write.
 * @returns `now`, or the earliest time as far as it can be foreseen; undefined when the ticks need all that there are.
 */
export function nextExtraWrite(written: readonly number[], now: number, tickInterval: number): number | undefined {
  const sorted = [...written].sort((one, other) => one - other);
  const latest = sorted.at(-1) ?? now;
  const fits = (extra: number): boolean => {
    const plan = [...sorted];
    for (let at = latest + tickInterval; at < extra; at += tickInterval) plan.push(at);
    for (let at = extra; at <= extra + SECONDS_PER_DAY; at += tickInterval) plan.push(at);
    return plan.every((at, index) => {
      const first = plan[index - VERSIONS_PER_DAY];
      // As for the write interval, the deadline counts.
      return at < extra || first === undefined || at - first >= SECONDS_PER_DAY + TICK_DEADLINE_IN_SECONDS;
    });
  };
  // It becomes possible when one of them no longer counts.
  return [now, ...sorted.map((at) => at + SECONDS_PER_DAY + TICK_DEADLINE_IN_SECONDS)].find(fits);
}

/** How far apart ticks write tokens of that life; one beyond the usual is in doubt, and replaced as a usual one is. */
export function tickWriteInterval(lifetimeInSeconds: number, settings: RefreshSettings): number {
  const age = Math.min(lifetimeInSeconds, USUAL_LIFETIME_IN_SECONDS) - dueWhenSecondsLeft(settings);
  return Math.max(SHORTEST_WRITE_INTERVAL_IN_SECONDS, age);
}

/** After this long without a token, and with no newer client secret, a person is needed and tries become fewer. */
export const GONE_FOR_LONG_IN_SECONDS = 60 * SECONDS_PER_MINUTE;
export const SLOW_PACE_IN_SECONDS = 5 * SECONDS_PER_MINUTE;

/**
 * AWS lets all programs of an account and a region together list versions so many times a second, and does not raise it:
 * "AWS Secrets Manager quotas".
 */
const LISTINGS_PER_SECOND = 50;
/** Half of them: the other half is for whatever else does so. */
export const ACCOUNTS_PER_SECOND = LISTINGS_PER_SECOND / 2;
/** Of a look after passwords: what reading the description's pages takes, at worst. */
const PAGES_IN_SECONDS = 4;

/** So many technical accounts of one application can be looked after in one run. */
export const MOST_TECHNICAL_ACCOUNTS = ACCOUNTS_PER_SECOND * (TICK_DEADLINE_IN_SECONDS - PAGES_IN_SECONDS);

/** A token is due when this many seconds or fewer are left. */
export function dueWhenSecondsLeft(settings: RefreshSettings): number {
  return (
    (settings.outageToleranceInMinutes + settings.reserveInMinutes) * SECONDS_PER_MINUTE +
    2 * TICK_IN_SECONDS +
    2 * SCHEDULER_PRECISION_IN_SECONDS +
    TICK_DEADLINE_IN_SECONDS
  );
}

/** A token that does not live for so long leaves no tolerance: it may be gone before the next one can be written. */
export function shortestLifeInSeconds(settings: Omit<RefreshSettings, "outageToleranceInMinutes">): number {
  return SHORTEST_WRITE_INTERVAL_IN_SECONDS + dueWhenSecondsLeft({ ...settings, outageToleranceInMinutes: 0 });
}

/** Below this many seconds left at a tick's start, the tolerance is used up. */
export function lapsingWhenSecondsLeft(settings: RefreshSettings): number {
  return (
    settings.reserveInMinutes * SECONDS_PER_MINUTE +
    TICK_IN_SECONDS +
    SCHEDULER_PRECISION_IN_SECONDS +
    TICK_DEADLINE_IN_SECONDS
  );
}

/** The longest outage that the write limit and the reserve leave room for, in whole minutes. */
export function highestOutageToleranceInMinutes(settings: Omit<RefreshSettings, "outageToleranceInMinutes">): number {
  return Math.floor((USUAL_LIFETIME_IN_SECONDS - shortestLifeInSeconds(settings)) / SECONDS_PER_MINUTE);
}

function checkWholeMinutes(property: keyof RefreshSettings, value: number, from: number, to: number): void {
  if (!(Number.isInteger(value) && value >= from && value <= to)) {
    throw new Error(`${property} must be a whole number from ${from} to ${to}, got ${shown(value)}`);
  }
}

/** @throws Error naming the property, the rule, the value and, where it can, the highest value that works. */
export function checkRefreshSettings(settings: RefreshSettings): void {
  checkWholeMinutes(
    "reserveInMinutes",
    settings.reserveInMinutes,
    SHORTEST_RESERVE_IN_MINUTES,
    LONGEST_RESERVE_IN_MINUTES,
  );
  const highest = highestOutageToleranceInMinutes(settings);
  const tolerance = settings.outageToleranceInMinutes;
  if (tolerance > highest) {
    throw new Error(
      `outageToleranceInMinutes must be at most ${highest} for a ${USUAL_TOKEN_LIFETIME_IN_MINUTES}-minute token, got ${tolerance}`,
    );
  }
  checkWholeMinutes("outageToleranceInMinutes", tolerance, 0, highest);
}
