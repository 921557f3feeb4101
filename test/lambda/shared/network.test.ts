import { writeFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { rootCertificates } from "node:tls";
import { expect, it } from "@jest/globals";
import { authorities, networkOf } from "../../../lambda/shared/network";
import { decodeNetwork, encodeNetwork } from "../../../lambda/shared/network-variables";
import { ownAuthority } from "../../piste/servers";

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
