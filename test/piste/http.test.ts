import { describe, expect, it, jest } from "@jest/globals";
import http, { type ServerResponse } from "node:http";
import * as https from "node:https";
import * as net from "node:net";
import type { Socket } from "node:net";
import tls from "node:tls";
import {
  callHttp,
  httpTransport,
  MAXIMUM_BODY_IN_BYTES,
  NetworkError,
  type HttpAnswer,
  type HttpRequest,
  type NetworkFailure,
} from "../../piste/http";
import {
  freePort,
  selfSigned,
  shownOf,
  whileListening,
  withHttpServer,
  withoutCertificateChecks,
  withSilentServer,
  withUntrustedHttps,
  withUntrustedServer,
} from "./servers";

const request = (url: URL | string, changes: Partial<HttpRequest> = {}): HttpRequest => ({
  url: new URL(url),
  method: "GET",
  headers: {},
  timeoutInMilliseconds: 5000,
  ...changes,
});

async function failureOf(call: Promise<HttpAnswer>): Promise<NetworkFailure> {
  const error = await call.then(
    ({ status }) => new Error(`an answer of status ${status} arrived`),
    (reason: unknown) => reason,
  );
  if (!(error instanceof NetworkError)) throw error;
  expect(error.message).toBe(`no answer: ${error.failure}`);
  return error.failure;
}

/** The failure of a call when the server treats its answer this way. */
const failureWhen = (spoil: (outgoing: ServerResponse) => void, changes: Partial<HttpRequest> = {}): Promise<string> =>
  withHttpServer(
    (_, outgoing) => {
      spoil(outgoing);
    },
    (url) => failureOf(callHttp(request(url, changes))),
  );

describe("an HTTP call", () => {
  it("sends the method, the headers and the whole body with its length in bytes", async () => {
    const body = "client_secret=é";
    const answer = await withHttpServer(
      (incoming, outgoing) => {
        const { method, url, headers } = incoming;
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
        incoming.on("end", () => {
          const received = Buffer.concat(chunks).toString("utf8");
          outgoing.end([method, url, headers["x-own"], headers["content-length"], received].join(" "));
        });
      },
      (url) => callHttp(request(url, { method: "POST", headers: { "x-own": "yes" }, body })),
    );
    expect(answer.body).toBe(`POST /api/oauth/token yes 16 ${body}`);
  });

  it.each([200, 302, 401, 503])("gives a whole answer of status %d", async (status) => {
    const headers = { "content-type": "text/plain", "www-authenticate": "Bearer", "retry-after": "7" };
    const answer = await withHttpServer(
      (_, outgoing) => outgoing.writeHead(status, headers).end("là"),
      (url) => callHttp(request(url)),
    );
    expect(answer).toEqual({
      status,
      contentType: "text/plain",
      wwwAuthenticate: "Bearer",
      retryAfter: "7",
      body: "là",
    });
  });

  it("keeps a character whole whose bytes arrive apart", async () => {
    const [first, second] = [Buffer.from("é").subarray(0, 1), Buffer.from("é").subarray(1)];
    const answer = await withHttpServer(
      (_, outgoing) => outgoing.write(first, () => setImmediate(() => outgoing.end(second))),
      (url) => callHttp(request(url)),
    );
    expect(answer.body).toBe("é");
  });

  it("never follows a redirect", async () => {
    const paths: (string | undefined)[] = [];
    const answer = await withHttpServer(
      (incoming, outgoing) => {
        paths.push(incoming.url);
        outgoing.writeHead(307, { location: "/elsewhere" }).end();
      },
      (url) => callHttp(request(url, { method: "POST", body: "secret" })),
    );
    expect(answer.status).toBe(307);
    expect(paths).toEqual(["/api/oauth/token"]);
  });

  it("keeps no connection for the next", async () => {
    const ports = new Set<number | undefined>();
    await withHttpServer(
      (incoming, outgoing) => {
        ports.add(incoming.socket.remotePort);
        outgoing.end();
      },
      async (url) => {
        await callHttp(request(url));
        await callHttp(request(url));
      },
    );
    expect(ports.size).toBe(2);
  });

  it("takes a body of exactly the limit", async () => {
    const answer = await withHttpServer(
      (_, outgoing) => outgoing.end("x".repeat(MAXIMUM_BODY_IN_BYTES)),
      (url) => callHttp(request(url)),
    );
    expect(answer.body.length).toBe(MAXIMUM_BODY_IN_BYTES);
  });
});

