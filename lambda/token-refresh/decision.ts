/**
 * The one decision: refresh or wait, and why. Pure; the handler only performs it.
 */
import { USUAL_TOKEN_LIFETIME_IN_MINUTES } from "../../piste/token-endpoint";
import {
  dueWhenSecondsLeft,
  GONE_FOR_LONG_IN_SECONDS,
  SECONDS_PER_MINUTE,
  SHORTEST_WRITE_INTERVAL_IN_SECONDS,
  SLOW_PACE_IN_SECONDS,
  TICK_IN_SECONDS,
  type RefreshSettings,
} from "./timing";

/** What the token secret holds. Times are epoch seconds. */
export type TokenState =
  | { readonly kind: "missing" }
  | { readonly kind: "unreadable"; readonly storedAt: number }
  | {
      readonly kind: "token";
      /** As far as it can be believed. */
      readonly expiresAt: number;
      /** When this function wrote it, by AWS's clock; for a version of another's making, when it says to be issued. */
      readonly writtenAt: number;
      /** Since when there is no token, once this one has ended. */
      readonly goneSince: number;
      /** Why its dates are not believed. */
      readonly doubt?: Doubt;
    };

/** `issued-in-the-future`: its writer's clock was off. `edited`: someone else wrote it, with a life PISTE never gives or when it had ended. */
export type Doubt = "issued-in-the-future" | "edited";

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

/** Two clocks that are closer than this are taken to agree. */
export const CLOCK_TOLERANCE_IN_SECONDS = SECONDS_PER_MINUTE;

const USUAL_LIFETIME_IN_SECONDS = USUAL_TOKEN_LIFETIME_IN_MINUTES * SECONDS_PER_MINUTE;

/** A version of the token secret that holds a readable token. */
export interface TokenVersion {
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** By AWS's clock. */
  readonly storedAt: number;
  /** Whether this function wrote it. */
  readonly ownWrite: boolean;
}

/**
 * How far a stored token can be believed. AWS dates every version by a clock of its own, so a token cannot have been
 * issued after its version was stored; and only what PISTE itself said may live longer than PISTE's tokens usually do.
 */
export function believe({ issuedAt, expiresAt, storedAt, ownWrite }: TokenVersion): TokenState {
  const lifetime = expiresAt - issuedAt;
  const doubt = doubtOf({ issuedAt, expiresAt, storedAt, ownWrite });
  if (doubt === undefined) {
    const writtenAt = ownWrite ? storedAt : issuedAt;
    return { kind: "token", expiresAt, writtenAt, goneSince: Math.max(expiresAt, storedAt) };
  }
  const end = Math.min(issuedAt, storedAt) + (ownWrite ? lifetime : Math.min(lifetime, USUAL_LIFETIME_IN_SECONDS));
  const writtenAt = ownWrite ? storedAt : 0;
  return { kind: "token", expiresAt: end, writtenAt, goneSince: Math.max(end, storedAt), doubt };
}

function doubtOf({ issuedAt, expiresAt, storedAt, ownWrite }: TokenVersion): Doubt | undefined {
  if (issuedAt > storedAt + CLOCK_TOLERANCE_IN_SECONDS) return "issued-in-the-future";
  if (!ownWrite && (expiresAt - issuedAt > USUAL_LIFETIME_IN_SECONDS || expiresAt <= storedAt)) return "edited";
  return undefined;
}

export function decide(input: DecisionInput): Decision {
  const { token, now } = input;
  if (token.kind === "token") {
    const isDue = token.expiresAt - now <= dueWhenSecondsLeft(input.settings);
    if (!isDue && token.doubt === undefined) return { refresh: false, reason: "fresh" };
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
