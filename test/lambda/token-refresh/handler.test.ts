import { describe, expect, it } from "@jest/globals";
import {
  DEFAULT_REFRESH_SETTINGS,
  dueWhenSecondsLeft,
  SHORTEST_WRITE_INTERVAL_IN_SECONDS,
} from "../../../lambda/token-refresh/contract";
import { HOSTS } from "../../../piste/environments";
import type { HttpAnswer } from "../../../piste/http";
import { CLIENT_SECRET, CREDENTIALS, metricsOf, openFixture, START, TOKEN_SECRET, type Fixture } from "./fixture";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
/** The age at which a 60-minute token is due. */
const DUE_AGE = HOUR - dueWhenSecondsLeft(DEFAULT_REFRESH_SETTINGS);

const tokenAnswer = (accessToken: string, expiresIn: number): HttpAnswer => ({
  status: 200,
  body: JSON.stringify({ access_token: accessToken, expires_in: expiresIn }),
});

/** A fixture with a first token and empty records. */
async function openWithToken(options: Parameters<typeof openFixture>[0] = {}): Promise<Fixture> {
  const fixture = openFixture(options);
  await fixture.tick();
  for (const record of [fixture.secrets.reads, fixture.secrets.writes, fixture.requests, fixture.lines]) {
    record.length = 0;
  }
  return fixture;
}

describe("the first tick with credentials", () => {
  it("requests a token and stores the whole record", async () => {
    const fixture = openFixture();
    expect(await fixture.tick()).toEqual({
      outcome: "refreshed",
      reason: "missing",
      expiresAt: START + HOUR,
      tries: 1,
      milliseconds: 0,
    });
    const token = fixture.token();
    expect(token).toEqual({
      access_token: expect.stringMatching(/^\S{54}$/),
      token_type: "Bearer",
      scope: "openid",
      issued_at: START,
      expires_at: START + HOUR,
    });
    expect(fixture.piste.platform.grantOf(token.access_token)?.scopes).toEqual(["openid"]);
  });

  it("calls the environment's host with the stored pair and the configured scope", async () => {
    const fixture = openFixture({ settings: { scope: "openid resource.READ" } });
    await fixture.tick();
    expect(fixture.requests.map(({ url }) => url.href)).toEqual([HOSTS.qualif.tokenEndpoint]);
    expect(Object.fromEntries(new URLSearchParams(fixture.requests[0]?.body))).toEqual({
      grant_type: "client_credentials",
      ...CREDENTIALS,
      scope: "openid resource.READ",
    });
  });

  it("reads a shared client secret if one is configured", async () => {
    const fixture = openFixture({ credentials: undefined, settings: { clientSecretName: "shared/client" } });
    fixture.secrets.put("shared/client", CREDENTIALS);
    expect(await fixture.tick()).toMatchObject({ outcome: "refreshed" });
    expect(fixture.secrets.reads).toEqual([[TOKEN_SECRET], ["shared/client", "mustExist"]]);
  });
});

