import { describe, expect, it } from "@jest/globals";
import { requestWithRetries, type RequestOutcome } from "../../../lambda/token-refresh/request";
import { HOSTS } from "../../../piste/environments";
import { NetworkError, type HttpAnswer, type HttpRequest } from "../../../piste/http";
import { CREDENTIALS, fakeClock, START, type Clock } from "./fixture";

const DEADLINE_IN_SECONDS = 20;

const answer = (changes: Partial<HttpAnswer> = {}): HttpAnswer => ({
  status: 503,
  contentType: "application/json",
  body: "{}",
  ...changes,
});
const TOKEN = answer({ status: 200, body: '{"access_token":"token-of-made-up-letters","expires_in":3600}' });
const DOWN = answer();

interface Scene {
  /** An answer a try; the last is repeated. */
  readonly answers: readonly (HttpAnswer | NetworkError)[];
  /** Duration of each answer. */
  readonly secondsEach?: number;
  readonly random?: number;
  readonly deadlineInSeconds?: number;
  /** Change of the machine's clock during the first answer. */
  readonly clockSetInSeconds?: number;
}

interface Played {
  readonly outcome: RequestOutcome;
  readonly clock: Clock;
  readonly requests: HttpRequest[];
  /** Epoch milliseconds at which each request was sent. */
  readonly sentAt: number[];
}

async function play(scene: Scene): Promise<Played> {
  const {
    answers,
    secondsEach = 0,
    random = 0.5,
    deadlineInSeconds = DEADLINE_IN_SECONDS,
    clockSetInSeconds = 0,
  } = scene;
  const clock = fakeClock();
  const requests: HttpRequest[] = [];
  const sentAt: number[] = [];
  const outcome = await requestWithRetries(
    { endpoint: new URL(HOSTS.qualif.tokenEndpoint), credentials: CREDENTIALS, scope: "openid" },
    clock.now() + deadlineInSeconds * 1000,
    {
      transport: (request) => {
        const given = answers[Math.min(requests.length, answers.length - 1)];
        requests.push(request);
        sentAt.push(clock.now());
        clock.forward(Math.min(secondsEach, request.timeoutInMilliseconds / 1000));
        if (requests.length === 1) clock.forward(clockSetInSeconds);
        if (given === undefined) throw new Error("a scene needs an answer");
        return given instanceof NetworkError ? Promise.reject(given) : Promise.resolve(given);
      },
      nowInMilliseconds: clock.now,
      sleep: clock.sleep,
      random: () => random,
    },
  );
  return { outcome, clock, requests, sentAt };
}

describe("the token request of a tick", () => {
  it("ends with the first token", async () => {
    const { outcome, clock } = await play({ answers: [TOKEN], secondsEach: 0.25 });
    expect(outcome).toMatchObject({ ok: true, tries: 1, milliseconds: 250 });
    expect(clock.pauses).toEqual([]);
  });

  it("has at most three tries", async () => {
    const { outcome, requests, clock } = await play({ answers: [DOWN] });
    expect(requests).toHaveLength(3);
    expect(outcome).toMatchObject({ ok: false, tries: 3, milliseconds: 3000, diagnosis: { code: "server-error" } });
    expect(clock.pauses).toEqual([1000, 2000]);
  });

  it("dates the token of a later try by that try's start", async () => {
    const { outcome } = await play({ answers: [DOWN, new NetworkError("reset"), TOKEN] });
    expect(outcome).toMatchObject({ ok: true, tries: 3, token: { issued_at: START + 3, expires_at: START + 3603 } });
  });

  it.each([
    [0, [500, 1000]],
    [0.999999, [1499.999, 2999.998]],
  ])("doubles its pauses, with a jitter of 50 % (random %d)", async (random, pauses) => {
    const { clock } = await play({ answers: [DOWN], random });
    expect(clock.pauses).toHaveLength(2);
    clock.pauses.forEach((pause, index) => {
      expect(pause).toBeCloseTo(pauses[index] ?? Number.NaN, 3);
    });
  });

  it.each(["dns", "refused", "reset", "tls", "timeout-read", "half-body", "network"] as const)(
    "tries again after %s",
    async (failure) => {
      const { outcome } = await play({ answers: [new NetworkError(failure), TOKEN] });
      expect(outcome).toMatchObject({ ok: true, tries: 2 });
    },
  );

  it.each([
    ["a refused client", answer({ status: 400, body: '{"error":"invalid_client"}' })],
    ["a refused scope", answer({ status: 400, body: '{"error":"invalid_scope"}' })],
    ["a client that may be refused", answer({ status: 401, body: '{"error":"invalid_client"}' })],
    ["a web page", answer({ status: 200, body: "<html>", contentType: "text/html" })],
    ["an empty answer", answer({ status: 200, body: "" })],
    ["a redirect", answer({ status: 302 })],
    ["an answer that is far too large", new NetworkError("too-large")],
  ])("is not repeated after %s", async (_, given) => {
    const { outcome, requests } = await play({ answers: [given, TOKEN] });
    expect(outcome).toMatchObject({ ok: false, tries: 1 });
    expect(requests).toHaveLength(1);
  });
});

