/** Connections through an HTTP proxy, with CONNECT. */
import * as http from "node:http";
import * as https from "node:https";
import { isIP, isIPv6, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { connect as connectTls } from "node:tls";
import { isSuccess, PROXY_REFUSED, PROXY_WITHOUT_WAY, type ProxyError } from "./http";
import { withoutQuotes } from "./json";
import { CHECKED_TLS, type Tls } from "./tls";

/** RFC 9110, section 15.6: the host behind the proxy did not answer. */
const WITHOUT_WAY: readonly number[] = [502, 503, 504];
/** For the AWS SDK, whose requests set no time limit. */
const DEFAULT_TIMEOUT_IN_MILLISECONDS = 10_000;

/** Errors before the tunnel is open are {@link ProxyError}s, except time-outs. */
export class TunnelAgent extends https.Agent {
  private readonly proxy: URL;

  constructor(
    proxy: string,
    private readonly tls: Tls = CHECKED_TLS,
  ) {
    super();
    this.proxy = new URL(proxy);
  }

  override createConnection(
    options: https.RequestOptions,
    done: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    const { host = "", port, timeout = DEFAULT_TIMEOUT_IN_MILLISECONDS } = options;
    this.ask(`${isIPv6(host ?? "") ? `[${host}]` : host}:${port}`, timeout).then(
      (socket) => {
        done(null, connectTls({ ...(options as object), ...this.tls, socket }));
      },
      (error: unknown) => {
        // Node ignores the second argument after an error.
        done(this.named(withoutQuotes(error) as NodeJS.ErrnoException), undefined as never);
      },
    );
  }

  private named(error: NodeJS.ErrnoException): NodeJS.ErrnoException {
    const { host: proxy } = this.proxy;
    if (error.code !== "ABORT_ERR") return Object.assign(error, { proxy }) satisfies ProxyError;
    // The proxy or the host behind it may be the cause, so this is no proxy error.
    return Object.assign(new Error(`no connection through the proxy ${proxy} in time`), { code: "ETIMEDOUT" });
  }

  /** @param target host and port. */
  private async ask(target: string, timeoutInMilliseconds: number): Promise<Socket> {
    const { protocol, hostname, port, username, password } = this.proxy;
    const host = hostname.replace(/^\[|\]$/g, "");
    const login = Buffer.from([username, password].map(decodeURIComponent).join(":"));
    const request = (protocol === "https:" ? https : http).request({
      host,
      port,
      method: "CONNECT",
      path: target,
      headers: {
        host: target,
        ...(username + password !== "" && { "proxy-authorization": `Basic ${login.toString("base64")}` }),
      },
      agent: false,
      ...this.tls,
      servername: isIP(host) === 0 ? host : "",
      // A caller that gives up cannot abort this request, so it has its own time limit.
      signal: AbortSignal.timeout(Math.ceil(timeoutInMilliseconds)),
    });
    return new Promise((resolve, reject) => {
      request.once("connect", ({ statusCode: status = 0 }, socket: Socket, head) => {
        // A TLS server sends nothing first: early data is the proxy's own page.
        if (isSuccess(status) && head.length === 0) {
          resolve(socket);
          return;
        }
        socket.destroy();
        const code = WITHOUT_WAY.includes(status) ? PROXY_WITHOUT_WAY : PROXY_REFUSED;
        reject(Object.assign(new Error(`the proxy refuses with status ${status}`), { code, status }));
      });
      request.once("error", reject);
      request.end();
    });
  }
}