describe("a tick", () => {
  it("with a fresh token makes only one read", async () => {
    const { clock, tick, secrets, requests } = await openWithToken();
    clock.forward(DUE_AGE - 1);
    expect(await tick()).toEqual({ outcome: "waited", reason: "fresh", expiresAt: START + HOUR });
    expect(secrets.reads).toEqual([[TOKEN_SECRET]]);
    expect(secrets.writes).toEqual([]);
    expect(requests).toEqual([]);
  });

  it("with a due token makes two reads, one call of PISTE and one write", async () => {
    const { clock, tick, secrets, requests, token } = await openWithToken();
    clock.forward(DUE_AGE);
    expect(await tick()).toMatchObject({
      outcome: "refreshed",
      reason: "due",
      expiresAt: START + DUE_AGE + HOUR,
    });
    expect(secrets.reads).toEqual([[TOKEN_SECRET], [CLIENT_SECRET, "mustExist"]]);
    expect(requests).toHaveLength(1);
    expect(secrets.writes.map(({ name }) => name)).toEqual([TOKEN_SECRET]);
    expect(token().issued_at).toBe(START + DUE_AGE);
  });

  it("dates the token before the request, so the record never claims more than PISTE's token", async () => {
    const fixture = openFixture({
      transport: () => {
        fixture.clock.forward(5);
        return Promise.resolve(tokenAnswer("one-token-of-made-up-letters", 600));
      },
    });
    await fixture.tick();
    expect(fixture.token()).toMatchObject({ issued_at: START, expires_at: START + 600 });
  });

  it("rounds its clock down to whole seconds", async () => {
    const fixture = openFixture();
    fixture.clock.forward(0.9);
    await fixture.tick();
    expect(fixture.token().issued_at).toBe(START);
  });

  it.each(["not JSON", "{}", '{"access_token":"x"}'])("replaces an unreadable token: %s", async (value) => {
    const fixture = openFixture();
    fixture.secrets.put(TOKEN_SECRET, value);
    expect(await fixture.tick()).toMatchObject({ outcome: "refreshed", reason: "unreadable" });
    expect(fixture.token().expires_at).toBe(START + HOUR);
  });

  it("slows down when the token has long expired, until a newer client secret is stored", async () => {
    const fixture = await openWithToken();
    fixture.break({ status: 400, error: "invalid_client" });
    fixture.clock.forward(2 * HOUR + MINUTE);
    expect(await fixture.tick()).toEqual({ outcome: "waited", reason: "slow-pace", expiresAt: START + HOUR });
    expect(fixture.requests).toEqual([]);

    fixture.secrets.put(CLIENT_SECRET, CREDENTIALS);
    expect(await fixture.tick()).toMatchObject({ outcome: "failed", reason: "invalid-client" });
    expect(fixture.requests).toHaveLength(1);
  });
});

describe("the operation refresh", () => {
  it("ignores the token's age", async () => {
    const fixture = await openWithToken();
    fixture.clock.forward(1);
    expect(await fixture.refresh()).toMatchObject({ outcome: "refreshed", reason: "requested" });
    expect(fixture.token().issued_at).toBe(START + 1);
  });

  it("ignores the slow pace", async () => {
    const fixture = await openWithToken();
    fixture.clock.forward(5 * HOUR + MINUTE);
    expect(await fixture.refresh()).toMatchObject({ outcome: "refreshed" });
  });
});

