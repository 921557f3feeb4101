/**
 * The built zips in a company's network: a real proxy opens TLS with a private certificate authority and answers in
 * PISTE's place.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import * as http from "node:http";
import * as https from "node:https";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { encodeSettings as encodeCheck } from "../../lambda/connection-check/contract";
import {
  DEFAULT_REFRESH_SETTINGS,
  encodeNetwork,
  encodeSettings,
  type NetworkSettings,
} from "../../lambda/token-refresh/contract";
import { checkApplication } from "../../piste/application";
import { describe as description } from "../../piste/description";
import { HOSTS } from "../../piste/environments";
import { loadZip, type ZipName } from "../iam/zips";
import { freePort, ownAuthority, whileListening, withHttpServer } from "../piste/servers";
import { answerConnect } from "../connect-proxy";

const OAUTH = "sandbox-oauth.piste.gouv.fr";
const GATEWAY = "sandbox-api.piste.gouv.fr";
const SECRETS = "secretsmanager.eu-west-3.amazonaws.com";
const SSM = "ssm.eu-west-3.amazonaws.com";
const CLIENT = { client_id: "canary-id", client_secret: "canary-secret" };
const ISSUED_AT = Math.floor(Date.now() / 1000);
const TOKEN = {
  access_token: "canary-token-of-this-test",
  token_type: "Bearer",
  scope: "openid",
  issued_at: ISSUED_AT,
  expires_at: ISSUED_AT + 3600,
};
const APPLICATION = checkApplication({ environment: "qualif", name: "legifrance", apis: ["legifrance"] });
const DEPLOYED = {
  clientSecret: "piste/qualif/legifrance/client",
  tokenSecret: "piste/qualif/legifrance/token",
  function: "function",
  schedule: { group: "group", name: "name" },
  alarms: [],
};

let folder: string;
let certificates: Awaited<ReturnType<typeof ownAuthority>>;
const file = (name: string): string => path.join(folder, name);
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "company network "));
  certificates = await ownAuthority(OAUTH, GATEWAY, SECRETS, SSM, "localhost");
  writeFileSync(file("ca.pem"), `a comment\n${certificates.authority}`);
  writeFileSync(file("another.pem"), (await ownAuthority("localhost")).authority);
  writeFileSync(file("empty.pem"), "canary-content");
  writeFileSync(file("broken.pem"), "-----BEGIN CERTIFICATE-----\ncanarycontent\n-----END CERTIFICATE-----\n");
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** The answers of Secrets Manager and SSM to the two functions. */
function answerAsAws(target: string, body: string, tokenIsStored: boolean): object | undefined {
  const { SecretId = "", Name = "" } = JSON.parse(body) as { SecretId?: string; Name?: string };
  const secret = (value: object): object => ({
    SecretString: JSON.stringify(value),
    VersionId: "one",
    CreatedDate: ISSUED_AT,
  });
  switch (target) {
    case "secretsmanager.GetSecretValue":
      if (SecretId.endsWith("/client")) return secret(CLIENT);
      return tokenIsStored ? secret(TOKEN) : undefined;
    case "AmazonSSM.GetParameter":
      return { Parameter: { Value: description(APPLICATION, DEPLOYED, []).find(({ name }) => name === Name)?.value } };
    default:
      return {};
  }
}

interface Options {
  readonly zip?: ZipName;
  /** Settings for the proxy's port. */
  readonly network: (port: number) => NetworkSettings;
  /** The proxy's answer to CONNECT; undefined opens the tunnel. */
  readonly answer?: string;
  /** Calls AWS at its real address, or over TLS. @default - a local address without TLS */
  readonly realAws?: boolean;
  readonly awsOverTls?: boolean;
  /** Of the proxy's address. */
  readonly scheme?: "http" | "https";
}

interface Run {
  readonly result?: Readonly<Record<string, unknown>>;
  /** The thrown error. */
  readonly error?: string;
  /** CONNECT requests. */
  readonly tunnels: readonly string[];
  /** Requests that arrived at PISTE or AWS. */
  readonly received: readonly string[];
  readonly log: readonly Readonly<Record<string, unknown>>[];
}

