/** What `npm test` does with fixed seeds, with seeds that were never used before: here a failure is news. */
import { randomInt } from "node:crypto";
import { it } from "@jest/globals";
import { expectKept, expectNobodyWokenInVain, simulated } from "../campaign/campaigns";

const MINUTES = 60_000;
const newSeed = (): number => randomInt(2 ** 31 - 1);

it(
  "every promise is kept over histories of a new seed",
  async () => {
    const options = { days: 30, runs: 100, seed: newSeed() };
    expectKept(await simulated(options), options);
  },
  8 * MINUTES,
);

it(
  "no page is missing and none is false over random weeks of a new seed",
  async () => {
    await expectNobodyWokenInVain(100, newSeed());
  },
  8 * MINUTES,
);
