/** Decides whether to refresh or to wait, and why. Pure functions. */
import type { AccessToken } from "../../piste/credentials";
import { believedEnd, CLOCK_TOLERANCE_IN_SECONDS } from "../../piste/stored-token";
import {
  dueWhenSecondsLeft,
  GONE_FOR_LONG_IN_SECONDS,
  SHORTEST_WRITE_INTERVAL_IN_SECONDS,
  SLOW_PACE_IN_SECONDS,
  TICK_IN_SECONDS,
  USUAL_LIFETIME_IN_SECONDS,
  type RefreshSettings,
} from "./timing";

/** The content of the token secret. Times are epoch seconds. */
export type TokenState =
  | { readonly kind: "missing" }
  | { readonly kind: "unreadable"; readonly storedAt: number }
  | {
      readonly kind: "token";
      /** The believed end of the token. */
      readonly expiresAt: number;
      /** The end without doubt: at most the usual lifetime of PISTE's tokens. The refresh is due by this time. */
      readonly surelyUntil: number;
      /** The write limit counts from here. Never later than AWS's date of the version. */
      readonly writtenAt: number;
      /** After the token's end: since when there is no token. */
      readonly goneSince: number;
      /** Why its dates are doubted. */
      readonly doubt?: Doubt;
    };

/** `issued-in-the-future`: the writer's clock was wrong. `long-lived`: longer than PISTE's usual lifetime. */
export type Doubt = "issued-in-the-future" | "long-lived";

export interface DecisionInput {
  readonly token: TokenState;
  /** When the current client secret was stored, in epoch seconds; unknown until it has been read. */
  readonly clientSecretStoredAt?: number | undefined;
  /** Epoch seconds. */
  readonly now: number;
  readonly settings: RefreshSettings;
}

export type Decision =
  | { readonly refresh: true; readonly reason: "due" | "missing" | "unreadable" | Doubt }
  | { readonly refresh: false; readonly reason: "fresh" | "write-limit" | "slow-pace" };

/**
 * Checks the dates of a stored token against AWS's date of its version: a token cannot have been issued after it was
 * stored. A longer lifetime than usual is doubted, since anyone may have written it: such a token is refreshed when a
 * usual one would be, and any token that ends no earlier replaces it.
 *
 * @param storedAt epoch seconds, by AWS's clock.
 */
export function believe(
  token: Pick<AccessToken, "issued_at" | "expires_at">,
  storedAt: number,
): Extract<TokenState, { readonly kind: "token" }> {
  const expiresAt = believedEnd(token, storedAt);
  const writtenAt = Math.min(token.issued_at, storedAt);
  const doubt = doubtOf(token, storedAt);
  return {
    kind: "token",
    expiresAt,
    surelyUntil: Math.min(expiresAt, writtenAt + USUAL_LIFETIME_IN_SECONDS),
    writtenAt,
    goneSince: Math.max(expiresAt, storedAt),
    ...(doubt && { doubt }),
  };
}

function doubtOf(
  { issued_at, expires_at }: Pick<AccessToken, "issued_at" | "expires_at">,
  storedAt: number,
): Doubt | undefined {
  if (issued_at > storedAt + CLOCK_TOLERANCE_IN_SECONDS) return "issued-in-the-future";
  return expires_at - issued_at > USUAL_LIFETIME_IN_SECONDS ? "long-lived" : undefined;
}

export function decide(input: DecisionInput): Decision {
  const { token, now } = input;
  if (token.kind === "token") {
    const isDue = token.surelyUntil - now <= dueWhenSecondsLeft(input.settings);
    if (!isDue && token.doubt !== "issued-in-the-future") return { refresh: false, reason: "fresh" };
    if (now - token.writtenAt < SHORTEST_WRITE_INTERVAL_IN_SECONDS) return { refresh: false, reason: "write-limit" };
  }
  if (isSlow(input)) return { refresh: false, reason: "slow-pace" };
  return { refresh: true, reason: token.kind === "token" ? (token.doubt ?? "due") : token.kind };
}

/**
 * True when the token has been gone for long, the client secret is not newer, and this tick is not one of the few that
 * still try.
 */
function isSlow({ token, clientSecretStoredAt, now }: DecisionInput): boolean {
  if (clientSecretStoredAt === undefined) return false;
  const since = Math.max(goneSince(token), clientSecretStoredAt);
  if (now - since < GONE_FOR_LONG_IN_SECONDS) return false;
  return Math.floor(now / TICK_IN_SECONDS) % (SLOW_PACE_IN_SECONDS / TICK_IN_SECONDS) !== 0;
}

/** Since when there has been no token; 0 when the secret never held one. */
function goneSince(token: TokenState): number {
  switch (token.kind) {
    case "token":
      return token.goneSince;
    case "unreadable":
      return token.storedAt;
    case "missing":
      return 0;
  }
}
