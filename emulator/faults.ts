/** Faults on demand: what the local PISTE does instead of answering. */
import { challenge } from "./gateway";
import { accountOf, empty, html, json, type Answer, type Request } from "./messages";

/** Properties that replace the answer; a fault with none of them only delays it or breaks the connection. */
const ANSWERING = ["status", "error", "codeRetour", "body", "retryAfterInSeconds", "location"] as const;

export interface Fault {
  /**
   * Where: the token endpoint; the gateway, before it looks at the token; or an API, once gateway and account have let
   * the call through.
   */
  on: "token" | "gateway" | "api";
  /** Only paths that begin so. */
  path?: string | undefined;
  /** Only requests with a technical account of this login. */
  login?: string | undefined;
  /** For how many requests; when absent for all, until faults are cleared. Of several that fit, the oldest counts. */
  times?: number | undefined;
  /** Waits before anything else, also before a proper answer. */
  delayInMilliseconds?: number | undefined;
  /** Cuts the connection without an answer, never answers, or breaks off half-way. */
  connection?: "reset" | "hang" | "half-body" | undefined;
  status?: number | undefined;
  /** OAuth2's `error` in a JSON body. */
  error?: string | undefined;
  /** Chorus Pro's in a JSON body, with its `libelle`. */
  codeRetour?: number | undefined;
  libelle?: string | undefined;
  body?: "html" | "empty" | "huge" | undefined;
  retryAfterInSeconds?: number | undefined;
  location?: string | undefined;
}

/** Whether the fault does anything at all. */
export const isEffective = (fault: Fault): boolean =>
  fault.delayInMilliseconds !== undefined || fault.connection !== undefined || answers(fault);

/** Larger than any client should read of a token's answer. */
const HUGE_BODY_IN_BYTES = 10 * 1024 * 1024;

function answers(fault: Fault): boolean {
  return ANSWERING.some((key) => fault[key] !== undefined);
}

/** The challenge in a gateway's refusal. The refusal of an API that is not selected has none, and an empty body. */
const CHALLENGES: Readonly<Record<number, string>> = { 401: "invalid_token", 403: "insufficient_scope" };

/** Undefined when the proper answer is to be given. */
export function faultyAnswer(fault: Fault): Answer | undefined {
  if (!answers(fault)) return undefined;
  const headers: Record<string, string> = {};
  if (fault.retryAfterInSeconds !== undefined) headers["retry-after"] = String(fault.retryAfterInSeconds);
  if (fault.location !== undefined) headers["location"] = fault.location;
  const status = fault.status ?? usualStatus(fault);
  const refusal = fault.on === "gateway" && fault.body !== "empty" ? CHALLENGES[status] : undefined;
  if (refusal !== undefined) Object.assign(headers, challenge(refusal, "a fault on demand"));
  const error = fault.error ?? refusal;
  if (error !== undefined && fault.body === undefined) return json(status, { error }, headers);
  const { codeRetour, libelle } = fault;
  if (codeRetour !== undefined) return json(status, { codeRetour, libelle }, headers);
  switch (fault.body) {
    case "html":
      return html(status, headers);
    case "huge":
      return {
        status,
        headers: { "content-type": "application/json", ...headers },
        body: "x".repeat(HUGE_BODY_IN_BYTES),
      };
    case "empty":
    case undefined:
      return empty(status, headers);
  }
}

/** The status that goes with what the fault says, when it names none. */
function usualStatus(fault: Fault): number {
  if (fault.on === "gateway" && fault.error === "invalid_token") return 401;
  if (fault.on === "gateway" && fault.error === "insufficient_scope") return 403;
  if (fault.error !== undefined) return 400;
  if (fault.retryAfterInSeconds !== undefined) return 429;
  return fault.location === undefined ? 200 : 302;
}

export class Faults {
  private rules: { readonly fault: Fault; left: number }[] = [];

  add(fault: Fault): void {
    this.rules.push({ fault, left: fault.times ?? Infinity });
  }

  clear(): void {
    this.rules = [];
  }

  list(): Fault[] {
    return this.rules.map(({ fault, left }) => (Number.isFinite(left) ? { ...fault, times: left } : fault));
  }

  /** The first fault that fits the request; it is used up by one. */
  take(on: Fault["on"], request: Request): Fault | undefined {
    const login = accountOf(request)?.login;
    const rule = this.rules.find(
      ({ fault }) =>
        fault.on === on &&
        request.path.startsWith(fault.path ?? "") &&
        (fault.login === undefined || fault.login === login),
    );
    if (rule === undefined) return undefined;
    rule.left -= 1;
    if (rule.left <= 0) this.rules = this.rules.filter((other) => other !== rule);
    return rule.fault;
  }
}
