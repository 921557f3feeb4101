/**
 * Time that is never too early as far as that can be known: a token that has expired must not look valid. Two clocks of
 * this machine say how much time has gone by, and whoever answers with a date says what time it is.
 */

/** Both in milliseconds. */
export interface MachineClocks {
  /** Since 1970. It may be wrong, and jump. */
  readonly date: () => number;
  /** Since some moment. It never jumps, and may stand still while the machine is frozen. */
  readonly monotonic: () => number;
}

/** Looked up at each call, so that a program's tests may put others in their place. */
export const MACHINE_CLOCKS: MachineClocks = { date: () => Date.now(), monotonic: () => performance.now() };

/** A date is in whole milliseconds, and adjusted bit by bit: the clocks come this far apart before it counts. */
const TOLERANCE_IN_SECONDS = 0.05;

/** A record that says to be from further ahead is wrong itself. */
const FURTHEST_AHEAD_IN_SECONDS = 24 * 60 * 60;

export class Clock {
  /** By how much the monotonic clock is behind, all times together that it stood still or the date jumped ahead. */
  private missed = 0;
  private ahead: number;
  /** The same moment in epoch seconds and in {@link elapsed}. */
  private epoch: number;
  private epochAt: number;
  /** When the monotonic clock was at nought, it was at least that late, in epoch seconds. */
  private earliestStart = -Infinity;

  constructor(private readonly clocks: MachineClocks) {
    this.ahead = this.date() - this.monotonic();
    this.epoch = this.date();
    this.epochAt = this.elapsed();
  }

  /** Seconds since some moment: rather too many than too few. */
  elapsed(): number {
    const ahead = this.date() - this.monotonic();
    if (Math.abs(ahead - this.ahead) > TOLERANCE_IN_SECONDS) {
      this.missed += Math.max(0, ahead - this.ahead);
      this.ahead = ahead;
    }
    return this.monotonic() + this.missed;
  }

  /** Epoch seconds: rather too late than too early. */
  now(): number {
    // A date that jumped ahead and back has made `elapsed` too long for good: what is the least counts by the other clock.
    return Math.max(this.epoch - this.epochAt + this.elapsed(), this.earliestStart + this.monotonic());
  }

  /**
   * By another clock, which is believed more than this machine's.
   *
   * @param epoch what it said, in whole epoch seconds.
   * @param since {@link elapsed} when it was asked.
   */
  set(epoch: number, since: number): void {
    this.epoch = epoch + 1;
    this.epochAt = since;
    this.earliestStart = -Infinity;
  }

  /**
   * By this machine's date, where there is no other.
   *
   * @param past when something happened that has happened, in epoch seconds: it is at least as late.
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
