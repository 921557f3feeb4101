/**
 * The one decision: refresh or wait, and why. Pure; the handler only performs it.
 */
import {
  dueWhenSecondsLeft,
  GONE_FOR_LONG_IN_SECONDS,
  SECONDS_PER_MINUTE,
  SHORTEST_WRITE_INTERVAL_IN_SECONDS,
  SLOW_PACE_IN_SECONDS,
  type RefreshSettings,
} from "./timing";

/** What the token secret holds. */
export type TokenState =
  | { readonly kind: "missing" }
  | { readonly kind: "unreadable"; readonly storedAt: number }
  | { readonly kind: "token"; readonly issuedAt: number; readonly expiresAt: number };

export interface DecisionInput {
  readonly token: TokenState;
  /** When the current client secret was stored, in epoch seconds; unknown until it has been read. */
  readonly clientSecretStoredAt?: number | undefined;
  /** Epoch seconds. */
  readonly now: number;
  readonly settings: RefreshSettings;
}

export type Decision =
  | { readonly refresh: true; readonly reason: "due" | "missing" | "unreadable" | "issued-in-the-future" }
  | { readonly refresh: false; readonly reason: "fresh" | "write-limit" | "slow-pace" };

/** A token issued later than this from now was written by a clock that is off, so its age says nothing. */
const CLOCK_TOLERANCE_IN_SECONDS = SECONDS_PER_MINUTE;

export function decide(input: DecisionInput): Decision {
  const { token, now } = input;
  if (token.kind === "token") {
    const age = now - token.issuedAt;
    if (age < -CLOCK_TOLERANCE_IN_SECONDS) return { refresh: true, reason: "issued-in-the-future" };
    if (token.expiresAt - now > dueWhenSecondsLeft(input.settings)) return { refresh: false, reason: "fresh" };
    if (age < SHORTEST_WRITE_INTERVAL_IN_SECONDS) return { refresh: false, reason: "write-limit" };
  }
  if (isSlow(input)) return { refresh: false, reason: "slow-pace" };
  return { refresh: true, reason: token.kind === "token" ? "due" : token.kind };
}

/** Whether the token is long gone, the client secret no newer, and this tick not one of the few that still try. */
function isSlow({ token, clientSecretStoredAt, now, settings }: DecisionInput): boolean {
  if (clientSecretStoredAt === undefined) return false;
  const since = Math.max(goneSince(token), clientSecretStoredAt);
  if (now - since < GONE_FOR_LONG_IN_SECONDS) return false;
  const tick = settings.tickInMinutes * SECONDS_PER_MINUTE;
  const oneIn = Math.ceil(SLOW_PACE_IN_SECONDS / tick);
  return Math.floor(now / tick) % oneIn !== 0;
}

/** Since when there has been no token, as far as the secret tells: one that never held any tells nothing. */
function goneSince(token: TokenState): number {
  switch (token.kind) {
    case "token":
      return token.expiresAt;
    case "unreadable":
      return token.storedAt;
    case "missing":
      return 0;
  }
}
