import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { ThrottledError } from "../../../lambda/token-refresh/secret-versions";
import { DEFAULT_REFRESH_SETTINGS, encodeSettings, OPERATIONS } from "../../../lambda/token-refresh/contract";
import { createHandler } from "../../../lambda/token-refresh/handler";
import type { RunResult } from "../../../lambda/token-refresh/report";
import { PlatformError, type StoredSecret } from "../../../lambda/shared/secret-store";
import { HOSTS } from "../../../piste/environments";
import type { HttpRequest } from "../../../piste/http";
import {
  accountTexts,
  awsErrors,
  character,
  deceptiveIn,
  descriptionTexts,
  hostileText,
  jsonOf,
  labels,
  mostly,
  replies,
  transportOf,
} from "../../hostile";
import { fakeClock, START } from "./fixture";
import { runs } from "../../runs";

const CANARIES = ["c4n4ry-secret/+&=é", "c4n4ry-token-of-made-up-letters", "c4n4ry-client"] as const;
const [SECRET, TOKEN, CLIENT_ID] = CANARIES;

const seconds = fc.oneof(fc.integer({ min: START - 7200, max: START + 7200 }), fc.integer(), fc.constantFrom(0, 1e300));
const storedAs = (value: fc.Arbitrary<string>): fc.Arbitrary<StoredSecret | undefined> =>
  fc.option(
    fc.record({
      value,
      storedAt: fc.oneof(fc.integer({ min: 0, max: START }), fc.constantFrom(START - 3600)),
      versionId: fc.oneof(fc.constantFrom("version"), hostileText),
    }),
    { nil: undefined, freq: 8 },
  );
const clients = storedAs(jsonOf({ client_id: fc.constant(CLIENT_ID), client_secret: fc.constant(SECRET) }));
const tokens = storedAs(
  jsonOf({
    access_token: fc.constant(TOKEN),
    token_type: fc.constant("Bearer"),
    scope: fc.constant("openid"),
    issued_at: seconds,
    expires_at: seconds,
  }),
);

/** An answer of AWS, or a refusal. */
const orRefused = <T>(answer: fc.Arbitrary<T>): fc.Arbitrary<() => Promise<T>> =>
  fc.oneof(
    { weight: 12, arbitrary: answer.map((value) => () => Promise.resolve(value)) },
    {
      weight: 1,
      arbitrary: fc.tuple(awsErrors, fc.boolean()).map(
        ([{ name, message }, throttled]) =>
          () =>
            Promise.reject(new (throttled ? ThrottledError : PlatformError)(`cannot do that: ${name}: ${message}`)),
      ),
    },
  );

const worlds = fc.record({
  client: orRefused(clients),
  token: orRefused(tokens),
  write: orRefused(fc.constant(undefined)),
  pendingLabels: orRefused(
    fc.record({
      current: fc.option(hostileText, { nil: undefined }),
      pending: fc.option(hostileText, { nil: undefined }),
    }),
  ),
  pending: orRefused(clients),
  becomesCurrent: orRefused(fc.boolean()),
  description: orRefused(descriptionTexts("qualif")),
  accounts: orRefused(accountTexts("qualif")),
  version: orRefused(
    fc.option(fc.record({ labels, storedAt: fc.integer({ min: 0, max: 4_000_000_000_000 }) }), { nil: undefined }),
  ),
  versions: orRefused(
    fc.array(
      fc.record({
        versionId: fc.constantFrom("version", "another"),
        storedAt: fc.oneof(fc.integer({ min: START - 90_000, max: START }), fc.integer({ min: 0, max: 4_000_000_000 })),
      }),
      { maxLength: 120 },
    ),
  ),
  answeredAt: fc.option(fc.oneof(fc.constant(START), fc.integer({ min: 0, max: 4_000_000_000 })), { nil: undefined }),
  replies: fc.array(replies, { minLength: 1, maxLength: 3 }),
  requestId: fc.option(fc.string({ unit: character, maxLength: 40 }), { nil: undefined }),
});
type World = typeof worlds extends fc.Arbitrary<infer T> ? T : never;

interface Seen {
  readonly result?: RunResult;
  readonly error?: unknown;
  readonly lines: readonly string[];
  readonly requests: readonly HttpRequest[];
  readonly writes: readonly string[];
  readonly milliseconds: number;
}

