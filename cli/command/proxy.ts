/** The way out for those who sit behind a proxy: HTTPS_PROXY and NO_PROXY, as curl and the AWS CLI read them. */
import type * as http from "node:http";
import * as https from "node:https";
import { Agent, type AgentConnectOpts } from "agent-base";
import { getProxyForUrl } from "proxy-from-env";
import { CHECKED_TLS } from "../../piste/tls";
import { TunnelAgent } from "../../piste/tunnel";

/** Asks for each host anew whether it is behind the proxy. */
class EnvironmentProxyAgent extends Agent {
  private readonly straight = new https.Agent(CHECKED_TLS);
  private readonly agents = new Map<string, TunnelAgent>();

  override connect(_: http.ClientRequest, options: AgentConnectOpts): http.Agent {
    const proxy = getProxyForUrl(`https://${options.host ?? ""}:${options.port}`);
    if (proxy === "") return this.straight;
    const agent = this.agents.get(proxy) ?? new TunnelAgent(proxy);
    this.agents.set(proxy, agent);
    return agent;
  }
}

/** For HTTPS; addresses of this machine are reached without TLS, and so without it. */
export function proxyAgent(): https.Agent {
  // Node takes any agent that makes the connection.
  // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment
  return new EnvironmentProxyAgent();
}

/** Host and port of the proxy on the way to an address, never a password; undefined when the way is straight. */
export function proxyOf(url: URL): string | undefined {
  const proxy = getProxyForUrl(url.href);
  if (proxy === "") return undefined;
  return URL.canParse(proxy) ? new URL(proxy).host : "?";
}
