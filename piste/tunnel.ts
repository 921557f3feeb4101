/** The way through a proxy: HTTP's CONNECT. Only for who has a proxy, since the library takes time to load. */
import type * as http from "node:http";
import type * as https from "node:https";
import type * as net from "node:net";
import type { AgentConnectOpts } from "agent-base";
import { HttpsProxyAgent } from "https-proxy-agent";
import { PROXY_REFUSED, PROXY_WITHOUT_WAY, type ProxyError } from "./http";
import { CHECKED_TLS, type Tls } from "./tls";

/** RFC 9110, section 15.6: what is behind the proxy did not answer it. */
const WITHOUT_WAY: readonly number[] = [502, 503, 504];

/** Its errors before there is a tunnel are {@link ProxyError}s. */
export class TunnelAgent extends HttpsProxyAgent<string> {
  constructor(
    proxy: string,
    private readonly tls: Tls = CHECKED_TLS,
  ) {
    super(proxy, tls);
  }

  override async connect(request: http.ClientRequest, options: AgentConnectOpts): Promise<net.Socket> {
    const { host: proxy } = this.proxy;
    let status = 0;
    request.once("proxyConnect", (answer: { readonly statusCode: number }) => (status = answer.statusCode));
    const socket = await super.connect(request, { ...options, ...this.tls }).catch((error: unknown) => {
      throw Object.assign(error as Error, { proxy }) satisfies ProxyError;
    });
    if (status === 200) return socket;
    // The library hands over the proxy's refusal as if it were the answer of the host behind it.
    const code = WITHOUT_WAY.includes(status) ? PROXY_WITHOUT_WAY : PROXY_REFUSED;
    const refusal = new Error(`the proxy refuses with status ${status}`);
    throw Object.assign(refusal, { proxy, code, status }) satisfies ProxyError;
  }
}

export function tunnelAgent(proxy: string, tls?: Tls): https.Agent {
  // Node takes any agent that makes the connection.
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment
  return new TunnelAgent(proxy, tls);
}
