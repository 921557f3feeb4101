import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { buildFunction, FUNCTIONS } from "../../scripts/build-lambda";
import { readLockfile } from "../../scripts/supply-chain/lockfile";
import type { Bom } from "../../scripts/supply-chain/sbom";

const ROOT = path.resolve(__dirname, "..", "..");

/** As `npm run sbom`. */
function written(): string {
  const { status, stderr } = spawnSync(process.execPath, ["scripts/with-dependencies.mjs", "sbom.ts"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return readFileSync(path.join(ROOT, "dist", "sbom.json"), "utf8");
}

describe("the bill of materials", () => {
  let text: string;
  let bom: Bom;
  beforeAll(() => {
    text = written();
    bom = JSON.parse(text) as Bom;
  });

  it("is CycloneDX of this package, and the same whenever it is written", () => {
    expect(bom).toMatchObject({ bomFormat: "CycloneDX", specVersion: "1.5", version: 1 });
    expect(bom.metadata.component).toMatchObject({
      name: "cdktf-piste",
      purl: expect.stringMatching(/^pkg:npm\/cdktf-piste@\d/),
    });
    expect(written()).toBe(text);
  });

  it("names the dependencies with the versions and the hashes of the lockfile", () => {
    const { packages } = readLockfile();
    for (const name of Object.keys(packages[""]?.dependencies ?? {})) {
      const { version, integrity } = packages[`node_modules/${name}`] ?? {};
      const component = bom.components.find((each) => each.name === name);
      expect(component).toMatchObject({ version });
      const [hash] = component?.hashes ?? [];
      expect(`sha512-${Buffer.from(hash?.content ?? "", "hex").toString("base64")}`).toBe(integrity);
    }
  });

  it("names what tools of ours share, as npm's own does not, and nothing that only developers get", () => {
    const names = bom.components.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["@aws-sdk/core", "@smithy/core", "debug"]));
    for (const name of ["jest", "typescript", "esbuild", "cdktf", "cdktf-cli", "secretlint"]) {
      expect(names).not.toContain(name);
    }
  });

  it("has each package once, whole, with a licence and a hash", () => {
    const references = bom.components.map((component) => component["bom-ref"]);
    expect(new Set(references).size).toBe(references.length);
    for (const { licenses, hashes, purl } of bom.components) {
      expect(JSON.stringify(licenses)).toMatch(/^\[\{"(?:license":\{"id":"[^"]+"\}|expression":"[^"]+")\}\]$/);
      expect(hashes).toEqual([{ alg: "SHA-512", content: expect.stringMatching(/^[0-9a-f]{128}$/) }]);
      expect(purl).toMatch(/^pkg:npm\/(?:%40[\w.-]+\/)?[\w.-]+@\d+\.\d+\.\d+$/);
    }
  });

  it("says which package brings which, and names none that it does not have", () => {
    const references = bom.components.map((component) => component["bom-ref"]);
    const root = bom.metadata.component["bom-ref"];
    expect(bom.dependencies.map(({ ref }) => ref).sort()).toEqual([root, ...references].sort());
    const brought = new Set(bom.dependencies.flatMap(({ dependsOn }) => dependsOn));
    expect([...brought].sort()).toEqual([...references].sort());
  });

  it.each(FUNCTIONS)("names all that the zip of %s is made of", async (name) => {
    const { sources } = await buildFunction(name);
    const packages = sources.flatMap((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []);
    expect(packages).toContain("@aws-sdk/client-secrets-manager");
    const names = bom.components.map((component) => component.name);
    expect([...new Set(packages)].filter((each) => !names.includes(each))).toEqual([]);
  });
});
