/**
 * A clock that moves only when everything that runs is waiting. Runs that overlap are interleaved by their own times,
 * and years pass in seconds.
 */
interface Timer<Run> {
  readonly at: number;
  readonly act: () => void;
  /** Whose code goes on when it fires; undefined of an event that waits for nothing. */
  readonly run: Run | undefined;
}

const noOne = (): void => {
  throw new Error("only code that virtual time has started may sleep");
};

export class VirtualTime<Run extends object> {
  /** Whose code is running. */
  active: Run | undefined;
  private readonly timers: Timer<Run>[] = [];
  /** Called when the active run waits or is over. */
  private quiet: () => void = noOne;

  /** @param now epoch milliseconds. */
  constructor(public now: number) {}

  /** Something that happens at once when its time has come. */
  at(when: number, act: () => void): void {
    this.add({ at: when, act, run: undefined });
  }

  /**
   * Starts code that sleeps by this clock and waits for nothing else outside.
   *
   * @param work undefined when it was over at once.
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

  /** Lets everything happen that is planned before then. */
  async runUntil(end: number): Promise<void> {
    for (let timer = this.timers[0]; timer !== undefined && timer.at < end; timer = this.timers[0]) {
      this.timers.shift();
      this.now = timer.at;
      if (timer.run === undefined) timer.act();
      else await this.goOn(timer.run, timer.act);
    }
    this.now = Math.max(this.now, end);
  }

  /** One run at a time goes on, until it waits again. */
  private async goOn(run: Run, act: () => void): Promise<void> {
    this.active = run;
    await new Promise<void>((resolve) => {
      this.quiet = resolve;
      act();
    });
    this.quiet = noOne;
    this.active = undefined;
  }

  /** Of two at the same time, the one that was planned first is the first. */
  private add(timer: Timer<Run>): void {
    if (timer.at < this.now) throw new Error("nothing can be planned for the past");
    // What is added is mostly soon, and years may be planned behind it.
    const index = this.timers.findIndex(({ at }) => at > timer.at);
    this.timers.splice(index === -1 ? this.timers.length : index, 0, timer);
  }
}
