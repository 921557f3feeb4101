/** Which disturbances are going on at a moment. Times are epoch milliseconds. */
import { effectOf, type Disturbance } from "./history";

const MILLISECONDS_PER_MINUTE = 60_000;

export interface Spell {
  readonly disturbance: Disturbance;
  readonly start: number;
  readonly end: number;
}

export type SpellOf<Kind extends Disturbance["kind"]> = Spell & {
  readonly disturbance: Extract<Disturbance, { readonly kind: Kind }>;
};

export class Weather {
  /** Those that begin at a fixed time and have not begun, first ones first. */
  private readonly coming: Spell[];
  /** Those that begin when the token is due. */
  private waiting: Spell[];
  private going: Spell[] = [];

  constructor(disturbances: readonly Disturbance[], beginning: number) {
    const spells = disturbances
      .map((disturbance) => {
        const start = beginning + disturbance.from * MILLISECONDS_PER_MINUTE;
        return { disturbance, start, end: start + disturbance.minutes * MILLISECONDS_PER_MINUTE };
      })
      .sort((one, other) => one.start - other.start);
    this.coming = spells.filter(({ disturbance }) => disturbance.whenDue !== true);
    this.waiting = spells.filter(({ disturbance }) => disturbance.whenDue === true);
  }

  /** A tick finds the token due: what was waiting for that begins. */
  tokenIsDue(now: number): Spell[] {
    const begun = this.waiting
      .filter(({ start }) => start <= now)
      .map((spell) => ({ ...spell, start: now, end: now + (spell.end - spell.start) }));
    if (begun.length > 0) {
      this.waiting = this.waiting.filter(({ start }) => start > now);
      this.going.push(...begun);
    }
    return begun;
  }

  /** All that touch the time from `now` on for that long. `now` never goes back. */
  at(now: number, forMilliseconds = 0): readonly Spell[] {
    if (this.going.some(({ end }) => end <= now)) this.going = this.going.filter(({ end }) => end > now);
    for (let next = this.coming[0]; next !== undefined && next.start <= now + forMilliseconds; next = this.coming[0]) {
      this.coming.shift();
      if (next.end > now) this.going.push(next);
    }
    return this.going.length === 0 || this.going.every(({ start }) => start <= now + forMilliseconds)
      ? this.going
      : this.going.filter(({ start }) => start <= now + forMilliseconds);
  }

  /** One that is going on now. */
  find<Kind extends Disturbance["kind"]>(kind: Kind, now: number): SpellOf<Kind> | undefined {
    return this.at(now).find((spell): spell is SpellOf<Kind> => spell.disturbance.kind === kind);
  }
}

export type TickWeather = "stopped" | "hindered" | "clear";

/** Whether a tick that meets these can be expected to refresh; two hindrances together are too much to ask. */
export function tickWeather(spells: readonly Spell[]): TickWeather {
  if (spells.length === 0) return "clear";
  const effects = spells.map(({ disturbance }) => effectOf(disturbance));
  const hindrances = effects.filter((effect) => effect === "hinders").length;
  if (effects.includes("stops") || hindrances > 1) return "stopped";
  return hindrances === 1 ? "hindered" : "clear";
}