describe("a valid token", () => {
  it("is kept by a tick if the new one ends earlier, even by a second", async () => {
    const fixture = await openWithToken();
    const kept = fixture.token();
    fixture.clock.forward(DUE_AGE);
    for (const seconds of [HOUR - DUE_AGE - 1, 10]) {
      fixture.piste.platform.settings = { ...fixture.piste.platform.settings, tokenLifetimeInSeconds: seconds };
      expect(await fixture.tick()).toMatchObject({
        outcome: "kept",
        reason: "stored-token-lives-longer",
        expiresAt: START + HOUR,
      });
    }
    expect(fixture.token()).toEqual(kept);
    expect(fixture.secrets.writes).toEqual([]);
  });

  it("with a doubted lifetime is kept for an hour if the new one is too short", async () => {
    const fixture = await openWithToken();
    fixture.secrets.put(TOKEN_SECRET, { ...fixture.token(), expires_at: START + 2 * HOUR });
    fixture.clock.forward(DUE_AGE);
    const give = (tokenLifetimeInSeconds: number): void => {
      fixture.piste.platform.settings = { ...fixture.piste.platform.settings, tokenLifetimeInSeconds };
    };
    // A second less than the shortest lifetime in docs/reliability.md, 23 min 45 s.
    const tooShort = 23 * 60 + 44;
    give(tooShort);
    expect(await fixture.tick()).toMatchObject({ outcome: "kept", reason: "stored-token-lives-longer" });
    give(tooShort + 1);
    expect(await fixture.tick()).toMatchObject({ outcome: "refreshed", expiresAt: START + DUE_AGE + tooShort + 1 });
  });

  it("is replaced on request, even if the new one ends earlier", async () => {
    const fixture = await openWithToken();
    fixture.piste.platform.settings = { ...fixture.piste.platform.settings, tokenLifetimeInSeconds: 1000 };
    expect(await fixture.refresh()).toMatchObject({ outcome: "refreshed", expiresAt: START + 1000 });
  });

  it("is kept on request if the new one would end before a tick may write again", async () => {
    const fixture = await openWithToken();
    fixture.piste.platform.settings = { ...fixture.piste.platform.settings, tokenLifetimeInSeconds: 10 };
    expect(await fixture.refresh()).toMatchObject({
      outcome: "kept",
      reason: "stored-token-lives-longer",
      expiresAt: START + HOUR,
    });
  });

  it("is replaced by one that ends in the same second", async () => {
    const fixture = await openWithToken();
    fixture.clock.forward(DUE_AGE);
    const tokenLifetimeInSeconds = HOUR - DUE_AGE;
    fixture.piste.platform.settings = { ...fixture.piste.platform.settings, tokenLifetimeInSeconds };
    expect(await fixture.tick()).toMatchObject({ outcome: "refreshed", expiresAt: START + HOUR });
  });

  it("dated by a fast clock is replaced as soon as the write limit allows", async () => {
    const fixture = openFixture();
    // Answers without a Date header.
    fixture.secrets.answeredAt = () => undefined;
    fixture.clock.aheadInSeconds = 2 * HOUR;
    await fixture.tick();
    fixture.secrets.answeredAt = () => Math.floor(fixture.clock.now() / 1000);
    fixture.clock.aheadInSeconds = 0;
    fixture.clock.forward(SHORTEST_WRITE_INTERVAL_IN_SECONDS - 1);
    expect(await fixture.tick()).toEqual({ outcome: "waited", reason: "write-limit", expiresAt: START + HOUR });
    fixture.clock.forward(1);
    expect(await fixture.tick()).toMatchObject({ outcome: "refreshed", reason: "issued-in-the-future" });
    expect(fixture.token().expires_at).toBe(START + SHORTEST_WRITE_INTERVAL_IN_SECONDS + HOUR);
  });

  it.each([2 * HOUR, -2 * HOUR, 61, -61])(
    "is judged and dated by AWS's clock when the function's is %d s ahead",
    async (aheadInSeconds) => {
      const fixture = await openWithToken();
      fixture.clock.aheadInSeconds = aheadInSeconds;
      fixture.clock.forward(DUE_AGE - 1);
      expect(await fixture.tick()).toMatchObject({ outcome: "waited", reason: "fresh" });
      fixture.clock.forward(1);
      expect(await fixture.tick()).toMatchObject({ outcome: "refreshed", reason: "due" });
      expect(fixture.token()).toMatchObject({ issued_at: START + DUE_AGE, expires_at: START + DUE_AGE + HOUR });
    },
  );

  it.each([
    ["long-lived", { expires_at: START + 1000 * HOUR }, DUE_AGE],
    ["due", { issued_at: START - 2 * HOUR, expires_at: START - HOUR }, MINUTE],
    [
      "issued-in-the-future",
      { issued_at: START + HOUR, expires_at: START + 2 * HOUR },
      SHORTEST_WRITE_INTERVAL_IN_SECONDS,
    ],
  ])("with impossible dates is replaced: %s", async (reason, dates, after) => {
    const fixture = await openWithToken();
    fixture.secrets.put(TOKEN_SECRET, { ...fixture.token(), ...dates });
    fixture.clock.forward(after);
    expect(await fixture.tick()).toMatchObject({ outcome: "refreshed", reason });
    expect(fixture.token()).toMatchObject({ issued_at: START + after, expires_at: START + after + HOUR });
  });

  it("that had expired when it was stored is healthy after its replacement", async () => {
    const fixture = await openWithToken();
    fixture.secrets.put(TOKEN_SECRET, { ...fixture.token(), issued_at: START - 2 * HOUR, expires_at: START });
    fixture.clock.forward(MINUTE);
    await fixture.tick();
    // As with an unreadable one: nothing lapsed, and the new token is healthy.
    expect(metricsOf(fixture.lines[0])).toMatchObject({ SecondsToExpiry: HOUR });
  });

  it("is not written if PISTE gives it again without a later end", async () => {
    const fixture = await openWithToken();
    fixture.piste.platform.settings = { ...fixture.piste.platform.settings, sameTokenWhileValid: true };
    const kept = fixture.token();
    fixture.clock.forward(DUE_AGE);
    for (let minutes = 0; minutes < 3; minutes++) {
      expect(await fixture.tick()).toMatchObject({ outcome: "kept", reason: "same-token-again" });
      fixture.clock.forward(MINUTE);
    }
    expect(fixture.token()).toEqual(kept);
    expect(fixture.secrets.writes).toEqual([]);
    fixture.clock.forward(HOUR - DUE_AGE);
    expect(await fixture.tick()).toMatchObject({ outcome: "refreshed" });
  });

  it("is written again if PISTE gives it with a later end, or on request", async () => {
    const fixture = await openWithToken({
      transport: () => Promise.resolve(tokenAnswer("the-same-token-of-made-up-letters", HOUR)),
    });
    fixture.clock.forward(MINUTE);
    expect(await fixture.refresh()).toMatchObject({ outcome: "refreshed", expiresAt: START + MINUTE + HOUR });
    fixture.clock.forward(DUE_AGE);
    expect(await fixture.tick()).toMatchObject({ outcome: "refreshed", expiresAt: START + MINUTE + DUE_AGE + HOUR });
  });

  it("given again on request shortly before its end is not written: a tick could not replace it in time", async () => {
    const fixture = await openWithToken();
    fixture.piste.platform.settings = { ...fixture.piste.platform.settings, sameTokenWhileValid: true };
    fixture.clock.forward(HOUR - 10 * MINUTE);
    expect(await fixture.refresh()).toMatchObject({ outcome: "kept", reason: "same-token-again", sameToken: true });
    expect(fixture.secrets.writes).toEqual([]);
    fixture.clock.forward(10 * MINUTE);
    expect(await fixture.tick()).toMatchObject({ outcome: "refreshed" });
  });

  it("given again on request is reported as the same", async () => {
    const fixture = await openWithToken({
      transport: () => Promise.resolve(tokenAnswer("the-same-token-of-made-up-letters", HOUR)),
    });
    fixture.clock.forward(2 * MINUTE);
    expect(await fixture.refresh()).toMatchObject({ outcome: "refreshed", reason: "requested", sameToken: true });
  });

  it("that the gateway has forgotten is replaced on request", async () => {
    const fixture = await openWithToken();
    const before = fixture.token().access_token;
    fixture.piste.platform.expireTokens();
    fixture.clock.forward(1);
    const result = await fixture.refresh();
    expect(result).toMatchObject({ outcome: "refreshed", reason: "requested" });
    expect(result).not.toHaveProperty("sameToken");
    expect(fixture.token().access_token).not.toBe(before);
  });

  it("is replaced when it has expired", async () => {
    const fixture = await openWithToken();
    fixture.clock.forward(HOUR);
    fixture.piste.platform.settings = { ...fixture.piste.platform.settings, tokenLifetimeInSeconds: 1 };
    expect(await fixture.tick()).toMatchObject({ outcome: "refreshed", expiresAt: START + HOUR + 1 });
  });

  it.each([{ status: 503 }, { status: 400, error: "invalid_client" }, { body: "html" }] as const)(
    "is kept when PISTE answers with %j",
    async (fault) => {
      const fixture = await openWithToken();
      const kept = fixture.token();
      fixture.break(fault);
      fixture.clock.forward(DUE_AGE);
      expect(await fixture.tick()).toMatchObject({ outcome: "failed", expiresAt: START + HOUR });
      expect(fixture.token()).toEqual(kept);
      expect(fixture.secrets.writes).toEqual([]);
    },
  );
});