describe("Retry-After", () => {
  const throttled = (retryAfter: string): HttpAnswer => answer({ status: 429, retryAfter });

  it("delays the next try if the tick has the time", async () => {
    const { outcome, clock } = await play({ answers: [throttled("7"), TOKEN] });
    expect(outcome).toMatchObject({ ok: true, tries: 2 });
    expect(clock.pauses).toEqual([7000]);
  });

  it("never shortens a pause", async () => {
    const { clock } = await play({ answers: [throttled("0"), TOKEN] });
    expect(clock.pauses).toEqual([1000]);
  });

  it("beyond the tick's deadline leaves the try to the next tick", async () => {
    const { outcome, clock } = await play({ answers: [throttled("19"), TOKEN] });
    expect(outcome).toMatchObject({ ok: false, tries: 1, retryAfterInSeconds: 19 });
    expect(clock.pauses).toEqual([]);
  });
});

describe("the tick's deadline", () => {
  it("limits every try, the last to the remaining time", async () => {
    const { requests, sentAt } = await play({ answers: [new NetworkError("timeout-read")], secondsEach: 60 });
    // 8 s, a pause of 1 s, 8 s; a pause of 2 s would leave too little for a try.
    expect(requests.map(({ timeoutInMilliseconds }) => timeoutInMilliseconds)).toEqual([8000, 8000]);
    expect(sentAt.map((at) => at - START * 1000)).toEqual([0, 9000]);
  });

  it.each([1, 3, 5, 8, 10, 12, 15, 20, 30])("of %d seconds is never exceeded", async (deadlineInSeconds) => {
    for (const secondsEach of [0, 1, 2.5, 5, 60]) {
      for (const random of [0, 0.5, 0.999]) {
        const scene = { answers: [DOWN], secondsEach, random, deadlineInSeconds };
        const { requests, sentAt, clock } = await play(scene);
        const deadline = START * 1000 + deadlineInSeconds * 1000;
        requests.forEach(({ timeoutInMilliseconds }, index) => {
          expect((sentAt[index] ?? 0) + timeoutInMilliseconds).toBeLessThanOrEqual(deadline);
          expect(timeoutInMilliseconds).toBeLessThanOrEqual(8000);
        });
        expect(clock.now()).toBeLessThanOrEqual(deadline);
      }
    }
  });

  it("holds when the clock is changed during the tick", async () => {
    const answers = [answer({ status: 429, retryAfter: "441" })];
    for (const clockSetInSeconds of [-6345, 6345]) {
      expect((await play({ answers, clockSetInSeconds })).clock.pauses).toEqual([]);
      // The duration of the first try is unknown, so 8 s count. 20 - 8 - 1 - 5 - 2 leaves 4 for the last.
      const { requests, clock } = await play({ answers: [DOWN], secondsEach: 5, clockSetInSeconds });
      expect(clock.pauses).toEqual([1000, 2000]);
      expect(requests.map(({ timeoutInMilliseconds }) => timeoutInMilliseconds)).toEqual([8000, 8000, 4000]);
    }
  });

  it.each([-6345, 6345])(
    "dates the token by the tick when the clock is changed by %d s meanwhile",
    async (clockSetInSeconds) => {
      const { outcome } = await play({ answers: [DOWN, TOKEN], clockSetInSeconds });
      expect(outcome).toMatchObject({ ok: true, token: { issued_at: START, expires_at: START + 3600 } });
    },
  );

  it("leaves a try with less than two seconds to the next tick", async () => {
    expect((await play({ answers: [DOWN], deadlineInSeconds: 3 })).requests).toHaveLength(2);
    expect((await play({ answers: [DOWN], deadlineInSeconds: 2.999 })).requests).toHaveLength(1);
  });
});
