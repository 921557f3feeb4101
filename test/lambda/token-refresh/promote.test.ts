import { describe, expect, it } from "@jest/globals";
import { HOSTS } from "../../../piste/environments";
import { awsError } from "../../../simulation/secrets-manager";
import { lastLine, refusal } from "./accounts-workshop";
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
  type PromoteWorkshop,
} from "./promote-workshop";
import { CLIENT_SECRET, metricsOf, START } from "./surroundings";

const HOUR = 3600;

/** One whose token the former credentials have fetched. */
async function openWithToken(options?: PromoteOptions): Promise<PromoteWorkshop> {
  const workshop = openPromotion(options);
  await workshop.run("tick");
  expect(workshop.tokenOwner()).toBe(FORMER.client_id);
  workshop.calls.length = workshop.lines.length = 0;
  return workshop;
}

describe("promote", () => {
  it("tests the pending credentials, makes them the current ones and refreshes with them", async () => {
    const workshop = await openWithToken();
    workshop.clock.forward(1);
    expect(await workshop.promote()).toEqual({
      outcome: "refreshed",
      reason: "promoted",
      promoted: true,
      expiresAt: START + 1 + HOUR,
      tries: 1,
      milliseconds: 0,
    });
    expect(workshop.labels()).toEqual(PROMOTED);
    expect(workshop.tokenOwner()).toBe(STAGED.client_id);
    expect(workshop.calls).toEqual(CALLS);
  });

  it("leaves the label of a first value, which AWS has made the current one, where it is", async () => {
    const workshop = openPromotion({ former: false });
    expect(workshop.labels()).toEqual({ staged: ["AWSCURRENT", "AWSPENDING"] });
    expect(await workshop.promote()).toMatchObject({ outcome: "refreshed", reason: "promoted", promoted: true });
    expect(workshop.labels()).toEqual({ staged: ["AWSCURRENT"] });
    expect(workshop.tokenOwner()).toBe(STAGED.client_id);
    expect(workshop.calls).toEqual(CALLS.filter((call) => call !== "move AWSCURRENT"));
  });

  it("reports its refresh and logs what it did", async () => {
    const workshop = openPromotion();
    const result = await workshop.promote();
    expect(workshop.lines).toHaveLength(1);
    expect(lastLine(workshop)).toMatchObject({ operation: "promote", ...result });
    expect(metricsOf(workshop.lines[0])).toEqual({ Refreshes: 1, RefreshMilliseconds: 0 });
  });

  it("promotes, and says why, where the stored token is kept", async () => {
    // The secret was reset: another secret of the same id.
    const reset = { ...FORMER, client_secret: "canary-secret-reset" };
    const workshop = await openWithToken({ staged: reset });
    workshop.piste.platform.addClient(reset);
    workshop.piste.platform.settings = { ...workshop.piste.platform.settings, sameTokenWhileValid: true };
    const kept = workshop.token();
    expect(await workshop.promote()).toEqual({
      outcome: "kept",
      reason: "promoted",
      promoted: true,
      kept: "same-token-again",
      expiresAt: START + HOUR,
      tries: 1,
      milliseconds: 0,
    });
    expect(workshop.labels()).toEqual(PROMOTED);
    expect(workshop.token()).toEqual(kept);
    expect(metricsOf(workshop.lines[0])).toEqual({ RefreshMilliseconds: 0 });
  });

  it("goes by AWS's clock where its own is off", async () => {
    const workshop = await openWithToken();
    workshop.clock.aheadInSeconds = 2 * HOUR;
    expect(await workshop.promote()).toMatchObject({ outcome: "refreshed", expiresAt: START + HOUR });
  });

  it("promotes what is pending in the secret that it reads, though it be another application's", async () => {
    const workshop = openPromotion({ settings: { clientSecretName: "shared/client" } });
    expect(await workshop.promote()).toMatchObject({ promoted: true });
    expect(workshop.labels()).toEqual(PROMOTED);
  });

  it("asks no endpoint but the environment's, and reads nothing before it knows", async () => {
    const workshop = openPromotion({ settings: { tokenEndpoint: HOSTS.prod.tokenEndpoint } });
    await expect(workshop.promote()).rejects.toThrow("the token endpoint of qualif must be");
    expect(workshop.calls).toEqual([]);
  });

  it("is not what a tick or a refresh does: these leave pending credentials alone", async () => {
    const workshop = openPromotion();
    await workshop.run("tick");
    await workshop.run("refresh");
    expect(workshop.calls).toEqual(Array(2).fill(["read token", "read client", "write token"]).flat());
    expect(workshop.labels()).toEqual(UNTOUCHED);
    expect(workshop.tokenOwner()).toBe(FORMER.client_id);
  });
});

