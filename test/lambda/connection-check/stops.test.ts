import { describe, expect, it } from "@jest/globals";
import { MADE_UP_ACCOUNT } from "../../../piste/probes";
import { openCheck, type CheckWorkshop } from "./surroundings";

describe("a platform that is down", () => {
  it.each([
    [{ status: 503, body: "html" }],
    [{ status: 429, retryAfterInSeconds: 5 }],
    [{ connection: "hang" }],
    [{ body: "html" }],
  ] as const)("stops the check before any account is tried: %j", async (fault) => {
    const workshop = openCheck({ accounts: ["one", "two"] });
    workshop.break(fault);
    expect(await workshop.check()).toMatchObject({ outcome: "not-checked", reason: "platform-down", unknown: 6 });
    expect(workshop.requests).toHaveLength(1);
    expect(workshop.secrets.reads).toEqual(["piste/qualif/chorus-pro/token"]);
    expect(workshop.metrics()).toEqual({ ConnectionChecks: 1, ConnectionUnknown: 6 });
  });

  it("is seen with the made-up login where no call goes without one", async () => {
    const workshop = openCheck({ apis: ["chorus-pro-factures"] });
    workshop.break({ status: 503 });
    expect(await workshop.check()).toMatchObject({ outcome: "not-checked", reason: "platform-down" });
    expect([workshop.requests.length, workshop.timesSent(MADE_UP_ACCOUNT)]).toEqual([1, 1]);
  });
});

describe("the token", () => {
  it.each([
    ["is missing", (workshop: CheckWorkshop) => workshop.secrets.versions.delete("piste/qualif/chorus-pro/token")],
    [
      "has expired",
      (workshop: CheckWorkshop) => {
        workshop.clock.forward(3600);
      },
    ],
    ["is unreadable", (workshop: CheckWorkshop) => workshop.secrets.put("piste/qualif/chorus-pro/token", "canary")],
    [
      "does not fit into a header",
      (workshop: CheckWorkshop) =>
        workshop.secrets.put("piste/qualif/chorus-pro/token", {
          access_token: "canary\n",
          token_type: "Bearer",
          scope: "openid",
          issued_at: 0,
          expires_at: 9_999_999_999,
        }),
    ],
  ])("%s: nothing is tried, and it is unknown rather than refused", async (_, spoil) => {
    const workshop = openCheck();
    spoil(workshop);
    workshop.secrets.refusedVersions.set(workshop.secretOf("default"), "version-1");
    expect(await workshop.check()).toMatchObject({
      outcome: "not-checked",
      reason: "no-token",
      refused: 0,
      unknown: 5,
    });
    expect(workshop.requests).toEqual([]);
    expect(workshop.metrics()).toEqual({ ConnectionChecks: 1, ConnectionUnknown: 5 });
    expect(workshop.lines.join()).not.toContain("canary");
  });

  it("is refused by the gateway: the check stops, and no account is at fault", async () => {
    const workshop = openCheck();
    workshop.piste.platform.expireTokens();
    expect(await workshop.check()).toMatchObject({ outcome: "not-checked", reason: "token-refused", refused: 0 });
    expect(workshop.requests).toHaveLength(1);
    expect(workshop.secrets.refusedVersions.size).toBe(0);
  });

  it("is refused half-way: no further call is made", async () => {
    const workshop = openCheck({ accounts: ["one", "two", "three", "four", "five", "six"] });
    const handle = workshop.piste.handle.bind(workshop.piste);
    let calls = 0;
    workshop.piste.handle = (request) => {
      if (++calls === 8) workshop.piste.platform.expireTokens();
      return handle(request);
    };
    await workshop.check();
    expect(workshop.requests.length).toBeLessThanOrEqual(8 + 4);
    expect(workshop.metrics()).toMatchObject({ ConnectionUnknown: expect.any(Number) });
    // Each account and API says so once.
    const places = workshop
      .found()
      .filter(({ outcome }) => outcome === "token-refused")
      .map(({ account, api }) => account ?? api);
    expect(places).toEqual([...new Set(places)]);
    expect(workshop.metrics()).not.toHaveProperty("ConnectionRefused");
    expect(workshop.secrets.refusedVersions.size).toBe(0);
  });
});
