/**
 * Decides how long a stored token is valid. Its record may be wrong, since others may write it; the date of its version
 * comes from AWS.
 */
import { parseToken, type AccessToken } from "./credentials";

/** A longer life is not believed: a mistaken or forged number must not keep a token for ever. */
export const LONGEST_LIFETIME_IN_SECONDS = 24 * 60 * 60;

/** Two clocks that are closer than this are taken to agree. */
export const CLOCK_TOLERANCE_IN_SECONDS = 60;

/**
 * Epoch seconds until which a token can be believed: not after it says, and not longer than its lifetime, a day at most,
 * after its version was stored.
 *
 * @param storedAt epoch seconds, by AWS's clock; without it `issued_at` has to do.
 */
export function believedEnd(
  { issued_at, expires_at }: Pick<AccessToken, "issued_at" | "expires_at">,
  storedAt: number = issued_at,
): number {
  return Math.min(expires_at, storedAt + Math.min(expires_at - issued_at, LONGEST_LIFETIME_IN_SECONDS));
}

export interface StoredToken {
  readonly token: AccessToken;
  /** Epoch seconds, as far as it can be believed. */
  readonly end: number;
  /** Whole seconds for which it is good; negative once it has ended. */
  readonly secondsLeft: number;
}

/**
 * The stored token and how long it is good for; undefined when what is stored could not be sent as one.
 *
 * @param stored the value, and AWS's date of its version in epoch seconds.
 * @param now epoch seconds, by AWS's clock where it is known.
 */
export function storedToken(
  secretName: string,
  stored: { readonly value: string; readonly storedAt?: number | undefined },
  now: number,
): StoredToken | undefined {
  const token = parseToken(secretName, stored.value);
  if (token === undefined) return undefined;
  const end = believedEnd(token, stored.storedAt);
  return { token, end, secondsLeft: Math.floor(end - now) };
}
