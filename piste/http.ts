/**
 * One HTTP call for credentials and tokens: limited in time and size, without redirects, and with a code for each network
 * failure. It uses `node:https`, since the first use of the global `fetch` costs a Lambda's cold start 30 to 40 ms and
 * 30 MB.
 */
import { request as requestInPlain, type IncomingHttpHeaders } from "node:http";
import { request as requestOverTls, type Agent } from "node:https";
import type { Socket } from "node:net";
import { withoutQuotes } from "./json";
import { CHECKED_TLS, type Tls } from "./tls";

export interface HttpRequest {
  readonly url: URL;
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** From the call to the last byte of the answer. */
  readonly timeoutInMilliseconds: number;
  /**
   * A longer answer is an error.
   * @default MAXIMUM_BODY_IN_BYTES
   */
  readonly maximumBodyInBytes?: number;
  /** True to get the body's raw bytes too. */
  readonly wantsRaw?: boolean;
}

/** A complete answer, of any status. */
export interface HttpAnswer {
  readonly status: number;
  readonly contentType?: string;
  readonly wwwAuthenticate?: string;
  readonly retryAfter?: string;
  /** May hold a token: never logged. */
  readonly body: string;
  /** The answer's bytes, if `wantsRaw`. */
  readonly raw?: RawAnswer;
}

export interface RawAnswer {
  /** By names in lower case; repeated headers are joined by commas. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** The parts of an answer that may be shown: never its body or a header that carries a credential. */
export interface AnswerFacts {
  readonly status?: number;
  readonly contentType?: string;
  readonly wwwAuthenticate?: string;
}

/** Shorter secrets would match unrelated text. */
const SHORTEST_SECRET = 4;

/** Forms of the text in JSON: non-ASCII characters unescaped, or escaped with lower- or upper-case digits. */
function inJson(text: string): string[] {
  const json = JSON.stringify(text).slice(1, -1);
  const escaped = (digitsAs: (digits: string) => string): string =>
    json.replace(/[^ -~]/g, (sign) => `\\u${digitsAs(sign.charCodeAt(0).toString(16).padStart(4, "0"))}`);
  return [json, escaped((digits) => digits), escaped((digits) => digits.toUpperCase())];
}

/** Forms of a secret in text, JSON, a form, base64 or a header, whose bytes Node reads as Latin-1. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret, "utf8");
  const asForm = new URLSearchParams({ v: secret }).toString().slice("v=".length);
  const inAddress = encodeURIComponent(bytes.toString("utf8"));
  const forms = [secret, inAddress, asForm, bytes.toString("latin1"), bytes.toString("base64")];
  return [...new Set(forms.flatMap((form) => [form, ...inJson(form)]))].sort((one, other) => other.length - one.length);
}

/** Replaces the secrets in a text, in all their forms. */
export function hide(text: string, secrets: readonly string[], shortest = SHORTEST_SECRET): string {
  return secrets
    .filter((secret) => secret.length >= shortest)
    .flatMap(formsOf)
    .reduce((rest, form) => rest.replaceAll(form, "[hidden]"), text);
}

/** A header, made safe for logs: without the request's secrets, shortened, without control characters. */
function printable(header: string | undefined, secrets: readonly string[]): string | undefined {
  return (
    header &&
    hide(header, secrets)
      .replace(/[^\x20-\x7e]/g, "?")
      .slice(0, 256)
  );
}

/** @param secrets of the request, which the answer may repeat. */
export function answerFacts(answer: HttpAnswer, secrets: readonly string[]): AnswerFacts {
  return {
    status: answer.status,
    contentType: printable(answer.contentType, secrets),
    wwwAuthenticate: printable(answer.wwwAuthenticate, secrets),
  };
}

/** RFC 9110, section 15.3. */
export const isSuccess = (status: number): boolean => status >= 200 && status < 300;

export function looksLikeHtml({ body, contentType = "" }: Pick<HttpAnswer, "body" | "contentType">): boolean {
  return contentType.toLowerCase().includes("html") || body.trimStart().startsWith("<");
}

export const NETWORK_FAILURES = [
  "dns",
  "refused",
  "reset",
  "tls",
  "timeout-connect",
  "timeout-read",
  "half-body",
  "too-large",
  "proxy",
  "behind-proxy",
  "network",
] as const;
export type NetworkFailure = (typeof NETWORK_FAILURES)[number];

/** No complete answer arrived. */
export class NetworkError extends Error {
  override readonly name = "NetworkError";

