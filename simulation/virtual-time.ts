/**
 * A clock that advances only when every run waits. Overlapping runs are interleaved by their own times, and years pass
 * in seconds.
 */
interface Timer<Run> {
  readonly at: number;
  readonly act: () => void;
  /** The run that continues when the timer fires; undefined for a plain event. */
  readonly run: Run | undefined;
}

const refuseSleep = (): void => {
  throw new Error("only code that virtual time has started may sleep");
};

export class VirtualTime<Run extends object> {
  /** The run whose code is executing. */
  active: Run | undefined;
  private readonly timers: Timer<Run>[] = [];
  /** Called when the active run waits or ends. */
  private quiet: () => void = refuseSleep;

  /** @param now epoch milliseconds. */
  constructor(public now: number) {}

  /** Plans an event that takes no time. */
  at(when: number, act: () => void): void {
    this.add({ at: when, act, run: undefined });
  }

  /**
   * Starts code that waits only on this clock.
   *
   * @param work returns undefined if it ended at once.
   */
  startAt(when: number, run: Run, work: () => Promise<void> | undefined): void {
    const over = (): void => {
      this.quiet();
    };
    const act = (): void => {
      const going = work();
      if (going === undefined) over();
      else void going.finally(over);
    };
    this.add({ at: when, act, run });
  }

  readonly sleep = (milliseconds: number): Promise<void> =>
    new Promise((resolve) => {
      this.add({ at: this.now + Math.max(0, milliseconds), act: resolve, run: this.active });
      this.quiet();
    });

  /** Runs every timer before `end`. */
  async runUntil(end: number): Promise<void> {
    for (let timer = this.timers[0]; timer !== undefined && timer.at < end; timer = this.timers[0]) {
      this.timers.shift();
      this.now = timer.at;
      if (timer.run === undefined) timer.act();
      else await this.goOn(timer.run, timer.act);
    }
    this.now = Math.max(this.now, end);
  }

  /** Continues one run until it waits again. */
  private async goOn(run: Run, act: () => void): Promise<void> {
    this.active = run;
    await new Promise<void>((resolve) => {
      this.quiet = resolve;
      act();
    });
    this.quiet = refuseSleep;
    this.active = undefined;
  }

  /** Timers of the same time fire in the order in which they were added. */
  private add(timer: Timer<Run>): void {
    if (timer.at < this.now) throw new Error("a timer must not be in the past");
    // New timers are mostly near the front of a long list.
    const index = this.timers.findIndex(({ at }) => at > timer.at);
    this.timers.splice(index === -1 ? this.timers.length : index, 0, timer);
  }
}