/** Runs a function once, with a cold start. */
async function run({ zip = "token-refresh", network, answer, scheme = "http", ...aws }: Options): Promise<Run> {
  const tunnels: string[] = [];
  const received: string[] = [];
  const lines: string[] = [];
  const serve: http.RequestListener = (incoming, outgoing) => {
    const { host = "", "x-amz-target": target = "" } = incoming.headers;
    let body = "";
    incoming.on("data", (chunk: Buffer) => (body += chunk.toString()));
    incoming.on("end", () => {
      received.push(target === "" ? `${host}${incoming.url}` : String(target));
      if (host === OAUTH) {
        outgoing.end(JSON.stringify({ access_token: TOKEN.access_token, token_type: "Bearer", expires_in: 3600 }));
      } else if (host === GATEWAY) outgoing.end('{"status":"UP"}');
      else {
        const said = answerAsAws(String(target), body, zip === "connection-check");
        outgoing.setHeader("content-type", "application/x-amz-json-1.1");
        if (said === undefined) outgoing.writeHead(400, { "x-amzn-errortype": "ResourceNotFoundException" });
        outgoing.end(JSON.stringify(said ?? { message: "Secrets Manager can't find the specified secret value" }));
      }
    });
  };
  const tls = { key: certificates.hosts.private, cert: certificates.hosts.cert };
  const inspecting = https.createServer(tls, serve).on("tlsClientError", () => undefined);
  return whileListening(inspecting, async (inspectingPort) =>
    withHttpServer(serve, async ({ origin }) => {
      const proxy = scheme === "http" ? http.createServer() : https.createServer(tls);
      answerConnect(proxy, { tunnels, answer, port: inspectingPort });
      return whileListening(proxy, async (port) => {
        const own = { environment: "qualif", application: "legifrance" } as const;
        const { tokenEndpoint, apiBaseUrl } = HOSTS.qualif;
        const handler = loadZip(
          zip,
          {
            ...(zip === "token-refresh"
              ? encodeSettings({ ...own, ...DEFAULT_REFRESH_SETTINGS, tokenEndpoint, scope: "openid" })
              : encodeCheck({ ...own, apiBaseUrl })),
            ...encodeNetwork(network(port)),
            HTTPS_PROXY: "http://ignored.invalid:1",
            AWS_LAMBDA_FUNCTION_NAME: "function",
            AWS_REGION: "eu-west-3",
            AWS_ACCESS_KEY_ID: "made-up",
            AWS_SECRET_ACCESS_KEY: "canary-aws-secret",
            AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
            ...(aws.realAws !== true && {
              AWS_ENDPOINT_URL: aws.awsOverTls === true ? `https://localhost:${inspectingPort}` : origin,
            }),
          },
          (line) => lines.push(line),
        );
        const operation = zip === "token-refresh" ? "tick" : "check";
        const outcome = await handler({ ...own, operation }).then(
          (result) => ({ result: result as Run["result"] }),
          (error: unknown) => ({ error: String(error) }),
        );
        const told = JSON.stringify([lines, outcome]);
        expect(told).not.toContain("canary");
        const log = lines.map((line) => JSON.parse(line) as Run["log"][number]);
        return { ...outcome, tunnels, received, log };
      });
    }),
  );
}

const through =
  (caFile?: string): Options["network"] =>
  (port) => ({ httpsProxy: `http://127.0.0.1:${port}`, caFile });
const FUNCTIONS = [
  ["token-refresh", OAUTH],
  ["connection-check", GATEWAY],
] as const;

describe("through a proxy that opens TLS", () => {
  it("a tick gets its token, and calls AWS directly", async () => {
    const { result, tunnels, received } = await run({ network: through(file("ca.pem")) });
    expect(result).toMatchObject({ outcome: "refreshed" });
    expect(tunnels).toEqual([`${OAUTH}:443`]);
    expect(received).toContain(`${OAUTH}/api/oauth/token`);
    expect(received).toContain("secretsmanager.PutSecretValue");
  });

  it("a check calls the APIs", async () => {
    const { result, tunnels } = await run({ zip: "connection-check", network: through(file("ca.pem")) });
    expect(result).toMatchObject({ outcome: "checked", refused: 0, unknown: 0 });
    expect(new Set(tunnels)).toEqual(new Set([`${GATEWAY}:443`]));
  });

  it("an HTTPS proxy is verified with the same certificate authorities", async () => {
    const network = (caFile?: string) => (port: number) => ({ httpsProxy: `https://localhost:${port}`, caFile });
    const { result } = await run({ network: network(file("ca.pem")), scheme: "https" });
    expect(result).toMatchObject({ outcome: "refreshed" });
    const { error, tunnels } = await run({ network: network(), scheme: "https" });
    expect(error).toMatch(/PlatformError: the certificate of the proxy localhost:\d+ .*certificateAuthority/);
    expect(tunnels).toEqual([]);
  });

  it.each(FUNCTIONS)(
    "an unknown certificate authority is a platform failure, and nothing is sent: %s",
    async (zip, host) => {
      for (const [caFile, more, code] of [
        [undefined, "", "UNABLE_TO_VERIFY_LEAF_SIGNATURE"],
        // An authority of the same name with a new key.
        [file("another.pem"), ` (${file("another.pem")} is trusted but holds another one)`, "CERT_SIGNATURE_FAILURE"],
      ] as const) {
        const { error, log, received } = await run({ zip, network: through(caFile) });
        expect(error).toBe(
          `PlatformError: the certificate of ${host} comes from an authority that is not trusted${more}, so nothing was ` +
            `sent: ${code}; if the network inspects TLS, set its authority in ` +
            "landingZone.network.certificateAuthority",
        );
        expect(log.at(-1)).toMatchObject({ outcome: "error", reason: "platform" });
        expect(received.filter((each) => each.includes(host))).toEqual([]);
      }
    },
  );
});

