/** Real local servers for tests of HTTP, each on a free port and closed after the test. */
import * as http from "node:http";
import * as https from "node:https";
import * as net from "node:net";
import * as tls from "node:tls";
import { inspect } from "node:util";
import { generate } from "selfsigned";

const HOST = "127.0.0.1";

export async function whileListening<T>(server: net.Server, use: (port: number) => Promise<T>): Promise<T> {
  const sockets = new Set<net.Socket>();
  server.on("connection", (socket: net.Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  try {
    return await use((server.address() as net.AddressInfo).port);
  } finally {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  }
}

export const withHttpServer = <T>(listener: http.RequestListener, use: (url: URL) => Promise<T>): Promise<T> =>
  whileListening(http.createServer(listener), (port) => use(new URL(`http://${HOST}:${port}/api/oauth/token`)));

/** All that a log could show of an error, with its causes and decoded bytes. */
export const shownOf = (error: unknown): string =>
  inspect(error, { depth: 9 }).replace(/<Buffer ([\da-f ]+)/g, (_, bytes: string) =>
    Buffer.from(bytes.replaceAll(" ", ""), "hex").toString("latin1"),
  );

/** Accepts connections and never answers. */
export const withSilentServer = <T>(use: (port: number) => Promise<T>): Promise<T> =>
  whileListening(net.createServer(), use);

/** Generated at run time, so that the repository holds no private key. */
export function selfSigned(...hosts: readonly string[]): Promise<Certificate> {
  return generate([{ name: "commonName", value: "cdktf-piste test" }], {
    keyType: "ec",
    extensions: [{ name: "subjectAltName", altNames: hosts.map((value) => ({ type: 2, value })) }],
  });
}

export interface Certificate {
  readonly private: string;
  readonly cert: string;
}

/** A private certificate authority and its certificate for these hosts. */
export const ownAuthority = (...hosts: readonly string[]): ReturnType<typeof ownAuthorityUntil> =>
  ownAuthorityUntil(undefined, ...hosts);

/** @param validUntil of the authority. */
export async function ownAuthorityUntil(
  validUntil: Date | undefined,
  ...hosts: readonly string[]
): Promise<{ readonly authority: string; readonly hosts: Certificate }> {
  const authority = await generate([{ name: "commonName", value: "cdktf-piste test authority" }], {
    keyType: "ec",
    algorithm: "sha256",
    ...(validUntil && { notBeforeDate: new Date(0), notAfterDate: validUntil }),
    extensions: [{ name: "basicConstraints", cA: true, critical: true }],
  });
  const given = await generate([{ name: "commonName", value: "cdktf-piste test" }], {
    keyType: "ec",
    algorithm: "sha256",
    ca: { key: authority.private, cert: authority.cert },
    extensions: [{ name: "subjectAltName", altNames: hosts.map((value) => ({ type: 2, value })) }],
  });
  return { authority: authority.cert, hosts: given };
}

/** A TLS server with a self-signed certificate. */
export async function withUntrustedServer<T>(use: (port: number) => Promise<T>): Promise<T> {
  const { private: key, cert } = await selfSigned("localhost");
  const server = tls.createServer({ key, cert });
  // The client ends the handshake.
  server.on("tlsClientError", () => undefined);
  return whileListening(server, use);
}

/** A port on which nothing listens. */
export const freePort = (): Promise<number> => withSilentServer((port) => Promise.resolve(port));

/** The real `process`, whose variables Node.js reads: Jest gives tests a copy. */
const nodesProcess = (https.request.constructor as (code: string) => () => NodeJS.Process)("return process");

/** Runs with NODE_TLS_REJECT_UNAUTHORIZED=0. */
export async function withoutCertificateChecks<T>(use: () => Promise<T>): Promise<T> {
  const { env } = nodesProcess();
  env["NODE_TLS_REJECT_UNAUTHORIZED"] = "0";
  try {
    return await use();
  } finally {
    delete env["NODE_TLS_REJECT_UNAUTHORIZED"];
  }
}

/** Answers over TLS with a self-signed certificate, and records requests. */
export async function withUntrustedHttps<T>(
  answer: string,
  use: (url: URL) => Promise<T>,
): Promise<{ readonly result: T; readonly received: readonly string[] }> {
  const { private: key, cert } = await selfSigned("localhost");
  const received: string[] = [];
  const server = https.createServer({ key, cert }, ({ url = "" }, outgoing) => {
    received.push(url);
    outgoing.setHeader("content-type", "application/x-amz-json-1.1").end(answer);
  });
  server.on("tlsClientError", () => undefined);
  const result = await whileListening(server, (port) => use(new URL(`https://localhost:${port}/`)));
  return { result, received };
}
