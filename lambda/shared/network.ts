/** The function's network: its proxy and the certificate authorities it trusts. */
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
  /** The error in its settings; each run throws it. */
  readonly failure?: Error;
  /** To PISTE. @throws PlatformError when the network is at fault, not PISTE. */
  readonly transport: HttpTransport;
  /** Adds this network's proxy and authorities to the configuration of an AWS client. */
  forAws<C extends AwsConfiguration>(configuration: C): C;
}

/** Called once per cold start; never throws. */
export function networkOf(variables: Readonly<Record<string, string | undefined>>): Network {
  try {
    const settings = decodeNetwork(variables);
    return settings.httpsProxy === undefined && settings.caFile === undefined
      ? { ...DIRECT, transport: explainingFaults(() => Promise.resolve(callHttp), settings, []) }
      : companyNetwork(settings);
  } catch (error) {
    return { ...DIRECT, failure: error instanceof Error ? error : new Error("unknown") };
  }
}

const DIRECT: Network = { transport: callHttp, forAws: (configuration) => configuration };

function companyNetwork(settings: NetworkSettings): Network {
  const { httpsProxy, caFile, awsThroughProxy = false } = settings;
  const own = caFile === undefined ? [] : authorities(caFile);
  // Parsed once, or each connection would parse all of them again.
  const trusting = (): SecureContext => createSecureContext({ ca: believed(own), minVersion: CHECKED_TLS.minVersion });
  const tls: Tls = caFile === undefined ? CHECKED_TLS : { ...CHECKED_TLS, secureContext: trusting() };
  let tunnel: Promise<Agent> | undefined;
  const throughProxy = (proxy: string): Promise<Agent> =>
    (tunnel ??= import("../../piste/tunnel.js").then(({ TunnelAgent }) => new TunnelAgent(proxy, tls)));
  return {
    transport: explainingFaults(
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

/** The public authorities and these. */
export const believed = (own: readonly X509Certificate[]): string[] => [...rootCertificates, ...own.map(String)];

/** @throws PlatformError naming the file, never its content. */
export function authorities(file: string): X509Certificate[] {
  const refuse = (reason: string): never => {
    throw new PlatformError(
      `the certificate authority ${file} cannot be used: ${reason}; check the layer of landingZone.network.certificateAuthority`,
    );
  };
  let text = "";
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    refuse((error as NodeJS.ErrnoException).code ?? "it cannot be read");
  }
  // Also matches a truncated certificate, which OpenSSL would ignore silently.
  const own = text.match(/-----BEGIN CERTIFICATE-----(?:[^-]+-----END CERTIFICATE-----)?/g) ?? [];
  if (own.length === 0) refuse("it holds no certificate in PEM");
  try {
    return own.map((certificate) => new X509Certificate(certificate));
  } catch {
    return refuse("it holds a certificate that cannot be read");
  }
}

const explainingFaults =
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
