/** Faults on demand: what the local PISTE does instead of answering. */
import * as v from "valibot";
import { accountOf, empty, html, json, type Answer, type Request } from "./messages";

const positive = v.pipe(v.number(), v.integer(), v.minValue(1));

/** Node's timers end at once when they are to wait for longer. */
const LONGEST_DELAY = 2 ** 31 - 1;

/** What makes an answer another one; a fault without any of them only waits or spoils the connection. */
const ANSWERING = ["status", "error", "codeRetour", "body", "retryAfterInSeconds", "location"] as const;

export const faultSchema = v.pipe(
  v.strictObject({
    /** Which half of the platform. */
    on: v.picklist(["token", "api"]),
    /** Only paths that begin so. */
    path: v.optional(v.string()),
    /** Only requests with a technical account of this login. */
    login: v.optional(v.string()),
    /** For how many requests; when absent for all, until faults are cleared. Of several that fit, the oldest counts. */
    times: v.optional(positive),
    /** Waits before anything else, also before a proper answer. */
    delayInMilliseconds: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(LONGEST_DELAY))),
    /** Cuts the connection without an answer, never answers, or breaks off half-way. */
    connection: v.optional(v.picklist(["reset", "hang", "half-body"])),
    status: v.optional(v.pipe(v.number(), v.integer(), v.minValue(200), v.maxValue(599))),
    /** OAuth2's `error` in a JSON body. */
    error: v.optional(v.string()),
    /** Chorus Pro's in a JSON body, with its `libelle`. */
    codeRetour: v.optional(v.pipe(v.number(), v.integer())),
    libelle: v.optional(v.string()),
    body: v.optional(v.picklist(["html", "empty", "huge"])),
    retryAfterInSeconds: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
    location: v.optional(
      v.pipe(
        v.string(),
        v.check(
          (value) => /^[\x20-\x7e]*$/.test(value),
          "location must be in ASCII, without line breaks, to fit a header",
        ),
      ),
    ),
  }),
  v.check(
    ({ delayInMilliseconds, connection, ...fault }) =>
      delayInMilliseconds !== undefined ||
      connection !== undefined ||
      ANSWERING.some((key) => fault[key] !== undefined),
    "a fault that does nothing: say what is to happen instead of the answer",
  ),
);
export type Fault = v.InferOutput<typeof faultSchema>;

/** Larger than any client should read of a token's answer. */
const HUGE_BODY_IN_BYTES = 10 * 1024 * 1024;

function answers(fault: Fault): boolean {
  return ANSWERING.some((key) => fault[key] !== undefined);
}

/** Undefined when the proper answer is to be given. */
export function faultyAnswer(fault: Fault): Answer | undefined {
  if (!answers(fault)) return undefined;
  const headers: Record<string, string> = {};
  if (fault.retryAfterInSeconds !== undefined) headers["retry-after"] = String(fault.retryAfterInSeconds);
  if (fault.location !== undefined) headers["location"] = fault.location;
  const status = fault.status ?? usualStatus(fault);
  if (fault.error !== undefined) return json(status, { error: fault.error }, headers);
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
