/** Runs the `piste` command on a terminal. */
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { spawn, type IPty } from "@lydell/node-pty";

/** Members on Unix that the library's types omit. */
interface UnixPty extends IPty {
  readonly ptsName: string;
  /** Closes the terminal, as closing its window does. */
  destroy(): void;
}

const ROOT = path.resolve(__dirname, "../..");
const LONGEST_WAIT_IN_MILLISECONDS = 25_000;

// eslint-disable-next-line no-control-regex
const CONTROLS = /\x1b\[[\d;?]*[a-zA-Z]/g;

export class PseudoTerminal {
  private raw = "";
  private code: number | undefined;
  private signal: number | undefined;

  private constructor(private readonly program: UnixPty) {
    program.onData((data) => (this.raw += data));
    program.onExit(({ exitCode, signal }) => {
      this.code = exitCode;
      this.signal = signal;
    });
  }

  /** @param command program and arguments. */
  static start(command: readonly string[], env: Record<string, string | undefined> = {}): PseudoTerminal {
    const [file = "", ...words] = command;
    return new PseudoTerminal(
      spawn(file, words, {
        cols: 80,
        rows: 24,
        cwd: ROOT,
        env: { ...process.env, LC_ALL: "C.UTF-8", NODE_NO_WARNINGS: "1", ...env },
      }) as UnixPty,
    );
  }

  /** All output without control sequences. */
  get shown(): string {
    return this.raw.replace(CONTROLS, "").replaceAll("\r\n", "\n");
  }

  /** Path of the terminal's device. */
  get device(): string {
    return this.program.ptsName;
  }

  type(keys: string): void {
    this.program.write(keys);
  }

  async until(what: RegExp): Promise<void> {
    await this.wait(() => what.test(this.shown), String(what));
  }

  /** @returns its exit code. */
  async end(): Promise<number> {
    await this.wait(() => this.code !== undefined, "its end");
    return this.code ?? -1;
  }

  /** Closes the terminal. @returns the signal that ended the program, 0 for none. */
  async close(): Promise<number> {
    this.program.destroy();
    await this.end();
    return this.signal ?? 0;
  }

  private async wait(isThere: () => boolean, what: string): Promise<void> {
    const latest = Date.now() + LONGEST_WAIT_IN_MILLISECONDS;
    while (!isThere()) {
      if (Date.now() > latest) throw new Error(`${what} did not come; shown was:\n${this.shown}`);
      await sleep(20);
    }
  }
}

/** The command line that runs `piste` from its source. */
export const piste = (...words: readonly string[]): string[] => [
  process.execPath,
  "--import",
  path.join(ROOT, "node_modules/tsx/dist/loader.mjs"),
  path.join(ROOT, "cli/piste.ts"),
  ...words,
];
