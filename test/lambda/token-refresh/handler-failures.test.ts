import { describe, expect, it } from "@jest/globals";
import { cleanEnvironment } from "../../../aws/local/environment";
import { PlatformError } from "../../../lambda/shared/secret-store";
import { HOSTS } from "../../../piste/environments";
import { CLIENT_SECRET, CREDENTIALS, metricsOf, openFixture, START, TOKEN_SECRET } from "./fixture";

const LOOPBACK = "http://127.0.0.1:8080/api/oauth/token";

describe("without client credentials", () => {
  it("the application is unconfigured, which is healthy, and PISTE is not called", async () => {
    const { tick, requests, secrets } = openFixture({ credentials: undefined });
    expect(await tick()).toEqual({
      outcome: "failed",
      reason: "unconfigured",
      class: "unconfigured",
      meaning: `No client credentials are stored yet in ${CLIENT_SECRET}.`,
    });
    expect(requests).toEqual([]);
    expect(secrets.writes).toEqual([]);
  });
});

describe("a malformed client secret", () => {
  it.each([
    "canary-raw-71aa",
    '{"client_id":"canary-raw-71aa"}',
    { client_id: "canary-raw-71aa", client_secret: "" },
    { client_id: "", client_secret: "canary-raw-71aa" },
  ])("is rejected without a call of PISTE and without being shown: %j", async (credentials) => {
    const { tick, requests, lines } = openFixture({ credentials });
    const result = await tick();
    expect(result).toMatchObject({ outcome: "failed", reason: "malformed-credentials", class: "rejected" });
    expect(result.meaning).toContain(CLIENT_SECRET);
    expect(metricsOf(lines[0])).toMatchObject({ Rejected: 1 });
    expect(requests).toEqual([]);
    expect(JSON.stringify([result, lines])).not.toContain("canary-raw-71aa");
  });
});

describe("a failure of PISTE is a result and a metric, never thrown", () => {
  it.each([
    ["Rejected", { status: 400, error: "invalid_client" }, "rejected", "invalid-client", 1],
    ["Rejected", { status: 400, error: "invalid_scope" }, "rejected", "invalid-scope", 1],
    ["Suspect", { status: 401, error: "invalid_client" }, "suspect", "invalid-client-unconfirmed", 1],
    ["Throttled", { status: 429 }, "throttled", "throttled", 3],
    ["Throttled", { status: 429, retryAfterInSeconds: 60 }, "throttled", "throttled", 1],
    ["Unavailable", { status: 503, body: "html" }, "unavailable", "server-error", 3],
    ["Unavailable", { connection: "reset" }, "unavailable", "reset", 3],
    ["InvalidResponse", { body: "html" }, "invalid-response", "html", 1],
    ["InvalidResponse", { body: "empty" }, "invalid-response", "empty", 1],
    ["InvalidResponse", { status: 302, location: "https://example.org/" }, "invalid-response", "redirect", 1],
  ] as const)("%s after %j", async (metric, fault, failureClass, code, tries) => {
    const fixture = openFixture();
    fixture.break(fault);
    expect(await fixture.tick()).toMatchObject({ outcome: "failed", class: failureClass, reason: code, tries });
    expect(fixture.requests).toHaveLength(tries);
    expect(metricsOf(fixture.lines[0])).toEqual({ Ticks: 1, SecondsToExpiry: 0, [metric]: 1 });
  });

  it("for wrong credentials", async () => {
    const { tick } = openFixture({ credentials: { ...CREDENTIALS, client_secret: "other" } });
    expect(await tick()).toMatchObject({ class: "rejected", status: 400, contentType: expect.stringMatching(/json/) });
  });

  it("ends when the next tick gets its token", async () => {
    const fixture = openFixture();
    fixture.break({ status: 503, times: 3 });
    expect(await fixture.tick()).toMatchObject({ outcome: "failed" });
    expect(await fixture.tick()).toMatchObject({ outcome: "refreshed" });
  });

  it("does not matter if a later try in the tick succeeds", async () => {
    const fixture = openFixture();
    fixture.break({ status: 503, times: 2 });
    expect(await fixture.tick()).toMatchObject({ outcome: "refreshed", tries: 3 });
    expect(metricsOf(fixture.lines[0])).not.toHaveProperty("Unavailable");
  });

  it("ends the tries twenty seconds after the tick's start, not after its reads", async () => {
    const fixture = openFixture({
      transport: (request) => {
        fixture.clock.forward(request.timeoutInMilliseconds / 1000);
        return Promise.resolve({ status: 503, body: "" });
      },
    });
    const read = fixture.secrets.read.bind(fixture.secrets);
    fixture.secrets.read = (...words) => {
      fixture.clock.forward(4);
      return read(...words);
    };
    await fixture.tick();
    expect(fixture.requests.map(({ timeoutInMilliseconds }) => timeoutInMilliseconds)).toEqual([8000, 3000]);
    expect(fixture.clock.now()).toBe((START + 20) * 1000);
  });
});

