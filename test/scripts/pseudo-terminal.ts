/** The `piste` command as a person has it: on a terminal. */
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** As far as it is used here; its own types are declared under another name. */
interface Pty {
  onData(listener: (data: string) => void): void;
  onExit(listener: (end: { readonly exitCode: number }) => void): void;
  write(data: string): void;
  readonly ptsName: string;
}
interface PtyOptions {
  readonly cols: number;
  readonly rows: number;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}
// What package.json's overrides bring for cdktf's own command.
// eslint-disable-next-line @typescript-eslint/no-require-imports
const { spawn } = require("@cdktf/node-pty-prebuilt-multiarch") as {
  readonly spawn: (file: string, words: readonly string[], options: PtyOptions) => Pty;
};

const ROOT = path.resolve(__dirname, "../..");
const LONGEST_WAIT_IN_MILLISECONDS = 25_000;

// eslint-disable-next-line no-control-regex
const CONTROLS = /\x1b\[[\d;?]*[a-zA-Z]/g;

export class PseudoTerminal {
  private raw = "";
  private code: number | undefined;

  private constructor(private readonly program: Pty) {
    program.onData((data) => (this.raw += data));
    program.onExit(({ exitCode }) => (this.code = exitCode));
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
      }),
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
  path.join(ROOT, "scripts/piste.ts"),
  ...words,
];
