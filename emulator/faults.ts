/** Faults on demand, instead of the usual answer. */
import { challenge } from "./gateway";
import { accountOf, empty, html, json, type Answer, type Request } from "./messages";

/** Properties that replace the answer; without one of them a fault only delays it or breaks the connection. */
const ANSWERING = ["status", "error", "codeRetour", "body", "retryAfterInSeconds", "location"] as const;

export interface Fault {
  /**
   * The part that fails: the token endpoint; the gateway, before it checks the token; or an API, after the checks of
   * gateway and account.
   */
  on: "token" | "gateway" | "api";
  /** Only paths with this prefix. */
  path?: string | undefined;
  /** Only requests with this technical account. */
  login?: string | undefined;
  /** Number of requests. The oldest matching fault applies. @default - all, until faults are cleared */
  times?: number | undefined;
  /** Delay before the answer or the broken connection. */
  delayInMilliseconds?: number | undefined;
  /** Resets the connection, never answers, or breaks off in the middle of the body. */
  connection?: "reset" | "hang" | "half-body" | undefined;
  status?: number | undefined;
  /** `error` of OAuth2 in a JSON body. */
  error?: string | undefined;
  /** `codeRetour` of Chorus Pro in a JSON body, with `libelle`. */
  codeRetour?: number | undefined;
  libelle?: string | undefined;
  body?: "html" | "empty" | "huge" | undefined;
  retryAfterInSeconds?: number | undefined;
  location?: string | undefined;
}

/** Whether the fault has an effect. */
export const isEffective = (fault: Fault): boolean =>
  fault.delayInMilliseconds !== undefined || fault.connection !== undefined || answers(fault);

/** Larger than any client should read from the token endpoint. */
const HUGE_BODY_IN_BYTES = 10 * 1024 * 1024;

function answers(fault: Fault): boolean {
  return ANSWERING.some((key) => fault[key] !== undefined);
}

/** The challenge in a refusal by the gateway. The refusal for an unselected API has no challenge and an empty body. */
const CHALLENGES: Readonly<Record<number, string>> = { 401: "invalid_token", 403: "insufficient_scope" };

/** Undefined if the fault does not replace the answer. */
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

/** The status of a fault that names none. */
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

  /** The oldest matching fault; counts the request. */
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