describe("the request token of a write", () => {
  const requestTokenOf = async (answer: HttpAnswer, before?: string, laterInSeconds = 0): Promise<string> => {
    const fixture = openFixture({ transport: () => Promise.resolve(answer) });
    if (before !== undefined)
      fixture.secrets.stored.set(TOKEN_SECRET, { value: "", storedAt: START, versionId: before });
    fixture.clock.forward(laterInSeconds);
    await fixture.tick();
    const [write, ...others] = fixture.secrets.writes;
    if (write === undefined || others.length > 0) throw new Error("one write is expected");
    return write.requestToken;
  };
  const ANSWER = tokenAnswer("one-token-of-made-up-letters", 600);

  it("is the same for all runs that replace the same version in the same minute, with any token", async () => {
    const first = await requestTokenOf(ANSWER, "one");
    expect(await requestTokenOf(ANSWER, "one", 1)).toBe(first);
    expect(await requestTokenOf(tokenAnswer("another-token-of-made-up-letters", 601), "one")).toBe(first);
    const others = [
      await requestTokenOf(ANSWER, "other"),
      await requestTokenOf(ANSWER),
      await requestTokenOf(ANSWER, "one", 60),
    ];
    expect(new Set([first, ...others]).size).toBe(4);
  });

  it("has a length that AWS accepts", async () => {
    expect(await requestTokenOf(ANSWER)).toMatch(/^[0-9a-f]{64}$/);
  });
});
