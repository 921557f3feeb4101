import { writeFileSync, mkdtempSync, rmSync } from "node:fs";
import * as https from "node:https";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { createSecureContext, rootCertificates } from "node:tls";
import { expect, it } from "@jest/globals";
import { authorities, believed, networkOf } from "../../../lambda/shared/network";
import { networksFault } from "../../../lambda/shared/network-fault";
import { decodeNetwork, encodeNetwork } from "../../../lambda/shared/network-variables";
import { httpTransport, NetworkError } from "../../../piste/http";
import { CHECKED_TLS } from "../../../piste/tls";
import { freePort, ownAuthority, ownAuthorityUntil, whileListening, withSilentServer } from "../../piste/servers";

it("a private certificate authority is trusted in addition to the public ones", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "authorities "));
  try {
    const [one, other] = [(await ownAuthority("a")).authority, (await ownAuthority("b")).authority];
    const file = path.join(folder, "ca.pem");
    writeFileSync(file, `# ours\n${one}\n# and\n${other}`);
    expect(rootCertificates.length).toBeGreaterThan(100);
    const trimmed = believed(authorities(file)).map((each) => each.trim());
    expect(trimmed).toEqual([...rootCertificates, one.trim(), other.trim()]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it.each([
  ["with the line ends of Windows", (one: string) => one.replace(/\r?\n/g, "\r\n"), true],
  ["without a line end between two", (one: string) => one.trim() + one.trim(), true],
  ["with one cut off", (one: string) => `${one}\n${one.slice(0, 200)}`, false],
  ["with the first cut off", (one: string) => `${one.slice(0, 200)}\n${one}`, false],
  ["with one broken", (one: string) => `${one}\n${one.replace("MII", "AAA")}`, false],
] as const)("a file of authorities %s", async (_, make, isTaken) => {
  const folder = mkdtempSync(path.join(tmpdir(), "authorities "));
  try {
    const file = path.join(folder, "ca.pem");
    const { authority } = await ownAuthority("a");
    writeFileSync(file, make(authority));
    if (isTaken) expect(believed(authorities(file)).length).toBeGreaterThan(rootCertificates.length);
    else expect(() => authorities(file)).toThrow(`${file} cannot be used: it holds a certificate that cannot be read`);
    expect(() => authorities(folder)).toThrow("cannot be used: EISDIR");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it("an expired certificate authority is a fault of the network, not an outage of PISTE", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "authorities "));
  try {
    const caFile = path.join(folder, "ca.pem");
    const { authority, hosts } = await ownAuthorityUntil(new Date(Date.now() - 60_000), "localhost");
    writeFileSync(caFile, authority);
    const inspecting = https.createServer({ key: hosts.private, cert: hosts.cert });
    inspecting.on("tlsClientError", () => undefined);
    const secureContext = createSecureContext({ ca: believed(authorities(caFile)) });
    const error = await whileListening(inspecting, (port) =>
      httpTransport(undefined, { ...CHECKED_TLS, secureContext })({
        url: new URL(`https://localhost:${port}`),
        method: "GET",
        headers: {},
        timeoutInMilliseconds: 5_000,
      }).catch((thrown: unknown) => thrown as NetworkError),
    );
    expect(error).toMatchObject({ failure: "tls", cause: { code: "CERT_HAS_EXPIRED" } });
    const fault = (file: string): Promise<string | undefined> =>
      networksFault(error as NetworkError, "oauth.piste.gouv.fr", { caFile: file }, authorities(file));
    expect(await fault(caFile)).toBe(
      `the certificate of oauth.piste.gouv.fr probably comes from an authority that has expired, as one in ${caFile} has, ` +
        "so nothing was sent; put the new one into the layer of landingZone.network.certificateAuthority",
    );
    writeFileSync(caFile, (await ownAuthority("localhost")).authority);
    expect(await fault(caFile)).toBeUndefined();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it("without network settings, clients of AWS are unchanged", () => {
  const configuration = { requestHandler: {} };
  const network = networkOf({ HTTPS_PROXY: "http://proxy", NODE_EXTRA_CA_CERTS: "/ca.pem" });
  expect(network.forAws(configuration)).toBe(configuration);
});

it.each([
  "ftp://proxy",
  "proxy:3128",
  "http://proxy/path",
  "http://u:canary@proxy",
  "http://u%40canary@proxy",
  "http://",
])("each run refuses an invalid proxy address: %s", (httpsProxy) => {
  const { failure } = networkOf(encodeNetwork({ httpsProxy }));
  expect(failure?.message).toMatch(/^PISTE_HTTPS_PROXY must be http:\/\/ or https:\/\/, a host and an optional port/);
  expect(failure?.message).not.toContain("canary");
});

it("decodes what it has encoded", () => {
  const all = { httpsProxy: "https://proxy:3128", caFile: "/opt/ca.pem", awsThroughProxy: true };
  expect(decodeNetwork(encodeNetwork(all))).toEqual(all);
  expect(encodeNetwork({ awsThroughProxy: false })).toEqual({});
});

/** The network's fault, if any, after a connection to PISTE timed out. */
const slow = (httpsProxy?: string): Promise<string | undefined> =>
  networksFault(new NetworkError("timeout-connect"), "oauth.piste.gouv.fr", { httpsProxy });

it("a proxy is blamed for a timeout only if it accepts no connection", async () => {
  const port = await freePort();
  expect(await slow(`http://127.0.0.1:${port}`)).toBe(
    `the proxy 127.0.0.1:${port} cannot be reached: no connection in time; check landingZone.network: httpsProxy, and ` +
      "whether the subnets and security groups let the function connect to it",
  );
  await withSilentServer(async (listening) => {
    expect(await slow(`http://127.0.0.1:${listening}`)).toBeUndefined();
  });
  expect(await slow()).toBeUndefined();
});

it.each(["dns", "refused", "reset", "tls", "half-body", "network"] as const)(
  "without a proxy, %s is not blamed on the network",
  async (failure) => {
    const cause = Object.assign(new Error("made up"), { code: "CERT_HAS_EXPIRED" });
    expect(await networksFault(new NetworkError(failure, cause), "oauth.piste.gouv.fr", {})).toBeUndefined();
  },
);

it("a network that opens TLS without a proxy is verified with its certificate authority", async () => {
  const { authority, hosts } = await ownAuthority("localhost");
  const folder = mkdtempSync(path.join(tmpdir(), "authorities "));
  try {
    const caFile = path.join(folder, "ca.pem");
    writeFileSync(caFile, authority);
    const inspecting = https.createServer({ key: hosts.private, cert: hosts.cert }, (_, outgoing) =>
      outgoing.end("{}"),
    );
    const answer = await whileListening(inspecting, (port) =>
      networkOf(encodeNetwork({ caFile })).transport({
        url: new URL(`https://localhost:${port}`),
        method: "GET",
        headers: {},
        timeoutInMilliseconds: 5_000,
      }),
    );
    expect(answer.status).toBe(200);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