describe("with nothing to promote", () => {
  it.each<[string, PromoteOptions]>([
    ["an empty secret", { former: false, staged: undefined }],
    ["a current value alone", { staged: undefined }],
  ])("%s gives a result that says what to do first, and no metric", async (_, options) => {
    const workshop = openPromotion(options);
    const before = workshop.labels();
    expect(await workshop.promote()).toEqual({
      outcome: "failed",
      reason: "nothing-pending",
      promoted: false,
      meaning: `No client credentials are pending in ${CLIENT_SECRET}. Store them first: npx piste credentials set qualif client.`,
    });
    expect(workshop.calls).toEqual(["read token", "describe client"]);
    expect(metricsOf(workshop.lines[0])).toEqual({});
    expect(workshop.labels()).toEqual(before);
  });

  it("says until when the stored token is valid", async () => {
    const workshop = await openWithToken({ staged: undefined });
    expect(await workshop.promote()).toMatchObject({ reason: "nothing-pending", expiresAt: START + HOUR });
  });

  it("a secret that is absent is a failure of our side", async () => {
    const workshop = openPromotion();
    const gone: Between = (call, through) =>
      call === "describe client"
        ? Promise.reject(awsError("ResourceNotFoundException", "Secrets Manager can't find the specified secret."))
        : letThrough(call, through);
    expect((await refusal(workshop.promote(gone))).message).toBe(
      `cannot describe the secret ${CLIENT_SECRET}: ResourceNotFoundException: Secrets Manager can't find the specified secret.`,
    );
  });
});

describe("credentials that PISTE does not accept", () => {
  it("never replace the current ones", async () => {
    const workshop = await openWithToken({ staged: UNKNOWN });
    const kept = workshop.token();
    expect(await workshop.promote()).toEqual({
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
    expect(workshop.labels()).toEqual(UNTOUCHED);
    expect(workshop.token()).toEqual(kept);
    expect(workshop.calls).toEqual(CALLS.slice(0, 3));
    // The alarms are on what ticks meet.
    expect(metricsOf(workshop.lines[0])).toEqual({});
    expect(await workshop.run("refresh")).toMatchObject({ outcome: "refreshed" });
  });

  it("are the current ones already when they are a secret's first, until others are stored", async () => {
    const workshop = openPromotion({ former: false, staged: UNKNOWN });
    expect(await workshop.promote()).toMatchObject({
      reason: "invalid-client",
      promoted: false,
      meaning: expect.stringMatching(/They are the current ones already, .* until others are stored\.$/),
    });
    expect(workshop.labels()).toEqual({ staged: ["AWSCURRENT", "AWSPENDING"] });

    workshop.store("newer", NEWER, "AWSPENDING");
    expect(await workshop.promote()).toMatchObject({ promoted: true });
    expect(workshop.labels()).toEqual({ staged: ["AWSPREVIOUS"], newer: ["AWSCURRENT"] });
    expect(workshop.tokenOwner()).toBe(NEWER.client_id);
  });

  it.each(["canary-raw-71aa", '{"client_id":"canary-raw-71aa"}', { client_id: "", client_secret: "canary-raw-71aa" }])(
    "are not even sent when they are none: %j",
    async (staged) => {
      const workshop = openPromotion({ staged });
      expect(await workshop.promote()).toEqual({
        outcome: "failed",
        reason: "malformed-credentials",
        class: "rejected",
        promoted: false,
        meaning: expect.stringMatching(
          /^The client credentials cannot be read: the secret piste\/qualif\/chorus-pro\/client .* the current ones stay\.$/,
        ),
      });
      expect(workshop.piste.recentCalls()).toEqual([]);
      expect(workshop.labels()).toEqual(UNTOUCHED);
      expect(metricsOf(workshop.lines[0])).toEqual({});
    },
  );

  it.each([
    ["suspect", { status: 401, error: "invalid_client" }, "invalid-client-unconfirmed", 1],
    ["throttled", { status: 429 }, "throttled", 3],
    ["unavailable", { status: 503, body: "html" }, "server-error", 3],
    ["unavailable", { connection: "reset" }, "reset", 3],
    ["invalid-response", { body: "html" }, "html", 1],
  ] as const)("can be tried again when PISTE's answer is %s, %j", async (failureClass, fault, reason, tries) => {
    const workshop = openPromotion();
    workshop.piste.faults.add({ on: "token", ...fault });
    expect(await workshop.promote()).toMatchObject({
      outcome: "failed",
      class: failureClass,
      reason,
      tries,
      promoted: false,
      meaning: expect.stringMatching(/ Nothing has changed: run `promote` again later\.$/),
    });
    expect(workshop.labels()).toEqual(UNTOUCHED);
    expect(metricsOf(workshop.lines[0])).toEqual({});
    workshop.piste.faults.clear();
    expect(await workshop.promote()).toMatchObject({ promoted: true });
    expect(workshop.labels()).toEqual(PROMOTED);
  });
});
