import { describe, expect, it } from "@jest/globals";
import { DEFAULT_REFRESH_SETTINGS } from "../../lambda/token-refresh/timing";
import { clientCredentialsSchema, parseSecret, type ClientCredentials } from "../../piste/credentials";
import { clientSecretName, DEFAULT_APPLICATION, tokenSecretName } from "../../piste/names";
import { Application } from "../../simulation/application";
import type { FunctionRun } from "../../simulation/function-run";
import type { Disturbance, History } from "../../simulation/history";
import { VirtualTime } from "../../simulation/virtual-time";
import { ActiveDisturbances } from "../../simulation/disturbances";
import { aHistory, aRun, BEGINNING, HOUR, MINUTE, SECOND } from "./fixture";

const CLIENT_SECRET = clientSecretName("qualif", DEFAULT_APPLICATION);
const TOKEN_SECRET = tokenSecretName("qualif", DEFAULT_APPLICATION);

interface Opened {
  readonly application: Application;
  /** Runs everything up to and including that minute. */
  readonly until: (minute: number) => Promise<void>;
  /** The stored client secret. */
  readonly stored: () => ClientCredentials;
  /** Stores a token of PISTE, like the function. */
  readonly refresh: (minutes?: number, changes?: object) => { readonly secondsLeftBefore: number };
  readonly broken: () => readonly string[];
}

function open(disturbances: readonly Disturbance[] = [], changes: Partial<History> = {}): Opened {
  const time = new VirtualTime<FunctionRun>(BEGINNING);
  const ongoing = new ActiveDisturbances(disturbances, BEGINNING);
  const application = new Application(
    time,
    ongoing,
    aHistory(disturbances, changes),
    DEFAULT_REFRESH_SETTINGS,
    "qualif",
  );
  const { platform } = application.piste;
  return {
    application,
    until: (minute) => time.runUntil(BEGINNING + minute * MINUTE + 1),
    stored: () => parseSecret("the pair", clientCredentialsSchema, application.secrets.peek(CLIENT_SECRET) ?? ""),
    refresh: (minutes = 60, more = {}) => {
      platform.settings = { ...platform.settings, tokenLifetimeInSeconds: minutes * 60 };
      const now = Math.floor(time.now / SECOND);
      const record = {
        access_token: platform.giveToken("a-client", ["openid"]).token,
        token_type: "Bearer",
        scope: "openid",
        issued_at: now,
        expires_at: now + minutes * 60,
        ...more,
      };
      return application.store({ SecretId: TOKEN_SECRET, SecretString: JSON.stringify(record) }, aRun());
    },
    broken: () => application.measures.result(application.promised, 1).broken,
  };
}

describe("client credentials", () => {
  it("are stored in their minute and valid at PISTE", async () => {
    const { application, until, stored } = open([], { credentialsAfterInMinutes: 10 });
    await until(9);
    expect(application.hasCredentials).toBe(false);
    await until(10);
    expect(application.hasCredentials).toBe(true);
    expect(application.piste.platform.knowsClient(stored())).toBe(true);
    expect(application.promised.slowPaceFrom).toBe(BEGINNING + 10 * MINUTE + HOUR);
  });

  it("are refused from a reset on the portal until the new ones are stored", async () => {
    const { application, until, stored } = open([{ kind: "secret-reset", from: 10, minutes: 5 }]);
    await until(9);
    const old = stored();
    const knows = (pair: ClientCredentials): boolean => application.piste.platform.knowsClient(pair);
    expect(knows(old)).toBe(true);
    await until(14);
    expect(stored()).toEqual(old);
    expect(knows(old)).toBe(false);
    await until(15);
    expect(stored().client_id).toBe(old.client_id);
    expect(stored().client_secret).not.toBe(old.client_secret);
    expect(knows(stored())).toBe(true);
    expect(application.promised.slowPaceFrom).toBe(BEGINNING + 15 * MINUTE + HOUR);
  });

  it("are corrected at the end of a disturbance that corrupts them", async () => {
    const { application, until, stored } = open([{ kind: "corrupted-client-secret", from: 10, minutes: 5 }]);
    await until(14);
    expect(stored).toThrow("does not hold JSON");
    expect(application.hasCredentials).toBe(true);
    await until(15);
    expect(application.piste.platform.knowsClient(stored())).toBe(true);
  });
});

describe("the tokens of PISTE", () => {
  const lifetime = (lifetimeInMinutes: number, from: number, minutes: number, asString = false): Disturbance => ({
    kind: "other-lifetime",
    lifetimeInMinutes,
    asString,
    from,
    minutes,
  });

  it("have another lifetime during the disturbance", async () => {
    const { application, until } = open([lifetime(20, 10, 5, true)]);
    const seen = async (minute: number): Promise<object> => {
      await until(minute);
      return { ...application.piste.platform.settings, offer: application.offer() };
    };
    const usual = { tokenLifetimeInSeconds: 3_600, expiresInAsString: false, offer: HOUR };
    expect(await seen(9)).toMatchObject(usual);
    const other = { tokenLifetimeInSeconds: 1_200, expiresInAsString: true, offer: 20 * MINUTE };
    expect(await seen(10)).toMatchObject(other);
    expect(await seen(14)).toMatchObject(other);
    expect(await seen(15)).toMatchObject(usual);
  });

  it("have the other lifetime when one of two disturbances ends", async () => {
    const { application, until } = open([lifetime(20, 10, 5), lifetime(40, 12, 10)]);
    await until(15);
    expect(application.offer()).toBe(40 * MINUTE);
    await until(22);
    expect(application.offer()).toBe(HOUR);
  });

  it("are the same token again, with the lifetime left", async () => {
    const { application, until, refresh } = open([{ kind: "same-token", from: 10, minutes: 90 }]);
    refresh();
    await until(9);
    expect(application.offer()).toBe(HOUR);
    await until(10);
    expect(application.piste.platform.settings.sameTokenWhileValid).toBe(true);
    // The clock is a millisecond later.
    expect(application.offer()).toBe(50 * MINUTE - 1);
    await until(60);
    expect(application.offer()).toBe(HOUR);
    await until(100);
    expect(application.piste.platform.settings.sameTokenWhileValid).toBe(false);
  });
});

