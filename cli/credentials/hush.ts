/**
 * A terminal that shows nothing of what is typed until a question is asked: by itself it shows every key at once, a secret
 * that is typed too early included. What is typed then counts for nothing. Node gives the terminal back however it ends.
 */
import type { Terminal } from "./terminal-ask";

/** As a terminal's keyboard gives it while Node reads every key. */
const CTRL_C = 3;

export class Hush {
  private begun = false;
  /** As far as a question has looked. */
  private bytesSeen = 0;

  constructor(
    private readonly input: Terminal["input"],
    /** Ends the command, as Ctrl-C does otherwise. */
    private readonly interrupt: () => void = () => process.kill(process.pid, "SIGINT"),
  ) {}

  /** cli/piste.mjs has hushed the terminal before this file was loaded, and is relieved here. */
  begin(): void {
    if (this.input.isTTY !== true) return;
    this.begun = true;
    this.input.removeAllListeners("data");
    this.hush();
  }

  /** @param tooEarly is told when something was typed before, and not taken. */
  async whileAsking<T>(question: () => Promise<T>, tooEarly: () => void): Promise<T> {
    if (!this.begun) return question();
    const { bytesRead = 0 } = this.input;
    if (bytesRead > this.bytesSeen) tooEarly();
    this.input.off("data", this.heed);
    this.input.ref?.();
    try {
      return await question();
    } finally {
      this.bytesSeen = this.input.bytesRead ?? 0;
      this.hush();
    }
  }

  end(): void {
    if (!this.begun) return;
    this.begun = false;
    this.input.off("data", this.heed);
    this.input.setRawMode?.(false);
    this.input.pause();
  }

  private hush(): void {
    this.input.setRawMode?.(true);
    this.input.on("data", this.heed);
    this.input.resume();
    // Nobody waits for what is typed now.
    this.input.unref?.();
  }

  private readonly heed = (typed: Uint8Array | string): void => {
    if (Buffer.from(typed).includes(CTRL_C)) this.interrupt();
  };
}
