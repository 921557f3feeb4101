/** The signals that end a command. */
import { setTimeout } from "node:timers/promises";

export const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** The exit code that shells give a program that Ctrl-C ended. */
export const INTERRUPTED_EXIT_CODE = 130;

/** For a command that must restore something: a signal does not end it, but aborts {@link Interruption.signal}. */
export class Interruption {
  private readonly controller = new AbortController();

  /** @param say is called once. */
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
    // A second Ctrl-C changes nothing.
    if (!this.signal.aborted) this.say();
    this.controller.abort();
  };
}

/** Ends early, without an error, when interrupted. */
export const interruptibleSleep = (milliseconds: number, signal?: AbortSignal): Promise<unknown> =>
  setTimeout(milliseconds, undefined, { signal }).catch(() => undefined);
