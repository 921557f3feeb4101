import { describe, expect, it } from "@jest/globals";
import { HOSTS } from "../../../piste/environments";
import { awsError } from "../../../simulation/secrets-manager";
import { lastLine, refusal } from "./accounts-fixture";
import {
  CALLS,
  FORMER,
  letThrough,
  NEWER,
  openPromotion,
  PROMOTED,
  STAGED,
  UNKNOWN,
  UNTOUCHED,
  type Between,
  type PromoteOptions,
  type PromoteFixture,
} from "./promote-fixture";
import { CLIENT_SECRET, metricsOf, START } from "./fixture";

const HOUR = 3600;

/** A fixture with a token of the former credentials. */
async function openWithToken(options?: PromoteOptions): Promise<PromoteFixture> {
  const fixture = openPromotion(options);
  await fixture.run("tick");
  expect(fixture.tokenOwner()).toBe(FORMER.client_id);
  fixture.calls.length = fixture.lines.length = 0;
  return fixture;
}

describe("promote", () => {
  it("tests the pending credentials, makes them current and refreshes with them", async () => {
    const fixture = await openWithToken();
    fixture.clock.forward(1);
    expect(await fixture.promote()).toEqual({
      outcome: "refreshed",
      reason: "promoted",
      promoted: true,
      expiresAt: START + 1 + HOUR,
      tries: 1,
      milliseconds: 0,
    });
    expect(fixture.labels()).toEqual(PROMOTED);
    expect(fixture.tokenOwner()).toBe(STAGED.client_id);
    // "list token" checks the write budget, since the token is fresh.
    expect(fixture.calls).toEqual([...CALLS.slice(0, 4), "list token", ...CALLS.slice(4)]);
  });

  it("does not move the label of a first value, which AWS has made current", async () => {
    const fixture = openPromotion({ former: false });
    expect(fixture.labels()).toEqual({ staged: ["AWSCURRENT", "AWSPENDING"] });
    expect(await fixture.promote()).toMatchObject({ outcome: "refreshed", reason: "promoted", promoted: true });
    expect(fixture.labels()).toEqual({ staged: ["AWSCURRENT"] });
    expect(fixture.tokenOwner()).toBe(STAGED.client_id);
    expect(fixture.calls).toEqual(CALLS.filter((call) => call !== "move AWSCURRENT"));
  });

  it("reports its refresh and logs its result", async () => {
    const fixture = openPromotion();
    const result = await fixture.promote();
    expect(fixture.lines).toHaveLength(1);
    expect(lastLine(fixture)).toMatchObject({ operation: "promote", ...result });
    expect(metricsOf(fixture.lines[0])).toEqual({ Refreshes: 1, RefreshMilliseconds: 0 });
  });

  it("writes PISTE's token even if it is already stored", async () => {
    // The client secret was reset; the client id is the same.
    const reset = { ...FORMER, client_secret: "canary-secret-reset" };
    const fixture = await openWithToken({ staged: reset });
    fixture.piste.platform.addClient(reset);
    fixture.piste.platform.settings = { ...fixture.piste.platform.settings, sameTokenWhileValid: true };
    fixture.clock.forward(1);
    expect(await fixture.promote()).toMatchObject({ outcome: "refreshed", reason: "promoted", promoted: true });
    expect(fixture.token()).toMatchObject({ issued_at: START + 1, expires_at: START + HOUR });
  });

  it("uses AWS's clock if its own is wrong", async () => {
    const fixture = await openWithToken();
    fixture.clock.aheadInSeconds = 2 * HOUR;
    expect(await fixture.promote()).toMatchObject({ outcome: "refreshed", expiresAt: START + HOUR });
  });

  it("promotes in the configured secret, even if it is another application's", async () => {
    const fixture = openPromotion({ settings: { clientSecretName: "shared/client" } });
    expect(await fixture.promote()).toMatchObject({ promoted: true });
    expect(fixture.labels()).toEqual(PROMOTED);
  });

  it("checks the token endpoint before it reads a secret", async () => {
    const fixture = openPromotion({ settings: { tokenEndpoint: HOSTS.prod.tokenEndpoint } });
    await expect(fixture.promote()).rejects.toThrow("the token endpoint of qualif must be");
    expect(fixture.calls).toEqual([]);
  });

  it("is the only operation that touches pending credentials", async () => {
    const fixture = openPromotion();
    await fixture.run("tick");
    await fixture.run("refresh");
    const refresh = ["read client", "write token"];
    expect(fixture.calls).toEqual(["read token", ...refresh, "read token", "list token", ...refresh]);
    expect(fixture.labels()).toEqual(UNTOUCHED);
    expect(fixture.tokenOwner()).toBe(FORMER.client_id);
  });
});

