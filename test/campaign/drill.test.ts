import { execFile } from "node:child_process";
import { randomInt } from "node:crypto";
import { expect, it } from "@jest/globals";
import { ROOT } from "../../scripts/local/folders";

const MINUTES = 60_000;

it(
  "over 100 random weeks of a seed that was never used before, no page is missing and none is false",
  async () => {
    const seed = randomInt(2 ** 31 - 1);
    const words = ["drill.ts", "--json", "--histories", "100", "--seed", String(seed)];
    const { code, told } = await new Promise<{ code: number; told: string }>((resolve) => {
      execFile(process.execPath, ["scripts/with-dependencies.mjs", ...words], { cwd: ROOT }, (error, _, stderr) => {
        resolve({ code: error === null ? 0 : Number(error.code), told: stderr });
      });
    });
    // What is broken is told with its week and seed.
    expect(told).toMatch(/\nPlaying 100 random weeks, seed \d+ [^\n]+\n$/);
    expect(code).toBe(0);
  },
  8 * MINUTES,
);
