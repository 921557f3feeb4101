import { it } from "@jest/globals";
import { expectNobodyWokenInVain } from "./campaigns";

const MINUTES = 60_000;

it(
  // A hundred, of new seeds, are among the long tests.
  "over 40 random weeks no page is missing and none is false",
  async () => {
    await expectNobodyWokenInVain(40, 266959898);
  },
  20 * MINUTES,
);
