import { describe, expect, it } from "@jest/globals";
import { PisteSecretError } from "../../client";
import { awsError, failureOf, HOUR, START, TOKEN_SECRET, World } from "./fixture";
import { shownOf } from "../piste/servers";

const DOWN = awsError("TimeoutError");

describe("getToken", () => {
  it("reads the application's token secret by the names in environmentVariables", async () => {
    const world = new World();
    world.put("piste/prod/legifrance/token", world.secrets.get(TOKEN_SECRET)?.value);
    const client = world.client({}, { PISTE_ENVIRONMENT: "prod", PISTE_APPLICATION: "legifrance" });
    expect(world.reads).toEqual([]);
    await client.getToken();
    expect(world.reads).toEqual(["piste/prod/legifrance/token"]);
  });

  it("makes one read for a thousand parallel calls", async () => {
    const world = new World();
    const token = world.putToken();
    const client = world.client();
    const tokens = await Promise.all(Array.from({ length: 1000 }, () => client.getToken()));
    expect(new Set(tokens)).toEqual(new Set([token]));
    expect(world.reads).toHaveLength(1);
  });

  it("makes one read for a thousand calls with an old token, and one for a thousand that fail", async () => {
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

  it("caches a token for the reserve, and no longer", async () => {
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

  it("caches a token for the application's own reserve", async () => {
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

  it("reads again before a token expires", async () => {
    const world = new World();
    const client = world.client();
    world.putToken(120);
    await client.getToken();
    const next = world.putToken();
    world.now += 61;
    expect(await client.getToken()).toBe(next);
  });

  it("uses its valid token while AWS does not answer, without a read for each call", async () => {
    const world = new World();
    const client = world.client();
    const token = await client.getToken();
    world.awsFails = DOWN;
    while (world.now < START + HOUR - 60) {
      world.now += 10;
      expect(await client.getToken()).toBe(token);
    }
    // One read in half a minute, for 324 calls.
    expect(world.reads.length).toBeLessThan(120);
    expect(world.reads.length).toBeGreaterThan(50);
  });

  it("fails for a caller that needs more time than is left, and still serves others", async () => {
    const world = new World();
    const client = world.client();
    const token = world.putToken(600);
    expect(await client.getToken({ minimumSecondsLeft: 590 })).toBe(token);
    const error = await failureOf(client.getToken({ minimumSecondsLeft: 601 }));
    expect(error).toMatchObject({ code: "expired", owner: "operator", retryable: true });
    expect((error as Error).message).toMatch(/the token has 5\d\d s left, and 601 s are needed/);
    expect(await client.getToken()).toBe(token);
  });

  it("reads again for a caller that needs more time than the cached token has", async () => {
    const world = new World();
    const client = world.client();
    world.putToken(600);
    await client.getToken();
    world.now += 2;
    const longer = world.putToken();
    expect(await client.getToken({ minimumSecondsLeft: 900 })).toBe(longer);
  });

  it("gives a token with at least ten seconds left by default", async () => {
    const world = new World();
    world.putToken(11);
    expect((await failureOf(world.client().getToken())) as Error).toMatchObject({ code: "expired" });
    await world.client({ minimumSecondsLeft: 5 }).getToken();
    await world.client().getToken({ minimumSecondsLeft: 0 });
  });

  it("reads a missing token at most once a second", async () => {
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

  it("fails after a timeout if a source never answers", async () => {
    const world = new World();
    const client = world.client({ source: () => new Promise(() => undefined) });
    const realTimeout = globalThis.setTimeout;
    // Shortens the client's timeout of fifteen seconds.
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
  ])("explains %s", async (name, code, words, retryable) => {
    const world = new World();
    world.awsFails = awsError(name);
    const error = await failureOf(world.client().getToken());
    expect(error).toBeInstanceOf(PisteSecretError);
    expect(error).toMatchObject({ code, retryable, cause: world.awsFails, name: "PisteSecretError" });
    expect((error as Error).message).toContain(words);
    expect((error as Error).message).toContain(TOKEN_SECRET);
  });

  it("does not repeat text that a parser quotes", async () => {
    const world = new World();
    world.awsFails = new SyntaxError('Unexpected token c, "canary" is not valid JSON');
    const error = await failureOf(world.client().getToken());
    expect(error).toMatchObject({ code: "unavailable" });
    expect(shownOf(error)).not.toContain("canary");
  });

  it.each([-1, NaN, Infinity, "60" as unknown as number])("refuses minimumSecondsLeft = %p", async (seconds) => {
    const world = new World();
    expect(String(await failureOf(world.client().getToken({ minimumSecondsLeft: seconds })))).toBe(
      `Error: minimumSecondsLeft must be a number of seconds, 0 or more, got ${seconds}`,
    );
    expect(world.reads).toEqual([]);
  });
});

describe("a wrong clock", () => {
  it("does not make an expired token look valid, thanks to AWS's time", async () => {
    const world = new World();
    world.putToken(600);
    world.dateAhead = -2 * HOUR;
    const client = world.client();
    world.now += 700;
    expect(await failureOf(client.getToken())).toMatchObject({ code: "expired" });
  });

  it("does not matter for a slow answer: the client counts its duration", async () => {
    const world = new World();
    world.readTakes = [0, 8];
    const client = world.client();
    world.putToken(16);
    expect(await failureOf(client.getToken())).toMatchObject({ code: "expired" });
  });

  it("does not make a valid token look expired, thanks to AWS's time", async () => {
    const world = new World();
    world.dateAhead = 2 * HOUR;
    await world.client().getToken();
  });

  it("does not matter if it is set back while a token is cached", async () => {
    const world = new World();
    world.putToken(200);
    const client = world.client();
    await client.getToken();
    world.awsFails = DOWN;
    world.now += 195;
    world.dateAhead = -HOUR;
    expect(await failureOf(client.getToken())).toMatchObject({ code: "unavailable" });
  });

  it("does not matter after the machine and its monotonic clock were frozen", async () => {
    const world = new World();
    world.putToken(200);
    const client = world.client();
    await client.getToken();
    world.awsFails = DOWN;
    world.now += 195;
    world.frozen = 195;
    expect(await failureOf(client.getToken())).toMatchObject({ code: "unavailable" });
  });

  it("without AWS's time never counts as earlier than the token's issue", async () => {
    const world = new World();
    world.awsTellsTime = false;
    world.putToken(600);
    world.put(TOKEN_SECRET, world.secrets.get(TOKEN_SECRET)?.value, { storedAt: undefined });
    world.dateAhead = -2 * HOUR;
    const client = world.client();
    const token = await client.getToken();
    // The token is still stored; a read must not make it young again.
    for (const seconds of [301, 200]) {
      world.now += seconds;
      expect(await client.getToken()).toBe(token);
    }
    world.now += 100;
    expect(await failureOf(client.getToken())).toMatchObject({ code: "expired" });
  });

  it("without AWS's time counts again once it is right", async () => {
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

  it("of the token's writer does not extend the token beyond its version's date", async () => {
    const world = new World();
    const client = world.client();
    // The writer's clock is an hour ahead.
    const record = { access_token: "t".repeat(54), token_type: "Bearer", scope: "openid" };
    world.put(TOKEN_SECRET, { ...record, issued_at: START + HOUR, expires_at: START + 2 * HOUR });
    await client.getToken({ minimumSecondsLeft: HOUR - 60 });
    world.now += 1.1;
    expect(await failureOf(client.getToken({ minimumSecondsLeft: HOUR + 60 }))).toMatchObject({ code: "expired" });
  });

  it("does not matter for a token of ten years, which counts for a day from its version's date", async () => {
    const world = new World();
    const client = world.client();
    const record = { access_token: "t".repeat(54), token_type: "Bearer", scope: "openid" };
    world.put(TOKEN_SECRET, { ...record, issued_at: START, expires_at: START + 87_600 * HOUR });
    await client.getToken({ minimumSecondsLeft: 24 * HOUR - 60 });
    world.now += 1.1;
    expect(await failureOf(client.getToken({ minimumSecondsLeft: 24 * HOUR + 60 }))).toMatchObject({ code: "expired" });
  });

  it("is not corrected by a record dated far ahead", async () => {
    const world = new World();
    world.awsTellsTime = false;
    const record = { access_token: "t".repeat(54), token_type: "Bearer", scope: "openid" };
    // Milliseconds by mistake.
    const mistaken = { ...record, issued_at: START * 1000, expires_at: START * 1000 + 1 };
    world.put(TOKEN_SECRET, mistaken, { storedAt: undefined });
    const client = world.client();
    await client.getToken().catch(() => undefined);
    world.now += 301;
    const token = world.putToken();
    expect(await client.getToken()).toBe(token);
  });
});
