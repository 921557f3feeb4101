/**
 * The meaning of each answer of PISTE's token endpoint, in one table: the class for metrics and alarms, the next try
 * and the message. Only this file interprets the token endpoint's statuses.
 */
import { looksLikeHtml, NETWORK_FAILURES, type HttpAnswer, type NetworkFailure } from "./http";
import { parseJson } from "./json";

/**
 * - `rejected`: a person must act; a retry does not help
 * - `suspect`: an `invalid_client` that may be the platform's fault; counts as rejected when it repeats
 * - `throttled`: a quota
 * - `unavailable`: the platform or the network to it is down
 * - `invalid-response`: an answer from something else than the token endpoint, such as a maintenance page
 * - `unconfigured`: no client credentials stored yet; healthy
 */
export const FAILURE_CLASSES = [
  "rejected",
  "suspect",
  "throttled",
  "unavailable",
  "invalid-response",
  "unconfigured",
] as const;
export type FailureClass = (typeof FAILURE_CLASSES)[number];

/** When to try again: within this run, at the next tick, or after a person has acted. */
export type NextTry = "now" | "next-tick" | "person";

interface Judgement {
  readonly class: FailureClass;
  readonly nextTry: NextTry;
  /** The message: what happened and what to do. It says "probably" when the fact is not certain. */
  readonly meaning: string;
}

export interface Diagnosis extends Judgement {
  /** The row of the table; stable, for logs and tests. */
  readonly code: DiagnosisCode;
}

interface Row<Code extends string = string> extends Judgement {
  readonly code: Code;
  readonly when: (answer: Answered) => boolean;
}

/** An answer with its OAuth2 `error` already read from the body (RFC 6749, section 5.2). */
interface Answered {
  readonly status: number;
  readonly error: string | undefined;
  readonly body: string;
  readonly contentType: string;
}

const RESET_ADVICE =
  "Check that the OAuth2 pair was stored, not the API key pair (both look like UUIDs), without white space, and of " +
  "this environment; if the secret was reset on the PISTE portal, store the new one";

const row = <Code extends string>(
  code: Code,
  when: Row["when"],
  failureClass: FailureClass,
  nextTry: NextTry,
  meaning: string,
): Row<Code> => ({ code, when, class: failureClass, nextTry, meaning });

/**
 * The first row that matches counts. The last one matches every answer.
 * [fact: pair-refused] [fact: pair-refused-401]
 */
const TOKEN_ENDPOINT_ANSWERS = [
  row(
    "invalid-client",
    ({ status, error }) => status === 400 && error === "invalid_client",
    "rejected",
    "person",
    `PISTE refuses the client id or the client secret; it never says which. ${RESET_ADVICE}.`,
  ),
  row(
    "invalid-client-unconfirmed",
    (answer) =>
      answer.status === 401 &&
      (answer.error === "invalid_client" || (answer.error === undefined && !looksLikeHtml(answer))),
    "suspect",
    "next-tick",
    `PISTE probably refuses the client id or the client secret; it also answers so while it throttles. ${RESET_ADVICE} when it repeats.`,
  ),
  row(
    "invalid-scope",
    ({ status, error }) => status === 400 && error === "invalid_scope",
    "rejected",
    "person",
    "PISTE does not know the scope. Remove `scope` from the application's configuration, if it is there: it then follows " +
      "from `apis`. If it is not, check on the PISTE portal that the APIs are selected.",
  ),
  row(
    "request-refused",
    ({ status, error }) => (status === 400 || status === 401) && error !== undefined,
    "rejected",
    "person",
    "PISTE refuses the request itself. Check the application on the PISTE portal and its `scope` here.",
  ),
  row(
    "throttled",
    ({ status }) => status === 429,
    "throttled",
    "now",
    "PISTE's quota is used up. The refresher tries again; if it lasts, look for other programs that use these credentials.",
  ),
  row(
    "server-error",
    ({ status }) => status >= 500 || status === 408,
    "unavailable",
    "now",
    "PISTE is down or restarting. The refresher tries again; you need to act only if it lasts.",
  ),
  row(
    "redirect",
    ({ status }) => status >= 300 && status < 400,
    "invalid-response",
    "next-tick",
    "The token endpoint answered with a redirect, which is never followed with credentials: probably a proxy or a maintenance page.",
  ),
  row(
    "html",
    looksLikeHtml,
    "invalid-response",
    "next-tick",
    "The token endpoint answered with a web page: probably a proxy or a maintenance page.",
  ),
  row(
    "empty",
    ({ body }) => body.trim() === "",
    "invalid-response",
    "next-tick",
    "The token endpoint sent an empty answer: probably a proxy or a maintenance in progress.",
  ),
  row(
    "no-token",
    () => true,
    "invalid-response",
    "next-tick",
    "The answer has no usable token: it is probably not from PISTE.",
  ),
] as const;

/** The cause of each network failure, to end a sentence. */
export const NETWORK_MEANING: Readonly<Record<NetworkFailure, string>> = {
  dns: "the host name cannot be resolved",
  refused: "the connection is refused",
  reset: "the connection was cut",
  tls: "no trusted TLS connection could be made",
  "timeout-connect": "no connection within the time limit",
  "timeout-read": "no complete answer within the time limit",
  "half-body": "the answer was cut off",
  "too-large": "the answer is far larger than a token's",
  proxy: "the proxy on the way refuses the connection",
  "behind-proxy": "the proxy on the way says that it cannot reach the host",
  network: "the network failed",
};

export type DiagnosisCode = (typeof TOKEN_ENDPOINT_ANSWERS)[number]["code"] | NetworkFailure;

/** The codes of every diagnosis, for tests and documentation. */
export const DIAGNOSIS_CODES: readonly DiagnosisCode[] = [
  ...TOKEN_ENDPOINT_ANSWERS.map(({ code }) => code),
  ...NETWORK_FAILURES,
];

function oauthError(body: string): string | undefined {
  const json = parseJson(body);
  const error = typeof json === "object" && json !== null && "error" in json ? json.error : undefined;
  return typeof error === "string" ? error : undefined;
}

/** Diagnoses an answer of the token endpoint that gave no token. */
export function diagnoseAnswer(answer: HttpAnswer): Diagnosis {
  const answered: Answered = {
    status: answer.status,
    error: oauthError(answer.body),
    body: answer.body,
    contentType: answer.contentType?.toLowerCase() ?? "",
  };
  const found = TOKEN_ENDPOINT_ANSWERS.find(({ when }) => when(answered));
  if (found === undefined) throw new Error("the last row of the diagnosis must match every answer");
  const { class: failureClass, code, nextTry, meaning } = found;
  return { class: failureClass, code, nextTry, meaning };
}

/** The message of a code; undefined for an unknown code. */
export function diagnosisMeaning(code: string): string | undefined {
  const failure = NETWORK_FAILURES.find((known) => known === code);
  if (failure !== undefined) return diagnoseNetworkFailure(failure).meaning;
  return TOKEN_ENDPOINT_ANSWERS.find((known) => known.code === code)?.meaning;
}

/** Diagnoses a call of the token endpoint without a complete answer. */
export function diagnoseNetworkFailure(failure: NetworkFailure): Diagnosis {
  const tooLarge = failure === "too-large";
  return {
    class: tooLarge ? "invalid-response" : "unavailable",
    code: failure,
    nextTry: tooLarge ? "next-tick" : "now",
    meaning: `No usable answer from PISTE's token endpoint: ${NETWORK_MEANING[failure]}. The refresher tries again; if it lasts while PISTE is up, check the network to PISTE.`,
  };
}
