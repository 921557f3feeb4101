/**
 * Counts that people wait or pay for, and that do not depend on the machine. To exceed one, raise the number here and give
 * the reason in the commit. `npm run bench` measures times.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { unzipSync } from "fflate";
import { bundleClient } from "../../scripts/build-client";

const ROOT = path.resolve(__dirname, "..", "..");
const KILOBYTE = 1024;
const zipFile = (name: string): string => path.join(ROOT, "dist", "lambda", `${name}.zip`);

/** Maximum distance below the limit: a limit far above the count would detect nothing. */
const SLACK = 0.9;

function expectJustBelow(count: number, limit: number): void {
  expect(count).toBeLessThanOrEqual(limit);
  expect(count).toBeGreaterThan(limit * SLACK);
}

/** Loaded after a failed call, and with a proxy. */
const OF_NETWORKS = ["network-fault.js", "tunnel.js"];

describe("Lambda loads", () => {
  const filesOf = (name: string): Record<string, Uint8Array> => unzipSync(readFileSync(zipFile(name)));

  it("for the refresher: the code of a tick, and separately that of `passwords`", () => {
    const { "index.js": tick, "parameters.js": passwords, ...others } = filesOf("token-refresh");
    expect(Object.keys(others).sort()).toEqual(OF_NETWORKS);
    expectJustBelow((tick?.length ?? 0) / KILOBYTE, 200);
    expectJustBelow((passwords?.length ?? 0) / KILOBYTE, 215);
    expect(Buffer.from(tick ?? "").includes("SSMServiceException")).toBe(false);
  });

  it("for the connection check", () => {
    const { "index.js": code, ...others } = filesOf("connection-check");
    expect(Object.keys(others).sort()).toEqual(OF_NETWORKS);
    expectJustBelow((code?.length ?? 0) / KILOBYTE, 372);
  });

  it.each([
    ["token-refresh", 145],
    ["connection-check", 120],
  ])("a zip of %s of at most %d KB", (name, limit) => {
    expectJustBelow(statSync(zipFile(name)).size / KILOBYTE, limit);
  });

  it("no ES module: that of node:http would load Node's fetch", () => {
    for (const name of ["token-refresh", "connection-check"]) {
      for (const code of Object.values(filesOf(name))) {
        expect(Buffer.from(code).toString("utf8")).not.toMatch(/(?<![\w$.])import\(/);
      }
    }
  });
});

describe("a consumer's program loads from the client", () => {
  it("one file, and with the first token the AWS SDK", async () => {
    const code = await bundleClient();
    expectJustBelow(Buffer.byteLength(await bundleClient("esm")) / KILOBYTE, 50);
    expectJustBelow(Buffer.byteLength(code) / KILOBYTE, 50);
    const others = [...code.matchAll(/(?<![\w$.])(?:require|import)\(["']([^"']+)["']\)/g)].map(([, name]) => name);
    expect(others).toEqual(["@aws-sdk/client-secrets-manager", "@aws-sdk/client-secrets-manager"]);
  });

  it("the code of calls only at the first call", async () => {
    const loaded = await bundleClient();
    const atOnce: string[] = [];
    const builtIn = (name: string): unknown => {
      atOnce.push(name);
      return process.getBuiltinModule(name);
    };
    const modules = { exports: {} as { createPisteClient?: (options: object) => unknown } };
    runInNewContext(loaded, {
      module: modules,
      process: { env: {}, getBuiltinModule: builtIn },
      performance,
      URL,
      Buffer,
    });
    modules.exports.createPisteClient?.({ environment: "qualif" });
    expect(atOnce).toEqual([]);
  });
});

describe("a synth of main.ts", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "counts "));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  const PRINT = 'require("./main.ts"); process.stdout.write("\\n" + JSON.stringify(Object.keys(require.cache)));';
  let loaded: readonly string[] = [];
  beforeAll(() => {
    const output = execFileSync(process.execPath, ["--require", "tsx/cjs", "--eval", PRINT], {
      cwd: ROOT,
      env: { ...process.env, CDKTF_OUTDIR: folder },
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    loaded = JSON.parse(output.split("\n").at(-1) ?? "") as string[];
  });
  const of = (pattern: RegExp): number => loaded.filter((file) => pattern.test(file)).length;

  it("loads a limited number of modules, and from the provider only those of its resources", () => {
    expectJustBelow(loaded.length, 505);
    expectJustBelow(of(/node_modules\/@cdktf\/provider-aws\//), 30);
  });

  it.each([
    ["qualif", 26],
    ["prod", 30],
  ])("makes of %s at most %d resources", (stack, limit) => {
    const { resource } = JSON.parse(readFileSync(path.join(folder, "stacks", stack, "cdk.tf.json"), "utf8")) as {
      readonly resource: Readonly<Record<string, object>>;
    };
    expectJustBelow(
      Object.values(resource).reduce((sum, each) => sum + Object.keys(each).length, 0),
      limit,
    );
  });
});
