import { describe, expect, it } from "@jest/globals";
import { Piste } from "../../emulator";
import { HOSTS } from "../../piste/environments";
import { NetworkError, type HttpAnswer } from "../../piste/http";
import { tokenHttpRequest } from "../../piste/token-endpoint";
import { BRIEF_FAILURES, OUTAGES, type Happening, type Outage } from "../../simulation/history";
import { DisturbedPiste } from "../../simulation/disturbed-piste";
import { VirtualTime } from "../../simulation/virtual-time";
import { ActiveDisturbances } from "../../simulation/disturbances";
import { BEGINNING, HOUR, MINUTE, SECOND } from "./fixture";

const CREDENTIALS = { client_id: "an-id", client_secret: "a-secret" };
const TIMEOUT = 8 * SECOND;

interface Asked {
  /** The network failure, if there was no answer. */
  readonly failure?: string;
  readonly answer?: HttpAnswer;
  readonly milliseconds: number;
}

interface Options {
  readonly happenings?: readonly Happening[];
  /** Latency, from 0 (least) to 1 (most). */
  readonly chance?: number;
  /** Each request's number within the run. */
  readonly requests?: readonly number[];
  readonly leadingFailures?: number;
  /** Delay of each request after a whole second of its run. */
  readonly laterInMilliseconds?: number;
  readonly timeoutInMilliseconds?: number;
  /** Duration in minutes. */
  readonly minutes?: number;
}

/** Requests tokens a minute apart; the disturbances last for the first minute. */
async function ask(options: Options = {}): Promise<Asked[]> {
  const { happenings = [], chance = 0.5, requests = [1], leadingFailures = 0, laterInMilliseconds = 0 } = options;
  const time = new VirtualTime(BEGINNING);
  const piste = new Piste(() => time.now);
  piste.platform.addClient(CREDENTIALS);
  const disturbances = happenings.map((happening) => ({ ...happening, from: 0, minutes: options.minutes ?? 1 }));
  const disturbed = new DisturbedPiste(piste, new ActiveDisturbances(disturbances, BEGINNING), time, () => chance);
  const request = tokenHttpRequest({
    endpoint: new URL(HOSTS.qualif.tokenEndpoint),
    credentials: CREDENTIALS,
    scope: "openid",
    issuedAt: 0,
    timeoutInMilliseconds: options.timeoutInMilliseconds ?? TIMEOUT,
  });
  const asked: Asked[] = [];
  for (const [index, number] of requests.entries()) {
    const startedAt = BEGINNING + index * MINUTE + 400;
    const sentAt = startedAt + 2 * SECOND + laterInMilliseconds;
    time.startAt(sentAt, {}, async () => {
      const result = await disturbed.call(request, { requests: number, leadingFailures, startedAt }).then(
        (answer) => ({ answer }),
        (error: unknown) => {
          if (error instanceof NetworkError) return { failure: error.failure };
          throw error;
        },
      );
      asked.push({ ...result, milliseconds: time.now - sentAt });
    });
  }
  await time.runUntil(BEGINNING + HOUR);
  return asked;
}

const tokenOf = (answer: HttpAnswer | undefined): unknown =>
  (JSON.parse(answer?.body ?? "{}") as { readonly access_token?: unknown }).access_token;

describe("without a disturbance", () => {
  it.each([
    [0, 100],
    [0.5, 350],
    [1, 600],
  ])("PISTE issues a token; a random value of %d gives a latency of %d ms", async (chance, milliseconds) => {
    const [asked] = await ask({ chance });
    expect(asked).toMatchObject({ milliseconds, answer: { status: 200 } });
    expect(tokenOf(asked?.answer)).toEqual(expect.any(String));
  });

  it("the token's lifetime begins half-way between request and answer", async () => {
    const time = new VirtualTime(BEGINNING);
    const piste = new Piste(() => time.now);
    piste.platform.addClient(CREDENTIALS);
    const disturbed = new DisturbedPiste(piste, new ActiveDisturbances([], BEGINNING), time, () => 1);
    let token: unknown;
    time.startAt(BEGINNING, {}, async () => {
      const request = tokenHttpRequest({
        endpoint: new URL(HOSTS.qualif.tokenEndpoint),
        credentials: CREDENTIALS,
        scope: "openid",
        issuedAt: 0,
        timeoutInMilliseconds: TIMEOUT,
      });
      token = tokenOf(await disturbed.call(request, { requests: 1, leadingFailures: 0, startedAt: BEGINNING }));
    });
    await time.runUntil(BEGINNING + MINUTE);
    expect(piste.platform.endOf(String(token))).toBe(BEGINNING + 300 + HOUR);
  });
});

