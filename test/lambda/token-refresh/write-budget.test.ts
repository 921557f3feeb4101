/** Requested refreshes must leave the ticks enough of the versions that AWS allows a day. */
import { describe, expect, it } from "@jest/globals";
import type { Operation } from "../../../lambda/token-refresh/contract";
import type { RunResult } from "../../../lambda/token-refresh/report";
import { MAXIMUM_VERSIONS } from "../../../simulation/secrets-manager";
import { openPromotion, STAGED, type PromoteFixture } from "./promote-fixture";
import { nextExtraWrite } from "../../../lambda/token-refresh/timing";
import { openFixture, TOKEN_SECRET } from "./fixture";

const MINUTE = 60;
const MINUTES_PER_DAY = 24 * 60;

/** Runs the ticks of some days; each must succeed and leave a token with its reserve. */
async function ticks(fixture: PromoteFixture, days: number, each?: () => Promise<unknown>): Promise<void> {
  for (let minute = 0; minute < days * MINUTES_PER_DAY; minute++) {
    fixture.clock.forward(MINUTE);
    fixture.lines.length = 0;
    await fixture.run("tick");
    await each?.();
    const left = (fixture.token()?.expires_at ?? 0) - fixture.clock.now() / 1000;
    expect(left).toBeGreaterThan(35 * MINUTE);
  }
}

async function refreshes(fixture: PromoteFixture, times: number, secondsBetween = 1.5): Promise<RunResult[]> {
  const results: RunResult[] = [];
  for (let time = 0; time < times; time++) {
    fixture.clock.forward(secondsBetween);
    results.push(await fixture.run("refresh"));
  }
  return results;
}

const refreshed = (results: readonly RunResult[]): number =>
  results.filter(({ outcome }) => outcome === "refreshed").length;

describe.each([30, 120])("%d requested refreshes in a row", (times) => {
  it.each(["a new secret", "a day of ticks"])("leave enough versions for the ticks, after %s", async (before) => {
    const fixture = openPromotion({ staged: undefined });
    await fixture.run("tick");
    if (before === "a day of ticks") await ticks(fixture, 1);
    const results = await refreshes(fixture, times);
    expect(refreshed(results)).toBeGreaterThan(25);
    expect(refreshed(results)).toBeLessThanOrEqual(31);
    await ticks(fixture, 2);
    expect(fixture.model.versionsOfLastDay(TOKEN_SECRET)).toBeLessThanOrEqual(MAXIMUM_VERSIONS);
  });
});

describe("eighty runs at once", () => {
  const atOnce = (fixture: PromoteFixture, operation: Operation): Promise<RunResult[]> =>
    Promise.all(Array.from({ length: 80 }, () => fixture.run(operation)));

  it.each(["refresh", "tick"] as const)("of %s make one version, and all report its expiry", async (operation) => {
    const fixture = openPromotion({ staged: undefined });
    await fixture.run("tick");
    fixture.clock.forward(operation === "tick" ? 21 * MINUTE : 2);
    const results = await atOnce(fixture, operation);
    expect(fixture.model.versionsOfLastDay(TOKEN_SECRET)).toBe(2);
    expect(refreshed(results)).toBeGreaterThanOrEqual(1);
    expect(new Set(results.map(({ expiresAt }) => expiresAt))).toEqual(new Set([fixture.token()?.expires_at]));
  });

  it("of a first tick make one version", async () => {
    const fixture = openPromotion({ staged: undefined });
    await atOnce(fixture, "tick");
    expect(fixture.model.versionsOfLastDay(TOKEN_SECRET)).toBe(1);
  });
});

describe("a requested refresh each minute", () => {
  it.each([
    ["the default tolerance", {}],
    ["the highest tolerance", { outageToleranceInMinutes: 36 }],
  ])("for two days never blocks a tick's write, with %s", async (_, settings) => {
    const fixture = openPromotion({ staged: undefined, settings });
    await fixture.run("tick");
    await ticks(fixture, 2, () => fixture.run("refresh"));
    await ticks(fixture, 1);
  });

  it("never blocks a tick's write even if short tokens make the ticks need all versions", async () => {
    const fixture = openPromotion({ staged: undefined });
    fixture.claimed.expiresIn = 40 * MINUTE;
    await fixture.run("tick");
    for (let minute = 0; minute < 2 * MINUTES_PER_DAY; minute++) {
      fixture.clock.forward(MINUTE);
      fixture.lines.length = 0;
      await fixture.run("tick");
      await fixture.run("refresh");
    }
    expect(fixture.model.versionsOfLastDay(TOKEN_SECRET)).toBeLessThanOrEqual(MAXIMUM_VERSIONS);
  });
});

