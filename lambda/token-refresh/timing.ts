/**
 * The refresh times, derived from `outageToleranceInMinutes`. The handler, the checks at synth and the alarms use them.
 */
import { DEFAULT_RESERVE_IN_MINUTES, LONGEST_RESERVE_IN_MINUTES, SHORTEST_RESERVE_IN_MINUTES } from "../../piste/names";
import { shown } from "../../piste/options";
import { USUAL_TOKEN_LIFETIME_IN_MINUTES } from "../../piste/token-endpoint";

export interface RefreshSettings {
  /** How long PISTE or the network to it may be down while consumers still find a valid token. */
  readonly outageToleranceInMinutes: number;
  /** How long a consumer may keep a token after reading it. */
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

/** From a tick's start to PISTE's last answer. The rest of the function's timeout is for the write. */
export const TICK_DEADLINE_IN_SECONDS = 20;
export const FUNCTION_TIMEOUT_IN_SECONDS = 30;

/** EventBridge Scheduler is precise to a minute; this counts at both ends of the wait between two ticks. */
const SCHEDULER_PRECISION_IN_SECONDS = 60;

/** Secrets Manager keeps at most 100 versions and removes none from the last 24 hours. */
const VERSIONS_PER_DAY = 100;

/** The shortest time between two writes. A write may follow its tick's start by up to the deadline. */
export const SHORTEST_WRITE_INTERVAL_IN_SECONDS = Math.ceil(
  (SECONDS_PER_DAY + TICK_DEADLINE_IN_SECONDS) / VERSIONS_PER_DAY,
);

/**
 * The earliest time of an extra write that leaves the ticks enough versions for the following day. Epoch seconds.
 *
 * @param written when the versions of the last day were stored, in any order.
 * @param tickInterval seconds between two writes by ticks.
 * @returns `now` or a probable later time; undefined when the ticks need all versions.
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
      return at < extra || first === undefined || at - first >= SECONDS_PER_DAY + TICK_DEADLINE_IN_SECONDS;
    });
  };
  // Possible when an old version no longer counts.
  return [now, ...sorted.map((at) => at + SECONDS_PER_DAY + TICK_DEADLINE_IN_SECONDS)].find(fits);
}

/** Seconds between two writes by ticks. A longer lifetime than usual is doubted, so it counts as a usual one. */
export function tickWriteInterval(lifetimeInSeconds: number, settings: RefreshSettings): number {
  const age = Math.min(lifetimeInSeconds, USUAL_LIFETIME_IN_SECONDS) - dueWhenSecondsLeft(settings);
  return Math.max(SHORTEST_WRITE_INTERVAL_IN_SECONDS, age);
}

/** After this long without a token and without a newer client secret, a person must act, and tries become fewer. */
export const GONE_FOR_LONG_IN_SECONDS = 60 * SECONDS_PER_MINUTE;
export const SLOW_PACE_IN_SECONDS = 5 * SECONDS_PER_MINUTE;

/**
 * ListSecretVersionIds calls a second for an account and region; AWS does not raise this limit ("AWS Secrets Manager
 * quotas").
 */
const LISTINGS_PER_SECOND = 50;
/** The other half is for other programs. */
export const ACCOUNTS_PER_SECOND = LISTINGS_PER_SECOND / 2;
/** The longest time to read the description's pages. */
const PAGES_IN_SECONDS = 4;

/** Technical accounts of one application that one run can check. */
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

/** With a shorter lifetime, a token may end before the next one can be written: no tolerance is left. */
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

/** @throws Error naming the property, the rule, the value and, if possible, the highest value that works. */
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
