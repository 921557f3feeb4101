import { writeFileSync, mkdtempSync, rmSync } from "node:fs";
import * as https from "node:https";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { rootCertificates } from "node:tls";
import { expect, it } from "@jest/globals";
import { authorities, networkOf } from "../../../lambda/shared/network";
import { networksFault } from "../../../lambda/shared/network-fault";
import { decodeNetwork, encodeNetwork } from "../../../lambda/shared/network-variables";
import { NetworkError } from "../../../piste/http";
import { freePort, ownAuthority, whileListening, withSilentServer } from "../../piste/servers";

it("an authority of one's own is trusted beside the public ones, never instead", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "authorities "));
  try {
    const [one, other] = [(await ownAuthority("a")).authority, (await ownAuthority("b")).authority];
    const file = path.join(folder, "ca.pem");
    writeFileSync(file, `# ours\n${one}\n# and\n${other}`);
    expect(rootCertificates.length).toBeGreaterThan(100);
    expect(authorities(file)).toEqual([...rootCertificates, one.trim(), other.trim()]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it("a network of which nothing is said changes no client of AWS", () => {
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
])("a proxy's address that somebody set by hand is refused by each run: %s", (httpsProxy) => {
  const { failure } = networkOf(encodeNetwork({ httpsProxy }));
  expect(failure?.message).toMatch(/^PISTE_HTTPS_PROXY must be http:\/\/ or https:\/\/, a host and perhaps a port/);
  expect(failure?.message).not.toContain("canary");
});

it("what is encoded is decoded", () => {
  const all = { httpsProxy: "https://proxy:3128", caFile: "/opt/ca.pem", awsThroughProxy: true };
  expect(decodeNetwork(encodeNetwork(all))).toEqual(all);
  expect(encodeNetwork({ awsThroughProxy: false })).toEqual({});
});

/** What is said of PISTE's host when no connection was made in time. */
const slow = (httpsProxy?: string): Promise<string | undefined> =>
  networksFault(new NetworkError("timeout-connect"), "oauth.piste.gouv.fr", { httpsProxy });

it("a proxy that takes no connection is to blame for a time-out, and one that does is not", async () => {
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
  "without a proxy, %s is not said to be the network's",
  async (failure) => {
    const cause = Object.assign(new Error("made up"), { code: "CERT_HAS_EXPIRED" });
    expect(await networksFault(new NetworkError(failure, cause), "oauth.piste.gouv.fr", {})).toBeUndefined();
  },
);

it("a network that opens TLS without a proxy is believed by its authority", async () => {
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