describe("beyond the budget", () => {
  async function spent(): Promise<PromoteFixture> {
    const fixture = openPromotion();
    await fixture.run("tick");
    await refreshes(fixture, 40);
    fixture.calls.length = fixture.lines.length = 0;
    return fixture;
  }

  it("a refresh does not call PISTE, and reports the number of writes and the time of the next", async () => {
    const fixture = await spent();
    const kept = fixture.token();
    const asked = fixture.requests();
    const result = await fixture.run("refresh");
    expect(result).toMatchObject({ outcome: "kept", reason: "write-budget", expiresAt: kept?.expires_at });
    expect(result.class).toBeUndefined();
    const { writtenLastDay = 0, nextWriteAt = 0 } = result;
    expect(writtenLastDay).toBe(fixture.model.versionsOfLastDay(TOKEN_SECRET));
    expect(result.meaning).toContain(`${writtenLastDay} versions`);
    expect(result.meaning).toContain(new Date(nextWriteAt * 1000).toISOString().replace(".000", ""));
    expect(fixture.token()).toEqual(kept);
    expect(fixture.requests()).toBe(asked);
    expect(fixture.calls).toEqual(["read token", "list token"]);
  });

  it("the next refresh is possible at the reported time", async () => {
    const fixture = await spent();
    const { nextWriteAt = 0 } = await fixture.run("refresh");
    const minutes = Math.ceil((nextWriteAt - fixture.clock.now() / 1000) / MINUTE);
    expect(minutes).toBeGreaterThan(60);
    for (let minute = 1; minute <= minutes; minute++) {
      fixture.clock.forward(MINUTE);
      fixture.lines.length = 0;
      await fixture.run("tick");
      if (minute !== 10) continue;
      expect(await fixture.run("refresh")).toMatchObject({ outcome: "kept", reason: "write-budget" });
    }
    expect(await fixture.run("refresh")).toMatchObject({ outcome: "refreshed" });
  });

  it("promote still makes the credentials current, and says that the token follows", async () => {
    const fixture = await spent();
    const kept = fixture.token();
    const result = await fixture.promote();
    expect(result).toMatchObject({ outcome: "kept", reason: "promoted", promoted: true, kept: "write-budget" });
    expect(result.meaning).toMatch(/are current.*next.*refresh/s);
    expect(fixture.labels()).toEqual({ former: ["AWSPREVIOUS"], staged: ["AWSCURRENT"] });
    expect(fixture.token()).toEqual(kept);
    for (let minute = 0; minute < 21; minute++) {
      fixture.clock.forward(MINUTE);
      await fixture.run("tick");
    }
    expect(fixture.tokenOwner()).toBe(STAGED.client_id);
  });

  it("a due token is refreshed on request", async () => {
    const fixture = await spent();
    fixture.clock.forward(21 * MINUTE);
    expect(await fixture.run("refresh")).toMatchObject({ outcome: "refreshed", reason: "requested" });
    expect(fixture.calls).not.toContain("list token");
  });
});

describe("an emulator that dates all versions at the time of listing", () => {
  it("disables the budget, since the dates mean nothing", async () => {
    const fixture = openFixture();
    for (let time = 0; time < 60; time++) {
      fixture.clock.forward(1);
      await fixture.refresh();
    }
    expect(fixture.secrets.writes.length).toBeLessThan(35);
    const written = fixture.secrets.writes.length;
    fixture.clock.forward(MINUTE);
    for (const version of fixture.secrets.versions) Object.assign(version, { storedAt: fixture.clock.now() / 1000 });
    expect(await fixture.refresh()).toMatchObject({ outcome: "refreshed" });
    expect(fixture.secrets.writes).toHaveLength(written + 1);
  });
});

describe("the next extra write", () => {
  const NOW = 1_700_000_000;
  const DAY = MINUTES_PER_DAY * MINUTE;
  const every = (interval: number, times: number): number[] =>
    Array.from({ length: times }, (_, index) => NOW - interval * (times - 1 - index));

  it("is possible now while the ticks of the next day have room", () => {
    expect(nextExtraWrite([], NOW, 1240)).toBe(NOW);
    expect(nextExtraWrite(every(1240, 70), NOW, 1240)).toBe(NOW);
    // Versions older than a day do not count.
    expect(nextExtraWrite(Array<number>(100).fill(NOW - DAY - 60), NOW, 1240)).toBe(NOW);
  });

  it("must wait after a hundred writes until enough of them are a day old", () => {
    const next = nextExtraWrite(Array<number>(100).fill(NOW), NOW, 1240) ?? 0;
    expect(next).toBeGreaterThanOrEqual(NOW + DAY);
    expect(next).toBeLessThan(NOW + DAY + MINUTE);
  });

  it("does not depend on the order of versions", () => {
    const written = [...every(1240, 70), ...Array<number>(30).fill(NOW)];
    expect(nextExtraWrite([...written].reverse(), NOW, 1240)).toBe(nextExtraWrite(written, NOW, 1240));
  });
});
