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

/** The failure of a call when the server's answer is broken this way. */
const failureWhen = (
  breakAnswer: (outgoing: ServerResponse) => void,
  changes: Partial<HttpRequest> = {},
): Promise<string> =>
  withHttpServer(
    (_, outgoing) => {
      breakAnswer(outgoing);
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

  it.each([200, 302, 401, 503])("gives the complete answer for status %d", async (status) => {
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

  it("decodes a character whose bytes arrive separately", async () => {
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

  it("keeps no connection open", async () => {
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

  it("accepts a body of exactly the limit", async () => {
    const answer = await withHttpServer(
      (_, outgoing) => outgoing.end("x".repeat(MAXIMUM_BODY_IN_BYTES)),
      (url) => callHttp(request(url)),
    );
    expect(answer.body.length).toBe(MAXIMUM_BODY_IN_BYTES);
  });
});

describe("a call without a complete answer", () => {
  it("fails if nothing listens", async () => {
    expect(await failureOf(callHttp(request(`http://127.0.0.1:${await freePort()}/`)))).toBe("refused");
  });

  it("fails if the name cannot be resolved", async () => {
    expect(await failureOf(callHttp(request("http://no-such-host.invalid/")))).toBe("dns");
  });

  it("fails after a reset before the answer", async () => {
    expect(await failureWhen(({ socket }) => socket?.resetAndDestroy())).toBe("reset");
  });

  it("fails after a close before the answer", async () => {
    expect(await failureWhen(({ socket }) => socket?.destroy())).toBe("reset");
  });

  it("fails when the answer ends before its Content-Length", async () => {
    const breakAnswer = (outgoing: ServerResponse): void => {
      outgoing.writeHead(200, { "content-length": "100" });
      outgoing.write("half", () => outgoing.destroy());
    };
    expect(await failureWhen(breakAnswer)).toBe("half-body");
  });

  it("fails when the answer ends between chunks", async () => {
    expect(await failureWhen((outgoing) => outgoing.write("half", () => outgoing.destroy()))).toBe("half-body");
  });

  it("fails at a body over the limit", async () => {
    expect(await failureWhen((outgoing) => outgoing.end("x".repeat(MAXIMUM_BODY_IN_BYTES + 1)))).toBe("too-large");
  });

  it("uses the request's own limit, and accepts a body of that size", async () => {
    const breakAnswer = (outgoing: ServerResponse): void => {
      outgoing.end("x".repeat(100));
    };
    expect(await failureWhen(breakAnswer, { maximumBodyInBytes: 99 })).toBe("too-large");
    const size = MAXIMUM_BODY_IN_BYTES + 1;
    const answer = await withHttpServer(
      (_, outgoing) => outgoing.end("x".repeat(size)),
      (url) => callHttp(request(url, { maximumBodyInBytes: size })),
    );
    expect(answer.body).toHaveLength(size);
  });

  it("fails at the limit of a body that never ends", async () => {
    expect(await failureWhen((outgoing) => outgoing.write("x".repeat(MAXIMUM_BODY_IN_BYTES + 1)))).toBe("too-large");
  });

  it("times out when the server never answers", async () => {
    expect(await failureWhen(() => undefined, { timeoutInMilliseconds: 50 })).toBe("timeout-read");
  });

  it("times out when the answer never ends", async () => {
    expect(await failureWhen((outgoing) => outgoing.write("half"), { timeoutInMilliseconds: 50 })).toBe("timeout-read");
  });

  it("times out in a TLS handshake without an answer", async () => {
    const failure = await withSilentServer((port) =>
      failureOf(callHttp(request(`https://127.0.0.1:${port}/`, { timeoutInMilliseconds: 50 }))),
    );
    expect(failure).toBe("timeout-connect");
  });

  describe("over a connection kept by an agent", () => {
    /** @param answered number of calls that get an answer. */
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

    it("does the same if the call has waited for the connection", async () => {
      const failure = await keeping(async (call) => {
        const [, waited] = await Promise.all([call(), failureOf(call())]);
        return waited;
      }, 1);
      expect(failure).toBe("timeout-read");
    });

    it("leaves no listener on the connection", async () => {
      const left = await keeping(async (call, agent) => {
        const listening: number[] = [];
        agent.on("free", (socket: Socket) => listening.push(socket.listenerCount("secureConnect")));
        for (let calls = 0; calls < 3; calls++) await call();
        return listening;
      }, 3);
      expect(left).toEqual([0, 0, 0]);
    });
  });

  it("refuses a server without TLS", async () => {
    const failure = await withHttpServer(
      (_, outgoing) => outgoing.end(),
      (url) => failureOf(callHttp(request(`https://${url.host}/`))),
    );
    expect(failure).toBe("tls");
  });

  it("refuses a self-signed certificate", async () => {
    const failure = await withUntrustedServer((port) => failureOf(callHttp(request(`https://127.0.0.1:${port}/`))));
    expect(failure).toBe("tls");
  });

  it.each([
    ["straight", undefined],
    ["through an agent", new https.Agent()],
  ])("refuses it even with NODE_TLS_REJECT_UNAUTHORIZED=0: %s", async (_, agent) => {
    const { result, received } = await withUntrustedHttps("{}", (url) =>
      withoutCertificateChecks(() => failureOf(httpTransport(agent)(request(url)))),
    );
    expect({ result, received }).toEqual({ result: "tls", received: [] });
  });

  it("refuses TLS 1.1, even if Node.js allows it", async () => {
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

  it("parses strictly, even if Node.js is told otherwise", async () => {
    const asked = jest.spyOn(http, "request");
    await withHttpServer(
      (_, outgoing) => outgoing.end(),
      (url) => callHttp(request(url)),
    );
    expect(asked).toHaveBeenCalledWith(expect.anything(), expect.objectContaining({ insecureHTTPParser: false }));
    asked.mockRestore();
  });

  it("throws once, at once, if a header cannot be sent", async () => {
    const unsendable = request("https://127.0.0.1/", { headers: { "x-own": "a\nb" }, timeoutInMilliseconds: 20 });
    await expect(callHttp(unsendable)).rejects.toThrow('Invalid character in header content ["x-own"]');
    // A later error from a timer would fail this test.
    await new Promise((resolve) => setTimeout(resolve, 50));
  });

  it("does not keep an answer that is not HTTP, which may hold a token", async () => {
    const server = net.createServer((socket) => {
      socket.once("data", () => socket.end("canary-token\r\n\r\n"));
    });
    const error = await whileListening(server, (port) =>
      callHttp(request(`http://127.0.0.1:${port}/`)).catch((thrown: unknown) => thrown),
    );
    expect(error).toMatchObject({ failure: "network", cause: { code: expect.stringContaining("HPE_") } });
    expect(shownOf(error)).not.toContain("canary");
  });

  it("fails with a network failure if the answer is not HTTP", async () => {
    expect(await failureWhen(({ socket }) => socket?.end("not HTTP at all\r\n\r\n"))).toBe("network");
  });
});
