import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { findProvider } from "../../../scripts/local/terraform";

const VERSION = "5.100.0";
const PLATFORM = `${process.platform}_${process.arch === "x64" ? "amd64" : process.arch}`;

let mirror: string;
let provider: string;
const variables = { ...process.env };
beforeEach(() => {
  mirror = mkdtempSync(path.join(tmpdir(), "provider mirror "));
  provider = path.join(mirror, "registry.terraform.io", "hashicorp", "aws");
  mkdirSync(provider, { recursive: true });
  process.env = {
    ...variables,
    TF_CLI_CONFIG_FILE: path.join(mirror, "no such file"),
    PISTE_PROVIDER_MIRROR: mirror,
  };
});
afterEach(() => {
  process.env = variables;
  rmSync(mirror, { recursive: true });
});

/** The mirror in Terraform's configuration. */
async function found(): Promise<string> {
  const { configurationFile } = await findProvider(VERSION, mirror, "no-terraform", "run", () => undefined);
  return readFileSync(configurationFile, "utf8");
}

it("accepts an unpacked mirror of the provider", async () => {
  mkdirSync(path.join(provider, VERSION, PLATFORM), { recursive: true });
  expect(await found()).toContain(`path = ${JSON.stringify(mirror)}`);
});

it("accepts a packed mirror of `terraform providers mirror`", async () => {
  writeFileSync(path.join(provider, `terraform-provider-aws_${VERSION}_${PLATFORM}.zip`), "");
  expect(await found()).toContain(`path = ${JSON.stringify(mirror)}`);
});

it("refuses a mirror with only another version", async () => {
  writeFileSync(path.join(provider, `terraform-provider-aws_5.99.0_${PLATFORM}.zip`), "");
  await expect(found()).rejects.toThrow(/^PISTE_PROVIDER_MIRROR is .*and that folder has no /);
});
