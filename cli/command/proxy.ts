/** Connects through a proxy: HTTPS_PROXY and NO_PROXY, as curl and the AWS CLI read them. */
import * as https from "node:https";
import type { Duplex } from "node:stream";
import { getProxyForUrl } from "proxy-from-env";
import { CHECKED_TLS } from "../../piste/tls";
import { TunnelAgent } from "../../piste/tunnel";

/** Its code means a network failure. It does not repeat the value, which may contain a password. */
const NO_ADDRESS = Object.assign(new Error("HTTPS_PROXY is not an address"), { code: "ERR_PROXY_ADDRESS" });

/** Decides for each host whether to use the proxy. */
class EnvironmentProxyAgent extends https.Agent {
  override createConnection(
    options: https.RequestOptions,
    done: (error: Error | null, stream: Duplex) => void,
  ): Duplex | null | undefined {
    const proxy = getProxyForUrl(`https://${options.host ?? ""}:${options.port}`);
    if (proxy === "") return super.createConnection(options, done);
    if (URL.canParse(proxy)) new TunnelAgent(proxy).createConnection(options, done);
    else done(NO_ADDRESS, undefined as never);
    return undefined;
  }
}

/** For HTTPS only. Addresses of this machine are called without TLS, so without this agent. */
export const proxyAgent = (): https.Agent => new EnvironmentProxyAgent(CHECKED_TLS);

/** Host and port of the proxy on the way to an address, never a password; undefined without a proxy. */
export function proxyOf(url: URL): string | undefined {
  const proxy = getProxyForUrl(url.href);
  if (proxy === "") return undefined;
  return URL.canParse(proxy) ? new URL(proxy).host : "?";
}