describe("a proxy that refuses the function is a platform failure", () => {
  it.each(FUNCTIONS.flatMap(([zip, host]) => [403, 407, 500].map((status) => [zip, host, status] as const)))(
    "%s, %s, %d",
    async (zip, host, status) => {
      const { error, log } = await run({
        zip,
        network: through(file("ca.pem")),
        answer: `HTTP/1.1 ${status} canary\r\ncontent-type: text/html\r\n\r\n<html>canary</html>`,
      });
      expect(error?.replace(/127\.0\.0\.1:\d+/, "PROXY")).toBe(
        `PlatformError: the proxy PROXY answered CONNECT ${host}:443 with ${status}; ask its administrator to let ` +
          `the function connect to ${host} without a password`,
      );
      expect(log.at(-1)).toMatchObject({ outcome: "error", reason: "platform" });
    },
  );

  it("if it accepts no connection", async () => {
    const port = await freePort();
    const { error } = await run({ network: () => ({ httpsProxy: `http://127.0.0.1:${port}` }) });
    expect(error).toBe(
      `PlatformError: the proxy 127.0.0.1:${port} cannot be reached: ECONNREFUSED; check landingZone.network: httpsProxy, ` +
        "and whether the subnets and security groups let the function connect to it",
    );
  });

  it("if its name cannot be resolved", async () => {
    const { error } = await run({ network: () => ({ httpsProxy: "http://proxy.invalid" }) });
    expect(error).toMatch(/^PlatformError: the proxy proxy\.invalid cannot be reached: (?:ENOTFOUND|EAI_AGAIN); check/);
  });

  it("if it closes the connection", async () => {
    const { error } = await run({ network: through(), answer: "" });
    expect(error).toMatch(/^PlatformError: the proxy 127\.0\.0\.1:\d+ cannot be reached: ECONNRESET; check/);
  });
});

it.each([502, 503, 504])("a proxy's %d because it does not reach PISTE is an outage", async (status) => {
  const network = through(file("ca.pem"));
  const answer = `HTTP/1.1 ${status} canary\r\n\r\n`;
  const zip = "connection-check";
  expect((await run({ zip, network, answer })).result).toMatchObject({
    outcome: "not-checked",
    reason: "platform-down",
    failure: "behind-proxy",
  });
});

describe("the file of certificate authorities", () => {
  it.each(FUNCTIONS.flatMap(([zip]) => ["missing.pem", "empty.pem", "broken.pem"].map((name) => [zip, name] as const)))(
    "is a platform failure if it is unusable, before any call: %s, %s",
    async (zip, name) => {
      const { error, log, received } = await run({ zip, network: through(file(name)) });
      expect(error).toMatch(`PlatformError: the certificate authority ${file(name)} cannot be used: `);
      expect(error).toMatch(/; check the layer of landingZone\.network\.certificateAuthority$/);
      expect(log).toEqual([expect.objectContaining({ outcome: "error", reason: "platform" })]);
      expect(received).toEqual([]);
    },
  );
});

describe("AWS services", () => {
  it("are verified with the same authorities if the network opens TLS to AWS", async () => {
    const at = async (caFile?: string): Promise<Run> => run({ network: through(caFile), awsOverTls: true });
    expect((await at(file("ca.pem"))).result).toMatchObject({ outcome: "refreshed" });
    const { error, received } = await at();
    expect(error).toMatch(/cannot read the secret .*: unable to verify the first certificate/);
    expect(received).toEqual([]);
  });

  it("are called through the proxy if configured", async () => {
    const network = (port: number): NetworkSettings => ({ ...through(file("ca.pem"))(port), awsThroughProxy: true });
    const tick = await run({ network, realAws: true });
    expect(tick.result).toMatchObject({ outcome: "refreshed" });
    expect(new Set(tick.tunnels)).toEqual(new Set([`${SECRETS}:443`, `${OAUTH}:443`]));
    const check = await run({ zip: "connection-check", network, realAws: true });
    expect(check.result).toMatchObject({ outcome: "checked", refused: 0, unknown: 0 });
    expect(new Set(check.tunnels)).toEqual(new Set([`${SECRETS}:443`, `${SSM}:443`, `${GATEWAY}:443`]));
  });
});
