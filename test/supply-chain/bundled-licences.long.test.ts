import { expect, it, jest } from "@jest/globals";
import { bundle } from "../../scripts/build-client";
import { buildFunction, FUNCTIONS } from "../../scripts/build-lambda";
import { bundledPackages } from "../../scripts/bundled-packages";
import { ALLOWED } from "./licences";

// Builds bundles, on a machine that may be busy.
jest.setTimeout(60_000);

it("the licences of bundled packages are on the allow-list", async () => {
  const bundles = await Promise.all([bundle("esm"), ...FUNCTIONS.map(buildFunction)]);
  const bundled = bundledPackages(bundles.flatMap(({ sources }) => sources));
  expect(bundled.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["@aws-sdk/client-secrets-manager", "@aws-sdk/client-ssm", "@smithy/core", "valibot"]),
  );
  expect(bundled.filter(({ license }) => !ALLOWED.has(license))).toEqual([]);
});
