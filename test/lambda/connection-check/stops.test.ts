import { describe, expect, it } from "@jest/globals";
import { PARTY_LABELS } from "../../../piste/party";
import { openCheck, type CheckFixture } from "./fixture";

describe("a platform that is down", () => {
  it.each([
    [{ status: 503, body: "html" }],
    [{ status: 429, retryAfterInSeconds: 5 }],
    [{ connection: "hang" }],
    [{ body: "html" }],
  ] as const)("stops the check before any account is sent: %j", async (fault) => {
    const fixture = openCheck({ accounts: ["one", "two"] });
    fixture.break(fault);
    expect(await fixture.check()).toMatchObject({ outcome: "not-checked", reason: "platform-down", unknown: 6 });
    expect(fixture.requests).toHaveLength(1);
    expect(fixture.secrets.reads).toEqual(["piste/qualif/chorus-pro/token"]);
    expect(fixture.metrics()).toEqual({ ConnectionChecks: 1, ConnectionUnknown: 6 });
  });

  it("is seen without a login, even if the application has no API for that", async () => {
    const fixture = openCheck({ apis: ["chorus-pro-factures"] });
    fixture.break({ status: 503 });
    expect(await fixture.check()).toMatchObject({ outcome: "not-checked", reason: "platform-down" });
    expect(fixture.requests.map(({ headers }) => headers["cpro-account"])).toEqual([undefined]);
  });
});

