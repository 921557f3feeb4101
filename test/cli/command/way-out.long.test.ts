import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import { selfSigned, whileListening } from "../../piste/servers";
import { answerConnect } from "../../connect-proxy";

// Starting programs is slow on a busy machine.
jest.setTimeout(60_000);

const GATEWAY = "sandbox-api.piste.gouv.fr";
const STS = "sts.eu-west-3.amazonaws.com";

/** A company's network: a proxy that leads to stand-ins, and a private certificate authority. */
describe("behind a proxy with a private certificate authority", () => {
  let folder: string;
  let certificate: Awaited<ReturnType<typeof selfSigned>>;
  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "way out "));
    certificate = await selfSigned(GATEWAY, STS);
    writeFileSync(path.join(folder, "ca.pem"), certificate.cert);
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /**
   * @param answer the proxy's answer to CONNECT; undefined opens the tunnel.
   * @param trust variables with Node.js's certificate authorities.
   * @param scheme of the proxy's address.
   */
  async function callOut(
    answer?: string,
    trust: Record<string, string> = { NODE_EXTRA_CA_CERTS: path.join(folder, "ca.pem") },
    scheme: "http" | "https" = "http",
  ): Promise<{ readonly said: unknown; readonly tunnels: readonly string[] }> {
    const tunnels: string[] = [];
    const server = https.createServer({ key: certificate.private, cert: certificate.cert }, (request, response) => {
      if (request.headers.host === GATEWAY) response.end("OK");
      else
        response.end(
          "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>",
        );
    });
    return whileListening(server, async (port) => {
      const { private: key, cert } = certificate;
      const proxy = scheme === "http" ? http.createServer() : https.createServer({ key, cert });
      answerConnect(proxy, { tunnels, answer, port: port });
      return whileListening(proxy, async (proxyPort) => {
        const { stdout } = await promisify(execFile)(
          process.execPath,
          ["--require", require.resolve("tsx/cjs"), path.join(__dirname, "call-out.ts")],
          {
            env: {
              PATH: process.env["PATH"],
              HTTPS_PROXY: `${scheme}://user:canary-proxy-password@127.0.0.1:${proxyPort}`,
              ...trust,
              AWS_ACCESS_KEY_ID: "made-up",
              AWS_SECRET_ACCESS_KEY: "made-up",
              TSX_DISABLE_CACHE: "1",
            },
          },
        );
        expect(stdout).not.toContain("canary-proxy-password");
        const said = JSON.parse(stdout) as { readonly proxy: string };
        expect(said.proxy).toBe(`127.0.0.1:${proxyPort}`);
        return { said, tunnels };
      });
    });
  }

  it("PISTE and AWS are reached through it", async () => {
    const { said, tunnels } = await callOut();
    expect(said).toMatchObject({ piste: "200 OK", identity: "123456789012" });
    expect(tunnels).toEqual([`${GATEWAY}:443`, `${STS}:443`]);
  });

  it("a host without a trusted certificate receives nothing, even with NODE_TLS_REJECT_UNAUTHORIZED=0", async () => {
    const { said } = await callOut(undefined, { NODE_TLS_REJECT_UNAUTHORIZED: "0" });
    expect(said).toMatchObject({
      piste: "no answer: tls",
      identity: expect.stringContaining("DEPTH_ZERO_SELF_SIGNED_CERT"),
    });
  });

  it("a proxy without a trusted certificate receives nothing", async () => {
    const { said, tunnels } = await callOut(undefined, { NODE_TLS_REJECT_UNAUTHORIZED: "0" }, "https");
    expect(said).toMatchObject({
      piste: "no answer: tls",
      identity: expect.stringContaining("DEPTH_ZERO_SELF_SIGNED_CERT"),
    });
    expect(tunnels).toEqual([]);
  });

  it("the proxy's refusal is not taken for an answer of PISTE or AWS", async () => {
    const { said } = await callOut("HTTP/1.1 403 Forbidden\r\ncontent-type: text/html\r\n\r\n<html>blocked</html>");
    expect(said).toMatchObject({
      piste: "no answer: proxy",
      identity: expect.stringContaining("ERR_PROXY_REFUSED"),
    });
  });
});
