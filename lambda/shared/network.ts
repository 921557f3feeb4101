/** The network that a function runs in: its way out, and whom it believes there. */
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Agent } from "node:https";
import { connect } from "node:net";
import { createSecureContext, rootCertificates } from "node:tls";
import { callHttp, httpTransport, NetworkError, type HttpTransport, type ProxyError } from "../../piste/http";
import { CHECKED_TLS, type Tls } from "../../piste/tls";
import { decodeNetwork, type NetworkSettings } from "./network-variables";
import { PlatformError } from "./secret-store";

interface AwsConfiguration {
  readonly requestHandler?: unknown;
}

export interface Network {
  /** Why nothing can be asked in it; thrown by each run. */
  readonly failure?: Error;
  /** To PISTE. @throws PlatformError where the network is to blame, and not PISTE. */
  readonly transport: HttpTransport;
  /** The configuration of a client of AWS's services, with this network's way. */
  forAws<C extends AwsConfiguration>(configuration: C): C;
}

/** Once in a cold start; never throws. */
export function networkOf(variables: Readonly<Record<string, string | undefined>>): Network {
  try {
    const settings = decodeNetwork(variables);
    return settings.httpsProxy === undefined && settings.caFile === undefined
      ? { ...STRAIGHT, transport: judging(() => Promise.resolve(callHttp), settings) }
      : companyNetwork(settings);
  } catch (error) {
    return { ...STRAIGHT, failure: error instanceof Error ? error : new Error("unknown") };
  }
}

const STRAIGHT: Network = { transport: callHttp, forAws: (configuration) => configuration };

function companyNetwork(settings: NetworkSettings): Network {
  const { httpsProxy, caFile, awsThroughProxy = false } = settings;
  const tls: Tls = caFile === undefined ? CHECKED_TLS : { ...CHECKED_TLS, secureContext: believing(caFile) };
  let tunnel: Promise<Agent> | undefined;
  const throughProxy = (proxy: string): Promise<Agent> =>
    // Node takes any agent that makes the connection.
    (tunnel ??= import("../../piste/tunnel.js").then(({ TunnelAgent }) => new TunnelAgent(proxy, tls) as Agent));
  return {
    transport: judging(
      async () => httpTransport(httpsProxy === undefined ? undefined : await throughProxy(httpsProxy), tls),
      settings,
    ),
    forAws(configuration) {
      const options = configuration.requestHandler as object;
      const requestHandler =
        awsThroughProxy && httpsProxy !== undefined
          ? async () => ({ ...options, httpsAgent: await throughProxy(httpsProxy) })
          : { ...options, httpsAgent: tls };
      return { ...configuration, requestHandler };
    },
  };
}

/** Parsed once: each connection would else parse all of them again. */
const believing = (file: string): ReturnType<typeof createSecureContext> =>
  createSecureContext({ ca: authorities(file), minVersion: CHECKED_TLS.minVersion });

/** The public ones and those of the file. @throws PlatformError naming the file, never its content. */
export function authorities(file: string): string[] {
  const refuse = (reason: string): never => {
    throw new PlatformError(
      `the certificate authority ${file} cannot be used: ${reason}; look at the layer of landingZone.network.certificateAuthority`,
    );
  };
  let text = "";
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    refuse((error as NodeJS.ErrnoException).code ?? "it cannot be read");
  }
  const own = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  if (own.length === 0) refuse("it holds no certificate in PEM");
  try {
    // OpenSSL would pass over what it cannot read.
    for (const certificate of own) new X509Certificate(certificate);
  } catch {
    refuse("it holds a certificate that cannot be read");
  }
  return [...rootCertificates, ...own];
}

/** OpenSSL's names for a chain that ends at nobody who is trusted, or at a namesake of who is. */
const UNKNOWN_AUTHORITY =
  /^(?:CERT_SIGNATURE_FAILURE|UNABLE_TO_(?:VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT(?:_LOCALLY)?)|(?:DEPTH_ZERO_)?SELF_SIGNED_CERT(?:_IN_CHAIN)?)$/;

const judging =
  (way: () => Promise<HttpTransport>, settings: NetworkSettings): HttpTransport =>
  async (request) => {
    const transport = await way();
    try {
      return await transport(request);
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      const ours = await networksFault(error, request.url.hostname, settings);
      throw ours === undefined ? error : new PlatformError(ours, { cause: error });
    }
  };

/** What is to blame and whom to ask, where it is not PISTE; undefined where it may be. */
async function networksFault(
  { failure, cause }: NetworkError,
  host: string,
  { httpsProxy, caFile }: NetworkSettings,
): Promise<string | undefined> {
  const { proxy, status, code = "" } = (cause ?? {}) as Partial<ProxyError>;
  if (UNKNOWN_AUTHORITY.test(code)) {
    const another = caFile === undefined ? "" : ` (${caFile} is trusted, and is another one)`;
    return (
      `the certificate of ${proxy === undefined ? host : `the proxy ${proxy}`} comes from an authority that is not ` +
      `trusted${another}, so nothing was sent: ${code}; if the network opens TLS, name its authority in ` +
      "landingZone.network.certificateAuthority"
    );
  }
  // What is behind the proxy did not answer it.
  if (failure === "behind-proxy" || httpsProxy === undefined) return undefined;
  if (status !== undefined) {
    return (
      `the proxy ${proxy} answered CONNECT ${host}:443 with ${status}; ask whoever runs it to let the function through ` +
      `to ${host} without a password`
    );
  }
  const { host: ofProxy } = new URL(httpsProxy);
  const unreachable = (reason: string): string =>
    `the proxy ${ofProxy} cannot be reached: ${reason}; check landingZone.network: httpsProxy, and whether the subnets ` +
    "and security groups let the function connect to it";
  if (proxy !== undefined) return unreachable(code || "it hung up");
  // Whether the proxy or what is behind it was too slow, one look at the proxy tells.
  if (failure === "timeout-connect" && !(await accepts(httpsProxy))) return unreachable("no connection in time");
  return undefined;
}

const LONGEST_LOOK_IN_MILLISECONDS = 1_000;

const accepts = (address: string): Promise<boolean> =>
  new Promise((resolve) => {
    const { protocol, hostname, port } = new URL(address);
    const socket = connect({
      host: hostname.replace(/^\[|\]$/g, ""),
      port: Number(port || (protocol === "https:" ? 443 : 80)),
      timeout: LONGEST_LOOK_IN_MILLISECONDS,
    });
    const end = (accepted: boolean) => (): void => {
      resolve(accepted);
      socket.destroy();
    };
    socket.once("connect", end(true)).once("timeout", end(false)).once("error", end(false));
  });
