/** Explains network failures that the user's own network causes, not PISTE. Loaded only after a call has failed. */
import type { X509Certificate } from "node:crypto";
import { connect } from "node:net";
import type { NetworkError, ProxyError } from "../../piste/http";
import type { NetworkSettings } from "./network-variables";

/** OpenSSL's codes for a chain that ends at an untrusted authority, or at one with the same name as a trusted one. */
const UNKNOWN_AUTHORITY =
  /^(?:CERT_SIGNATURE_FAILURE|UNABLE_TO_(?:VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT(?:_LOCALLY)?)|(?:DEPTH_ZERO_)?SELF_SIGNED_CERT(?:_IN_CHAIN)?)$/;

/**
 * The cause and the next step when the network is at fault; undefined when it may be PISTE.
 *
 * @param own the authorities in `caFile`.
 */
export async function networksFault(
  { failure, cause }: NetworkError,
  host: string,
  { httpsProxy, caFile }: NetworkSettings,
  own: readonly X509Certificate[] = [],
): Promise<string | undefined> {
  const { proxy, status, code = "" } = (cause ?? {}) as Partial<ProxyError>;
  if (UNKNOWN_AUTHORITY.test(code)) {
    const another = caFile === undefined ? "" : ` (${caFile} is trusted but holds another one)`;
    return (
      `the certificate of ${proxy === undefined ? host : `the proxy ${proxy}`} comes from an authority that is not ` +
      `trusted${another}, so nothing was sent: ${code}; if the network inspects TLS, set its authority in ` +
      "landingZone.network.certificateAuthority"
    );
  }
  if (code === "CERT_HAS_EXPIRED" && own.some(({ validTo }) => Date.parse(validTo) < Date.now())) {
    return (
      `the certificate of ${host} probably comes from an authority that has expired, as one in ${caFile} has, so nothing ` +
      "was sent; put the new one into the layer of landingZone.network.certificateAuthority"
    );
  }
  // The proxy works: PISTE did not answer it.
  if (failure === "behind-proxy" || httpsProxy === undefined) return undefined;
  if (status !== undefined) {
    return (
      `the proxy ${proxy} answered CONNECT ${host}:443 with ${status}; ask its administrator to let the function ` +
      `connect to ${host} without a password`
    );
  }
  const { host: ofProxy } = new URL(httpsProxy);
  const unreachable = (reason: string): string =>
    `the proxy ${ofProxy} cannot be reached: ${reason}; check landingZone.network: httpsProxy, and whether the subnets ` +
    "and security groups let the function connect to it";
  if (proxy !== undefined) return unreachable(code);
  // Either the proxy or PISTE was too slow: a connection to the proxy tells which.
  if (failure === "timeout-connect" && !(await accepts(httpsProxy))) return unreachable("no connection in time");
  return undefined;
}

const CONNECT_TIMEOUT_IN_MILLISECONDS = 1_000;

const accepts = (address: string): Promise<boolean> =>
  new Promise((resolve) => {
    const { protocol, hostname, port } = new URL(address);
    const socket = connect({
      host: hostname.replace(/^\[|\]$/g, ""),
      port: Number(port || (protocol === "https:" ? 443 : 80)),
      timeout: CONNECT_TIMEOUT_IN_MILLISECONDS,
    });
    const end = (accepted: boolean) => (): void => {
      resolve(accepted);
      socket.destroy();
    };
    socket.once("connect", end(true)).once("timeout", end(false)).once("error", end(false));
  });
