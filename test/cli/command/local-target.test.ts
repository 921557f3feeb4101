/** `--local` reads the local run's addresses from a file, which another user may have written. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { openTarget, type Target } from "../../../cli/command/target";
import type { KeptEnvironment } from "../../../aws/local/kept-environment";

const KEPT: KeptEnvironment = {
  awsEndpoint: "http://127.0.0.1:4566",
  region: "eu-west-3",
  tokenEndpoint: "http://127.0.0.1:4567/api/oauth/token",
  apiBaseUrl: "http://127.0.0.1:4567",
  controlUrl: "http://127.0.0.1:4567/_emulator",
  environment: "qualif",
};

const REMOTE = "http://moto.example.org:5000";

let home: string;
let folder: string;
let file: string;
beforeEach(() => {
  home = process.cwd();
  folder = mkdtempSync(path.join(tmpdir(), "local-target-"));
  mkdirSync(path.join(folder, ".piste"));
  file = path.join(folder, ".piste", "local.json");
  process.chdir(folder);
});
afterEach(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true });
  jest.restoreAllMocks();
  delete process.env["PISTE_AWS_EMULATOR_URL"];
});

const write = (value: unknown): void => {
  writeFileSync(file, typeof value === "string" ? value : JSON.stringify(value));
};
const open = (environment: "qualif" | "prod" = "qualif"): Target => openTarget(environment, { local: true });

describe("--local", () => {
  it.each(["qualif", "prod"] as const)("uses the addresses of a local run of %s", (environment) => {
    write({ ...KEPT, environment });
    expect(open(environment).apiBaseUrl.href).toBe("http://127.0.0.1:4567/");
  });

  it("uses an emulated AWS on another machine only if the user names it too", () => {
    write({ ...KEPT, awsEndpoint: REMOTE });
    process.env["PISTE_AWS_EMULATOR_URL"] = `${REMOTE}/`;
    expect(open().local).toBe(true);
  });

  it.each([
    ["awsEndpoint", REMOTE],
    ["awsEndpoint", "http://127.0.0.1.example.org:4566"],
    ["awsEndpoint", "http://user:canary@127.0.0.1:4566"],
    ["awsEndpoint", "https://sts.eu-west-3.amazonaws.com"],
    ["awsEndpoint", 4566],
    ["tokenEndpoint", "https://oauth.example.org/api/oauth/token"],
    ["tokenEndpoint", undefined],
    ["apiBaseUrl", "http://192.0.2.1:4567"],
    ["apiBaseUrl", "https://sandbox-api.piste.gouv.fr"],
    ["controlUrl", "file:///etc/passwd"],
    ["region", "eu-west-3.example.org/"],
    ["environment", "dev"],
  ])("refuses a %s that cannot be a local run's: %s", (field, value) => {
    write({ ...KEPT, [field]: value });
    expect(open).toThrow(`does not describe a local run of this machine (${field}).`);
  });

  it.each(["", "canary-of-a-file", "null", "[]"])("refuses an invalid file without showing it: %j", (text) => {
    write(text);
    expect(open).toThrow(/does not describe a local run of this machine/);
    expect(open).not.toThrow(/canary/);
  });

  it("refuses a link", () => {
    writeFileSync(path.join(folder, "elsewhere.json"), JSON.stringify(KEPT));
    symlinkSync(path.join(folder, "elsewhere.json"), file);
    expect(open).toThrow("must be your own file, not a link");
  });

  it("refuses a folder in its place", () => {
    mkdirSync(file);
    expect(open).toThrow("must be your own file, not a link");
  });

  it("refuses another user's file", () => {
    write(KEPT);
    chmodSync(file, 0o644);
    const own = process.getuid?.() ?? 0;
    jest.spyOn(process, "getuid").mockReturnValue(own + 1);
    expect(open).toThrow("must be your own file, not a link");
  });
});
