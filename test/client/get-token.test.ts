import { describe, expect, it } from "@jest/globals";
import { PisteSecretError } from "../../client";
import { awsError, failureOf, HOUR, START, TOKEN_SECRET, World } from "./fixture";
import { shownOf } from "../piste/servers";

const DOWN = awsError("TimeoutError");

describe("getToken", () => {
  it("reads the application's token secret, by the names that environmentVariables give", async () => {
    const world = new World();
    world.put("piste/prod/legifrance/token", world.secrets.get(TOKEN_SECRET)?.value);
    const client = world.client({}, { PISTE_ENVIRONMENT: "prod", PISTE_APPLICATION: "legifrance" });
    expect(world.reads).toEqual([]);
    await client.getToken();
    expect(world.reads).toEqual(["piste/prod/legifrance/token"]);
  });

  it("makes one read of AWS for a thousand calls at once", async () => {
    const world = new World();
    const token = world.putToken();
    const client = world.client();
    const tokens = await Promise.all(Array.from({ length: 1000 }, () => client.getToken()));
    expect(new Set(tokens)).toEqual(new Set([token]));
    expect(world.reads).toHaveLength(1);
  });

  it("makes one read for a thousand calls whose token is too old, and one for a thousand that fail", async () => {
    const world = new World();
    const client = world.client();
    await client.getToken();
    world.now += 301;
    await Promise.all(Array.from({ length: 1000 }, () => client.getToken()));
    expect(world.reads).toHaveLength(2);
    world.awsFails = DOWN;
    world.now += HOUR;
    await Promise.all(Array.from({ length: 1000 }, () => failureOf(client.getToken())));
    expect(world.reads).toHaveLength(3);
  });

  it("keeps a token for the reserve, and no longer", async () => {
    const world = new World();
    const client = world.client();
    const first = await client.getToken();
    const second = world.putToken();
    world.now += 299;
    expect(await client.getToken()).toBe(first);
    world.now += 1;
    expect(await client.getToken()).toBe(second);
    expect(world.reads).toHaveLength(2);
  });

  it("keeps a token for the application's own reserve", async () => {
    const world = new World();
    const client = world.client({}, { PISTE_ENVIRONMENT: "qualif", PISTE_RESERVE_IN_MINUTES: "2" });
    await client.getToken();
    world.now += 119;
    await client.getToken();
    expect(world.reads).toHaveLength(1);
    world.now += 1;
    await client.getToken();
    expect(world.reads).toHaveLength(2);
  });

  it("reads again ahead of the end of a token that has little left", async () => {
    const world = new World();
    const client = world.client();
    world.putToken(120);
    await client.getToken();
    const next = world.putToken();
    world.now += 61;
    expect(await client.getToken()).toBe(next);
  });

  it("uses the token that it has while it is valid and AWS does not answer, without asking each time", async () => {
    const world = new World();
    const client = world.client();
    const token = await client.getToken();
    world.awsFails = DOWN;
    while (world.now < START + HOUR - 60) {
      world.now += 10;
      expect(await client.getToken()).toBe(token);
    }
    // One in half a minute, of 324 that were asked for.
    expect(world.reads.length).toBeLessThan(120);
    expect(world.reads.length).toBeGreaterThan(50);
  });

  it("gives no token to a caller that needs more time than is left, and the same one to others", async () => {
    const world = new World();
    const client = world.client();
    const token = world.putToken(600);
    expect(await client.getToken({ minimumSecondsLeft: 590 })).toBe(token);
    const error = await failureOf(client.getToken({ minimumSecondsLeft: 601 }));
    expect(error).toMatchObject({ code: "expired", owner: "operator", retryable: true });
    expect((error as Error).message).toMatch(/the token has 5\d\d s left, and 601 s are needed/);
    expect(await client.getToken()).toBe(token);
  });

  it("reads again for a caller that needs more time than the kept token has", async () => {
    const world = new World();
    const client = world.client();
    world.putToken(600);
    await client.getToken();
    world.now += 2;
    const longer = world.putToken();
    expect(await client.getToken({ minimumSecondsLeft: 900 })).toBe(longer);
  });

  it("leaves ten seconds for the way, unless told otherwise", async () => {
    const world = new World();
    world.putToken(11);
    expect((await failureOf(world.client().getToken())) as Error).toMatchObject({ code: "expired" });
    await world.client({ minimumSecondsLeft: 5 }).getToken();
    await world.client().getToken({ minimumSecondsLeft: 0 });
  });

  it("asks AWS once a second at most for a token that is not there", async () => {
    const world = new World();
    const client = world.client();
    world.secrets.delete(TOKEN_SECRET);
    for (let tenths = 0; tenths < 50; tenths++) {
      const error = await failureOf(client.getToken());
      expect(error).toMatchObject({ code: "missing", secretId: TOKEN_SECRET, retryable: true });
      world.now += 0.1;
    }
    expect(world.reads.length).toBeLessThanOrEqual(6);
    world.now += 1;
    const token = world.putToken();
    expect(await client.getToken()).toBe(token);
  });

  it("is not kept waiting by a source that never answers", async () => {
    const world = new World();
    const client = world.client({ source: () => new Promise(() => undefined) });
    const realTimeout = globalThis.setTimeout;
    // Fifteen seconds are not waited for.
    globalThis.setTimeout = ((run: () => void) => realTimeout(run, 1)) as unknown as typeof setTimeout;
    try {
      expect(await failureOf(client.getToken())).toMatchObject({ code: "unavailable", retryable: true });
    } finally {
      globalThis.setTimeout = realTimeout;
    }
  });

  it.each([
    ["AccessDeniedException", "denied", "grantRead", false],
    ["ResourceNotFoundException", "missing", "nothing is stored in it yet", true],
    ["CredentialsProviderError", "denied", "give this program a role", false],
    ["NoSdkError", "no-sdk", "install @aws-sdk/client-secrets-manager", false],
    ["ThrottlingException", "unavailable", "could not be read (ThrottlingException: of AWS)", true],
    ["constructor", "unavailable", "could not be read", true],
  ])("says of %s what it means", async (name, code, words, retryable) => {
    const world = new World();
    world.awsFails = awsError(name);
    const error = await failureOf(world.client().getToken());
    expect(error).toBeInstanceOf(PisteSecretError);
    expect(error).toMatchObject({ code, retryable, cause: world.awsFails, name: "PisteSecretError" });
    expect((error as Error).message).toContain(words);
    expect((error as Error).message).toContain(TOKEN_SECRET);
  });

  it("does not repeat what a parser quotes", async () => {
    const world = new World();
    world.awsFails = new SyntaxError('Unexpected token c, "canary" is not valid JSON');
    const error = await failureOf(world.client().getToken());
    expect(error).toMatchObject({ code: "unavailable" });
    expect(shownOf(error)).not.toContain("canary");
  });

  it.each([-1, NaN, Infinity, "60" as unknown as number])("refuses to be asked for %p seconds", async (seconds) => {
    const world = new World();
    expect(String(await failureOf(world.client().getToken({ minimumSecondsLeft: seconds })))).toBe(
      `Error: minimumSecondsLeft must be a number of seconds, 0 or more, got ${seconds}`,
    );
    expect(world.reads).toEqual([]);
  });
});

