/** Requests and answers of the local PISTE, without a network. */
import type { TechnicalAccount } from "../piste/credentials";

export interface Request {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export const json = (status: number, value: unknown, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { "content-type": "application/json;charset=utf-8", ...headers },
  body: JSON.stringify(value),
});

export const text = (status: number, body: string, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { "content-type": "text/plain;charset=utf-8", ...headers },
  body,
});

export const empty = (status: number, headers: Record<string, string> = {}): Answer => ({ status, headers, body: "" });

export const HTML_PAGE =
  "<!DOCTYPE html><html><head><title>Maintenance</title></head><body>Service indisponible</body></html>";

export const html = (status: number, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { "content-type": "text/html;charset=utf-8", ...headers },
  body: HTML_PAGE,
});

/** The technical account that a request carries. */
export function accountOf(request: Request): TechnicalAccount | undefined {
  const [login, ...password] = Buffer.from(request.headers["cpro-account"] ?? "", "base64")
    .toString("utf8")
    .split(":");
  return login === undefined || login === "" || password.length === 0
    ? undefined
    : { login, password: password.join(":") };
}
