import { it } from "@jest/globals";
import { expectNobodyWokenInVain } from "./campaigns";

const MINUTES = 60_000;

it(
  "over 100 random weeks no page is missing and none is false",
  async () => {
    await expectNobodyWokenInVain(100, 266959898);
  },
  8 * MINUTES,
);
