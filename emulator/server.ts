/** The local PISTE over HTTP. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { TOKEN_ENDPOINT_PATH } from "../piste/environments";
import { hostCheck } from "./hosts";
import { empty } from "./messages";
import { CONTROL_PATH, Piste, type Outcome } from "./piste";

export interface EmulatorOptions {
  /** @default 0, a free port */
  readonly port?: number;
  /** Anyone who can reach the address can control the emulator. @default "127.0.0.1" */
  readonly host?: string;
  /**
   * Further host names that requests may use, such as `["host.docker.internal"]` from a container. Other names are
   * refused, to keep web pages out.
   * @default - "localhost", "127.0.0.1", "[::1]", and `host`
   */
  readonly allowedHosts?: readonly string[];
  readonly piste?: Piste;
}

export interface Emulator {
  readonly piste: Piste;
  /** The full URL of the token endpoint. */
  readonly tokenEndpoint: string;
  /** The gateway's root. */
  readonly apiBaseUrl: string;
  readonly controlUrl: string;
  stop(): Promise<void>;
}

/** More than the largest deposit: an archive of 30 MB in base64. */
const MAXIMUM_REQUEST_IN_BYTES = 64 * 1024 * 1024;

/**
 * Starts a local PISTE in this process.
 *
 * @throws Error if the port is in use or a host is invalid.
 * @example
 * ```ts
 * import { startEmulator } from "cdktf-piste/emulator";
 *
 * export async function withPiste(test: (tokenEndpoint: string) => Promise<void>): Promise<void> {
 *   const emulator = await startEmulator();
 *   emulator.piste.platform.addClient({ client_id: "made-up", client_secret: "made-up" });
 *   await test(emulator.tokenEndpoint).finally(() => emulator.stop());
 * }
 * ```
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { port = 0, host = "127.0.0.1", allowedHosts = [], piste = new Piste() } = options;
  const refusalOf = hostCheck(host, allowedHosts);
  const server = createServer((incoming, outgoing) => {
    const refusal = refusalOf(incoming.url ?? "/", incoming.headers);
    if (refusal !== undefined) {
      incoming.resume();
      send(outgoing, { answer: refusal, delayInMilliseconds: 0 });
      return;
    }
    readBody(incoming)
      .then((body) => {
        const outcome =
          body === undefined
            ? TOO_LARGE
            : piste.handle({
                method: incoming.method ?? "GET",
                path: pathOf(incoming.url ?? "/"),
                headers: incoming.headers as Record<string, string | undefined>,
                body,
              });
        const timer = setTimeout(() => {
          send(outgoing, outcome);
        }, outcome.delayInMilliseconds);
        outgoing.once("close", () => {
          clearTimeout(timer);
        });
      })
      .catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      reject(
        error.code === "EADDRINUSE"
          ? new Error(`port ${port} of ${host} is in use by another program; stop it, or choose another port`, {
              cause: error,
            })
          : error,
      );
    });
    server.listen(port, host, resolve);
  });
  const { port: listening } = server.address() as AddressInfo;
  const apiBaseUrl = `http://${host.includes(":") ? `[${host}]` : host}:${listening}`;
  return {
    piste,
    apiBaseUrl,
    tokenEndpoint: `${apiBaseUrl}${TOKEN_ENDPOINT_PATH}`,
    controlUrl: `${apiBaseUrl}${CONTROL_PATH}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

const TOO_LARGE: Outcome = { answer: empty(413), delayInMilliseconds: 0 };

/** Undefined if too large. Reads to the end all the same: a client reads the answer only after it has sent everything. */
async function readBody(incoming: IncomingMessage): Promise<string | undefined> {
  let chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAXIMUM_REQUEST_IN_BYTES) chunks = [];
    else chunks.push(chunk);
  }
  return bytes > MAXIMUM_REQUEST_IN_BYTES ? undefined : Buffer.concat(chunks).toString("utf8");
}

/** The path of any form of request target, without the query (RFC 9112, section 3.2); it may begin with two slashes. */
function pathOf(target: string): string {
  if (target.startsWith("/")) return new URL(`http://emulator${target}`).pathname;
  return URL.canParse(target) ? new URL(target).pathname : target;
}

function send(outgoing: ServerResponse, { answer, connection }: Outcome): void {
  const body = Buffer.from(answer.body);
  switch (connection) {
    case "hang":
      return;
    case "reset":
      outgoing.socket?.resetAndDestroy();
      return;
    case "half-body":
      outgoing.writeHead(answer.status, { ...answer.headers, "content-length": String(body.length + 1) });
      outgoing.write(body.subarray(0, Math.ceil(body.length / 2)), () => outgoing.destroy());
      return;
    case undefined:
      outgoing.writeHead(answer.status, { ...answer.headers, "content-length": String(body.length) });
      outgoing.end(body);
  }
}
