/** Weeks in which `npm run drill` once found an alarm that was missing or false, shrunk to what it takes. */
import { describe, expect, it } from "@jest/globals";
import { DEFAULT_REFRESH_SETTINGS } from "../../lambda/token-refresh/contract";
import { playWithAlarms } from "../../simulation/alarmed-history";
import type { History } from "../../simulation/history";
import { judge } from "../../simulation/judged-alarms";
import { PROD } from "./deployed-alarms";
import { aHistory } from "./fixture";

async function begunPages(history: History): Promise<string[]> {
  const played = await playWithAlarms(history, "prod", PROD);
  expect(judge(played, DEFAULT_REFRESH_SETTINGS)).toMatchObject({ missingPages: [], falsePages: [] });
  return played.events.flatMap(({ pages, state, alarm }) => (pages && state === "ALARM" ? [alarm] : []));
}

describe("a function whose clock is 98 minutes ahead before the first token", () => {
  const clockError = { kind: "clock-error", aheadInSeconds: 5_913, from: 1, minutes: 40 } as const;

  it("reports in the minute of each run: refresher-silent does not ring", async () => {
    expect(await begunPages(aHistory([clockError], { days: 0.125, credentialsAfterInMinutes: 60 }))).toEqual([]);
  });

  it("reports unreadable credentials when they are there, not 98 minutes later", async () => {
    const spoilt = { kind: "spoilt-client-secret", from: 12, minutes: 5 } as const;
    const history = aHistory([clockError, spoilt], { days: 0.125, credentialsAfterInMinutes: 17 });
    expect((await begunPages(history)).sort()).toEqual(["credentials-rejected", "token-lapsing"]);
  });
});
