/**
 * A clock that is late rather than early, so that an expired token never looks valid. It measures elapsed time with
 * this machine's two clocks, and takes the date from AWS's answers when they have one.
 */

/** In milliseconds. */
export interface MachineClocks {
  /** Epoch time. It may be wrong, and may jump. */
  readonly date: () => number;
  /** Since an arbitrary moment. It never jumps, but may stop while the machine is frozen. */
  readonly monotonic: () => number;
}

/** Looked up at each call, so that tests can replace `Date.now` and `performance.now`. */
export const MACHINE_CLOCKS: MachineClocks = { date: () => Date.now(), monotonic: () => performance.now() };

/** Larger differences between the two clocks count as a jump. */
const TOLERANCE_IN_SECONDS = 0.05;

/** A record dated further ahead than this is wrong. */
const FURTHEST_AHEAD_IN_SECONDS = 24 * 60 * 60;

export class Clock {
  /** Seconds that the monotonic clock missed: while it stopped, or when the date jumped ahead. */
  private missed = 0;
  private ahead: number;
  /** The same moment in epoch seconds and in {@link elapsed}. */
  private epoch: number;
  private epochAt: number;
  /** Earliest epoch time at which the monotonic clock was 0. */
  private earliestStart = -Infinity;

  constructor(private readonly clocks: MachineClocks) {
    this.ahead = this.date() - this.monotonic();
    this.epoch = this.date();
    this.epochAt = this.elapsed();
  }

  /** Seconds since an arbitrary moment, too many rather than too few. */
  elapsed(): number {
    const ahead = this.date() - this.monotonic();
    if (Math.abs(ahead - this.ahead) > TOLERANCE_IN_SECONDS) {
      this.missed += Math.max(0, ahead - this.ahead);
      this.ahead = ahead;
    }
    return this.monotonic() + this.missed;
  }

  /** Epoch seconds, late rather than early. */
  now(): number {
    // `elapsed` stays too long after the date has jumped ahead and back, so the lower bound uses the monotonic clock.
    return Math.max(this.epoch - this.epochAt + this.elapsed(), this.earliestStart + this.monotonic());
  }

  /**
   * Sets the time from another clock, which is trusted more than this machine's.
   *
   * @param epoch its time, in whole epoch seconds.
   * @param since {@link elapsed} when the request was sent.
   */
  set(epoch: number, since: number): void {
    this.epoch = epoch + 1;
    this.epochAt = since;
    this.earliestStart = -Infinity;
  }

  /**
   * Sets the time from this machine's date.
   *
   * @param past epoch seconds of a past event: the time is at least this.
   */
  setToDate(past: number): void {
    this.epoch = this.date();
    this.epochAt = this.elapsed();
    if (past - this.epoch > FURTHEST_AHEAD_IN_SECONDS) return;
    this.earliestStart = Math.max(this.earliestStart, past - this.monotonic());
  }

  private date(): number {
    return this.clocks.date() / 1000;
  }

  private monotonic(): number {
    return this.clocks.monotonic() / 1000;
  }
}