  constructor(
    readonly failure: NetworkFailure,
    cause?: unknown,
  ) {
    super(`no answer: ${failure}`, { cause: withoutQuotes(cause) });
  }
}

export type HttpTransport = (request: HttpRequest) => Promise<HttpAnswer>;

/** A token's answer has a few hundred bytes and a probe's some kilobytes; more is not from PISTE. */
export const MAXIMUM_BODY_IN_BYTES = 1024 * 1024;

/** Codes of an agent's error: the proxy refuses the connection, or cannot reach the host. */
export const PROXY_REFUSED = "ERR_PROXY_REFUSED";
export const PROXY_WITHOUT_WAY = "ERR_PROXY_WITHOUT_WAY";

/** An agent's error from the proxy, or from the connection to it. */
export interface ProxyError extends NodeJS.ErrnoException {
  /** The proxy's host and port. */
  readonly proxy: string;
  /** The HTTP status of the answer. */
  readonly status?: number;
}

const FAILURE_BY_CODE: ReadonlyMap<string, NetworkFailure> = new Map([
  ["ENOTFOUND", "dns"],
  ["EAI_AGAIN", "dns"],
  ["EAI_NODATA", "dns"],
  ["ECONNREFUSED", "refused"],
  ["ECONNRESET", "reset"],
  ["EPIPE", "reset"],
  ["ETIMEDOUT", "timeout-connect"],
  ["EPROTO", "tls"],
  [PROXY_REFUSED, "proxy"],
  [PROXY_WITHOUT_WAY, "behind-proxy"],
]);
const TLS_CODE = /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_|SELF_SIGNED|UNABLE_TO_|HOSTNAME_MISMATCH)/;

function failureOf(error: unknown): NetworkFailure {
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? "";
  return FAILURE_BY_CODE.get(code) ?? (TLS_CODE.test(code) ? "tls" : "network");
}

const joinedHeaders = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(", ") : (value ?? "")]),
  );

/** False for a connection that an agent kept. Node's types lack `secureConnecting`. */
const isConnecting = (socket: Socket): boolean =>
  socket.connecting || ("secureConnecting" in socket && socket.secureConnecting === true);

/**
 * Makes a call directly, or through an agent, for instance for a proxy.
 *
 * @throws NetworkError when no complete answer arrived in time.
 */
export const httpTransport =
  (agent?: Agent, tls: Tls = CHECKED_TLS): HttpTransport =>
  (request) =>
    new Promise((resolve, reject) => {
      const { maximumBodyInBytes = MAXIMUM_BODY_IN_BYTES } = request;
      const secure = request.url.protocol === "https:";
      // Throws if a header is invalid, so the timer must not have been started yet.
      const outgoing = (secure ? requestOverTls : requestInPlain)(request.url, {
        method: request.method,
        headers: {
          ...request.headers,
          ...(request.body === undefined ? {} : { "content-length": String(Buffer.byteLength(request.body)) }),
        },
        ...tls,
        insecureHTTPParser: false,
        // For an agent that connects to a proxy first.
        timeout: request.timeoutInMilliseconds,
        // A connection that was kept while Lambda was frozen is dead afterwards.
        agent: secure && agent !== undefined ? agent : false,
      });
      const fail = (error: NetworkError): void => {
        clearTimeout(timer);
        reject(error);
        outgoing.destroy();
      };
      let connected = false;
      const timer = setTimeout(() => {
        fail(new NetworkError(connected ? "timeout-read" : "timeout-connect"));
      }, request.timeoutInMilliseconds);
      outgoing.once("socket", (socket) => {
        connected = !isConnecting(socket);
        if (!connected) socket.once(secure ? "secureConnect" : "connect", () => (connected = true));
      });
      outgoing.once("error", (error) => {
        const failure = failureOf(error);
        fail(new NetworkError(failure === "timeout-connect" && connected ? "timeout-read" : failure, error));
      });
      outgoing.once("response", (incoming) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        incoming.on("data", (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > maximumBodyInBytes) {
            fail(new NetworkError("too-large"));
            return;
          }
          chunks.push(chunk);
        });
        incoming.once("error", (error) => {
          fail(new NetworkError("half-body", error));
        });
        incoming.once("end", () => {
          clearTimeout(timer);
          const { headers } = incoming;
          const body = Buffer.concat(chunks);
          resolve({
            status: incoming.statusCode ?? 0,
            contentType: headers["content-type"],
            wwwAuthenticate: headers["www-authenticate"],
            retryAfter: headers["retry-after"],
            body: body.toString("utf8"),
            ...(request.wantsRaw === true && { raw: { headers: joinedHeaders(headers), body } }),
          });
        });
      });
      outgoing.end(request.body);
    });

/** A direct call that trusts only public certificate authorities. */
export const callHttp: HttpTransport = httpTransport();
