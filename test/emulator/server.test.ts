import { describe, expect, it } from "@jest/globals";
import { startEmulator, type Emulator, type Fault } from "../../emulator";
import { callHttp, NetworkError, type HttpAnswer, type HttpRequest } from "../../piste/http";
import { requestToken } from "../../piste/token-endpoint";
import { bearer, CLIENT, somePiste, tokenRequest } from "./requests";

async function whileRunning<T>(use: (emulator: Emulator) => Promise<T>): Promise<T> {
  const emulator = await startEmulator({ piste: somePiste() });
  try {
    return await use(emulator);
  } finally {
    await emulator.stop();
  }
}

const call = (url: string, changes: Partial<HttpRequest> = {}): Promise<HttpAnswer> =>
  callHttp({ url: new URL(url), method: "GET", headers: {}, timeoutInMilliseconds: 5000, ...changes });

const askToken = ({ tokenEndpoint }: Emulator, changes: Partial<HttpRequest> = {}): Promise<HttpAnswer> => {
  const { headers, body } = tokenRequest();
  return call(tokenEndpoint, { method: "POST", headers: headers as Record<string, string>, body, ...changes });
};

/** The token client's result with a fault set over the control address. */
const seenOf = (fault: Omit<Fault, "on">, changes: Partial<HttpRequest> = {}): Promise<HttpAnswer | string> =>
  whileRunning(async (emulator) => {
    const body = JSON.stringify({ on: "token", ...fault });
    expect((await call(`${emulator.controlUrl}/faults`, { method: "POST", body })).status).toBe(200);
    return askToken(emulator, changes).catch((error: unknown) => {
      if (error instanceof NetworkError) return error.failure;
      throw error;
    });
  });

describe("the local PISTE over HTTP", () => {
  it("issues a token that its gateway accepts", async () => {
    await whileRunning(async ({ tokenEndpoint, apiBaseUrl }) => {
      const result = await requestToken(
        {
          endpoint: new URL(tokenEndpoint),
          credentials: CLIENT,
          scope: "openid",
          issuedAt: 0,
          timeoutInMilliseconds: 5000,
        },
        callHttp,
      );
      if (!result.ok) throw new Error(result.diagnosis.meaning);
      const headers = bearer(result.token.access_token) as Record<string, string>;
      const url = `${apiBaseUrl}/dila/legifrance/lf-engine-app/list/ping`;
      expect(await call(`${url}?x=1`, { headers })).toMatchObject({ status: 200, body: "pong" });
      expect((await call(url)).wwwAuthenticate).toContain('error="invalid_request"');
    });
  });

  it("returns its addresses on this machine", async () => {
    await whileRunning(({ apiBaseUrl, tokenEndpoint, controlUrl }) => {
      expect(apiBaseUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
      expect(tokenEndpoint).toBe(`${apiBaseUrl}/api/oauth/token`);
      expect(controlUrl).toBe(`${apiBaseUrl}/_emulator`);
      return Promise.resolve();
    });
  });

  it("reports that its port is in use, with advice", async () => {
    await whileRunning(async ({ apiBaseUrl }) => {
      const port = Number(new URL(apiBaseUrl).port);
      await expect(startEmulator({ port })).rejects.toMatchObject({
        message: `port ${port} of 127.0.0.1 is in use by another program; stop it, or choose another port`,
        cause: { code: "EADDRINUSE" },
      });
    });
  });

  it("answers a request that is too large", async () => {
    await whileRunning(async (emulator) => {
      const large = await askToken(emulator, { body: "x".repeat(65 * 1024 * 1024), timeoutInMilliseconds: 30_000 });
      expect(large.status).toBe(413);
      expect((await askToken(emulator)).status).toBe(200);
    });
  });

  it("stops at once even if a request hangs", async () => {
    const { hanging } = await whileRunning(async (emulator) => {
      emulator.piste.faults.add({ on: "token", connection: "hang" });
      const failure = askToken(emulator).catch((error: unknown) => error);
      while (emulator.piste.recentCalls().length === 0) await new Promise((resolve) => setImmediate(resolve));
      return { hanging: failure };
    });
    expect(await hanging).toMatchObject({ failure: "reset" });
  });
});

describe("a fault over HTTP", () => {
  it.each([
    [
      { status: 503, body: "html" },
      { status: 503, contentType: "text/html;charset=utf-8" },
    ],
    [
      { status: 429, retryAfterInSeconds: 7 },
      { status: 429, retryAfter: "7", body: "" },
    ],
    [{ error: "invalid_client" }, { status: 400, body: '{"error":"invalid_client"}' }],
    [{ body: "empty" }, { status: 200, body: "" }],
    [{ status: 302, location: "http://127.0.0.1:1/" }, { status: 302 }],
  ] as const)("%j arrives as an answer", async (fault, answer) => {
    expect(await seenOf(fault)).toMatchObject(answer);
  });

  it.each([
    [{ connection: "reset" }, "reset"],
    [{ connection: "half-body" }, "half-body"],
    [{ connection: "half-body", body: "html" }, "half-body"],
    [{ connection: "half-body", body: "empty" }, "half-body"],
    [{ connection: "half-body", status: 503 }, "half-body"],
    [{ body: "huge" }, "too-large"],
  ] as const)("%j breaks the answer: %s", async (fault, failure) => {
    expect(await seenOf(fault)).toBe(failure);
  });

  it.each([{ connection: "hang" }, { delayInMilliseconds: 300 }] as const)(
    "%j lasts longer than the client's time-out",
    async (fault) => {
      expect(await seenOf(fault, { timeoutInMilliseconds: 50 })).toBe("timeout-read");
    },
  );

  it("with a short delay precedes the usual answer", async () => {
    const startedAt = performance.now();
    expect(await seenOf({ delayInMilliseconds: 40 })).toMatchObject({ status: 200 });
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(39);
  });

  it("ends after its number of requests", async () => {
    await whileRunning(async (emulator) => {
      emulator.piste.faults.add({ on: "token", connection: "reset", times: 1 });
      await expect(askToken(emulator)).rejects.toThrow("no answer: reset");
      expect((await askToken(emulator)).status).toBe(200);
    });
  });
});
