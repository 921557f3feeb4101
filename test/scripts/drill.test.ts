import { spawn } from "node:child_process";
import * as path from "node:path";
import { describe, expect, it, jest } from "@jest/globals";

// Programs are started, on a machine that may be busy.
jest.setTimeout(120_000);

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** As `npm run drill --` with these words. */
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
  it("with --json prints one JSON array of rows, and nothing else on standard output", async () => {
    const { code, stdout, stderr } = await drill("--json", "--histories", "0", "--seed", "1");
    expect(stdout).toMatch(/^\[[^\n]*\]\n$/);
    expect(code).toBe(0);
    const rows = JSON.parse(stdout) as Record<string, unknown>[];
    expect(rows.length).toBeGreaterThan(30);
    for (const row of rows) {
      expect(Object.keys(row)).toEqual(["fault", "firstAlarm", "minutesToFirstAlarm", "alarms", "falsePages"]);
      expect(row["falsePages"]).toBe(0);
    }
    expect(rows).toContainEqual({
      fault: "the schedule is off",
      firstAlarm: "refresher-silent",
      minutesToFirstAlarm: expect.any(Number),
      alarms: ["refresher-silent", "token-lapsing"],
      falsePages: 0,
    });
    expect(rows[0]).toEqual({
      fault: "none: the first hours of a deployment",
      firstAlarm: null,
      minutesToFirstAlarm: null,
      alarms: [],
      falsePages: 0,
    });
    expect(stderr).toContain("seed 1");
  });

  it.each([
    [
      ["--histories", "-1"],
      /'--histories <number>' argument '-1' is invalid. It must be a whole number from 0 to 10000/,
    ],
    [["--histories", "many"], /argument 'many' is invalid. It must be a whole number from 0 to 10000/],
    [["--seed", "1.5"], /'--seed <number>' argument '1.5' is invalid. It must be a whole number from 0 to 2147483647/],
    [["--jason"], /unknown option '--jason'/],
  ])("refuses %j in a sentence", async (words, sentence) => {
    const { code, stdout, stderr } = await drill(...words);
    expect(stderr).toMatch(sentence);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(stdout).toBe("");
    expect(code).toBe(1);
  });
});