describe("a platform failure is thrown and logged", () => {
  it.each(["read", "write"] as const)("when AWS refuses to %s", async (refuse) => {
    const fixture = openFixture();
    fixture.secrets.refuse = refuse;
    const meaning = `cannot ${refuse} the secret ${TOKEN_SECRET}`;
    await expect(fixture.tick()).rejects.toThrow(new PlatformError(meaning));
    expect(fixture.lines).toHaveLength(1);
    expect(JSON.parse(fixture.lines[0] ?? "")).toMatchObject({
      outcome: "error",
      reason: "platform",
      meaning,
      Ticks: 1,
    });
    expect(metricsOf(fixture.lines[0])).not.toHaveProperty("Refreshes");
  });

  it("for a bug", async () => {
    const bug = new TypeError("a bug");
    const fixture = openFixture({ transport: () => Promise.reject(bug) });
    await expect(fixture.tick()).rejects.toBe(bug);
    expect(JSON.parse(fixture.lines[0] ?? "")).toMatchObject({ outcome: "error", meaning: "a bug" });
  });

  it("for a missing environment variable", async () => {
    const fixture = openFixture({ variables: { PISTE_SCOPE: "" } });
    await expect(fixture.tick()).rejects.toThrow("the environment variable PISTE_SCOPE is not set");
    expect(fixture.secrets.reads).toEqual([]);
    expect(fixture.lines).toHaveLength(1);
  });

  it("for another application's input", async () => {
    const { invoke, secrets } = openFixture();
    await expect(invoke({ environment: "qualif", operation: "tick" })).rejects.toThrow(/wrong type: application$/);
    expect(secrets.reads).toEqual([]);
  });
});

describe("an untrusted token endpoint", () => {
  it.each([
    ["the other environment's", HOSTS.prod.tokenEndpoint],
    ["another host's", "https://example.org/api/oauth/token"],
    ["one without TLS", HOSTS.qualif.tokenEndpoint.replace("https:", "http:")],
    ["a loopback address inside Lambda", LOOPBACK],
  ])("is refused before any read or call: %s", async (_, tokenEndpoint) => {
    const fixture = openFixture({ settings: { tokenEndpoint } });
    await expect(fixture.tick()).rejects.toThrow(
      `the token endpoint of qualif must be ${HOSTS.qualif.tokenEndpoint}, got ${tokenEndpoint}`,
    );
    expect(fixture.secrets.reads).toEqual([]);
    expect(fixture.requests).toEqual([]);
  });

  it("does not mean a loopback address outside Lambda", async () => {
    const fixture = openFixture({ settings: { tokenEndpoint: LOOPBACK }, outsideLambda: true });
    expect(await fixture.tick()).toMatchObject({ outcome: "refreshed" });
    expect(fixture.requests[0]?.url.href).toBe(LOOPBACK);
  });

  it("can be a loopback address for prod, except in a local run", async () => {
    const prod = { environment: "prod", settings: { tokenEndpoint: LOOPBACK }, outsideLambda: true } as const;
    const fixture = openFixture(prod);
    await expect(fixture.tick()).rejects.toThrow(`must be ${HOSTS.prod.tokenEndpoint}, got ${LOOPBACK}`);
    expect([fixture.secrets.reads, fixture.requests]).toEqual([[], []]);
    // Lambda ignores the local run's variable.
    const variables = cleanEnvironment("a-run");
    await expect(openFixture({ ...prod, outsideLambda: false, variables }).tick()).rejects.toThrow("token endpoint");
    expect(await openFixture({ ...prod, variables }).tick()).toMatchObject({ reason: "unconfigured" });
  });

  it("can be qualif's address for an application of prod", async () => {
    const fixture = openFixture({ environment: "prod", settings: { tokenEndpoint: HOSTS.qualif.tokenEndpoint } });
    await expect(fixture.tick()).rejects.toThrow("the token endpoint of prod must be");
  });
});
