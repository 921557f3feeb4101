/** The network that a function runs in: its way out, and whom it believes there. */
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Agent } from "node:https";
import { createSecureContext, rootCertificates, type SecureContext } from "node:tls";
import { callHttp, httpTransport, NetworkError, type HttpTransport } from "../../piste/http";
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
      ? { ...STRAIGHT, transport: judging(() => Promise.resolve(callHttp), settings, []) }
      : companyNetwork(settings);
  } catch (error) {
    return { ...STRAIGHT, failure: error instanceof Error ? error : new Error("unknown") };
  }
}

const STRAIGHT: Network = { transport: callHttp, forAws: (configuration) => configuration };

function companyNetwork(settings: NetworkSettings): Network {
  const { httpsProxy, caFile, awsThroughProxy = false } = settings;
  const own = caFile === undefined ? [] : authorities(caFile);
  // Parsed once: each connection would else parse all of them again.
  const believing = (): SecureContext => createSecureContext({ ca: believed(own), minVersion: CHECKED_TLS.minVersion });
  const tls: Tls = caFile === undefined ? CHECKED_TLS : { ...CHECKED_TLS, secureContext: believing() };
  let tunnel: Promise<Agent> | undefined;
  const throughProxy = (proxy: string): Promise<Agent> =>
    (tunnel ??= import("../../piste/tunnel.js").then(({ TunnelAgent }) => new TunnelAgent(proxy, tls)));
  return {
    transport: judging(
      async () => httpTransport(httpsProxy === undefined ? undefined : await throughProxy(httpsProxy), tls),
      settings,
      own,
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

/** The public ones and these. */
export const believed = (own: readonly X509Certificate[]): string[] => [...rootCertificates, ...own.map(String)];

/** @throws PlatformError naming the file, never its content. */
export function authorities(file: string): X509Certificate[] {
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
  // One that is cut off is found, too: OpenSSL would pass over what it cannot read.
  const own = text.match(/-----BEGIN CERTIFICATE-----(?:[^-]+-----END CERTIFICATE-----)?/g) ?? [];
  if (own.length === 0) refuse("it holds no certificate in PEM");
  try {
    return own.map((certificate) => new X509Certificate(certificate));
  } catch {
    return refuse("it holds a certificate that cannot be read");
  }
}

const judging =
  (way: () => Promise<HttpTransport>, settings: NetworkSettings, own: readonly X509Certificate[]): HttpTransport =>
  async (request) => {
    const transport = await way();
    try {
      return await transport(request);
    } catch (error) {
      if (!(error instanceof NetworkError)) throw error;
      const { networksFault } = await import("./network-fault.js");
      const ours = await networksFault(error, request.url.hostname, settings, own);
      throw ours === undefined ? error : new PlatformError(ours, { cause: error });
    }
  };
