/** The events of an application's days: every fault, and when it happens. */
import type { NetworkFailure } from "../piste/http";

/** Kinds of PISTE outage. */
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

/** Failures that come at once and are retried within the same tick. */
export const BRIEF_FAILURES = ["refused", "reset", "half-body", "http-500", "http-503"] as const satisfies Outage[];

export const REJECTIONS = ["invalid_client", "invalid_scope", "suspect"] as const;

/** Errors of a Secrets Manager call; `timeout` is no answer. */
export const AWS_REFUSALS = [
  "ThrottlingException",
  "InternalServiceError",
  "AccessDeniedException",
  "DecryptionFailure",
  "timeout",
] as const;

/** Wrong values that a person may store in the token secret. */
export const CORRUPTED_TOKENS = [
  "not-json",
  "empty-object",
  "lives-for-years",
  "issued-tomorrow",
  "long-expired",
] as const;

export type Happening =
  /** PISTE issues no token. */
  | { readonly kind: "outage"; readonly how: Outage }
  /** The quota is used up. */
  | { readonly kind: "throttling"; readonly retryAfterInSeconds?: number | undefined }
  /** PISTE refuses the client. */
  | { readonly kind: "rejection"; readonly how: (typeof REJECTIONS)[number] }
  /** The client secret is reset on the portal; the new one is stored when this ends. */
  | { readonly kind: "secret-reset" }
  /** The first zero to two requests of each tick fail. */
  | { readonly kind: "error-burst"; readonly how: (typeof BRIEF_FAILURES)[number] }
  /** Other clients, which retry without jitter, exhaust the quota at the start of each second. */
  | { readonly kind: "crowd" }
  | { readonly kind: "slow-answers"; readonly seconds: number }
  /** PISTE issues tokens of another lifetime. */
  | { readonly kind: "other-lifetime"; readonly lifetimeInMinutes: number; readonly asString: boolean }
  /** PISTE returns the same token while it is valid. */
  | { readonly kind: "same-token" }
  /** The tick's schedule is off or has no effect; other runs continue. */
  | { readonly kind: "missed-ticks" }
  /** Lambda has no capacity for this many seconds after each tick, and retries. */
  | { readonly kind: "no-room"; readonly seconds: number }
  /** The schedule of the hourly password check is off. */
  | { readonly kind: "no-password-checks" }
  /** Each hourly password check fails. */
  | { readonly kind: "password-checks-fail" }
  | { readonly kind: "duplicate-ticks" }
  | {
      readonly kind: "aws-refuses";
      readonly call: "read" | "write";
      readonly error: (typeof AWS_REFUSALS)[number];
    }
  /** AWS stores the token, but its answer is lost. */
  | { readonly kind: "answer-lost" }
  | { readonly kind: "slow-aws"; readonly milliseconds: number }
  /** The function is killed between PISTE's answer and the write. */
  | { readonly kind: "crashes" }
  /** The function's clock is ahead, or behind if negative. */
  | { readonly kind: "clock-error"; readonly aheadInSeconds: number }
  /** A person refreshes the token once. */
  | { readonly kind: "refresh-by-hand" }
  /** A person overwrites the token secret once. */
  | { readonly kind: "corrupted-token"; readonly how: (typeof CORRUPTED_TOKENS)[number] }
  /** A person stores client credentials that are not JSON, and corrects them when this ends. */
  | { readonly kind: "corrupted-client-secret" };

export type Disturbance = Happening & {
  /** Minutes from the beginning. */
  readonly from: number;
  readonly minutes: number;
  /** Begins with the first tick after `from` that finds the token due, the worst moment. */
  readonly whenDue?: boolean | undefined;
};

/**
 * Effect of a disturbance on a tick: it `stops` the refresh, `hinders` one that should still succeed, or does
 * `neither`.
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
    case "corrupted-client-secret":
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
    case "corrupted-token":
    case "refresh-by-hand":
    case "no-password-checks":
    case "password-checks-fail":
      return "neither";
  }
}

/** A request times out after eight seconds; a faster answer than this one is in time. */
export const LONGEST_SLOW_ANSWER_IN_SECONDS = 7;

/**
 * Lambda's attempts to start the function, in seconds after the event: it waits a second, then twice as long each time,
 * until the event's maximum age of a minute ("How Lambda handles errors and retries with asynchronous invocation").
 */
export const TRIES_AFTER_IN_SECONDS: readonly number[] = [0, 1, 3, 7, 15, 31];
const LAST_TRY_AFTER_IN_SECONDS = Math.max(...TRIES_AFTER_IN_SECONDS);

/** Delay of ticks: EventBridge Scheduler invokes within the minute. */
export const LATENESSES = ["prompt", "any", "extreme"] as const;

export interface History {
  readonly days: number;
  /** Seed of the random values within the history: delays of ticks, jitter, latency. */
  readonly seed: number;
  readonly lateness: (typeof LATENESSES)[number];
  /** Minutes from the beginning until the client credentials are stored. */
  readonly credentialsAfterInMinutes: number;
  readonly disturbances: readonly Disturbance[];
}

export const MINUTES_PER_DAY = 24 * 60;

/** One line of text: time, duration, kind. */
export function describe({ from, minutes, whenDue, ...happening }: Disturbance): string {
  const { kind, ...details } = happening;
  const clock = `${String(Math.floor((from % MINUTES_PER_DAY) / 60)).padStart(2, "0")}:${String(from % 60).padStart(2, "0")}`;
  const when = `day ${Math.floor(from / MINUTES_PER_DAY) + 1}, ${clock}${whenDue === true ? ", once the token is due" : ""}`;
  const more = Object.entries(details)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name} ${String(value)}`);
  return `${when}, ${minutes} min: ${[kind, ...more].join(", ")}`;
}
