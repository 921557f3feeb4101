/** Shrunk histories in which `npm run drill` once found a missing or false alarm. */
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

  it("reports in the minute of each run, so that refresher-silent does not ring", async () => {
    expect(await begunPages(aHistory([clockError], { days: 0.125, credentialsAfterInMinutes: 60 }))).toEqual([]);
  });

  it("reports unreadable credentials at once, not 98 minutes later", async () => {
    const corrupted = { kind: "corrupted-client-secret", from: 12, minutes: 5 } as const;
    const history = aHistory([clockError, corrupted], { days: 0.125, credentialsAfterInMinutes: 17 });
    expect((await begunPages(history)).sort()).toEqual(["credentials-rejected", "token-lapsing"]);
  });
});

describe("ticks that stop minutes before the token expires, before they could report it", () => {
  // A token of minute 0 expires in minute 60, and counts as lapsing from minute 52.
  const outage = { kind: "outage", how: "http-503", from: 21, minutes: 60 } as const;
  const missed = (from: number, minutes: number) => ({ kind: "missed-ticks", from, minutes }) as const;

  it("during an outage page as soon as they count as silence", async () => {
    const pages = await begunPages(aHistory([outage, missed(53, 25)], { days: 0.125 }));
    expect(pages).toEqual(["refresher-silent", "token-lapsing"]);
  });

  it("with tokens of 16 minutes page too", async () => {
    const short = { kind: "other-lifetime", lifetimeInMinutes: 16, asString: true, from: 0, minutes: 60 } as const;
    expect(await begunPages(aHistory([short, missed(9, 13)], { days: 0.125 }))).toContain("refresher-silent");
  });

  it("lack a page without refresher-silent, and other lapses lack one without token-lapsing", async () => {
    const without = (name: string): typeof PROD => PROD.filter((each) => !isCalled(name, each));
    const stopped = aHistory([outage, missed(53, 25)], { days: 0.125 });
    expect(await missingPages(stopped, without("refresher-silent"))).toHaveLength(1);
    expect(await missingPages(aHistory([outage], { days: 0.125 }), without("token-lapsing"))).toHaveLength(1);
    // Ticks that stop when the alarm should have rung, or resume before, do not excuse it.
    for (const late of [missed(57, 2), missed(58, 20), missed(50, 3)]) {
      expect(await missingPages(aHistory([outage, late], { days: 0.125 }), without("token-lapsing"))).toHaveLength(1);
    }
  });
});

describe("tokens of 108 minutes, then an older one again that expires in three minutes", () => {
  it("are kept for the usual hour", async () => {
    const long = { kind: "other-lifetime", lifetimeInMinutes: 108, asString: true, from: 0, minutes: 120 } as const;
    const same = { kind: "same-token", from: 90, minutes: 30 } as const;
    expect(await begunPages(aHistory([long, same], { days: 0.125 }))).toEqual([]);
  });
});

it("tokens of 15 minutes, which leave no tolerance, raise one alarm in total", async () => {
  const short = { kind: "other-lifetime", lifetimeInMinutes: 15, asString: false, from: 0, minutes: 480 } as const;
  expect(await begunPages(aHistory([short], { days: 0.3 }))).toEqual(["token-lapsing"]);
});

it("replaces a hand-written token of several years by one of 24 minutes in time", async () => {
  const short = { kind: "other-lifetime", lifetimeInMinutes: 24, asString: false, from: 0, minutes: 180 } as const;
  const corrupted = { kind: "corrupted-token", how: "lives-for-years", from: 60, minutes: 1 } as const;
  expect((await simulate(aHistory([short, corrupted], { days: 0.125 }))).broken).toEqual([]);
});

it("a clock set back by 98 minutes during a tick does not date a token too late", async () => {
  const slow = { kind: "slow-aws", milliseconds: 2_154, from: 0, minutes: 72 } as const;
  const set = { kind: "clock-error", aheadInSeconds: -5_858, from: 35, minutes: 6 } as const;
  for (const seed of [9, 19, 40]) {
    expect((await simulate(aHistory([slow, set], { days: 0.05, lateness: "extreme", seed }))).broken).toEqual([]);
  }
});
