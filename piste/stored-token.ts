/**
 * Decides how long a stored token is valid. Its record may be wrong, since others may write it; the date of its version
 * comes from AWS.
 */
import { parseToken, type AccessToken } from "./credentials";

/** A longer lifetime is not believed: a wrong or forged number must not keep a token for ever. */
export const LONGEST_LIFETIME_IN_SECONDS = 24 * 60 * 60;

/** Largest difference at which two clocks are said to agree. */
export const CLOCK_TOLERANCE_IN_SECONDS = 60;

/**
 * The believed end of a token, in epoch seconds: at most `expires_at`, and at most its lifetime, or a day, after its
 * version was stored.
 *
 * @param storedAt epoch seconds, by AWS's clock; `issued_at` is used if it is unknown.
 */
export function believedEnd(
  { issued_at, expires_at }: Pick<AccessToken, "issued_at" | "expires_at">,
  storedAt: number = issued_at,
): number {
  return Math.min(expires_at, storedAt + Math.min(expires_at - issued_at, LONGEST_LIFETIME_IN_SECONDS));
}

export interface StoredToken {
  readonly token: AccessToken;
  /** The believed end, in epoch seconds. */
  readonly end: number;
  /** Whole seconds until the end; negative after it. */
  readonly secondsLeft: number;
}

/**
 * The stored token and its remaining validity; undefined if the value is no usable token record.
 *
 * @param stored the value, and AWS's date of its version in epoch seconds.
 * @param now epoch seconds, by AWS's clock if it is known.
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
