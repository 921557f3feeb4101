/** Connects code of the same process to the local PISTE, without a network and without delays. */
import { NetworkError, type HttpTransport } from "../piste/http";
import type { Fault } from "./faults";
import type { Piste } from "./piste";

/** The network failures that a client sees. */
const SEEN_AS = {
  reset: "reset",
  hang: "timeout-read",
  "half-body": "half-body",
} as const satisfies Record<NonNullable<Fault["connection"]>, string>;

/** Ignores the delays of faults. */
export const transportTo =
  (piste: Piste): HttpTransport =>
  (request) => {
    const { answer, connection } = piste.handle({
      method: request.method,
      path: request.url.pathname,
      headers: request.headers,
      body: request.body ?? "",
    });
    if (connection !== undefined) return Promise.reject(new NetworkError(SEEN_AS[connection]));
    return Promise.resolve({
      status: answer.status,
      contentType: answer.headers["content-type"],
      wwwAuthenticate: answer.headers["www-authenticate"],
      retryAfter: answer.headers["retry-after"],
      body: answer.body,
    });
  };