describe("with nothing to promote", () => {
  it.each<[string, PromoteOptions]>([
    ["an empty secret", { former: false, staged: undefined }],
    ["only a current value", { staged: undefined }],
  ])("%s gives a result with the next step, and no metric", async (_, options) => {
    const fixture = openPromotion(options);
    const before = fixture.labels();
    expect(await fixture.promote()).toEqual({
      outcome: "failed",
      reason: "nothing-pending",
      promoted: false,
      meaning: `No client credentials are pending in ${CLIENT_SECRET}. Store them first: npx piste credentials set qualif client.`,
    });
    expect(fixture.calls).toEqual(["read token", "describe client"]);
    expect(metricsOf(fixture.lines[0])).toEqual({});
    expect(fixture.labels()).toEqual(before);
  });

  it("says until when the stored token is valid", async () => {
    const fixture = await openWithToken({ staged: undefined });
    expect(await fixture.promote()).toMatchObject({ reason: "nothing-pending", expiresAt: START + HOUR });
  });

  it("a missing secret is a platform failure", async () => {
    const fixture = openPromotion();
    const gone: Between = (call, through) =>
      call === "describe client"
        ? Promise.reject(awsError("ResourceNotFoundException", "Secrets Manager can't find the specified secret."))
        : letThrough(call, through);
    expect((await refusal(fixture.promote(gone))).message).toBe(
      `cannot describe the secret ${CLIENT_SECRET}: ResourceNotFoundException: Secrets Manager can't find the specified secret.`,
    );
  });
});

describe("credentials that PISTE does not accept", () => {
  it("never replace the current ones", async () => {
    const fixture = await openWithToken({ staged: UNKNOWN });
    const kept = fixture.token();
    expect(await fixture.promote()).toEqual({
      outcome: "failed",
      reason: "invalid-client",
      class: "rejected",
      promoted: false,
      meaning: expect.stringMatching(/^PISTE refuses .* Nothing has changed: the current ones stay\.$/),
      expiresAt: START + HOUR,
      tries: 1,
      milliseconds: 0,
      status: 400,
      contentType: expect.stringMatching(/json/),
    });
    expect(fixture.labels()).toEqual(UNTOUCHED);
    expect(fixture.token()).toEqual(kept);
    expect(fixture.calls).toEqual(CALLS.slice(0, 3));
    // Only ticks and refreshes report failures to the alarms.
    expect(metricsOf(fixture.lines[0])).toEqual({});
    expect(await fixture.run("refresh")).toMatchObject({ outcome: "refreshed" });
  });

  it("are already current if they are a secret's first version, until others are stored", async () => {
    const fixture = openPromotion({ former: false, staged: UNKNOWN });
    expect(await fixture.promote()).toMatchObject({
      reason: "invalid-client",
      promoted: false,
      meaning: expect.stringMatching(/They are already current, .* until you store others\.$/),
    });
    expect(fixture.labels()).toEqual({ staged: ["AWSCURRENT", "AWSPENDING"] });

    fixture.store("newer", NEWER, "AWSPENDING");
    expect(await fixture.promote()).toMatchObject({ promoted: true });
    expect(fixture.labels()).toEqual({ staged: ["AWSPREVIOUS"], newer: ["AWSCURRENT"] });
    expect(fixture.tokenOwner()).toBe(NEWER.client_id);
  });

  it.each(["canary-raw-71aa", '{"client_id":"canary-raw-71aa"}', { client_id: "", client_secret: "canary-raw-71aa" }])(
    "are not sent if they are malformed: %j",
    async (staged) => {
      const fixture = openPromotion({ staged });
      expect(await fixture.promote()).toEqual({
        outcome: "failed",
        reason: "malformed-credentials",
        class: "rejected",
        promoted: false,
        meaning: expect.stringMatching(
          /^The client credentials cannot be read: the secret piste\/qualif\/chorus-pro\/client .* the current ones stay\.$/,
        ),
      });
      expect(fixture.piste.recentCalls()).toEqual([]);
      expect(fixture.labels()).toEqual(UNTOUCHED);
      expect(metricsOf(fixture.lines[0])).toEqual({});
    },
  );

  it.each([
    ["suspect", { status: 401, error: "invalid_client" }, "invalid-client-unconfirmed", 1],
    ["throttled", { status: 429 }, "throttled", 3],
    ["unavailable", { status: 503, body: "html" }, "server-error", 3],
    ["unavailable", { connection: "reset" }, "reset", 3],
    ["invalid-response", { body: "html" }, "html", 1],
  ] as const)(
    "stay staged for another try when PISTE's answer is %s, %j",
    async (failureClass, fault, reason, tries) => {
      const fixture = openPromotion();
      fixture.piste.faults.add({ on: "token", ...fault });
      expect(await fixture.promote()).toMatchObject({
        outcome: "failed",
        class: failureClass,
        reason,
        tries,
        promoted: false,
        meaning: expect.stringMatching(/ Nothing has changed: run `promote` again later\.$/),
      });
      expect(fixture.labels()).toEqual(UNTOUCHED);
      expect(metricsOf(fixture.lines[0])).toEqual({});
      fixture.piste.faults.clear();
      expect(await fixture.promote()).toMatchObject({ promoted: true });
      expect(fixture.labels()).toEqual(PROMOTED);
    },
  );
});
