/** Runs `piste` as a program, from its source. */
import { execFile } from "node:child_process";
import * as path from "node:path";

const ROOT = path.resolve(__dirname, "../..");

export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** @param input piped into standard input. */
export function runPiste(
  words: readonly string[],
  { input = "", cwd = ROOT, env = {} }: { input?: string; cwd?: string; env?: Record<string, string> } = {},
): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ["--import", path.join(ROOT, "node_modules/tsx/dist/loader.mjs"), path.join(ROOT, "cli/piste.ts"), ...words],
      {
        cwd,
        env: { ...process.env, LC_ALL: "C", NODE_NO_WARNINGS: "1", AWS_REGION: "eu-west-3", ...env },
        encoding: "utf8",
      },
      (error, out, err) => {
        resolve({ code: error === null ? 0 : Number(error.code), out, err });
      },
    );
    child.stdin?.end(input);
  });
}
