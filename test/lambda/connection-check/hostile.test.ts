import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { encodeSettings } from "../../../lambda/connection-check/contract";
import type { CheckResult } from "../../../lambda/connection-check/findings";
import { createHandler } from "../../../lambda/connection-check/handler";
import { PlatformError, type StoredSecret } from "../../../lambda/shared/secret-store";
import { API_CATALOGUE, CHORUS_PRO_APIS, type Api } from "../../../piste/api-catalogue";
import { HOSTS } from "../../../piste/environments";
import type { HttpRequest } from "../../../piste/http";
import {
  accountTexts,
  awsErrors,
  deceptiveIn,
  descriptionTexts,
  hostileText,
  jsonOf,
  mostly,
  replies,
  transportOf,
} from "../../hostile";
import { METEO } from "../../own-api";
import { runs } from "../../runs";
import { fakeClock, START } from "../token-refresh/fixture";

const TOKEN = "c4n4ry-token-of-made-up-letters";
const PASSWORD = 'c4n4ry-"clé9"&=';
const LOGIN = "TECH_1_c4n4ry@cpro.fr";
const REFRESHER = "the-refresher";
const HEADER = Buffer.from(`${LOGIN}:${PASSWORD}`).toString("base64");

const stored = (value: fc.Arbitrary<string>): fc.Arbitrary<StoredSecret | undefined> =>
  fc.option(
    fc.record({
      value,
      storedAt: fc.constantFrom(0, START - 7200, START - 7200, START - 60),
      versionId: fc.constantFrom("version", "version", "version", "another"),
    }),
    { nil: undefined, freq: 20 },
  );
const tokens = stored(
  jsonOf({
    access_token: fc.constant(TOKEN),
    token_type: fc.constant("Bearer"),
    scope: fc.constant("openid"),
    issued_at: fc.constant(START),
    expires_at: fc.constantFrom(START + 3600),
  }),
);
const accounts = stored(jsonOf({ login: fc.constant(LOGIN), password: fc.constant(PASSWORD) }));

const orRefused = <T>(answer: fc.Arbitrary<T>): fc.Arbitrary<() => Promise<T>> =>
  fc.oneof(
    { weight: 30, arbitrary: answer.map((value) => () => Promise.resolve(value)) },
    {
      weight: 1,
      arbitrary: awsErrors.map(
        ({ name, message }) =>
          () =>
            Promise.reject(new PlatformError(`cannot do that: ${name}: ${message}`)),
      ),
    },
  );

const refreshers = orRefused(
  fc.record({
    failed: fc.boolean(),
    answer: fc.oneof(
      fc.anything(),
      fc.record({ outcome: hostileText, reason: hostileText, meaning: hostileText }),
      fc.record({ errorType: hostileText, errorMessage: hostileText }),
    ),
  }),
);

const worlds = fc.record({
  token: orRefused(tokens),
  account: orRefused(accounts),
  description: orRefused(descriptionTexts("qualif")),
  page: orRefused(accountTexts("qualif")),
  current: orRefused(
    fc.option(
      fc.record({
        versionId: fc.constantFrom("version", "version", "version", "another"),
        refused: fc.constantFrom(false, false, false, false, false, true),
      }),
      {
        nil: undefined,
      },
    ),
  ),
  label: orRefused(fc.constant(undefined)),
  refresher: refreshers,
  answeredAt: fc.constantFrom(undefined, START),
  replies: fc.array(replies, { minLength: 1, maxLength: 5 }),
});
type World = typeof worlds extends fc.Arbitrary<infer T> ? T : never;

interface Seen {
  readonly result?: CheckResult;
  readonly error?: unknown;
  readonly lines: readonly string[];
  readonly requests: readonly HttpRequest[];
  readonly reads: readonly string[];
  readonly invoked: readonly string[];
  readonly milliseconds: number;
}

