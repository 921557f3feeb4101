/** Asks PISTE for a token: a few tries with jitter, within the tick's deadline. */
import { requestToken, type TokenRequest, type TokenResult } from "../../piste/token-endpoint";
import type { HttpTransport } from "../../piste/http";
import { TICK_DEADLINE_IN_SECONDS } from "./timing";

/** Replaced in tests and simulations. */
export interface RequestDependencies {
  readonly transport: HttpTransport;
  readonly nowInMilliseconds: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** From 0 to 1, as Math.random. */
  readonly random: () => number;
}

const MOST_TRIES = 3;
const TRY_TIMEOUT_IN_MILLISECONDS = 8_000;
/** With less time left, the next tick tries. */
const SHORTEST_TRY_IN_MILLISECONDS = 2_000;
const FIRST_PAUSE_IN_MILLISECONDS = 1_000;

export type RequestOutcome = TokenResult & {
  readonly tries: number;
  /** Duration, pauses included. */
  readonly milliseconds: number;
};

/** Exponential backoff with jitter (0.5 to 1.5), so that functions do not retry at the same time. */
function pause(tries: number, random: number): number {
  return FIRST_PAUSE_IN_MILLISECONDS * 2 ** (tries - 1) * (0.5 + random);
}

/**
 * Duration of a try. An implausible one means that the clock was set meanwhile: then the timeout counts, so that a tick
 * never gets more time.
 */
function spent(sentAt: number, answeredAt: number, timeoutInMilliseconds: number): number {
  const took = answeredAt - sentAt;
  return took >= 0 && took <= 2 * timeoutInMilliseconds ? took : timeoutInMilliseconds;
}

/** @param deadline epoch milliseconds: no request or wait goes beyond it. */
export async function requestWithRetries(
  request: Pick<TokenRequest, "endpoint" | "credentials" | "scope">,
  deadline: number,
  { transport, nowInMilliseconds, sleep, random }: RequestDependencies,
): Promise<RequestOutcome> {
  const startedAt = nowInMilliseconds();
  let left = Math.min(deadline - startedAt, TICK_DEADLINE_IN_SECONDS * 1000);
  for (let tries = 1; ; tries++) {
    const now = nowInMilliseconds();
    // If the clock was set meanwhile, the tick's start counts: a record must not outlive its token.
    const tickStart = deadline - TICK_DEADLINE_IN_SECONDS * 1000;
    const sentAt = now >= tickStart && now <= deadline ? now : tickStart;
    const timeoutInMilliseconds = Math.max(1, Math.min(TRY_TIMEOUT_IN_MILLISECONDS, left));
    const result = await requestToken(
      { issuedAt: Math.floor(sentAt / 1000), timeoutInMilliseconds, ...request },
      transport,
    );
    const answeredAt = nowInMilliseconds();
    left -= spent(now, answeredAt, timeoutInMilliseconds);
    const outcome = { tries, milliseconds: answeredAt - startedAt, ...result };
    if (result.ok || result.diagnosis.nextTry !== "now" || tries === MOST_TRIES) return outcome;
    const jittered = pause(tries, random());
    // If Retry-After exceeds the time left, the next tick tries.
    const wait = Math.max(jittered, (result.retryAfterInSeconds ?? 0) * 1000);
    if (wait + SHORTEST_TRY_IN_MILLISECONDS > left) return outcome;
    await sleep(wait);
    left -= wait;
  }
}
