import { inspect } from "node:util";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { PisteCallError, PisteSecretError } from "../../client";
import type { SecretValue } from "../../client/secret-source";
import { HOSTS } from "../../piste/environments";
import { awsErrors, deceptiveIn, hostileText, labels, replies, secretOf, transportOf } from "../hostile";
import { runs } from "../runs";
import { ACCOUNT_SECRET, HOUR, START, STRUCTURES, TOKEN_SECRET, World } from "./fixture";

const TOKEN = "c4n4ry-token-of-made-up-letters";
const ACCOUNT = { login: "TECH_1_c4n4ry@cpro.fr", password: "c4n4ry-canary/+&=é" };

const seconds = fc.oneof(
  fc.integer({ min: START - 2 * HOUR, max: START + 2 * HOUR }),
  fc.integer(),
  fc.constantFrom(0, 1e300, -1, NaN, Infinity),
);
const tokens = secretOf({
  access_token: fc.constant(TOKEN),
  token_type: fc.constant("Bearer"),
  scope: fc.constant("openid"),
  issued_at: fc.constant(START),
  expires_at: fc.oneof({ weight: 5, arbitrary: fc.constant(START + HOUR) }, { weight: 1, arbitrary: seconds }),
});
const accounts = secretOf({ login: fc.constant(ACCOUNT.login), password: fc.constant(ACCOUNT.password) });

/** A source's answer: a complete value, or anything else. */
const given = (value: fc.Arbitrary<string>): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 3, arbitrary: value },
    {
      weight: 8,
      arbitrary: fc.record<SecretValue>({
        value,
        versionId: fc.option(hostileText, { nil: undefined }),
        labels: fc.option(labels, { nil: undefined, freq: 1 }),
        storedAt: fc.option(seconds, { nil: undefined }),
        answeredAt: fc.oneof({ weight: 3, arbitrary: fc.constant(START) }, { weight: 1, arbitrary: seconds }),
      }),
    },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
    { weight: 1, arbitrary: awsErrors.map((error) => Promise.reject.bind(Promise, error)) },
  );

const worlds = fc.record({
  token: given(tokens),
  account: given(accounts),
  replies: fc.array(replies, { minLength: 1, maxLength: 3 }),
  address: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(STRUCTURES, "legifrance/list/ping", "transverses/v1/health-check") },
    { weight: 1, arbitrary: hostileText },
    { weight: 1, arbitrary: hostileText.map((text) => `structures/v1/${text}`) },
  ),
  // Most are refused before any read.
  header: fc.oneof(
    { weight: 3, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.tuple(hostileText, hostileText) },
  ),
});

const FORMS = [TOKEN, ACCOUNT.password].flatMap((canary) => [
  canary,
  encodeURIComponent(canary),
  new URLSearchParams({ v: canary }).toString().slice(2),
  JSON.stringify(canary).slice(1, -1),
  Buffer.from(canary, "utf8").toString("latin1"),
  Buffer.from(canary).toString("base64"),
]);

describe("a client with hostile secrets, sources and answers", () => {
  it("calls only the pinned gateway, fails with its error class, and shows no secret", async () => {
    const seen = { answers: 0, PisteCallError: 0, PisteSecretError: 0, Error: 0 };
    await fc.assert(
      fc.asyncProperty(worlds, async ({ token, account, replies: all, address, header }) => {
        const world = new World();
        world.transport = transportOf(all, world.requests);
        const value = (name: string): unknown =>
          name === TOKEN_SECRET ? token : name === ACCOUNT_SECRET ? account : "";
        const client = world.client({
          source: (name) => {
            const one = value(name);
            return (typeof one === "function" ? (one as () => unknown)() : Promise.resolve(one)) as Promise<string>;
          },
        });
        for (let calls = 0; calls < 3; calls++) {
          const headers = header === undefined ? {} : { [header[0]]: header[1] };
          try {
            const answer = await client.fetch(address, { headers });
            await answer.text();
            await answer.json().catch(() => undefined);
            seen.answers++;
          } catch (error) {
            if (!(error instanceof Error)) throw error;
            seen[
              error instanceof PisteCallError
                ? "PisteCallError"
                : error instanceof PisteSecretError
                  ? "PisteSecretError"
                  : "Error"
            ]++;
            const told = [error.message, inspect(Object.entries(error), { depth: 10 })].join("\n");
            expect(FORMS.filter((form) => told.includes(form))).toEqual([]);
            if (error instanceof PisteCallError || error instanceof PisteSecretError) {
              expect(deceptiveIn(error.message)).toBeUndefined();
              expect(error.message.length).toBeLessThanOrEqual(1_000);
            } else {
              // Errors in the program's own arguments.
              expect(error.message).toMatch(/^(?:the address must be|headers must (?:not|have)|account must)/);
            }
          }
        }
        for (const { url } of world.requests) expect(url.origin).toBe(HOSTS.qualif.apiBaseUrl);
      }),
      { numRuns: runs(600, 150), seed: 20_261_125 },
    );
    // Each outcome must be frequent.
    expect(Object.values(seen).filter((times) => times < runs(40))).toEqual([]);
  });

  it("is not slowed by deep or large values and bodies", async () => {
    const world = new World();
    const client = world.client();
    for (const hostile of [
      "[".repeat(60_000),
      '{"a":'.repeat(10_000),
      "x".repeat(65_536),
      `"${"\\u0000".repeat(10_000)}"`,
    ]) {
      world.put(TOKEN_SECRET, hostile);
      world.now += HOUR;
      await expect(client.getToken()).rejects.toMatchObject({ code: "unreadable" });
    }
    world.putToken();
    world.now += 2;
    const huge = { status: 200, body: `{"codeRetour":0,"x":"${"x".repeat(8 * 1024 * 1024)}"}` };
    world.transport = () => Promise.resolve(huge);
    const before = performance.now();
    expect(await (await client.fetch(STRUCTURES, { json: {} })).text()).toBe(huge.body);
    expect(performance.now() - before).toBeLessThan(1_000);
  });
});
