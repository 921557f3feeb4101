/** What ends a command from outside, and how it then ends. */
import { setTimeout } from "node:timers/promises";

export const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** As shells give it for a program that Ctrl-C ends. */
export const INTERRUPTED_EXIT_CODE = 130;

/** For a command that has to put something back: signals do not end it while it acts, and are told to what it does. */
export class Interruption {
  private readonly controller = new AbortController();

  /** @param say is told once. */
  constructor(private readonly say: () => void) {}

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  async around<T>(act: () => Promise<T>): Promise<T> {
    for (const signal of SIGNALS) process.on(signal, this.interrupt);
    try {
      return await act();
    } finally {
      // After an interruption the command ends by itself, with its exit code.
      if (!this.signal.aborted) for (const signal of SIGNALS) process.off(signal, this.interrupt);
    }
  }

  private readonly interrupt = (): void => {
    // Once: who presses Ctrl-C again waits for the same.
    if (!this.signal.aborted) this.say();
    this.controller.abort();
  };
}

/** What is interrupted is over. */
export const interruptibleSleep = (milliseconds: number, signal?: AbortSignal): Promise<unknown> =>
  setTimeout(milliseconds, undefined, { signal }).catch(() => undefined);
