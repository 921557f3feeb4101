/** Weeks in which `npm run drill` once found an alarm that was missing or false, shrunk to what it takes. */
import { describe, expect, it } from "@jest/globals";
import { DEFAULT_REFRESH_SETTINGS } from "../../lambda/token-refresh/contract";
import { playWithAlarms } from "../../simulation/alarmed-history";
import type { History } from "../../simulation/history";
import { judge } from "../../simulation/judged-alarms";
import { simulate } from "../../simulation/simulation";
import { isCalled, PROD } from "./deployed-alarms";
import { aHistory } from "./fixture";

async function begunPages(history: History): Promise<string[]> {
  const played = await playWithAlarms(history, "prod", PROD);
  expect(judge(played, DEFAULT_REFRESH_SETTINGS)).toMatchObject({ missingPages: [], falsePages: [] });
  return played.events.flatMap(({ pages, state, alarm }) => (pages && state === "ALARM" ? [alarm] : []));
}

const missingPages = async (history: History, alarms: typeof PROD): Promise<readonly string[]> =>
  judge(await playWithAlarms(history, "prod", alarms), DEFAULT_REFRESH_SETTINGS).missingPages;

describe("a function whose clock is 98 minutes ahead before the first token", () => {
  const clockError = { kind: "clock-error", aheadInSeconds: 5_913, from: 1, minutes: 40 } as const;

  it("reports in the minute of each run: refresher-silent does not ring", async () => {
    expect(await begunPages(aHistory([clockError], { days: 0.125, credentialsAfterInMinutes: 60 }))).toEqual([]);
  });

  it("reports unreadable credentials when they are there, not 98 minutes later", async () => {
    const corrupted = { kind: "corrupted-client-secret", from: 12, minutes: 5 } as const;
    const history = aHistory([clockError, corrupted], { days: 0.125, credentialsAfterInMinutes: 17 });
    expect((await begunPages(history)).sort()).toEqual(["credentials-rejected", "token-lapsing"]);
  });
});

describe("ticks that stop minutes before the token ends, and before that can be told", () => {
  // A token of minute 0 ends in minute 60. Until minute 52 it has more left than counts as lapsing.
  const outage = { kind: "outage", how: "http-503", from: 21, minutes: 60 } as const;
  const missed = (from: number, minutes: number) => ({ kind: "missed-ticks", from, minutes }) as const;

  it("while PISTE is out are paged as soon as they count as silence", async () => {
    const pages = await begunPages(aHistory([outage, missed(53, 25)], { days: 0.125 }));
    expect(pages).toEqual(["refresher-silent", "token-lapsing"]);
  });

  it("while PISTE gives tokens of 16 minutes are, too", async () => {
    const short = { kind: "other-lifetime", lifetimeInMinutes: 16, asString: true, from: 0, minutes: 60 } as const;
    expect(await begunPages(aHistory([short, missed(9, 13)], { days: 0.125 }))).toContain("refresher-silent");
  });

  it("are missing a page without refresher-silent, and a lapse without them is without token-lapsing", async () => {
    const without = (name: string): typeof PROD => PROD.filter((each) => !isCalled(name, each));
    const stopped = aHistory([outage, missed(53, 25)], { days: 0.125 });
    expect(await missingPages(stopped, without("refresher-silent"))).toHaveLength(1);
    expect(await missingPages(aHistory([outage], { days: 0.125 }), without("token-lapsing"))).toHaveLength(1);
    // Nor do ticks that stop when it should have rung, or come back before, excuse it.
    for (const late of [missed(57, 2), missed(58, 20), missed(50, 3)]) {
      expect(await missingPages(aHistory([outage, late], { days: 0.125 }), without("token-lapsing"))).toHaveLength(1);
    }
  });
});

describe("tokens of 108 minutes, then an older one of them again that ends in three minutes", () => {
  it("are kept for the hour that is beyond doubt", async () => {
    const long = { kind: "other-lifetime", lifetimeInMinutes: 108, asString: true, from: 0, minutes: 120 } as const;
    const same = { kind: "same-token", from: 90, minutes: 30 } as const;
    expect(await begunPages(aHistory([long, same], { days: 0.125 }))).toEqual([]);
  });
});

it("tokens of 15 minutes, which have no tolerance left, raise one alarm and not one for each token", async () => {
  const short = { kind: "other-lifetime", lifetimeInMinutes: 15, asString: false, from: 0, minutes: 480 } as const;
  expect(await begunPages(aHistory([short], { days: 0.3 }))).toEqual(["token-lapsing"]);
});

it("a token that somebody wrote to live for years gives way to one of 24 minutes, in time", async () => {
  const short = { kind: "other-lifetime", lifetimeInMinutes: 24, asString: false, from: 0, minutes: 180 } as const;
  const corrupted = { kind: "corrupted-token", how: "lives-for-years", from: 60, minutes: 1 } as const;
  expect((await simulate(aHistory([short, corrupted], { days: 0.125 }))).broken).toEqual([]);
});

it("a clock that is set back by 98 minutes while a tick is under way dates no token later than it is", async () => {
  const slow = { kind: "slow-aws", milliseconds: 2_154, from: 0, minutes: 72 } as const;
  const set = { kind: "clock-error", aheadInSeconds: -5_858, from: 35, minutes: 6 } as const;
  for (const seed of [9, 19, 40]) {
    expect((await simulate(aHistory([slow, set], { days: 0.05, lateness: "extreme", seed }))).broken).toEqual([]);
  }
});
