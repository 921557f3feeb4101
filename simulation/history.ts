/** What happens to an application over some days: everything that can go wrong, and when. */
import type { NetworkFailure } from "../piste/http";

/** How PISTE fails while it is out. */
export const OUTAGES = [
  "dns",
  "refused",
  "reset",
  "tls",
  "timeout-connect",
  "timeout-read",
  "half-body",
  "too-large",
  "http-500",
  "http-502",
  "http-503",
  "http-504",
  "html",
  "empty",
  "redirect",
] as const satisfies readonly (NetworkFailure | `http-${number}` | "html" | "empty" | "redirect")[];
export type Outage = (typeof OUTAGES)[number];

/** Failures that are answered at once and worth another try within the same tick. */
export const BRIEF_FAILURES = ["refused", "reset", "half-body", "http-500", "http-503"] as const satisfies Outage[];

export const REJECTIONS = ["invalid_client", "invalid_scope", "suspect"] as const;

/** What AWS says when it refuses a call of Secrets Manager; `timeout` says nothing. */
export const AWS_REFUSALS = [
  "ThrottlingException",
  "InternalServiceError",
  "AccessDeniedException",
  "DecryptionFailure",
  "timeout",
] as const;

/** What a person may leave in the token secret. */
export const SPOILT_TOKENS = [
  "not-json",
  "empty-object",
  "lives-for-years",
  "issued-tomorrow",
  "long-expired",
] as const;

export type Happening =
  /** PISTE gives no token. */
  | { readonly kind: "outage"; readonly how: Outage }
  /** The quota is used up. */
  | { readonly kind: "throttling"; readonly retryAfterInSeconds?: number | undefined }
  /** PISTE refuses the client. */
  | { readonly kind: "rejection"; readonly how: (typeof REJECTIONS)[number] }
  /** The client secret is reset on the portal; the new one is stored when this is over. */
  | { readonly kind: "secret-reset" }
  /** None to two requests of each tick fail before one is answered. */
  | { readonly kind: "error-burst"; readonly how: (typeof BRIEF_FAILURES)[number] }
  /** Other clients, without jitter, use up the quota of a second whenever they come back: on whole seconds. */
  | { readonly kind: "crowd" }
  | { readonly kind: "slow-answers"; readonly seconds: number }
  /** PISTE gives tokens of another life. */
  | { readonly kind: "other-lifetime"; readonly lifetimeInMinutes: number; readonly asString: boolean }
  /** PISTE gives the same token again while it is valid. */
  | { readonly kind: "same-token" }
  /** The tick's schedule is off, or comes to nothing; other runs go on. */
  | { readonly kind: "missed-ticks" }
  /** Lambda has no room for the function until so many seconds after each tick, and tries again. */
  | { readonly kind: "no-room"; readonly seconds: number }
  /** The schedule of the hourly look at passwords is off. */
  | { readonly kind: "no-password-checks" }
  /** Each hourly look at passwords fails. */
  | { readonly kind: "password-checks-fail" }
  | { readonly kind: "duplicate-ticks" }
  | {
      readonly kind: "aws-refuses";
      readonly call: "read" | "write";
      readonly error: (typeof AWS_REFUSALS)[number];
    }
  /** AWS stores the token and its answer is lost. */
  | { readonly kind: "answer-lost" }
  | { readonly kind: "slow-aws"; readonly milliseconds: number }
  /** The function is killed between PISTE's answer and the write. */
  | { readonly kind: "crashes" }
  /** The function's clock is ahead of everyone else's, or behind when negative. */
  | { readonly kind: "clock-error"; readonly aheadInSeconds: number }
  /** A person has the token refreshed, once. */
  | { readonly kind: "refresh-by-hand" }
  /** A person writes something into the token secret, once. */
  | { readonly kind: "spoilt-token"; readonly how: (typeof SPOILT_TOKENS)[number] }
  /** A person stores client credentials that are not JSON, and mends it when this is over. */
  | { readonly kind: "spoilt-client-secret" };

export type Disturbance = Happening & {
  /** Minutes since the beginning. */
  readonly from: number;
  readonly minutes: number;
  /** Begins with the first tick after `from` that finds the token due: the worst moment. */
  readonly whenDue?: boolean | undefined;
};

/**
 * What a disturbance does to a tick that meets it: `stops` it from refreshing, `hinders` it though it should succeed
 * all the same, or `neither`.
 */
export function effectOf(happening: Happening): "stops" | "hinders" | "neither" {
  switch (happening.kind) {
    case "outage":
    case "throttling":
    case "rejection":
    case "secret-reset":
    case "missed-ticks":
    case "aws-refuses":
    case "answer-lost":
    case "crashes":
    case "clock-error":
    case "spoilt-client-secret":
      return "stops";
    case "slow-answers":
      return happening.seconds < LONGEST_SLOW_ANSWER_IN_SECONDS ? "hinders" : "stops";
    case "no-room":
      return happening.seconds <= LAST_TRY_AFTER_IN_SECONDS ? "hinders" : "stops";
    case "error-burst":
    case "crowd":
    case "slow-aws":
      return "hinders";
    case "other-lifetime":
    case "same-token":
    case "duplicate-ticks":
    case "spoilt-token":
    case "refresh-by-hand":
    case "no-password-checks":
    case "password-checks-fail":
      return "neither";
  }
}

/** A try waits for eight seconds; an answer below this comes in time. */
export const LONGEST_SLOW_ANSWER_IN_SECONDS = 7;

/**
 * When Lambda tries to start the function, in seconds after it took the event: it waits for a second, then for twice as
 * long each time, until the event's maximum age of a minute ("How Lambda handles errors and retries with asynchronous
 * invocation").
 */
export const TRIES_AFTER_IN_SECONDS: readonly number[] = [0, 1, 3, 7, 15, 31];
const LAST_TRY_AFTER_IN_SECONDS = Math.max(...TRIES_AFTER_IN_SECONDS);

/** How late ticks come: EventBridge Scheduler promises within the minute. */
export const LATENESSES = ["prompt", "any", "extreme"] as const;

export interface History {
  readonly days: number;
  /** Of what is left to chance within the history: lateness, jitter, how long an answer takes. */
  readonly seed: number;
  readonly lateness: (typeof LATENESSES)[number];
  /** When the client credentials are stored, in minutes since the beginning. */
  readonly credentialsAfterInMinutes: number;
  readonly disturbances: readonly Disturbance[];
}

export const MINUTES_PER_DAY = 24 * 60;

/** A line for a person: when, for how long, what. */
export function describe({ from, minutes, whenDue, ...happening }: Disturbance): string {
  const { kind, ...details } = happening;
  const clock = `${String(Math.floor((from % MINUTES_PER_DAY) / 60)).padStart(2, "0")}:${String(from % 60).padStart(2, "0")}`;
  const when = `day ${Math.floor(from / MINUTES_PER_DAY) + 1}, ${clock}${whenDue === true ? ", once the token is due" : ""}`;
  const more = Object.entries(details)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name} ${String(value)}`);
  return `${when}, ${minutes} min: ${[kind, ...more].join(", ")}`;
}
