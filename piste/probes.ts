/**
 * Calls an API and interprets the answer. Only this file interprets statuses of the gateway or of Chorus Pro. It returns
 * only the status, two headers and Chorus Pro's codes of a probe's answer.
 */
import { probeBody, type Api, type Probe } from "./api-catalogue";
import { addressUrl } from "./api-path";
import { chorusProAccountHeader, type AccessToken, type TechnicalAccount } from "./credentials";
import {
  answerFacts,
  isSuccess,
  looksLikeHtml,
  NetworkError,
  type AnswerFacts,
  type HttpAnswer,
  type HttpRequest,
  type HttpTransport,
  type NetworkFailure,
} from "./http";
import { membersOf, parseJson } from "./json";

export const PROBE_TIMEOUT_IN_SECONDS = 10;

/** A made-up login: shows whether an API lets the application in, without risk for a real account. */
export const MADE_UP_ACCOUNT: TechnicalAccount = { login: "TECH_0_00000000000000@cpro.fr", password: "made-up" };

export interface ProbeCall {
  readonly api: Api;
  readonly probe: Probe;
  /** The gateway's root, from `checkApiBaseUrl`. */
  readonly apiBaseUrl: URL;
  readonly token: Pick<AccessToken, "access_token" | "token_type">;
  /** Absent if the probe uses none. */
  readonly account?: TechnicalAccount | undefined;
  /** The account's structure, for a probe that searches for it. */
  readonly structure?: { readonly identifier: string; readonly identifierType: string } | undefined;
  readonly timeoutInMilliseconds: number;
}

/**
 * - `good`: a success, or an empty search
 * - `other-code`: Chorus Pro's 200 with another `codeRetour`
 * - `account-refused`: Chorus Pro's own 401 [fact: account-refused]
 * - `forbidden`: a 403 without a reason
 * - `token-refused`, `scope-missing`, `not-exposed`: the gateway's 401, 403 with `insufficient_scope`, and 404
 *   [fact: challenges]
 * - `unclear`: any other answer, or none
 */
export type AnswerKind =
  | "good"
  | "other-code"
  | "account-refused"
  | "forbidden"
  | "token-refused"
  | "scope-missing"
  | "not-exposed"
  | "unclear";

/** The facts of an answer, without secrets. */
export interface ProbeAnswer extends AnswerFacts {
  readonly kind: AnswerKind;
  /** Why no complete answer arrived. */
  readonly failure?: NetworkFailure;
  /** Chorus Pro's `codeRetour`, where it is not 0. */
  readonly returnCode?: number;
  /** The code at the beginning of Chorus Pro's `libelle`, such as `TRA_MSG_00.015`; never its text. */
  readonly messageCode?: string;
  /** For a `good` answer: the search found nothing. */
  readonly emptySearch?: true;
}

/** A call of an API. */
export interface ApiCall {
  /** Below the gateway's root. */
  readonly url: URL;
  readonly method: HttpRequest["method"];
  readonly token: ProbeCall["token"];
  readonly account?: TechnicalAccount | undefined;
  /** JSON. */
  readonly body?: string | undefined;
  readonly timeoutInMilliseconds: number;
  readonly maximumBodyInBytes?: number;
  readonly wantsRaw?: boolean;
}

export function apiHttpRequest({ token, account, ...call }: ApiCall): HttpRequest {
  return {
    ...call,
    headers: {
      accept: "application/json",
      authorization: `${token.token_type} ${token.access_token}`,
      ...(account && { "cpro-account": chorusProAccountHeader(account) }),
      ...(call.body !== undefined && { "content-type": "application/json;charset=utf-8" }),
    },
  };
}

/** Makes the call once. Failures of PISTE are answers; only a bug throws. */
export async function callProbe(call: ProbeCall, transport: HttpTransport): Promise<ProbeAnswer> {
  const { api, probe, token, account, timeoutInMilliseconds } = call;
  if (account !== undefined && api.authentication !== "token-and-account") {
    throw new Error(`no technical account must be sent to the API ${api.name}`);
  }
  const request = apiHttpRequest({
    url: addressUrl({ path: `${api.basePath}${probe.path}`, query: "" }, call.apiBaseUrl),
    method: probe.method,
    token,
    account,
    body: probeBody(probe, call.structure),
    timeoutInMilliseconds,
  });
  const { answer } = await callApi(request, askedBy(probe, account), transport);
  return answer;
}

/** The parts of a request on which the meaning of its answer depends. */
export interface Asked {
  /** True if the request carried a technical account. */
  readonly withAccount: boolean;
  /**
   * If a success has Chorus Pro's `codeRetour`. `never`: it may have a `status` that says the API is down; `perhaps`: it
   * is checked if present.
   */
  readonly returnCode: "always" | "perhaps" | "never";
}

