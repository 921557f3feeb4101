/**
 * Refuses requests of web pages. A page open on this machine can reach the local PISTE by a name that points at 127.0.0.1
 * (DNS rebinding: check `Host`), or directly, without reading the answer (check `Origin` and `Sec-Fetch-Site`). A browser
 * sends `Origin` with every request other than GET and HEAD, whatever its content type
 * (https://fetch.spec.whatwg.org/#append-a-request-origin-header), so `curl -d` needs no content type.
 */
import type { IncomingHttpHeaders } from "node:http";
import { isIPv6 } from "node:net";
import { LOOPBACK_HOSTS } from "../piste/environments";
import { text, type Answer } from "./messages";

const ADVICE = "`piste emulator --allow-host NAME`, or `allowedHosts` of startEmulator, allows one";

/** The refusal of a request; undefined if accepted. */
export type HostCheck = (target: string, headers: IncomingHttpHeaders) => Answer | undefined;

/** Whether it is a host name or an IP address, without a port. */
export const isHost = (host: string): boolean => isIPv6(host) || /^[a-z0-9][a-z0-9._-]*$/i.test(host);

/**
 * @param listening the address on which the server listens; allowed.
 * @throws Error if a host is invalid; the message names it.
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
    // An absolute request target replaces the header (RFC 9112, section 3.2.2).
    const asked = target.startsWith("/") || !URL.canParse(target) ? host : new URL(target).host;
    if (![host, asked].every((one) => allowed.has(nameOf(one)))) {
      return refusal(421, `for the host ${JSON.stringify(host)}`);
    }
    const { origin } = headers;
    if (origin === undefined ? isOfOtherSite(headers) : !isAllowedOrigin(origin, allowed)) {
      const page = origin === undefined ? "other sites" : JSON.stringify(origin);
      return refusal(403, `from web pages of ${page}`);
    }
    return undefined;
  };
}

/** Closes the connection, so that the server reads no more. */
const refusal = (status: number, which: string): Answer =>
  text(status, `The local PISTE refuses requests ${which}: ${ADVICE}.\n`, { connection: "close" });

/** The host as in a URL; an IPv6 address in its shortest form. */
const inAddress = (host: string): string => (isIPv6(host) ? new URL(`http://[${host}]`).hostname : host.toLowerCase());

/** The name in a `Host` header; empty if it has none. */
const nameOf = (host: string): string => /^(\[[^\]]*\]|[^:]*)(?::\d*)?$/.exec(host.toLowerCase())?.[1] ?? "";

/** A page that hides its origin sends "null". */
function isAllowedOrigin(origin: string, allowed: ReadonlySet<string>): boolean {
  return /^https?:\/\//.test(origin) && allowed.has(nameOf(origin.replace(/^https?:\/\//, "")));
}

/** For requests without `Origin`, such as a GET that a page embeds. "none": a person entered the address. */
const isOfOtherSite = ({ "sec-fetch-site": site }: IncomingHttpHeaders): boolean =>
  site !== undefined && site !== "same-origin" && site !== "none";
