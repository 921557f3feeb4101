/** Real servers on this machine for the tests of HTTP: each on a free port, and gone when the test is over. */
import { createHash, generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import * as http from "node:http";
import * as net from "node:net";
import * as tls from "node:tls";

const HOST = "127.0.0.1";

async function whileListening<T>(server: net.Server, use: (port: number) => Promise<T>): Promise<T> {
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

/** Accepts connections and never says a word. */
export const withSilentServer = <T>(use: (port: number) => Promise<T>): Promise<T> =>
  whileListening(net.createServer(), use);

/** A TLS server whose certificate nobody has signed but itself. */
export function withUntrustedServer<T>(use: (port: number) => Promise<T>): Promise<T> {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const server = tls.createServer({
    key: privateKey.export({ type: "pkcs8", format: "pem" }),
    cert: selfSigned(privateKey, publicKey),
  });
  // The client leaves in the middle of the handshake.
  server.on("tlsClientError", () => undefined);
  return whileListening(server, use);
}

/** A port on which nothing listens. */
export const freePort = (): Promise<number> => withSilentServer((port) => Promise.resolve(port));

/** A value in DER (X.690): tag, length, content. */
function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

/** The least that is a certificate (RFC 5280, section 4.1): made on the spot, so no private key is in the repository. */
function selfSigned(privateKey: KeyObject, publicKey: KeyObject): string {
  const sequence = (...contents: readonly Buffer[]): Buffer => der(0x30, ...contents);
  const ecdsaWithSha256 = sequence(der(0x06, Buffer.from("2a8648ce3d040302", "hex")));
  const spki = publicKey.export({ type: "spki", format: "der" });
  const serial = createHash("sha256").update(spki).digest().subarray(0, 8);
  const noName = sequence();
  const signed = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1]), serial),
    ecdsaWithSha256,
    noName,
    sequence(der(0x17, Buffer.from("200101000000Z")), der(0x17, Buffer.from("491231235959Z"))),
    noName,
    spki,
  );
  const signature = der(0x03, Buffer.from([0]), sign("sha256", signed, privateKey));
  const base64 = sequence(signed, ecdsaWithSha256, signature).toString("base64");
  return `-----BEGIN CERTIFICATE-----\n${base64.replace(/.{64}/g, "$&\n")}\n-----END CERTIFICATE-----\n`;
}
