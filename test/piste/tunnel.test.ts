/** Faulty proxies. For working ones see test/lambda/company-network.test.ts. */
import type * as net from "node:net";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "@jest/globals";
import { httpTransport, type NetworkError } from "../../piste/http";
import { TunnelAgent } from "../../piste/tunnel";
import { shownOf, whileListening } from "./servers";

interface Outcome {
  readonly error: NetworkError;
  /** Connections to the proxy that are still open a while after the call failed. */
  readonly open: number;
  /** Data that the proxy received after CONNECT. */
  readonly received: string;
}

/** Makes a call through a proxy that handles connections this way. */
async function callThrough(
  serve: (socket: net.Socket) => void,
  { scheme = "http", login = "", timeoutInMilliseconds = 300 } = {},
): Promise<Outcome> {
  const open = new Set<net.Socket>();
  const received: string[] = [];
  const proxy = createServer((socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket));
    socket.on("error", () => undefined);
    socket.on("data", (chunk) => received.push(chunk.toString("latin1")));
    serve(socket);
  });
  return whileListening(proxy, async (port) => {
    const error = await httpTransport(new TunnelAgent(`${scheme}://${login}127.0.0.1:${port}`))({
      url: new URL("https://sandbox-oauth.piste.gouv.fr/api/oauth/token"),
      method: "POST",
      headers: { authorization: "canary" },
      body: "canary",
      timeoutInMilliseconds,
    }).then(
      () => {
        throw new Error("expected no answer, got one");
      },
      (thrown: unknown) => thrown as NetworkError,
    );
    await sleep(200);
    expect(received.join("")).not.toContain("canary");
    expect(shownOf(error)).not.toContain("canary");
    return { error, open: open.size, received: received.join("") };
  });
}

const answering = (answer: string) => (socket: net.Socket) => {
  socket.once("data", () => socket.write(answer));
};

describe("a proxy that", () => {
  it.each([
    ["never answers", "http", () => undefined],
    ["never speaks TLS", "https", () => undefined],
    [
      "sends its headers for ever",
      "http",
      (socket: net.Socket) => {
        const timer = setInterval(() => socket.write("a"), 20);
        socket.once("close", () => {
          clearInterval(timer);
        });
        answering("HTTP/1.1 200 OK\r\na: ")(socket);
      },
    ],
    ["opens a tunnel without a server", "http", answering("HTTP/1.1 200 OK\r\n\r\n")],
  ] as const)("%s causes a timeout", async (_, scheme, serve) => {
    const { error, open } = await callThrough(serve, { scheme });
    expect(error).toMatchObject({ name: "NetworkError", failure: "timeout-connect" });
    expect(open).toBe(0);
  });

  it.each([
    ["hangs up", "http", (socket: net.Socket) => socket.end(), { failure: "reset" }],
    [
      "hangs up during the handshake",
      "https",
      (socket: net.Socket) => socket.once("data", () => socket.end()),
      { failure: "reset" },
    ],
    ["speaks no TLS", "https", answering("HTTP/1.1 400 canary\r\n\r\n"), { failure: "tls" }],
    ["speaks no HTTP", "http", answering("canary\r\n\r\n"), { failure: "network" }],
    ["has a header without a colon", "http", answering("HTTP/1.1 200 OK\r\ncanary\r\n\r\n"), { failure: "network" }],
    [
      "sends megabytes of headers",
      "http",
      answering(`HTTP/1.1 200 OK\r\n${"a: canary\r\n".repeat(500_000)}`),
      { failure: "network" },
    ],
    [
      "answers with a page instead of a tunnel",
      "http",
      answering("HTTP/1.1 200 OK\r\n\r\n<html>canary</html>"),
      { failure: "proxy", cause: { status: 200 } },
    ],
    [
      "redirects",
      "http",
      answering("HTTP/1.1 302 Found\r\nlocation: https://canary\r\n\r\n"),
      { failure: "proxy", cause: { status: 302 } },
    ],
  ] as const)("%s is named, and no connection stays open", async (_, scheme, serve, expected) => {
    const { error, open } = await callThrough(serve, { scheme, timeoutInMilliseconds: 5_000 });
    expect(error).toMatchObject({ name: "NetworkError", ...expected });
    expect(error.cause).toMatchObject({
      proxy: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      code: expect.stringMatching(/^\w+$/),
    });
    expect(open).toBe(0);
  });
});

it("CONNECT holds only the host and the port", async () => {
  const { received } = await callThrough(answering("HTTP/1.1 403 Forbidden\r\n\r\n"));
  expect(received).toBe(
    "CONNECT sandbox-oauth.piste.gouv.fr:443 HTTP/1.1\r\nhost: sandbox-oauth.piste.gouv.fr:443\r\nConnection: close\r\n\r\n",
  );
});

it("an HTTPS proxy must show its own certificate", async () => {
  const { received } = await callThrough(() => undefined, { scheme: "https" });
  // TLS sends the server name in clear text.
  expect(received).not.toContain("piste.gouv.fr");
  expect(received).not.toBe("");
});

it("a password in the proxy's address goes only to the proxy, and is in no error", async () => {
  const { received, error } = await callThrough(answering("HTTP/1.1 407 Who\r\n\r\n"), {
    login: "me:p%40ss-of-proxy@",
  });
  expect(received).toContain(
    `\r\nproxy-authorization: Basic ${Buffer.from("me:p@ss-of-proxy").toString("base64")}\r\n`,
  );
  expect(shownOf(error)).not.toContain("ss-of-proxy");
});