describe("a clock that is wrong", () => {
  it("does not make a token look valid that has expired, by AWS's time", async () => {
    const world = new World();
    world.putToken(600);
    world.dateAhead = -2 * HOUR;
    const client = world.client();
    world.now += 700;
    expect(await failureOf(client.getToken())).toMatchObject({ code: "expired" });
  });

  it("counts how long AWS's answer was on its way", async () => {
    const world = new World();
    world.readTakes = [0, 8];
    const client = world.client();
    world.putToken(16);
    expect(await failureOf(client.getToken())).toMatchObject({ code: "expired" });
  });

  it("does not make a token look expired that is valid, by AWS's time", async () => {
    const world = new World();
    world.dateAhead = 2 * HOUR;
    await world.client().getToken();
  });

  it("does not matter when it is set back while a token is kept", async () => {
    const world = new World();
    world.putToken(200);
    const client = world.client();
    await client.getToken();
    world.awsFails = DOWN;
    world.now += 195;
    world.dateAhead = -HOUR;
    expect(await failureOf(client.getToken())).toMatchObject({ code: "unavailable" });
  });

  it("does not matter when the machine was frozen, and its monotonic clock with it", async () => {
    const world = new World();
    world.putToken(200);
    const client = world.client();
    await client.getToken();
    world.awsFails = DOWN;
    world.now += 195;
    world.frozen = 195;
    expect(await failureOf(client.getToken())).toMatchObject({ code: "unavailable" });
  });

  it("is never believed to be earlier than when the token was issued, where there is no other", async () => {
    const world = new World();
    world.awsTellsTime = false;
    world.putToken(600);
    world.put(TOKEN_SECRET, world.secrets.get(TOKEN_SECRET)?.value, { storedAt: undefined });
    world.dateAhead = -2 * HOUR;
    const client = world.client();
    const token = await client.getToken();
    // It is stored yet, and each look at it must not make it young again.
    for (const seconds of [301, 200]) {
      world.now += seconds;
      expect(await client.getToken()).toBe(token);
    }
    world.now += 100;
    expect(await failureOf(client.getToken())).toMatchObject({ code: "expired" });
  });

  it("is believed again once it is right, where there is no other", async () => {
    const world = new World();
    world.awsTellsTime = false;
    const client = world.client();
    await client.getToken();
    world.dateAhead = 2 * HOUR;
    expect(await failureOf(client.getToken())).toMatchObject({ code: "expired" });
    world.dateAhead = 0;
    world.now += 2;
    const token = world.putToken();
    expect(await client.getToken()).toBe(token);
  });

  it("of whoever wrote the token does not prolong it beyond its version's date", async () => {
    const world = new World();
    const client = world.client();
    // Its writer's clock is an hour ahead.
    const record = { access_token: "t".repeat(54), token_type: "Bearer", scope: "openid" };
    world.put(TOKEN_SECRET, { ...record, issued_at: START + HOUR, expires_at: START + 2 * HOUR });
    await client.getToken({ minimumSecondsLeft: HOUR - 60 });
    world.now += 1.1;
    expect(await failureOf(client.getToken({ minimumSecondsLeft: HOUR + 60 }))).toMatchObject({ code: "expired" });
  });

  it("of ten years is believed for a day from AWS's date of its version", async () => {
    const world = new World();
    const client = world.client();
    const record = { access_token: "t".repeat(54), token_type: "Bearer", scope: "openid" };
    world.put(TOKEN_SECRET, { ...record, issued_at: START, expires_at: START + 87_600 * HOUR });
    await client.getToken({ minimumSecondsLeft: 24 * HOUR - 60 });
    world.now += 1.1;
    expect(await failureOf(client.getToken({ minimumSecondsLeft: 24 * HOUR + 60 }))).toMatchObject({ code: "expired" });
  });

  it("is left alone where a record says to be from far ahead", async () => {
    const world = new World();
    world.awsTellsTime = false;
    const record = { access_token: "t".repeat(54), token_type: "Bearer", scope: "openid" };
    // In milliseconds, by mistake.
    const mistaken = { ...record, issued_at: START * 1000, expires_at: START * 1000 + 1 };
    world.put(TOKEN_SECRET, mistaken, { storedAt: undefined });
    const client = world.client();
    await client.getToken().catch(() => undefined);
    world.now += 301;
    const token = world.putToken();
    expect(await client.getToken()).toBe(token);
  });
});