describe("the function's clock", () => {
  it("is wrong during the disturbance", async () => {
    const { application, until } = open([{ kind: "clock-error", aheadInSeconds: -90, from: 10, minutes: 5 }]);
    await until(9);
    expect(application.clockError).toBe(0);
    await until(10);
    expect(application.clockError).toBe(-90);
    await until(15);
    expect(application.clockError).toBe(0);
  });
});

describe("a token that the function writes", () => {
  it("is checked against PISTE's record", () => {
    const { application, refresh, broken } = open();
    expect(refresh()).toEqual({ secondsLeftBefore: 0 });
    expect(application.promised.secondsLeft(BEGINNING)).toBe(3_600);
    expect(refresh(30, { expires_at: BEGINNING / SECOND + 86_400 })).toEqual({ secondsLeftBefore: 3_600 });
    expect(application.promised.secondsLeft(BEGINNING)).toBe(1_800);
    expect(broken()).toEqual([
      "wrote a record that expires after its token, minute 0",
      "replaced a token by one that expires earlier, minute 0",
    ]);
    expect(application.measures.result(application.promised, 1)).toMatchObject({
      refreshes: 2,
      maxVersionsIn24Hours: 2,
    });
  });

  it.each(["made up", ""])("does not count if PISTE does not know it: %j", (access_token) => {
    const { application, refresh, broken } = open();
    refresh(60, { access_token });
    expect(application.promised.secondsLeft(BEGINNING)).toBe(0);
    expect(broken()).toContain("wrote a token that PISTE does not know, minute 0");
  });

  it("does not count if it has expired at PISTE", async () => {
    const { application, until, refresh, broken } = open();
    refresh();
    const old = JSON.parse(application.secrets.peek(TOKEN_SECRET) ?? "") as object;
    await until(60);
    refresh(60, old);
    expect(application.promised.secondsLeft(BEGINNING + HOUR)).toBe(0);
    expect(broken()).toContain("wrote a token that PISTE does not know, minute 60");
  });

  it("may replace a token of doubtful lifetime if it lasts until the next write", async () => {
    for (const [lifetime, next, isBroken] of [
      [60, 58, true],
      [24 * 60, 23, true],
      [24 * 60, 24, false],
    ] as const) {
      const { until, refresh, broken } = open();
      refresh(lifetime);
      await until(1);
      refresh(next);
      expect([lifetime, next, broken().length > 0]).toEqual([lifetime, next, isBroken]);
    }
  });

  it("may replace a longer one that was written with a wrong clock", async () => {
    const clockError: Disturbance = { kind: "clock-error", aheadInSeconds: 600, from: 10, minutes: 5 };
    for (const [first, second, isBroken] of [
      [9, 16, true],
      [11, 16, false],
      [9, 11, false],
    ] as const) {
      const { until, refresh, broken } = open([clockError]);
      await until(first);
      refresh(60);
      await until(second);
      refresh(30);
      expect([first, second, broken().length > 0]).toEqual([first, second, isBroken]);
    }
  });

  it("must not claim a later expiry than PISTE's, even with a wrong clock", async () => {
    const clockError: Disturbance = { kind: "clock-error", aheadInSeconds: 600, from: 1, minutes: 5 };
    const { until, refresh, broken } = open([clockError]);
    await until(1);
    refresh(60, { expires_at: BEGINNING / SECOND + 86_400 });
    expect(broken()).toEqual(["wrote a record that expires after its token, minute 1"]);
  });
});

describe("a token that a person corrupts", () => {
  it("does not count as a token, and suspends the promise", async () => {
    const { application, until, refresh, broken } = open([
      { kind: "corrupted-token", how: "lives-for-years", from: 10, minutes: 1 },
    ]);
    refresh();
    application.promised.clearTickEnds(BEGINNING);
    await until(9);
    expect(application.promised.isWithin).toBe(true);
    await until(10);
    expect(application.promised.isWithin).toBe(false);
    expect(application.promised.secondsLeft(BEGINNING + 10 * MINUTE)).toBe(0);
    expect(application.secrets.peek(TOKEN_SECRET)).toContain("made-up");
    expect(broken()).toEqual([]);
    // It is a version, but not a write by the function.
    expect(application.secrets.versionsOfLastDay(TOKEN_SECRET)).toBe(2);
    expect(application.measures.result(application.promised, 1).refreshes).toBe(1);
  });

  it("has dates relative to the moment of the change", async () => {
    const { application, until } = open([{ kind: "corrupted-token", how: "long-expired", from: 10, minutes: 1 }]);
    await until(10);
    const then = BEGINNING / SECOND + 10 * 60;
    expect(JSON.parse(application.secrets.peek(TOKEN_SECRET) ?? "")).toMatchObject({
      issued_at: then - 3 * 3_600,
      expires_at: then - 2 * 3_600,
    });
  });
});
