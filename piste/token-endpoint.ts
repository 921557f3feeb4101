/**
 * PISTE's OAuth2 token endpoint: the client credentials grant (RFC 6749, section 4.4), credentials in the body.
 */
import { accessTokenSchema, misfits, type AccessToken, type ClientCredentials } from "./credentials";
import { diagnoseAnswer, diagnoseNetworkFailure, type Diagnosis } from "./diagnosis";
import {
  answerFacts,
  NetworkError,
  type AnswerFacts,
  type HttpAnswer,
  type HttpRequest,
  type HttpTransport,
} from "./http";
import { parseJson } from "./json";
import { LONGEST_LIFETIME_IN_SECONDS } from "./stored-token";

/** PISTE's lifetime today [fact: expires-in]; the refresher counts with each token's real `expires_in`. */
export const USUAL_TOKEN_LIFETIME_IN_MINUTES = 60;

export interface TokenRequest {
  /** From `checkTokenEndpoint`. */
  readonly endpoint: URL;
  readonly credentials: ClientCredentials;
  readonly scope: string;
  /** Epoch seconds, taken before the call. */
  readonly issuedAt: number;
  readonly timeoutInMilliseconds: number;
}

export type TokenResult =
  | { readonly ok: true; readonly token: AccessToken }
  | {
      readonly ok: false;
      readonly diagnosis: Diagnosis;
      readonly facts: AnswerFacts;
      /** The delay from `Retry-After`, if it is a number of seconds or a date. */
      readonly retryAfterInSeconds?: number;
    };

/** A number or a string [fact: expires-in]. */
function lifetimeInSeconds(value: unknown): number | undefined {
  const given = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
  const seconds = typeof given === "number" ? Math.floor(given) : NaN;
  return Number.isSafeInteger(seconds) && seconds >= 1 ? Math.min(seconds, LONGEST_LIFETIME_IN_SECONDS) : undefined;
}

/** [fact: pair-in-body] */
export function tokenHttpRequest(request: TokenRequest): HttpRequest {
  return {
    url: request.endpoint,
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", accept: "application/json" },
    body: new URLSearchParams({
      grant_type: "client_credentials",
      client_id: request.credentials.client_id,
      client_secret: request.credentials.client_secret,
      scope: request.scope,
    }).toString(),
    timeoutInMilliseconds: request.timeoutInMilliseconds,
  };
}

/** RFC 9110, section 5.6.7; `Date.parse` accepts almost any text. */
const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

function retryAfterInSeconds(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header);
  const date = HTTP_DATE.test(header) ? Date.parse(header) : NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil(date / 1000 - now));
}

function parseToken(answer: HttpAnswer, request: TokenRequest): AccessToken | undefined {
  if (answer.status !== 200) return undefined;
  const { access_token, token_type, expires_in, scope } = Object(parseJson(answer.body)) as Record<string, unknown>;
  const lifetime = lifetimeInSeconds(expires_in);
  if (lifetime === undefined) return undefined;
  // An absent scope is the requested one (RFC 6749, section 5.1); a different one is kept without a check.
  const record = {
    access_token,
    token_type: token_type ?? "Bearer",
    scope: scope ?? request.scope,
    issued_at: request.issuedAt,
    expires_at: request.issuedAt + lifetime,
  };
  return misfits(accessTokenSchema, record).length === 0 ? (record as AccessToken) : undefined;
}

/**
 * Requests a token once. A failure is a result with a diagnosis; only a bug throws.
 *
 * @example
 * ```ts
 * import { callHttp, checkTokenEndpoint, DEFAULT_SCOPE, HOSTS, requestToken } from "cdktf-piste/piste";
 * import type { ClientCredentials, TokenResult } from "cdktf-piste/piste";
 *
 * export function ask(credentials: ClientCredentials): Promise<TokenResult> {
 *   const request = {
 *     endpoint: checkTokenEndpoint(HOSTS.qualif.tokenEndpoint, "qualif", false),
 *     credentials,
 *     scope: DEFAULT_SCOPE,
 *     issuedAt: Math.floor(Date.now() / 1000),
 *     timeoutInMilliseconds: 8_000,
 *   };
 *   return requestToken(request, callHttp);
 * }
 * ```
 */
export async function requestToken(request: TokenRequest, transport: HttpTransport): Promise<TokenResult> {
  let answer: HttpAnswer;
  try {
    answer = await transport(tokenHttpRequest(request));
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    return { ok: false, diagnosis: diagnoseNetworkFailure(error.failure), facts: {} };
  }
  const token = parseToken(answer, request);
  if (token !== undefined) return { ok: true, token };
  const { client_id, client_secret } = request.credentials;
  return {
    ok: false,
    diagnosis: diagnoseAnswer(answer),
    facts: answerFacts(answer, [client_secret, client_id]),
    retryAfterInSeconds: retryAfterInSeconds(answer.retryAfter, request.issuedAt),
  };
}
