/** A program's request, checked before a token or an account is read. */
import { validateHeaderName, validateHeaderValue } from "node:http";
import { API_CATALOGUE } from "../piste/api-catalogue";
import { addressUrl, isGetOnly, resolveGatewayAddress, takesAccount } from "../piste/api-path";
import type { HttpRequest } from "../piste/http";
import { checkName } from "../piste/names";
import { checkMinimum, checkTimeout, type ClientSettings } from "./options";

export interface PisteRequest {
  /** @default - "POST" with a body, else "GET" */
  readonly method?: "GET" | "POST";
  /** A value that is sent as JSON. */
  readonly json?: unknown;
  /** The body, sent unchanged. Set `content-type` if it is not JSON. */
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /**
   * The technical account, for Chorus Pro.
   * @default - the client's
   */
  readonly account?: string;
  /** @default - the client's */
  readonly minimumSecondsLeft?: number;
  /** @default - the client's */
  readonly timeoutInSeconds?: number;
  /**
   * Maximum size of an answer; a longer one is an error.
   * @default 67108864, which is 64 MiB: an invoice includes its PDF
   */
  readonly maximumBodyInBytes?: number;
}

/** A request without its token and account. */
export interface Prepared {
  readonly url: URL;
  readonly method: HttpRequest["method"];
  readonly body: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** The technical account to send. */
  readonly account: string | undefined;
  readonly minimumSecondsLeft: number;
  readonly timeoutInMilliseconds: number;
  readonly maximumBodyInBytes: number;
}

const DEFAULT_MAXIMUM_BODY_IN_BYTES = 64 * 1024 * 1024;
const CATALOGUE_PATHS = Object.values(API_CATALOGUE)
  .map(({ basePath }) => basePath.slice(1))
  .join(", ");
const METHODS: readonly unknown[] = ["GET", "POST"];

/** Headers that the client sets: they identify the caller or frame the message. */
const OURS = new Set([
  "authorization",
  "connection",
  "content-length",
  "cpro-account",
  "expect",
  "host",
  "keep-alive",
  "proxy-authorization",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** @throws Error naming the invalid part. */
export function prepare(address: string, request: PisteRequest, settings: ClientSettings): Prepared {
  const found = typeof address === "string" ? resolveGatewayAddress(address) : "path";
  if (typeof found === "string") {
    throw new Error(
      `the address must be a path below an API (${CATALOGUE_PATHS}), ` +
        `such as "structures/v1/rechercher", got ${JSON.stringify(address)}`,
    );
  }
  const carriesAccount = takesAccount(found);
  if (!carriesAccount && request.account !== undefined) {
    throw new Error(
      `account must not be given for ${found.path}, which takes no account, got ${JSON.stringify(request.account)}`,
    );
  }
  const account = carriesAccount ? (request.account ?? settings.account) : undefined;
  if (account !== undefined) checkName("account", account);
  const body = bodyOf(request);
  const method = request.method ?? (body === undefined ? "GET" : "POST");
  if (!METHODS.includes(method)) throw new Error(`method must be GET or POST, got ${JSON.stringify(method)}`);
  if (method !== "GET" && isGetOnly(found)) {
    throw new Error(
      `method must be GET for ${found.path}, which is not below an API of the catalogue (${CATALOGUE_PATHS}), got ${method}`,
    );
  }
  if (method === "GET" && body !== undefined) throw new Error("a GET must have neither json nor body");
  return {
    url: addressUrl(found, settings.apiBaseUrl()),
    method,
    body,
    headers: headersOf(request.headers ?? {}),
    account,
    minimumSecondsLeft: checkMinimum(request.minimumSecondsLeft ?? settings.minimumSecondsLeft),
    timeoutInMilliseconds: checkTimeout(request.timeoutInSeconds ?? settings.timeoutInSeconds) * 1000,
    maximumBodyInBytes: checkMaximum(request.maximumBodyInBytes ?? DEFAULT_MAXIMUM_BODY_IN_BYTES),
  };
}

function checkMaximum(bytes: number): number {
  if (Number.isFinite(bytes) && bytes > 0) return bytes;
  throw new Error(`maximumBodyInBytes must be a number of bytes above 0, got ${String(bytes)}`);
}

function bodyOf({ body, json }: PisteRequest): string | undefined {
  if (body !== undefined && json !== undefined) throw new Error("give body or json, not both");
  if (body !== undefined && typeof body !== "string") throw new Error(`body must be a string, got a ${typeof body}`);
  return json === undefined ? body : JSON.stringify(json);
}

function headersOf(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      const lower = name.toLowerCase();
      if (OURS.has(lower)) throw new Error(`headers must not have ${lower}, which the client sets`);
      checkHeader(lower, value);
      return [lower, value];
    }),
  );
}

function checkHeader(name: string, value: string): void {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
  } catch {
    // The value may be secret.
    throw new Error(`headers must have names and values that HTTP allows, got an invalid ${JSON.stringify(name)}`);
  }
}
