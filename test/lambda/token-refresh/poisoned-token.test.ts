/** How long a forged token, or a wrong answer of PISTE, stays in the token secret. */
import { createHash } from "node:crypto";
import { describe, expect, it } from "@jest/globals";
import { openPromotion, type PromoteFixture } from "./promote-fixture";
import { TOKEN_SECRET } from "./fixture";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const TEN_YEARS = 3650 * DAY;

/** Writes a token as the function does: the request token is the hash of the record. */
function poison(fixture: PromoteFixture, lifetimeInSeconds: number): void {
  const now = Math.floor(fixture.clock.now() / 1000);
  const record = JSON.stringify({
    access_token: "canary-poison",
    token_type: "Bearer",
    scope: "openid",
    issued_at: now,
    expires_at: now + lifetimeInSeconds,
  });
  const ClientRequestToken = createHash("sha256").update(record).digest("hex");
  fixture.model.put({ SecretId: TOKEN_SECRET, SecretString: record, ClientRequestToken });
}

const isPoisoned = (fixture: PromoteFixture): boolean => fixture.token()?.access_token === "canary-poison";

/** Ticks each minute until the condition holds. @returns the minutes. */
async function minutesUntil(fixture: PromoteFixture, isOver: () => boolean, atMost = 3 * 24 * 60): Promise<number> {
  for (let minutes = 0; minutes <= atMost; minutes++) {
    if (isOver()) return minutes;
    fixture.clock.forward(MINUTE);
    fixture.lines.length = 0;
    await fixture.run("tick");
  }
  throw new Error(`not over within ${atMost} minutes`);
}

/** Sets the `expires_in` of PISTE's answers; its tokens really live for an hour. */
const claim = (fixture: PromoteFixture, expiresIn: number | undefined): void => {
  fixture.claimed.expiresIn = expiresIn;
};

describe("a poisoned token of ten years", () => {
  it("is replaced within 21 minutes, even with the function's own request token", async () => {
    const fixture = openPromotion({ staged: undefined });
    await fixture.run("tick");
    poison(fixture, TEN_YEARS);
    expect(await minutesUntil(fixture, () => !isPoisoned(fixture))).toBeLessThanOrEqual(21);
  });

  it("is replaced within 21 minutes with a day, two hours or a second more than an hour too", async () => {
    for (const lifetime of [DAY, 2 * HOUR, HOUR + 1]) {
      const fixture = openPromotion({ staged: undefined });
      await fixture.run("tick");
      poison(fixture, lifetime);
      expect(await minutesUntil(fixture, () => !isPoisoned(fixture))).toBeLessThanOrEqual(21);
    }
  });

  it("is replaced by PISTE's token although that ends earlier", async () => {
    const fixture = openPromotion({ staged: undefined });
    poison(fixture, TEN_YEARS);
    claim(fixture, 30 * MINUTE);
    expect(await minutesUntil(fixture, () => !isPoisoned(fixture))).toBeLessThanOrEqual(21);
  });

  it("is replaced at once by a requested refresh", async () => {
    const fixture = openPromotion({ staged: undefined });
    poison(fixture, TEN_YEARS);
    expect(await fixture.run("refresh")).toMatchObject({ outcome: "refreshed", reason: "requested" });
    expect(isPoisoned(fixture)).toBe(false);
  });

  it("is replaced at once by promote", async () => {
    const fixture = openPromotion();
    poison(fixture, TEN_YEARS);
    expect(await fixture.promote()).toMatchObject({ outcome: "refreshed", promoted: true });
    expect(isPoisoned(fixture)).toBe(false);
  });

  it("does not hide the real lifetime from the alarms' metric", async () => {
    const fixture = openPromotion({ staged: undefined });
    await fixture.run("tick");
    poison(fixture, TEN_YEARS);
    fixture.piste.faults.add({ on: "token", status: 503 });
    await minutesUntil(fixture, () => fixture.lines.some((line) => line.includes('"SecondsToExpiry":0')), 61);
  });

  it("of an hour is replaced by a requested refresh and by promote, although PISTE's ends earlier", async () => {
    for (const operation of ["refresh", "promote"] as const) {
      const fixture = openPromotion();
      poison(fixture, HOUR);
      claim(fixture, 20 * MINUTE);
      expect(await fixture.run(operation)).toMatchObject({ outcome: "refreshed" });
      expect(isPoisoned(fixture)).toBe(false);
    }
  });
});

describe("one answer of PISTE with an expires_in of a day", () => {
  it.each(["tick", "refresh", "promote"] as const)("to %s is replaced within 21 minutes", async (operation) => {
    const fixture = openPromotion();
    claim(fixture, DAY);
    expect(await fixture.run(operation)).toMatchObject({ outcome: "refreshed" });
    const wrong = fixture.token()?.access_token;
    claim(fixture, undefined);
    const replaced = (): boolean => fixture.token()?.access_token !== wrong;
    expect(await minutesUntil(fixture, replaced)).toBeLessThanOrEqual(21);
    expect(fixture.token()?.expires_at).toBe(Math.floor(fixture.clock.now() / 1000) + HOUR);
  });

  it("that repeats causes no more calls and writes than usual", async () => {
    const fixture = openPromotion({ staged: undefined });
    claim(fixture, 2 * HOUR);
    fixture.calls.length = 0;
    for (let minute = 0; minute < 24 * 60; minute++) {
      fixture.lines.length = 0;
      await fixture.run("tick");
      fixture.clock.forward(MINUTE);
    }
    expect(fixture.calls.filter((call) => call === "write token")).toHaveLength(Math.ceil((24 * 60) / 21));
    expect(fixture.requests()).toBe(Math.ceil((24 * 60) / 21));
  });
});

describe("one answer of PISTE with an expires_in of seconds", () => {
  it.each(["tick", "refresh", "promote"] as const)("to %s leaves no minute without a token", async (operation) => {
    const fixture = openPromotion();
    await fixture.run("tick");
    fixture.clock.forward(operation === "tick" ? 21 * MINUTE : 5 * MINUTE);
    claim(fixture, 5);
    expect(await fixture.run(operation)).toMatchObject({ outcome: "kept" });
    claim(fixture, undefined);
    for (let minute = 0; minute < 30; minute++) {
      expect(fixture.token()?.expires_at).toBeGreaterThan(fixture.clock.now() / 1000 + 30 * MINUTE);
      fixture.clock.forward(MINUTE);
      fixture.lines.length = 0;
      await fixture.run("tick");
    }
  });
});
