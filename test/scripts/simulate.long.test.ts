import { spawn } from "node:child_process";
import * as path from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it, jest } from "@jest/globals";

// Starts programs, on a machine that may be busy.
jest.setTimeout(60_000);

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program of this repository, run by Node. */
function node(...words: readonly string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, words, { cwd: path.resolve(__dirname, "..", "..") });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.once("error", reject).once("close", (code) => {
      resolve({ code, stdout, stderr });
    });
  });
}

const SIMULATE = ["scripts/with-dependencies.mjs", "simulate.ts"];
/** Runs `npm run simulate --` with these arguments. */
const simulate = (...words: readonly string[]): Promise<Ended> => node(...SIMULATE, ...words);
/** The same with a function that never refreshes; works only for a simulation in one process. */
const simulateBroken = (...words: readonly string[]): Promise<Ended> =>
  node("--import", pathToFileURL(path.join(__dirname, "never-refresh.mjs")).href, ...SIMULATE, ...words);

const SMALL = ["--days", "1", "--runs", "2"];
const MINUTES = 2 * 1_440;
const STACK_TRACE = /^\s+at /m;

/** One line with the problem and a valid value. */
function expectRefused({ code, stdout, stderr }: Ended, words: RegExp): void {
  expect(stderr.trim()).toMatch(words);
  expect(stderr.trim().split("\n")).toHaveLength(1);
  expect(stdout).toBe("");
  expect(code).toBe(1);
}

describe("with --json", () => {
  it("standard output is one JSON object, different for another seed", async () => {
    const [one, other] = await Promise.all([
      simulate("--json", "--seed", "5", ...SMALL),
      simulate("--json", "--seed", "6", ...SMALL),
    ]);
    expect(one).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\{[^\n]*\}\n$/) });
    expect(one.stderr).toMatch(/Simulated 2 × 1 days, seed 5/);
    const result = JSON.parse(one.stdout) as Record<string, unknown>;
    expect(result).toMatchObject({ seed: 5, runs: 2, days: 1, minutes: MINUTES });
    for (const key of [
      "minutesWithinTolerance",
      "longestOutageSurvivedInMinutes",
      "maxVersionsIn24Hours",
      "maxCallsPerHourWhileRejected",
    ]) {
      expect([key, result[key]]).toEqual([key, expect.any(Number)]);
    }
    expect(result).toMatchObject({ minutesBelowReserve: 0, minutesWithoutToken: 0, unhandledErrors: 0 });
    expect(result).not.toHaveProperty("failure");
    expect(result["distribution"]).toEqual(expect.arrayContaining([expect.stringMatching(/^8.6: PISTE out/)]));
    expect(other.stdout).not.toBe(one.stdout);
  });
});

describe("with --path", () => {
  it("replays and describes one history", async () => {
    const words = ["--days", "1", "--seed", "5", "--path"];
    const [one, json] = await Promise.all([simulate(...words, "1"), simulate(...words, "1:0", "--json")]);
    expect(one.stdout).toMatch(/^[\d,]+ of 1,440 minutes were within tolerance\./);
    expect(one.stdout).toMatch(/\nThe history:\n- day 1, \d\d:\d\d, .*\d+ min: \w/);
    expect(one.stdout).not.toContain("Each history has at random");
    expect(JSON.parse(json.stdout)).toMatchObject({ runs: 1, minutes: 1_440 });
    expect([one.code, json.code]).toEqual([0, 0]);
  });

  it("reports a path without a history", async () => {
    const { code, stderr } = await simulate("--days", "1", "--seed", "5", "--path", "1:99999");
    expect(stderr).toMatch(/\nSeed 5 has no history at the path 1:99999\.\n$/);
    expect(stderr).not.toMatch(STACK_TRACE);
    expect(code).toBe(1);
  });
});

describe("a history that breaks a promise", () => {
  it("ends with 1, the broken promise and the command to replay it", async () => {
    const words = ["--days", "1", "--seed", "5", "--path", "1"];
    const [one, json] = await Promise.all([simulateBroken(...words), simulateBroken(...words, "--json")]);
    expect(one.stdout).toMatch(/\nBROKEN: .*\d+ minutes without a token within tolerance, the first in minute \d+/);
    expect(one.stdout).not.toContain("Every promise was kept");
    const { failure } = JSON.parse(json.stdout) as { readonly failure: object };
    expect(failure).toMatchObject({
      broken: expect.arrayContaining([expect.stringMatching(/minutes without a token within tolerance/)]),
      path: "1",
      replay: "npm run simulate -- --days 1 --seed 5 --path 1",
      history: { days: 1 },
    });
    expect([one.code, json.code]).toEqual([1, 1]);
    expect(one.stderr).not.toMatch(STACK_TRACE);
  });
});

describe("without --json", () => {
  it("prints the figures as text", async () => {
    const { code, stdout } = await simulate("--days", "1", "--runs", "1", "--seed", "5");
    expect(stdout).toMatch(/^[\d,]+ of 1,440 minutes were within tolerance\./);
    expect(stdout).toContain("- 0 without a valid token, 0 with less than the reserve left.");
    expect(stdout).toContain("Unhandled errors: 0.");
    expect(stdout).toMatch(/Each history has at random:\n- 0 to 8 disturbances a day/);
    expect(stdout).toMatch(/\nEvery promise was kept\.\n$/);
    expect(code).toBe(0);
  });
});

describe("an invalid option", () => {
  it.each([
    [
      "--days",
      "0",
      /^error: option '--days <number>' argument '0' is invalid\. It must be a whole number from 1 to 3650\.$/,
    ],
    [
      "--runs",
      "100001",
      /^error: option '--runs <number>' argument '100001' is invalid\. It must be a whole number from 1 to 100000\.$/,
    ],
    [
      "--seed",
      "2147483648",
      /^error: option '--seed <number>' argument '2147483648' is invalid\. It must be a whole number from 0 to 2147483647\.$/,
    ],
    [
      "--path",
      "0:",
      /^error: option '--path <path>' argument '0:' is invalid\. It must be numbers separated by colons, as in a failure's replay command\.$/,
    ],
  ])("%s is refused with one sentence", async (option, value, words) => {
    expectRefused(await simulate(option, value), words);
  });
});
