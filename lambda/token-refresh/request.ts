/** Asking PISTE within one tick: few tries, with jitter, inside the tick's deadline. */
import { requestToken, type TokenRequest, type TokenResult } from "../../piste/token-endpoint";
import type { HttpTransport } from "../../piste/http";
import { TICK_DEADLINE_IN_SECONDS } from "./timing";

/** The world outside, so that tests and simulations can bring their own. */
export interface RequestDependencies {
  readonly transport: HttpTransport;
  readonly nowInMilliseconds: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** From 0 to 1, as Math.random. */
  readonly random: () => number;
}

const MOST_TRIES = 3;
const TRY_TIMEOUT_IN_MILLISECONDS = 8_000;
/** A try that would have less than this is left to the next tick. */
const SHORTEST_TRY_IN_MILLISECONDS = 2_000;
const FIRST_PAUSE_IN_MILLISECONDS = 1_000;

export type RequestOutcome = TokenResult & {
  readonly tries: number;
  /** How long it took, pauses included. */
  readonly milliseconds: number;
};

/** From half to one and a half of a pause that doubles, so that many functions do not come back together. */
function pause(tries: number, random: number): number {
  return FIRST_PAUSE_IN_MILLISECONDS * 2 ** (tries - 1) * (0.5 + random);
}

/**
 * How long a try took, as far as the clock can be believed: one that is set meanwhile must not give a tick more time than
 * it has.
 */
function spent(sentAt: number, answeredAt: number, timeoutInMilliseconds: number): number {
  const took = answeredAt - sentAt;
  return took >= 0 && took <= 2 * timeoutInMilliseconds ? took : timeoutInMilliseconds;
}

/** @param deadline epoch milliseconds, after which nothing is awaited and nothing sent again. */
export async function requestWithRetries(
  request: Pick<TokenRequest, "endpoint" | "credentials" | "scope">,
  deadline: number,
  { transport, nowInMilliseconds, sleep, random }: RequestDependencies,
): Promise<RequestOutcome> {
  const startedAt = nowInMilliseconds();
  let left = Math.min(deadline - startedAt, TICK_DEADLINE_IN_SECONDS * 1000);
  for (let tries = 1; ; tries++) {
    const now = nowInMilliseconds();
    // By a clock that was set meanwhile a record could outlive its token: then it is dated by the tick's start.
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
    // A longer Retry-After than this tick has time for is left to the next tick.
    const wait = Math.max(jittered, (result.retryAfterInSeconds ?? 0) * 1000);
    if (wait + SHORTEST_TRY_IN_MILLISECONDS > left) return outcome;
    await sleep(wait);
    left -= wait;
  }
}