describe("a call without a whole answer", () => {
  it("is refused where nothing listens", async () => {
    expect(await failureOf(callHttp(request(`http://127.0.0.1:${await freePort()}/`)))).toBe("refused");
  });

  it("has no name to resolve", async () => {
    expect(await failureOf(callHttp(request("http://no-such-host.invalid/")))).toBe("dns");
  });

  it("is reset before the answer", async () => {
    expect(await failureWhen(({ socket }) => socket?.resetAndDestroy())).toBe("reset");
  });

  it("is closed before the answer", async () => {
    expect(await failureWhen(({ socket }) => socket?.destroy())).toBe("reset");
  });

  it("breaks off before the promised length", async () => {
    const spoil = (outgoing: ServerResponse): void => {
      outgoing.writeHead(200, { "content-length": "100" });
      outgoing.write("half", () => outgoing.destroy());
    };
    expect(await failureWhen(spoil)).toBe("half-body");
  });

  it("breaks off between chunks", async () => {
    expect(await failureWhen((outgoing) => outgoing.write("half", () => outgoing.destroy()))).toBe("half-body");
  });

  it("stops at a body over the limit", async () => {
    expect(await failureWhen((outgoing) => outgoing.end("x".repeat(MAXIMUM_BODY_IN_BYTES + 1)))).toBe("too-large");
  });

  it("stops at the limit that the request sets, and takes a whole body of that size", async () => {
    const spoil = (outgoing: ServerResponse): void => {
      outgoing.end("x".repeat(100));
    };
    expect(await failureWhen(spoil, { maximumBodyInBytes: 99 })).toBe("too-large");
    const size = MAXIMUM_BODY_IN_BYTES + 1;
    const answer = await withHttpServer(
      (_, outgoing) => outgoing.end("x".repeat(size)),
      (url) => callHttp(request(url, { maximumBodyInBytes: size })),
    );
    expect(answer.body).toHaveLength(size);
  });

  it("stops at a body over the limit that would never end", async () => {
    expect(await failureWhen((outgoing) => outgoing.write("x".repeat(MAXIMUM_BODY_IN_BYTES + 1)))).toBe("too-large");
  });

  it("times out when the server never answers", async () => {
    expect(await failureWhen(() => undefined, { timeoutInMilliseconds: 50 })).toBe("timeout-read");
  });

  it("times out when the answer never ends", async () => {
    expect(await failureWhen((outgoing) => outgoing.write("half"), { timeoutInMilliseconds: 50 })).toBe("timeout-read");
  });

  it("times out while it connects: here, in a TLS handshake that nobody answers", async () => {
    const failure = await withSilentServer((port) =>
      failureOf(callHttp(request(`https://127.0.0.1:${port}/`, { timeoutInMilliseconds: 50 }))),
    );
    expect(failure).toBe("timeout-connect");
  });

  describe("over a connection that an agent has kept", () => {
    /** @param answered how many calls are answered; the others are not. */
    async function keeping<T>(
      use: (call: () => Promise<HttpAnswer>, agent: https.Agent) => Promise<T>,
      answered: number,
    ): Promise<T> {
      const { private: key, cert } = await selfSigned("localhost");
      let arrived = 0;
      const server = https.createServer({ key, cert }, (_, outgoing) => {
        arrived += 1;
        if (arrived <= answered) outgoing.end();
      });
      return whileListening(server, async (port) => {
        const agent = new https.Agent({ keepAlive: true, maxSockets: 1, ca: cert });
        const transport = httpTransport(agent);
        const url = `https://localhost:${port}/`;
        try {
          return await use(() => transport(request(url, { timeoutInMilliseconds: 500 })), agent);
        } finally {
          agent.destroy();
        }
      });
    }

    it("times out while it waits for the answer, not while it connects", async () => {
      const failure = await keeping(async (call) => {
        await call();
        return failureOf(call());
      }, 1);
      expect(failure).toBe("timeout-read");
    });

    it("does so too where the call has waited for the connection", async () => {
      const failure = await keeping(async (call) => {
        const [, waited] = await Promise.all([call(), failureOf(call())]);
        return waited;
      }, 1);
      expect(failure).toBe("timeout-read");
    });

    it("leaves nothing of itself on the connection", async () => {
      const left = await keeping(async (call, agent) => {
        const listening: number[] = [];
        agent.on("free", (socket: Socket) => listening.push(socket.listenerCount("secureConnect")));
        for (let calls = 0; calls < 3; calls++) await call();
        return listening;
      }, 3);
      expect(left).toEqual([0, 0, 0]);
    });
  });

  it("does not speak to a server without TLS", async () => {
    const failure = await withHttpServer(
      (_, outgoing) => outgoing.end(),
      (url) => failureOf(callHttp(request(`https://${url.host}/`))),
    );
    expect(failure).toBe("tls");
  });

  it("does not trust a certificate that nobody signed", async () => {
    const failure = await withUntrustedServer((port) => failureOf(callHttp(request(`https://127.0.0.1:${port}/`))));
    expect(failure).toBe("tls");
  });

  it.each([
    ["straight", undefined],
    ["through an agent", new https.Agent()],
  ])("does not trust it where NODE_TLS_REJECT_UNAUTHORIZED is 0 either: %s", async (_, agent) => {
    const { result, received } = await withUntrustedHttps("{}", (url) =>
      withoutCertificateChecks(() => failureOf(httpTransport(agent)(request(url)))),
    );
    expect({ result, received }).toEqual({ result: "tls", received: [] });
  });

  it("does not speak TLS 1.1, whatever Node's own minimum is", async () => {
    const { private: key, cert } = await selfSigned("localhost");
    const old = https.createServer(
      { key, cert, minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "ALL:@SECLEVEL=0" },
      (_, outgoing) => outgoing.end(),
    );
    old.on("tlsClientError", () => undefined);
    const offered = jest.replaceProperty(tls, "DEFAULT_MIN_VERSION", "TLSv1");
    const agent = new https.Agent({ ca: cert, ciphers: "ALL:@SECLEVEL=0" });
    const failure = await whileListening(old, (port) =>
      failureOf(httpTransport(agent)(request(`https://localhost:${port}/`))),
    );
    offered.restore();
    expect(failure).toBe("tls");
  });

  it("parses strictly, whatever Node is told", async () => {
    const asked = jest.spyOn(http, "request");
    await withHttpServer(
      (_, outgoing) => outgoing.end(),
      (url) => callHttp(request(url)),
    );
    expect(asked).toHaveBeenCalledWith(expect.anything(), expect.objectContaining({ insecureHTTPParser: false }));
    asked.mockRestore();
  });

  it("throws at once, and nothing later, where a header cannot be sent", async () => {
    const unsendable = request("https://127.0.0.1/", { headers: { "x-own": "a\nb" }, timeoutInMilliseconds: 20 });
    await expect(callHttp(unsendable)).rejects.toThrow('Invalid character in header content ["x-own"]');
    // An error that a leftover timer throws later fails this test.
    await new Promise((resolve) => setTimeout(resolve, 50));
  });

  it("keeps nothing of an answer that is not HTTP, which may hold a token", async () => {
    const server = net.createServer((socket) => {
      socket.once("data", () => socket.end("canary-token\r\n\r\n"));
    });
    const error = await whileListening(server, (port) =>
      callHttp(request(`http://127.0.0.1:${port}/`)).catch((thrown: unknown) => thrown),
    );
    expect(error).toMatchObject({ failure: "network", cause: { code: expect.stringContaining("HPE_") } });
    expect(shownOf(error)).not.toContain("canary");
  });

  it("is a network failure when what arrives is not HTTP", async () => {
    expect(await failureWhen(({ socket }) => socket?.end("not HTTP at all\r\n\r\n"))).toBe("network");
  });
});
