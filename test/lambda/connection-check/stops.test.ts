import { describe, expect, it } from "@jest/globals";
import { openCheck, type CheckFixture } from "./fixture";

describe("a platform that is down", () => {
  it.each([
    [{ status: 503, body: "html" }],
    [{ status: 429, retryAfterInSeconds: 5 }],
    [{ connection: "hang" }],
    [{ body: "html" }],
  ] as const)("stops the check before any account is tried: %j", async (fault) => {
    const fixture = openCheck({ accounts: ["one", "two"] });
    fixture.break(fault);
    expect(await fixture.check()).toMatchObject({ outcome: "not-checked", reason: "platform-down", unknown: 6 });
    expect(fixture.requests).toHaveLength(1);
    expect(fixture.secrets.reads).toEqual(["piste/qualif/chorus-pro/token"]);
    expect(fixture.metrics()).toEqual({ ConnectionChecks: 1, ConnectionUnknown: 6 });
  });

  it("is seen without any login, even where the application has no API that is called so", async () => {
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
      "ended by AWS's date of its version, whatever it says",
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
      "does not fit into a header",
      (fixture: CheckFixture) =>
        fixture.secrets.put("piste/qualif/chorus-pro/token", {
          access_token: "canary\n",
          token_type: "Bearer",
          scope: "openid",
          issued_at: 0,
          expires_at: 9_999_999_999,
        }),
    ],
  ])("%s: nothing is tried, and it is unknown rather than refused", async (_, spoil) => {
    const fixture = openCheck();
    spoil(fixture);
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

  it("is refused by the gateway: the check stops, and no account is at fault", async () => {
    const fixture = openCheck();
    fixture.piste.platform.expireTokens();
    expect(await fixture.check()).toMatchObject({ outcome: "not-checked", reason: "token-refused", refused: 0 });
    expect(fixture.requests).toHaveLength(1);
    expect(fixture.secrets.refusedVersions.size).toBe(0);
  });

  it("is refused half-way: no further call is made", async () => {
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
    // Each account and API says so once.
    const places = fixture
      .found()
      .filter(({ outcome }) => outcome === "token-refused")
      .map(({ account, api }) => account ?? api);
    expect(places).toEqual([...new Set(places)]);
    expect(fixture.metrics()).not.toHaveProperty("ConnectionRefused");
    expect(fixture.secrets.refusedVersions.size).toBe(0);
  });
});
