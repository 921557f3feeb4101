/** The campaigns of `npm test` with new seeds, which may find new failures. */
import { randomInt } from "node:crypto";
import { it } from "@jest/globals";
import { expectKept, expectNobodyWokenInVain, simulated } from "../campaign/campaigns";

const MINUTES = 60_000;
const newSeed = (): number => randomInt(2 ** 31 - 1);

it(
  "histories of a new seed keep every promise",
  async () => {
    const options = { days: 30, runs: 100, seed: newSeed() };
    expectKept(await simulated(options), options);
  },
  8 * MINUTES,
);

it(
  "random weeks of a new seed have no missing and no false page",
  async () => {
    await expectNobodyWokenInVain(100, newSeed());
  },
  8 * MINUTES,
);