async function run(world: World, event: unknown): Promise<Seen> {
  const clock = fakeClock();
  const requests: HttpRequest[] = [];
  const lines: string[] = [];
  const writes: string[] = [];
  const handler = createHandler({
    secrets: {
      read: (name) => (name.endsWith("/token") ? world.token() : world.client()),
      write: async (_, value) => {
        await world.write();
        writes.push(value);
        return true;
      },
      answeredAt: () => world.answeredAt,
    },
    pending: {
      labels: world.pendingLabels,
      read: world.pending,
      makeCurrent: world.becomesCurrent,
      unstage: world.write,
    },
    listVersions: world.versions,
    accounts: {
      readParameter: (name) => {
        clock.forward(0.02);
        return name.includes("/accounts/") ? world.accounts() : world.description();
      },
      currentVersion: world.version,
    },
    transport: transportOf(world.replies, requests),
    nowInMilliseconds: clock.now,
    sleep: clock.sleep,
    random: () => 0.5,
    variables: {
      AWS_LAMBDA_FUNCTION_NAME: "the-function",
      ...encodeSettings({
        ...DEFAULT_REFRESH_SETTINGS,
        environment: "qualif",
        application: "chorus-pro",
        tokenEndpoint: HOSTS.qualif.tokenEndpoint,
        scope: "openid",
      }),
    },
    log: (line) => lines.push(line),
  });
  const seen = (): Omit<Seen, "result" | "error"> => ({
    lines,
    requests,
    writes,
    milliseconds: clock.now() - START * 1000,
  });
  try {
    const result = await handler(event, world.requestId === undefined ? {} : { awsRequestId: world.requestId });
    return { result, ...seen() };
  } catch (error) {
    return { error, ...seen() };
  }
}

const inForms = (canary: string): string[] => [
  canary,
  encodeURIComponent(canary),
  new URLSearchParams({ v: canary }).toString().slice(2),
  Buffer.from(canary).toString("base64"),
];

const LONGEST_LINE = 64 * 1024;

function check(seen: Seen): void {
  const { result, error, lines, requests } = seen;
  if (result === undefined) expect(error).toBeInstanceOf(PlatformError);
  else expect(["waited", "refreshed", "kept", "failed", "reported"]).toContain(result.outcome);
  expect(lines).toHaveLength(1);
  for (const line of lines) {
    expect(typeof JSON.parse(line)).toBe("object");
    expect(deceptiveIn(line)).toBeUndefined();
    expect(line).not.toContain("\n");
    expect(line.length).toBeLessThan(LONGEST_LINE);
  }
  const said = [
    ...lines,
    JSON.stringify({ result }),
    error instanceof Error ? `${error.message} ${error.stack}` : "",
  ].join("\n");
  for (const form of CANARIES.flatMap(inForms)) expect(said).not.toContain(form);
  expect(requests.length).toBeLessThanOrEqual(3);
  for (const { url, method } of requests) expect(`${method} ${url.href}`).toBe(`POST ${HOSTS.qualif.tokenEndpoint}`);
  expect(seen.milliseconds).toBeLessThan(30_000);
}

describe("for any answer of AWS and PISTE", () => {
  it.each(OPERATIONS)("the operation %s ends with a result or a platform failure, in one line", async (operation) => {
    await fc.assert(
      fc.asyncProperty(worlds, async (world) => {
        check(await run(world, { environment: "qualif", application: "chorus-pro", operation }));
      }),
      { seed: 5, numRuns: runs(400) },
    );
  });

  it("a stored token can be sent, and has a date", async () => {
    await fc.assert(
      fc.asyncProperty(worlds, async (world) => {
        const { writes } = await run(world, { environment: "qualif", application: "chorus-pro", operation: "refresh" });
        for (const write of writes) {
          const token = JSON.parse(write) as Record<string, unknown>;
          expect(token["access_token"]).toMatch(/^[\x21-\x7e]+$/);
          expect(token["token_type"]).toMatch(/^[\x21-\x7e]+$/);
          expect(() => new Date(Number(token["expires_at"]) * 1000).toISOString()).not.toThrow();
        }
      }),
      { seed: 6, numRuns: runs(400) },
    );
  });
});

describe("for any event", () => {
  const events = fc.oneof(
    fc.record({
      environment: mostly(fc.constantFrom("qualif", "prod")),
      application: mostly(fc.constantFrom("chorus-pro")),
      operation: mostly(fc.constantFrom(...OPERATIONS)),
    }),
    fc.anything(),
  );

  it("the function runs for an application with a valid name, or explains the input without any read", async () => {
    await fc.assert(
      fc.asyncProperty(worlds, events, async (world, event) => {
        const seen = await run(world, event);
        if (seen.error instanceof PlatformError || seen.result !== undefined) {
          check(seen);
          return;
        }
        const { message } = seen.error as Error;
        expect(message).toMatch(
          /^(?:the input must be|this function serves chorus-pro \(qualif\), and the input names) /,
        );
        expect(deceptiveIn(message)).toBeUndefined();
        expect(message.length).toBeLessThan(400);
        expect(seen.requests).toEqual([]);
        expect(seen.lines).toEqual([]);
      }),
      { seed: 7, numRuns: runs(400) },
    );
  });
});
