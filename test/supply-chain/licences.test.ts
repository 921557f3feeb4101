import { readFileSync } from "node:fs";
import * as path from "node:path";
import { expect, it } from "@jest/globals";
import { bundle } from "../../scripts/build-client";
import { buildFunction, FUNCTIONS } from "../../scripts/build-lambda";
import { bundledPackages } from "../../scripts/bundled-packages";

const ROOT = path.resolve(__dirname, "..", "..");

/** They ask for their notice to be kept, and for nothing else. */
const ALLOWED = new Set(["MIT", "ISC", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "0BSD", "BlueOak-1.0.0"]);

it("the licences of what is installed with the package are on the allow-list", () => {
  const { packages } = JSON.parse(readFileSync(path.join(ROOT, "package-lock.json"), "utf8")) as {
    readonly packages: Readonly<Record<string, { readonly dev?: boolean; readonly license?: string }>>;
  };
  const installed = Object.entries(packages).filter(([place, { dev }]) => place !== "" && dev !== true);
  expect(installed.length).toBeGreaterThan(10);
  expect(installed.filter(([, { license = "" }]) => !ALLOWED.has(license))).toEqual([]);
});

it("the licences of what is bundled are on the allow-list", async () => {
  const bundles = await Promise.all([bundle("esm"), ...FUNCTIONS.map(buildFunction)]);
  const bundled = bundledPackages(bundles.flatMap(({ sources }) => sources));
  expect(bundled.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["@aws-sdk/client-secrets-manager", "@aws-sdk/client-ssm", "@smithy/core", "valibot"]),
  );
  expect(bundled.filter(({ license }) => !ALLOWED.has(license))).toEqual([]);
});
