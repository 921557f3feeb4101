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
  /** By which failure of the network, if not answered. */
  readonly failure?: string;
  readonly answer?: HttpAnswer;
  readonly milliseconds: number;
}

interface Options {
  readonly happenings?: readonly Happening[];
  /** How long the answer takes, from 0 to 1 of what it may. */
  readonly chance?: number;
  /** Of the run's requests, which one each is. */
  readonly requests?: readonly number[];
  readonly leadingFailures?: number;
  /** By how much each request is later than a whole second after its run's start. */
  readonly laterInMilliseconds?: number;
  readonly timeoutInMilliseconds?: number;
  /** Minutes for which it happens. */
  readonly minutes?: number;
}

/** Asks for a token, once for each request, a minute apart, while things happen in the first minute. */
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

describe("in clear ongoing", () => {
  it.each([
    [0, 100],
    [0.5, 350],
    [1, 600],
  ])("PISTE gives a token; a chance of %d makes it take %d ms", async (chance, milliseconds) => {
    const [asked] = await ask({ chance });
    expect(asked).toMatchObject({ milliseconds, answer: { status: 200 } });
    expect(tokenOf(asked?.answer)).toEqual(expect.any(String));
  });

  it("the token lives from half-way between question and answer", async () => {
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
  /** What its name says. */
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

  it.each(OUTAGES)("%s is seen as what it is called, and leaves nothing behind", async (how) => {
    const [during, after] = await ask({ happenings: [{ kind: "outage", how }], requests: [1, 1] });
    expect(during).toMatchObject(SEEN[how]);
    expect(after?.answer?.status).toBe(200);
    expect(tokenOf(after?.answer)).toEqual(expect.any(String));
  });

  it("comes as fast as an answer, unless nothing comes until the client gives up", async () => {
    for (const how of OUTAGES) {
      const [asked] = await ask({ happenings: [{ kind: "outage", how }], chance: 0 });
      // A connection that fails has no way back.
      const expected = SILENT.includes(how) ? TIMEOUT : asked?.failure === undefined ? 100 : 50;
      expect([how, asked?.milliseconds]).toEqual([how, expected]);
    }
  });
});

describe("what else PISTE says", () => {
  it("is 429 while it throttles, with Retry-After or without", async () => {
    const [told] = await ask({ happenings: [{ kind: "throttling", retryAfterInSeconds: 7 }] });
    expect(told?.answer).toMatchObject({ status: 429, retryAfter: "7" });
    const [untold] = await ask({ happenings: [{ kind: "throttling" }] });
    expect(untold?.answer?.status).toBe(429);
    expect(untold?.answer?.retryAfter).toBeUndefined();
  });

  it.each([
    ["invalid_client", 400, "invalid_client"],
    ["invalid_scope", 400, "invalid_scope"],
    ["suspect", 401, "invalid_client"],
  ] as const)("of a client that it refuses (%s) is %d %s", async (how, status, error) => {
    const [asked] = await ask({ happenings: [{ kind: "rejection", how }] });
    expect(asked?.answer?.status).toBe(status);
    expect(JSON.parse(asked?.answer?.body ?? "")).toEqual({ error });
  });

  it("comes after as many seconds as it is slow, up to the client's time-out", async () => {
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
  it.each(BRIEF_FAILURES)("(%s) fails the first requests of a run and none after", async (how) => {
    const options = { happenings: [{ kind: "error-burst", how }], minutes: 10 } as const;
    const asked = await ask({ ...options, requests: [1, 2, 3], leadingFailures: 2 });
    expect(asked.map(({ answer }) => answer?.status === 200)).toEqual([false, false, true]);
    expect((await ask({ ...options, leadingFailures: 0 }))[0]?.answer?.status).toBe(200);
  });

  it("does not keep an outage away from the requests that it spares", async () => {
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
  ])("%d ms after a whole second of the run is answered with %d, at once", async (laterInMilliseconds, status) => {
    const [asked] = await ask({ happenings: [{ kind: "crowd" }], laterInMilliseconds });
    expect(asked).toMatchObject({ milliseconds: 0, answer: { status } });
  });
});

describe("what only befalls others", () => {
  it("does not touch PISTE", async () => {
    const happenings: readonly Happening[] = [{ kind: "missed-ticks" }, { kind: "crashes" }, { kind: "same-token" }];
    expect((await ask({ happenings }))[0]?.answer?.status).toBe(200);
  });
});