describe("an outage", () => {
  const html = { contentType: expect.stringContaining("html") };
  /** The failure that its name says. */
  const SEEN: Readonly<Record<Outage, object>> = {
    dns: { failure: "dns" },
    refused: { failure: "refused" },
    reset: { failure: "reset" },
    tls: { failure: "tls" },
    "timeout-connect": { failure: "timeout-connect" },
    "timeout-read": { failure: "timeout-read" },
    "half-body": { failure: "half-body" },
    "too-large": { failure: "too-large" },
    "http-500": { answer: { status: 500 } },
    "http-502": { answer: { status: 502, ...html } },
    "http-503": { answer: { status: 503, ...html } },
    "http-504": { answer: { status: 504, ...html } },
    html: { answer: { status: 200, ...html } },
    empty: { answer: { status: 200, body: "" } },
    redirect: { answer: { status: 302 } },
  };
  const SILENT: readonly Outage[] = ["timeout-connect", "timeout-read"];

  it.each(OUTAGES)("%s causes the failure of its name, and has no later effect", async (how) => {
    const [during, after] = await ask({ happenings: [{ kind: "outage", how }], requests: [1, 1] });
    expect(during).toMatchObject(SEEN[how]);
    expect(after?.answer?.status).toBe(200);
    expect(tokenOf(after?.answer)).toEqual(expect.any(String));
  });

  it("fails as fast as an answer, or after the client's time-out", async () => {
    for (const how of OUTAGES) {
      const [asked] = await ask({ happenings: [{ kind: "outage", how }], chance: 0 });
      // A failed connection has no way back.
      const expected = SILENT.includes(how) ? TIMEOUT : asked?.failure === undefined ? 100 : 50;
      expect([how, asked?.milliseconds]).toEqual([how, expected]);
    }
  });
});

describe("other answers of PISTE", () => {
  it("are 429 during throttling, with or without Retry-After", async () => {
    const [withRetryAfter] = await ask({ happenings: [{ kind: "throttling", retryAfterInSeconds: 7 }] });
    expect(withRetryAfter?.answer).toMatchObject({ status: 429, retryAfter: "7" });
    const [withoutRetryAfter] = await ask({ happenings: [{ kind: "throttling" }] });
    expect(withoutRetryAfter?.answer?.status).toBe(429);
    expect(withoutRetryAfter?.answer?.retryAfter).toBeUndefined();
  });

  it.each([
    ["invalid_client", 400, "invalid_client"],
    ["invalid_scope", 400, "invalid_scope"],
    ["suspect", 401, "invalid_client"],
  ] as const)("to a refused client (%s) are %d %s", async (how, status, error) => {
    const [asked] = await ask({ happenings: [{ kind: "rejection", how }] });
    expect(asked?.answer?.status).toBe(status);
    expect(JSON.parse(asked?.answer?.body ?? "")).toEqual({ error });
  });

  it("come after the slow answer's seconds, up to the client's time-out", async () => {
    const [slow] = await ask({ happenings: [{ kind: "slow-answers", seconds: 7 }] });
    expect(slow).toMatchObject({ answer: { status: 200 }, milliseconds: 7_000 });
    for (const seconds of [8, 25]) {
      const [none] = await ask({ happenings: [{ kind: "slow-answers", seconds }] });
      expect(none).toMatchObject({ failure: "timeout-read", milliseconds: 8_000 });
    }
    const [hurried] = await ask({ happenings: [{ kind: "slow-answers", seconds: 3 }], timeoutInMilliseconds: 2_000 });
    expect(hurried).toMatchObject({ failure: "timeout-read", milliseconds: 2_000 });
  });
});

describe("a burst of errors", () => {
  it.each(BRIEF_FAILURES)("(%s) fails only the first requests of a run", async (how) => {
    const options = { happenings: [{ kind: "error-burst", how }], minutes: 10 } as const;
    const asked = await ask({ ...options, requests: [1, 2, 3], leadingFailures: 2 });
    expect(asked.map(({ answer }) => answer?.status === 200)).toEqual([false, false, true]);
    expect((await ask({ ...options, leadingFailures: 0 }))[0]?.answer?.status).toBe(200);
  });

  it("does not hide an outage from the other requests", async () => {
    const burst = { kind: "error-burst", how: "reset" } as const;
    const [asked] = await ask({
      happenings: [burst, { kind: "outage", how: "tls" }],
      requests: [2],
      leadingFailures: 1,
    });
    expect(asked?.failure).toBe("tls");
  });
});

describe("a crowd", () => {
  it.each([
    [0, 429],
    [99, 429],
    [100, 200],
    [999, 200],
  ])("%d ms after a whole second of the run gets %d at once", async (laterInMilliseconds, status) => {
    const [asked] = await ask({ happenings: [{ kind: "crowd" }], laterInMilliseconds });
    expect(asked).toMatchObject({ milliseconds: 0, answer: { status } });
  });
});

describe("disturbances of other parts", () => {
  it("do not affect PISTE", async () => {
    const happenings: readonly Happening[] = [{ kind: "missed-ticks" }, { kind: "crashes" }, { kind: "same-token" }];
    expect((await ask({ happenings }))[0]?.answer?.status).toBe(200);
  });
});