async function run(world: World, event: unknown): Promise<Seen> {
  const clock = fakeClock();
  const requests: HttpRequest[] = [];
  const lines: string[] = [];
  const reads: string[] = [];
  const invoked: string[] = [];
  const handler = createHandler({
    secrets: {
      read: (name) => (name.endsWith("/token") ? world.token() : world.account()),
      answeredAt: () => world.answeredAt,
    },
    labels: { current: world.current, markRefused: world.label },
    invokeFunction: (functionArn) => {
      invoked.push(functionArn);
      return world.refresher();
    },
    readParameter: (name) => {
      reads.push(name);
      return name.includes("/accounts/") ? world.page() : world.description();
    },
    transport: transportOf(world.replies, requests),
    nowInMilliseconds: clock.now,
    sleep: clock.sleep,
    random: () => 0,
    variables: {
      AWS_LAMBDA_FUNCTION_NAME: "f",
      ...encodeSettings({
        environment: "qualif",
        application: "chorus-pro",
        apiBaseUrl: HOSTS.qualif.apiBaseUrl,
        refresherArn: REFRESHER,
      }),
    },
    log: (line) => lines.push(line),
  });
  const seen = (): Omit<Seen, "result" | "error"> => ({
    lines,
    requests,
    reads,
    invoked,
    milliseconds: clock.now() - START * 1000,
  });
  try {
    return { result: await handler(event, {}), ...seen() };
  } catch (error) {
    return { error, ...seen() };
  }
}

const BASES = [...Object.values<Api>(API_CATALOGUE), METEO].map(
  ({ basePath }) => `${HOSTS.qualif.apiBaseUrl}${basePath}/`,
);

function check({ result, error, lines, requests, invoked, milliseconds }: Seen): void {
  if (result === undefined) expect(error).toBeInstanceOf(PlatformError);
  else expect(["checked", "not-checked"]).toContain(result.outcome);
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) {
    expect(typeof JSON.parse(line)).toBe("object");
    expect(deceptiveIn(line)).toBeUndefined();
    expect(line).not.toContain("\n");
    expect(line.length).toBeLessThan(64 * 1024);
  }
  const said = [...lines, JSON.stringify({ result }), error instanceof Error ? `${error.message} ${error.stack}` : ""];
  for (const secret of ["c4n4ry", "é9", HEADER]) expect(said.join("\n")).not.toContain(secret);
  for (const { url, headers } of requests) {
    expect(BASES.filter((base) => url.href.startsWith(base))).toHaveLength(1);
    if ("cpro-account" in headers) expect(url.pathname).toMatch(/^\/cpro\//);
  }
  expect([[], [REFRESHER]]).toContainEqual(invoked);
  expect(milliseconds).toBeLessThan(240_000);
}

/** A healthy world, without PISTE's replies. */
const CALM: Omit<World, "replies"> = {
  description: () =>
    Promise.resolve(
      JSON.stringify({
        environment: "qualif",
        application: "chorus-pro",
        scope: "openid",
        apis: CHORUS_PRO_APIS,
        clientSecret: "client",
        tokenSecret: "piste/qualif/chorus-pro/token",
        function: "function",
        schedule: { group: "group", name: "name" },
        alarms: [],
        accountPages: 1,
      }),
    ),
  page: () =>
    Promise.resolve(
      JSON.stringify([
        {
          name: "default",
          secret: "piste/qualif/chorus-pro/technical-account/default",
          structure: { identifier: "12345678901234", identifierType: "SIRET" },
          passwordLifetimeInDays: 424,
        },
      ]),
    ),
  token: () =>
    storedNow(
      { access_token: TOKEN, token_type: "Bearer", scope: "openid", issued_at: START, expires_at: START + 3600 },
      0,
    ),
  account: () => storedNow({ login: LOGIN, password: PASSWORD }),
  current: () => Promise.resolve({ versionId: "version", refused: false }),
  label: () => Promise.resolve(undefined),
  refresher: () => Promise.resolve({ failed: false, answer: { outcome: "refreshed", reason: "requested" } }),
  answeredAt: START,
};

