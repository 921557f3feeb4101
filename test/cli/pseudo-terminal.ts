/** The `piste` command as a person has it: on a terminal. */
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { spawn, type IPty } from "@lydell/node-pty";

/** What the library has on Unix, and its types do not say. */
interface UnixPty extends IPty {
  readonly ptsName: string;
  /** Closes it, as a terminal's window is closed. */
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

  /** @param command a program and its words, such as a shell's. */
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

  /** All that came, without what moves the cursor or colours. */
  get shown(): string {
    return this.raw.replace(CONTROLS, "").replaceAll("\r\n", "\n");
  }

  /** What the program has for its terminal, as a file. */
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

  /** Closes its window. @returns the signal that its program ended with, 0 for none. */
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

/** The command from its source, as a shell would start it. */
export const piste = (...words: readonly string[]): string[] => [
  process.execPath,
  "--import",
  path.join(ROOT, "node_modules/tsx/dist/loader.mjs"),
  path.join(ROOT, "cli/piste.ts"),
  ...words,
];
