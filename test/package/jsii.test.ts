/**
 * The public API by the rules of jsii, the compiler that brings constructs to Python, Java, C# and Go: what it refuses
 * could not be offered there later without breaking everybody.
 */
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, expect, it, jest } from "@jest/globals";
import { ROOT } from "../../scripts/local/folders";

/** It compiles everything. */
jest.setTimeout(120_000);

/** What the constructs are made of. */
const FOLDERS = ["constructs", "lambda", "piste"];

interface Manifest {
  readonly dependencies: { readonly valibot: string };
  readonly peerDependencies: Readonly<Record<"cdktf" | "@cdktf/provider-aws" | "constructs", string>>;
}

/** IAM's own names, in statements that the constructs give; no prop has them. */
const IAMS_OWN_NAME = /"cdktf-piste\.PolicyStatement\.(?:Sid|Effect|Principal|Action|Resource|Condition)"/;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(realpathSync(tmpdir()), "piste-jsii-"));
  for (const each of FOLDERS) cpSync(path.join(ROOT, each), path.join(folder, each), { recursive: true });
  symlinkSync(path.join(ROOT, "node_modules"), path.join(folder, "node_modules"));
  const { dependencies, peerDependencies } = JSON.parse(
    readFileSync(path.join(ROOT, "package.json"), "utf8"),
  ) as Manifest;
  const { cdktf, "@cdktf/provider-aws": provider, constructs } = peerDependencies;
  const manifest = {
    name: "cdktf-piste",
    version: "0.0.0",
    license: "MIT",
    author: { name: "nobody" },
    repository: { url: "https://example.com/cdktf-piste.git" },
    main: "constructs/index.js",
    types: "constructs/index.d.ts",
    jsii: { outdir: "dist", targets: {} },
    dependencies: { valibot: dependencies.valibot },
    bundleDependencies: ["valibot"],
    peerDependencies: { cdktf, "@cdktf/provider-aws": provider, constructs },
  };
  writeFileSync(path.join(folder, "package.json"), JSON.stringify(manifest));
  const { compilerOptions } = JSON.parse(readFileSync(path.join(ROOT, "tsconfig.json"), "utf8")) as {
    compilerOptions: object;
  };
  // jsii looks for what it compiles beside the sources.
  const inPlace = { ...compilerOptions, rootDir: undefined, outDir: undefined, noEmit: false };
  writeFileSync(
    path.join(folder, "tsconfig.own.json"),
    JSON.stringify({ compilerOptions: inPlace, files: ["constructs/index.ts"] }),
  );
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

it("has nothing that jsii refuses, but IAM's own names in statements", () => {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [require.resolve("jsii/bin/jsii"), "--tsconfig", "tsconfig.own.json", "--validate-tsconfig", "off"],
    { cwd: folder, encoding: "utf8" },
  );
  const errors = (stdout + stderr).split("\n").filter((line) => /\berror (?:JSII|TS)\d+/.test(line));
  expect(errors.filter((error) => !IAMS_OWN_NAME.test(error))).toEqual([]);
  // jsii says them last, and only where nothing else has stopped it.
  expect(errors).toHaveLength(6);
});