const storedNow = (value: object, ageInSeconds = 7200): Promise<StoredSecret> =>
  Promise.resolve({
    value: JSON.stringify(value),
    storedAt: START - ageInSeconds,
    versionId: "version",
  });

const timesSent = ({ requests }: Seen): number =>
  requests.filter(({ headers }) => headers["cpro-account"] === HEADER).length;

/** Calls with the stored password after Chorus Pro refused it. */
function sentAfterRefusal(world: World, requests: readonly HttpRequest[]): number {
  let refused = false;
  let sent = 0;
  requests.forEach(({ headers }, index) => {
    if (headers["cpro-account"] !== HEADER) return;
    if (refused) sent += 1;
    const reply = world.replies[index % world.replies.length];
    refused ||=
      reply !== undefined &&
      "status" in reply &&
      reply.status === 401 &&
      !(reply.wwwAuthenticate ?? "").includes("invalid_token");
  });
  return sent;
}

describe("for any answer of AWS and PISTE", () => {
  it("a check ends with a result or a platform failure, and calls only the gateway", async () => {
    await fc.assert(
      fc.asyncProperty(worlds, async (world) => {
        const seen = await run(world, { environment: "qualif", application: "chorus-pro", operation: "check" });
        check(seen);
      }),
      { seed: 5, numRuns: runs(400) },
    );
  });

  it("a token that stays refused is reported after one renewal, for any answer of the refresher", async () => {
    const refused = { status: 401, body: "", wwwAuthenticate: 'Bearer error="invalid_token"' };
    await fc.assert(
      fc.asyncProperty(refreshers, tokens, async (refresher, other) => {
        let reads = 0;
        const token = (): Promise<StoredSecret | undefined> => (reads++ === 0 ? CALM.token() : Promise.resolve(other));
        const world = { ...CALM, token, refresher, replies: [refused] };
        const seen = await run(world, { environment: "qualif", application: "chorus-pro", operation: "check" });
        check(seen);
        expect(seen.invoked).toEqual([REFRESHER]);
        expect(seen.lines.at(-1)).toMatch(/"ConnectionRefused":1,.*"reason":"token-refused"/);
      }),
      { seed: 8, numRuns: runs(400) },
    );
  });

  it("a password is never sent after a refusal, and only ever to the gateway", async () => {
    let sent = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(replies, { minLength: 1, maxLength: 6 }), async (answered) => {
        const world = { ...CALM, replies: answered };
        const seen = await run(world, { environment: "qualif", application: "chorus-pro", operation: "check" });
        check(seen);
        sent += timesSent(seen);
        expect(sentAfterRefusal(world, seen.requests)).toBe(0);
      }),
      { seed: 6, numRuns: runs(600) },
    );
    expect(sent).toBeGreaterThan(runs(200));
  });
});

it("logs a bug's message without control or direction characters", async () => {
  const bug = new TypeError("a\u202eb\u009bc");
  const event = { environment: "qualif", application: "chorus-pro", operation: "check" };
  const { error, lines } = await run({ ...CALM, token: () => Promise.reject(bug), replies: [] }, event);
  expect(error).toBe(bug);
  expect(lines.map(deceptiveIn)).toEqual([undefined]);
  expect(lines[0]).toContain("a\\u202eb\\u009bc");
});

it("for any event, checks an application with a valid name, or explains the input", async () => {
  const events = fc.oneof(
    fc.record({
      environment: mostly(fc.constantFrom("qualif", "prod")),
      application: mostly(fc.constantFrom("chorus-pro")),
      operation: mostly(fc.constantFrom("check")),
    }),
    fc.record({ environment: fc.constant("qualif"), application: hostileText, operation: fc.constant("check") }),
    fc.anything(),
  );
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
      expect(seen.requests).toEqual([]);
      expect(seen.lines).toEqual([]);
      expect(seen.reads).toEqual([]);
    }),
    { seed: 7, numRuns: runs(400) },
  );
});