describe("the token", () => {
  it.each([
    ["is missing", (fixture: CheckFixture) => fixture.secrets.versions.delete("piste/qualif/chorus-pro/token")],
    [
      "has expired",
      (fixture: CheckFixture) => {
        fixture.clock.forward(3600);
      },
    ],
    ["is unreadable", (fixture: CheckFixture) => fixture.secrets.put("piste/qualif/chorus-pro/token", "canary")],
    [
      "has expired by the date of its version",
      (fixture: CheckFixture) => {
        const issued_at = Math.floor(fixture.clock.now() / 1000);
        fixture.secrets.put("piste/qualif/chorus-pro/token", {
          access_token: "canary",
          token_type: "Bearer",
          scope: "openid",
          issued_at,
          expires_at: issued_at + 87_600 * 3600,
        });
        fixture.clock.forward(24 * 3600);
      },
    ],
    [
      "cannot be sent in a header",
      (fixture: CheckFixture) =>
        fixture.secrets.put("piste/qualif/chorus-pro/token", {
          access_token: "canary\n",
          token_type: "Bearer",
          scope: "openid",
          issued_at: 0,
          expires_at: 9_999_999_999,
        }),
    ],
  ])("%s: the check makes no call, and the result is unknown, not refused", async (_, change) => {
    const fixture = openCheck();
    change(fixture);
    fixture.secrets.refusedVersions.set(fixture.secretOf("default"), "version-1");
    expect(await fixture.check()).toMatchObject({
      outcome: "not-checked",
      reason: "no-token",
      refused: 0,
      unknown: 5,
    });
    expect(fixture.requests).toEqual([]);
    expect(fixture.metrics()).toEqual({ ConnectionChecks: 1, ConnectionUnknown: 5 });
    expect(fixture.lines.join()).not.toContain("canary");
  });

  it("refused by the gateway is renewed once, and the check goes on", async () => {
    const fixture = openCheck();
    fixture.piste.platform.expireTokens();
    fixture.refresher.answers(() => {
      fixture.storeToken();
      return { outcome: "refreshed", reason: "requested" };
    });
    expect(await fixture.check()).toMatchObject({ outcome: "checked", refused: 0, unknown: 0 });
    expect(fixture.refresher.invoked).toEqual([
      ["the-refresher", { environment: "qualif", application: "chorus-pro", operation: "refresh" }],
    ]);
    expect(fixture.found()).toContainEqual(expect.objectContaining({ outcome: "token-renewed", verdict: "healthy" }));
    expect(fixture.metrics()).toMatchObject({ ConnectionRefused: 0, ConnectionUnknown: 0 });
  });

  it.each<[string, (fixture: CheckFixture) => void, RegExp]>([
    [
      "the write budget is used up",
      ({ refresher }) => {
        refresher.answers(() => ({ outcome: "kept", reason: "write-budget", meaning: "100 versions were written." }));
      },
      /kept \(write-budget\): 100 versions were written\./,
    ],
    [
      "PISTE gives none",
      ({ refresher }) => {
        refresher.answers(() => ({ outcome: "failed", reason: "server-error", meaning: "PISTE is down." }));
      },
      /failed \(server-error\): PISTE is down\./,
    ],
    [
      "PISTE gives the same one again",
      ({ refresher }) => {
        refresher.answers(() => ({ outcome: "refreshed", reason: "requested", sameToken: true }));
      },
      /stored token is still the same/,
    ],
    [
      "the refresher fails",
      ({ refresher }) => {
        refresher.fails("Error", "out of order");
      },
      /failed \(Error\): out of order/,
    ],
    [
      "the refresher gives an unknown answer",
      ({ refresher }) => {
        refresher.answers(() => "canary-answer");
      },
      /answer is not that of a refresher/,
    ],
    [
      "no valid one is stored after that",
      ({ refresher, storeToken }) => {
        refresher.answers(() => {
          storeToken(0);
          return { outcome: "refreshed", reason: "requested" };
        });
      },
      /no valid token now/,
    ],
    [
      "the new one is refused too",
      ({ refresher, storeToken, piste }) => {
        refresher.answers(() => {
          storeToken();
          piste.platform.expireTokens();
          return { outcome: "refreshed", reason: "requested" };
        });
      },
      /does not know the new one either/,
    ],
  ])("refused by the gateway is reported with a reason if %s", async (_, prepare, says) => {
    const fixture = openCheck();
    prepare(fixture);
    fixture.piste.platform.expireTokens();
    expect(await fixture.check()).toMatchObject({ outcome: "not-checked", reason: "token-refused", refused: 1 });
    expect(fixture.metrics()).toEqual({ ConnectionChecks: 1, ConnectionRefused: 1, ConnectionUnknown: 5 });
    const last = JSON.parse(fixture.lines.at(-1) ?? "") as Record<string, unknown>;
    // The alarm's runbook searches for this line.
    expect(last).toMatchObject({ verdict: "refused", owner: PARTY_LABELS.operator.en });
    expect(last["meaning"]).toMatch(says);
    expect(last["meaning"]).toMatch(/npx piste token renew/);
    expect(fixture.refresher.invoked).toHaveLength(1);
    expect(fixture.secrets.refusedVersions.size).toBe(0);
    expect(fixture.lines.join()).not.toContain("canary");
  });

  it("refused by the gateway is reported, then the function fails, if AWS refuses the renewal", async () => {
    const fixture = openCheck();
    fixture.refresher.refused = true;
    fixture.piste.platform.expireTokens();
    await expect(fixture.check()).rejects.toThrow(/cannot invoke the function the-refresher/);
    expect(fixture.metrics()).toMatchObject({ ConnectionRefused: 1 });
    expect(fixture.lines.at(-1)).toMatch(/"reason":"token-refused".*could not be asked for a new one/);
  });

  it("refused by the gateway is not renewed if the check has no refresher", async () => {
    const fixture = openCheck({ variables: { PISTE_REFRESHER_ARN: "" } });
    fixture.piste.platform.expireTokens();
    expect(await fixture.check()).toMatchObject({ outcome: "not-checked", reason: "token-refused", refused: 1 });
    expect(fixture.refresher.invoked).toEqual([]);
    expect(fixture.requests).toHaveLength(1);
  });

  it("is renewed only after its own refusal", async () => {
    for (const status of [403, 404, 429, 503]) {
      const fixture = openCheck();
      fixture.break({ status });
      await fixture.check();
      expect(fixture.refresher.invoked).toEqual([]);
    }
  });

  it("refused half-way ends all calls", async () => {
    const fixture = openCheck({ accounts: ["one", "two", "three", "four", "five", "six"] });
    const handle = fixture.piste.handle.bind(fixture.piste);
    let calls = 0;
    fixture.piste.handle = (request) => {
      if (++calls === 8) fixture.piste.platform.expireTokens();
      return handle(request);
    };
    await fixture.check();
    expect(fixture.requests.length).toBeLessThanOrEqual(8 + 4);
    expect(fixture.metrics()).toMatchObject({ ConnectionUnknown: expect.any(Number) });
    // One report for each account and API.
    const places = fixture
      .found()
      .filter(({ outcome }) => outcome === "token-refused")
      .map(({ account, api }) => account ?? api);
    expect(places).toEqual([...new Set(places)]);
    expect(fixture.metrics()).not.toHaveProperty("ConnectionRefused");
    expect(fixture.secrets.refusedVersions.size).toBe(0);
  });
});
