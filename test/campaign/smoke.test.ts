/** Short histories for `npm test`; `npm run test:all` simulates years. */
import { expect, it } from "@jest/globals";
import { DEFAULT_REFRESH_SETTINGS } from "../../lambda/token-refresh/contract";
import { simulated } from "./campaigns";

it("over 20 random histories of 3 days the token is valid with its reserve left", async () => {
  const runs = 20;
  const campaign = await simulated({ days: 3, runs, seed: 20261129 });
  expect(campaign).toMatchObject({ runs, minutesBelowReserve: 0, minutesWithoutToken: 0, unhandledErrors: 0 });
  expect(campaign.minutesWithinTolerance).toBeGreaterThan(campaign.minutes / 2);
  expect(campaign.longestOutageSurvivedInMinutes).toBeGreaterThanOrEqual(
    DEFAULT_REFRESH_SETTINGS.outageToleranceInMinutes,
  );
}, 120_000);
