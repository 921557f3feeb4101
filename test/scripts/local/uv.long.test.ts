import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "@jest/globals";
import { createTar } from "nanotar";
import { startAwsEmulator } from "../../../scripts/local/aws-emulator";
import type { UvSource } from "../../../scripts/local/uv";

/** A fake uv, which records its calls and installs a fake moto: an HTTP server. */
const MOTO = `#!/usr/bin/env node
require("node:http").createServer((_, response) => response.end()).listen(process.argv.at(-1), process.argv[3]);
`;
const UV = `#!/usr/bin/env node
const { mkdirSync, writeFileSync } = require("node:fs");
const { UV_TOOL_BIN_DIR: bin, UV_TOOL_DIR, UV_CACHE_DIR, UV_PYTHON_INSTALL_DIR } = process.env;
console.error("Downloading cpython-3.13.1 (31.9MiB)\\nInstalled 40 packages in 50ms");
mkdirSync(bin, { recursive: true });
writeFileSync(bin + "/moto_server", ${JSON.stringify(MOTO)}, { mode: 0o755 });
const called = { arguments: process.argv.slice(2), folders: [bin, UV_TOOL_DIR, UV_CACHE_DIR, UV_PYTHON_INSTALL_DIR] };
writeFileSync(bin + "/called.json", JSON.stringify(called));
`;
const FAILING_UV = `#!/bin/sh
echo "Downloading cpython-3.13.1 (31.9MiB)" >&2
echo "error: Failed to fetch: https://pypi.org/simple/moto/" >&2
echo "  Caused by: dns error" >&2
exit 2
`;

const ARCHIVE = "uv-for-this-test";
const packed = (program: string): Buffer =>
  gzipSync(
    createTar([
      { name: `${ARCHIVE}/uv`, data: program },
      { name: `${ARCHIVE}/uvx`, data: "" },
    ]),
  );
const pinned = (bytes: Buffer): UvSource["archive"] => ({
  name: ARCHIVE,
  sha256: createHash("sha256").update(bytes).digest("hex"),
});

let server: Server;
let asked: string[];
let served: Buffer | undefined;
let folder: string;
let source: UvSource;
const before = { ...process.env };

beforeAll(async () => {
  server = createServer(({ url = "" }, response) => {
    asked.push(url);
    if (served === undefined) response.writeHead(403).end();
    else response.end(served);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => {
  server.close();
});
beforeEach(() => {
  asked = [];
  served = packed(UV);
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), "only node ")));
  const bin = path.join(folder, "bin");
  mkdirSync(bin);
  symlinkSync(process.execPath, path.join(bin, "node"));
  process.env["PATH"] = bin;
  process.env["UV_INSTALLER_GITHUB_BASE_URL"] = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mirror/`;
  delete process.env["PISTE_AWS_EMULATOR_URL"];
  source = { archive: pinned(served), tools: path.join(folder, "tools") };
});
afterEach(() => {
  process.env = { ...before };
  rmSync(folder, { recursive: true });
});

const said: string[] = [];
const started = async (): Promise<string> => {
  said.length = 0;
  const emulator = await startAwsEmulator("test-uv", undefined, ({ en }) => said.push(en), source);
  emulator.stop();
  return emulator.from.en;
};

it("a machine with only Node gets the emulator by uv, and downloads it once", async () => {
  expect(await started()).toBe("a downloaded uv");
  expect(asked).toEqual([
    expect.stringMatching(/^\/mirror\/astral-sh\/uv\/releases\/download\/\d+\.\d+\.\d+\/uv-for-this-test\.tar\.gz$/),
  ]);
  served = undefined;
  expect(await started()).toBe("a downloaded uv");
  expect(asked).toHaveLength(1);
});

it("reports the download at once, and uv's progress", async () => {
  await started();
  const steps = said.slice(said.findIndex((text) => text.includes("a downloaded uv")));
  expect(steps).toEqual([
    expect.stringMatching(/^trying a downloaded uv, .* minutes\)$/),
    expect.stringMatching(/^downloading http:\/\/127\.0\.0\.1:\d+\/mirror\/.*\.tar\.gz \(about \d+ MB\)$/),
    expect.stringMatching(/^uv installs Python \d\.\d+ and moto\[server\]==[\d.]+ \(about \d+ MB, once/),
    "Downloading cpython-3.13.1 (31.9MiB)",
  ]);
});

it("makes uv install its own Python, and keep everything in the tools' folder", async () => {
  await started();
  const place = readdirSync(source.tools, { recursive: true, encoding: "utf8" }).find((file) =>
    file.endsWith("called.json"),
  );
  const called = JSON.parse(readFileSync(path.join(source.tools, place ?? "missing"), "utf8")) as {
    readonly arguments: string[];
    readonly folders: string[];
  };
  expect(called.arguments.slice(0, 2)).toEqual(["tool", "install"]);
  expect(called.arguments).toContain("--managed-python");
  expect(called.arguments.at(-1)).toMatch(/^moto\[server\]==\d+\.\d+\.\d+$/);
  expect(called.folders.map((place) => path.relative(source.tools, place).startsWith("uv-"))).toEqual([
    true,
    true,
    true,
    true,
  ]);
});

const refused = async (): Promise<string> =>
  started().then(
    () => "started",
    (error: unknown) => (error as Error).message,
  );
const ADVICE =
  /Install it with one of these commands, then run this again:\n {2}pipx install "moto\[server\]==.*\n.*pip install[^]*PISTE_AWS_EMULATOR_URL=http/;

it("a uv with another checksum is neither used nor kept", async () => {
  source = { ...source, archive: { name: ARCHIVE, sha256: "0".repeat(64) } };
  const message = await refused();
  expect(message).toMatch(
    / {2}- a downloaded uv: http.*\.tar\.gz is not the expected file: its SHA-256 is [0-9a-f]{64}, not 0{64}/,
  );
  expect(message).toMatch(ADVICE);
  expect(existsSync(source.tools)).toBe(false);
});

it("names the other ways to the emulator if uv cannot be downloaded", async () => {
  served = undefined;
  const message = await refused();
  expect(message).toMatch(/ {2}- a downloaded uv: http.*\.tar\.gz could not be downloaded \(status 403\)/);
  expect(message).toMatch(ADVICE);
});

it("gives uv's reason if it cannot download packages", async () => {
  served = packed(FAILING_UV);
  source = { ...source, archive: pinned(served) };
  const message = await refused();
  expect(message).toContain(
    "  - a downloaded uv: error: Failed to fetch: https://pypi.org/simple/moto/ Caused by: dns error\n",
  );
  expect(message).toMatch(ADVICE);
});

it("downloads nothing on a system without a pinned uv", async () => {
  source = { ...source, archive: undefined };
  expect(await refused()).toMatch(/ {2}- a downloaded uv: no download for \w+_\w+/);
  expect(asked).toEqual([]);
});
