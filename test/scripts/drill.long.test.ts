import { spawn } from "node:child_process";
import * as path from "node:path";
import { describe, expect, it, jest } from "@jest/globals";

// Starts programs, on a machine that may be busy.
jest.setTimeout(120_000);

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `npm run drill --` with these arguments. */
function drill(...words: readonly string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["scripts/with-dependencies.mjs", "drill.ts", ...words], {
      cwd: path.resolve(__dirname, "..", ".."),
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.once("error", reject).once("close", (code) => {
      resolve({ code, stdout, stderr });
    });
  });
}

describe("npm run drill", () => {
  // test/campaign checks the output of faults and weeks.
  it.each([
    [
      ["--histories", "-1"],
      /'--histories <number>' argument '-1' is invalid. It must be a whole number from 0 to 10000/,
    ],
    [["--seed", "1.5"], /'--seed <number>' argument '1.5' is invalid. It must be a whole number from 0 to 2147483647/],
    [["--jason"], /unknown option '--jason'/],
  ])("refuses %j with one sentence", async (words, sentence) => {
    const { code, stdout, stderr } = await drill(...words);
    expect(stderr).toMatch(sentence);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(stdout).toBe("");
    expect(code).toBe(1);
  });
});