export function askedBy({ usesAccount }: Probe, account: TechnicalAccount | undefined): Asked {
  return { withAccount: account !== undefined, returnCode: usesAccount ? "always" : "never" };
}

export interface ApiAnswer {
  readonly answer: ProbeAnswer;
  /** The complete HTTP answer, for the caller; undefined if none arrived. */
  readonly http?: HttpAnswer;
}

/** Sends the request once. Failures of PISTE are answers; only a bug throws. */
export async function callApi(request: HttpRequest, asked: Asked, transport: HttpTransport): Promise<ApiAnswer> {
  let http: HttpAnswer;
  try {
    http = await transport(request);
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    return { answer: { kind: "unclear", failure: error.failure } };
  }
  return { answer: readAnswer(http, asked, secretsOf(request)), http };
}

/** @param secrets of the request, which the answer may repeat. */
export function readAnswer(http: HttpAnswer, asked: Asked, secrets: readonly string[]): ProbeAnswer {
  return { ...classify(http, asked), ...answerFacts(http, secrets) };
}

/** The token and the technical account that a request of {@link apiHttpRequest} carries. */
export function secretsOf({ headers }: HttpRequest): string[] {
  const token = headers["authorization"]?.split(" ").at(-1);
  const account = headers["cpro-account"];
  const [login, ...password] = Buffer.from(account ?? "", "base64")
    .toString("utf8")
    .split(":");
  return [token, account, password.join(":"), login].filter((secret) => secret !== undefined);
}

type Classified = Pick<ProbeAnswer, "kind" | "returnCode" | "messageCode" | "emptySearch">;

/** The `error` of a challenge (RFC 6750, section 3). */
function challengeOf({ wwwAuthenticate = "" }: HttpAnswer): string | undefined {
  return /\berror\s*=\s*"?([a-z_]+)/i.exec(wwwAuthenticate)?.[1]?.toLowerCase();
}

function classify(answer: HttpAnswer, { withAccount, returnCode }: Asked): Classified {
  const challenge = challengeOf(answer);
  switch (answer.status) {
    case 401:
      if (challenge === "invalid_token") return { kind: "token-refused" };
      // In any format: a refusal that is not recognized would try the password again.
      return { kind: withAccount ? "account-refused" : "unclear" };
    case 403:
      if (challenge === "insufficient_scope") return { kind: "scope-missing" };
      return { kind: looksLikeHtml(answer) ? "unclear" : "forbidden" };
    case 404:
      return { kind: looksLikeHtml(answer) ? "unclear" : "not-exposed" };
    default:
      if (!isGood(answer.status, returnCode) || looksLikeHtml(answer)) return { kind: "unclear" };
      if (returnCode === "never") return { kind: saysItIsDown(answer.body) ? "unclear" : "good" };
      return classifyReturnCode(answer.body) ?? { kind: returnCode === "always" ? "unclear" : "good" };
  }
}

/** The success of a probe is 200; another call may have any success status. */
function isGood(status: number, returnCode: Asked["returnCode"]): boolean {
  return returnCode === "perhaps" ? isSuccess(status) : status === 200;
}

/** Judilibre reports an outage in an answer of status 200. */
function saysItIsDown(body: string): boolean {
  const status = membersOf(parseJson(body))?.["status"];
  return typeof status === "string" && /^(?:indisponible|unavailable|down)$/i.test(status.trim());
}

const MESSAGE_CODE = /^[A-Z]{2,6}_MSG_\d{1,3}\.\d{1,4}(?=\W|$)/;
const EMPTY_SEARCH = "TRA_MSG_00.015";
const ACCOUNT_REFUSED_RETURN_CODE = 401;

/** Undefined if the body has no `codeRetour`. */
function classifyReturnCode(body: string): Classified | undefined {
  const { codeRetour, libelle } = membersOf(parseJson(body)) ?? {};
  const code = typeof codeRetour === "string" && /^\d{1,9}$/.test(codeRetour) ? Number(codeRetour) : codeRetour;
  if (typeof code !== "number") return undefined;
  const words = libelle ?? "";
  if (typeof words !== "string") return undefined;
  const messageCode = MESSAGE_CODE.exec(words.trim())?.[0];
  if (messageCode === EMPTY_SEARCH) return { kind: "good", emptySearch: true };
  if (code === 0) return { kind: "good" };
  const kind = code === ACCOUNT_REFUSED_RETURN_CODE ? "account-refused" : "other-code";
  return { kind, returnCode: code, messageCode };
}
