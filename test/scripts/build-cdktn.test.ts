import { describe, expect, it } from "@jest/globals";
import { forCdkTerrain } from "../../scripts/build-cdktn";

describe("the constructs for CDK Terrain", () => {
  it.each([
    ['const cdktf_1 = require("cdktf");', 'const cdktf_1 = require("cdktn");'],
    ['require("@cdktf/provider-aws/lib/iam-role")', 'require("@cdktn/provider-aws/lib/iam-role")'],
    ['import type { Token } from "cdktf";', 'import type { Token } from "cdktn";'],
    ['export * from "cdktf/lib/token";', 'export * from "cdktn/lib/token";'],
    ['type A = import("cdktf").IAspect;', 'type A = import("cdktn").IAspect;'],
    [
      'import { App } from "cdktf"; import { IamRole } from "@cdktf/provider-aws/lib/iam-role";',
      'import { App } from "cdktn"; import { IamRole } from "@cdktn/provider-aws/lib/iam-role";',
    ],
  ])("import %s under the other name", (code, expected) => {
    expect(forCdkTerrain(code)).toBe(expected);
  });

  it.each([
    'throw new Error("add it to each stack: cdktf does not run it");',
    'const ALLOWED = "cdktf-piste/allowed-secret-value";',
    'const from = "cdktf";',
    'require("constructs"); require("./cdktf"); require("../piste/names"); require("cdktf-piste");',
    'require("@cdktf/hcl-tools");',
  ])("are otherwise unchanged: %s", (code) => {
    expect(forCdkTerrain(code)).toBe(code);
  });
});
