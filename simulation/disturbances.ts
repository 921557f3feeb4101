/** The disturbances that are active at a moment. Times are epoch milliseconds. */
import { effectOf, type Disturbance } from "./history";

const MILLISECONDS_PER_MINUTE = 60_000;

export interface TimedDisturbance {
  readonly disturbance: Disturbance;
  readonly start: number;
  readonly end: number;
}

export type TimedDisturbanceOf<Kind extends Disturbance["kind"]> = TimedDisturbance & {
  readonly disturbance: Extract<Disturbance, { readonly kind: Kind }>;
};

export class ActiveDisturbances {
  /** Begin at a fixed time, and have not begun; earliest first. */
  private readonly coming: TimedDisturbance[];
  /** Begin when the token is due. */
  private waiting: TimedDisturbance[];
  private going: TimedDisturbance[] = [];

  constructor(disturbances: readonly Disturbance[], beginning: number) {
    const active = disturbances
      .map((disturbance) => {
        const start = beginning + disturbance.from * MILLISECONDS_PER_MINUTE;
        return { disturbance, start, end: start + disturbance.minutes * MILLISECONDS_PER_MINUTE };
      })
      .sort((one, other) => one.start - other.start);
    this.coming = active.filter(({ disturbance }) => disturbance.whenDue !== true);
    this.waiting = active.filter(({ disturbance }) => disturbance.whenDue === true);
  }

  /** Begins the disturbances that wait for a tick that finds the token due. */
  tokenIsDue(now: number): TimedDisturbance[] {
    const begun = this.waiting
      .filter(({ start }) => start <= now)
      .map((timed) => ({ ...timed, start: now, end: now + (timed.end - timed.start) }));
    if (begun.length > 0) {
      this.waiting = this.waiting.filter(({ start }) => start > now);
      this.going.push(...begun);
    }
    return begun;
  }

  /** Active at `now` or within `forMilliseconds` after it. `now` must not decrease. */
  at(now: number, forMilliseconds = 0): readonly TimedDisturbance[] {
    if (this.going.some(({ end }) => end <= now)) this.going = this.going.filter(({ end }) => end > now);
    for (let next = this.coming[0]; next !== undefined && next.start <= now + forMilliseconds; next = this.coming[0]) {
      this.coming.shift();
      if (next.end > now) this.going.push(next);
    }
    return this.going.length === 0 || this.going.every(({ start }) => start <= now + forMilliseconds)
      ? this.going
      : this.going.filter(({ start }) => start <= now + forMilliseconds);
  }

  /** An active disturbance of that kind. */
  find<Kind extends Disturbance["kind"]>(kind: Kind, now: number): TimedDisturbanceOf<Kind> | undefined {
    return this.at(now).find((timed): timed is TimedDisturbanceOf<Kind> => timed.disturbance.kind === kind);
  }
}

/** These cannot affect a tick that finds its token fresh. */
const BEYOND_THE_READ: ReadonlySet<Disturbance["kind"]> = new Set([
  "outage",
  "throttling",
  "rejection",
  "secret-reset",
  "corrupted-client-secret",
  "error-burst",
  "crowd",
  "slow-answers",
  "other-lifetime",
  "same-token",
  "duplicate-ticks",
  "answer-lost",
  "crashes",
]);

/** Whether any of these can affect a tick before it has decided whether the token is due. */
export function touchRead(active: readonly TimedDisturbance[]): boolean {
  return active.some(({ disturbance }) => !BEYOND_THE_READ.has(disturbance.kind));
}

export type TickCondition = "stopped" | "hindered" | "clear";

/** Whether a tick should refresh in spite of these; two hindrances together count as `stopped`. */
export function tickCondition(active: readonly TimedDisturbance[]): TickCondition {
  if (active.length === 0) return "clear";
  const effects = active.map(({ disturbance }) => effectOf(disturbance));
  const hindrances = effects.filter((effect) => effect === "hinders").length;
  if (effects.includes("stops") || hindrances > 1) return "stopped";
  return hindrances === 1 ? "hindered" : "clear";
}
