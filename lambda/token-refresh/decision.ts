/**
 * The one decision: refresh or wait, and why. Pure; the handler only performs it.
 */
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
      /** As far as it can be believed. */
      readonly expiresAt: number;
      /** Until when no doubt is possible: not longer than PISTE's tokens usually live. It is due by this one. */
      readonly surelyUntil: number;
      /** What the write limit counts from: never later than AWS's date of the version. */
      readonly writtenAt: number;
      /** Since when there is no token, once this one has ended. */
      readonly goneSince: number;
      /** Why its dates are not believed. */
      readonly doubt?: Doubt;
    };

/** `issued-in-the-future`: its writer's clock was off. `long-lived`: it claims to live longer than PISTE's tokens usually do. */
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
 * How far a stored token can be believed. AWS dates every version by a clock of its own, so a token cannot have been
 * issued after its version was stored. Nothing tells who wrote it, nor whether PISTE meant what it said; so a life beyond
 * the usual one is in doubt: such a token is due when a usual one would be, and gives way to any that ends no earlier.
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

/** Whether the token is long gone, the client secret no newer, and this tick not one of the few that still try. */
function isSlow({ token, clientSecretStoredAt, now }: DecisionInput): boolean {
  if (clientSecretStoredAt === undefined) return false;
  const since = Math.max(goneSince(token), clientSecretStoredAt);
  if (now - since < GONE_FOR_LONG_IN_SECONDS) return false;
  return Math.floor(now / TICK_IN_SECONDS) % (SLOW_PACE_IN_SECONDS / TICK_IN_SECONDS) !== 0;
}

/** Since when there has been no token, as far as the secret tells: one that never held any tells nothing. */
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
