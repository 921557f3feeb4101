/**
 * Whom the local PISTE answers. A web page that somebody opens on this machine reaches it too: by a name that its owner
 * points at 127.0.0.1 (DNS rebinding, seen in `Host`), or directly, without being shown the answer (seen in `Origin` and
 * `Sec-Fetch-Site`). A browser sends `Origin` with every request that is not GET or HEAD
 * (https://fetch.spec.whatwg.org/#append-a-request-origin-header), whatever its content type: so `curl -d` needs none.
 */
import type { IncomingHttpHeaders } from "node:http";
import { isIPv6 } from "node:net";
import { LOOPBACK_HOSTS } from "../piste/environments";
import { text, type Answer } from "./messages";

const ADVICE = "`piste emulator --allow-host NAME`, or `allowedHosts` of startEmulator, allows one";

/** Says why a request is refused; undefined when it is not. */
export type HostCheck = (target: string, headers: IncomingHttpHeaders) => Answer | undefined;

/** Whether it is a host's name or IP address, without a port. */
export const isHost = (host: string): boolean => isIPv6(host) || /^[a-z0-9][a-z0-9._-]*$/i.test(host);

/**
 * @param listening the address that is listened on, which is allowed.
 * @throws Error naming a host that cannot be one.
 */
export function hostCheck(listening: string, allowedHosts: readonly string[]): HostCheck {
  for (const host of allowedHosts) {
    if (isHost(host)) continue;
    throw new Error(
      `allowedHosts must be host names or IP addresses without a port, got ${JSON.stringify(host)}, for instance "host.docker.internal"`,
    );
  }
  const allowed = new Set([...LOOPBACK_HOSTS, ...[listening, ...allowedHosts].map(inAddress)]);
  return (target, headers) => {
    const host = headers.host ?? "";
    // The whole address of a request counts instead of the header (RFC 9112, section 3.2.2).
    const asked = target.startsWith("/") || !URL.canParse(target) ? host : new URL(target).host;
    if (![host, asked].every((one) => allowed.has(nameOf(one)))) {
      return refusal(421, `to the host ${JSON.stringify(host)}`);
    }
    const { origin } = headers;
    if (origin === undefined ? isOfOtherSite(headers) : !isAllowedOrigin(origin, allowed)) {
      const page = origin === undefined ? "other sites" : JSON.stringify(origin);
      return refusal(403, `web pages of ${page}`);
    }
    return undefined;
  };
}

/** The connection ends with it, so that nothing more is read. */
const refusal = (status: number, whom: string): Answer =>
  text(status, `This local PISTE does not answer ${whom}: ${ADVICE}.\n`, { connection: "close" });

/** As it stands in an address; an IPv6 address in its shortest form. */
const inAddress = (host: string): string => (isIPv6(host) ? new URL(`http://[${host}]`).hostname : host.toLowerCase());

/** Of a `Host` header; empty when it has none. */
const nameOf = (host: string): string => /^(\[[^\]]*\]|[^:]*)(?::\d*)?$/.exec(host.toLowerCase())?.[1] ?? "";

/** "null" is what a page has that hides where it is from. */
function isAllowedOrigin(origin: string, allowed: ReadonlySet<string>): boolean {
  return /^https?:\/\//.test(origin) && allowed.has(nameOf(origin.replace(/^https?:\/\//, "")));
}

/** Of a request without `Origin`: a GET that a page embeds. "none" is a person's own. */
const isOfOtherSite = ({ "sec-fetch-site": site }: IncomingHttpHeaders): boolean =>
  site !== undefined && site !== "same-origin" && site !== "none";
