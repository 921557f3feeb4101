import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { builtinModules } from "node:module";
import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import ts from "typescript";
import { FUNCTIONS } from "../../scripts/build-lambda";
import { ROOT } from "../../scripts/local/folders";
import { STALE_FILE, tarball } from "./tarball";

/** The machine may be busy with other checks. */
jest.setTimeout(120_000);

/** Files that may be published. */
const EXPECTED = [
  /^dist\/(?:aws|cdktn|client|constructs|emulator|lambda|piste)\/.+\.(?:js|d\.ts)$/,
  /^dist\/client\/index\.mjs$/,
  /^dist\/cli\/(?:piste\.js|lambda-runtime\.cjs)$/,
  /^dist\/lambda\/(?:token-refresh|connection-check)\.zip$/,
  /^dist\/(?:bundled\.json|THIRD-PARTY-LICENSES\.txt)$/,
  /^docs\/.+\.(?:md|svg)$/,
  /^terraform\/(?:README\.md|[\w-]+\.tf|from-constructs\/adopt\.tf)$/,
  /^cli\/piste\.mjs$/,
  /^(?:README|README\.fr|CHANGELOG|SECURITY)\.md$/,
  /^(?:LICENSE|package\.json)$/,
];

interface Manifest {
  readonly main: string;
  readonly types: string;
  readonly bin: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string | { types: string; module?: string; default: string }>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

/** The tool's output and exit code. */
function judged(tool: string, ...words: string[]): { readonly code: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync(path.join(ROOT, "node_modules", ".bin", tool), words, {
    cwd: ROOT,
    encoding: "utf8",
  });
  return { code: status, output: stdout + stderr };
}

describe("the tarball", () => {
  /** Folder of the unpacked tarball. */
  let folder: string;
  let files: readonly string[];
  let manifest: Manifest;
  const read = (file: string): string => readFileSync(path.join(folder, file), "utf8");
  beforeAll(() => {
    folder = mkdtempSync(path.join(path.dirname(tarball()), "unpacked "));
    spawnSync("tar", ["--extract", "--strip-components=1", "--file", tarball()], { cwd: folder });
    files = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, "/"));
    manifest = JSON.parse(read("package.json")) as Manifest;
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("contains only code, declarations, the functions' zips, the Terraform module, bundled packages with their licences, and pages", () => {
    expect(files.length).toBeGreaterThan(200);
    expect(files.filter((file) => !EXPECTED.some((pattern) => pattern.test(file)))).toEqual([]);
    // Source maps would publish our sources and paths of this machine.
    expect(files.filter((file) => /\.m?js$/.test(file) && read(file).includes("sourceMappingURL="))).toEqual([]);
  });

  it("has every file of its package.json", () => {
    const exported = Object.values(manifest.exports).flatMap((entry) =>
      typeof entry === "string" ? entry : [entry.types, entry.module ?? entry.default, entry.default],
    );
    expect(exported.length).toBeGreaterThan(8);
    const needed = [
      manifest.main,
      manifest.types,
      ...Object.values(manifest.bin),
      "dist/cli/piste.js",
      "dist/cli/lambda-runtime.cjs",
      ...FUNCTIONS.map((name) => `dist/lambda/${name}.zip`),
      ...exported.map((file) => path.posix.normalize(file)),
      ...["main", "roles", "alarms", "variables", "outputs", "versions"].map((name) => `terraform/${name}.tf`),
      "terraform/from-constructs/adopt.tf",
      "SECURITY.md",
      "LICENSE",
      "dist/THIRD-PARTY-LICENSES.txt",
    ];
    expect(needed.filter((file) => !files.includes(file))).toEqual([]);
  });

  it("has nothing of an earlier build, and this build's constructs for both frameworks", () => {
    const built = (of: string): string[] =>
      files.filter((file) => file.startsWith(`dist/${of}/`)).map((file) => path.basename(file));
    expect(built("constructs")).toEqual(expect.arrayContaining(["index.js", "index.d.ts", "piste-application.js"]));
    expect(built("cdktn").sort()).toEqual(built("constructs").sort());
    expect(files.map((file) => path.basename(file))).not.toContain(path.basename(STALE_FILE));
  });

  it("has one dependency, and imports only it and its peer dependencies", () => {
    expect(Object.keys(manifest.dependencies)).toEqual(["@aws-sdk/client-secrets-manager"]);
    const brought = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
    const imported = files
      .filter((file) => /\.(?:[cm]?js|d\.ts)$/.test(file))
      .flatMap((file) =>
        ts
          .preProcessFile(read(file), true, true)
          .importedFiles.map(({ fileName }) => ({ file, name: /^(?:@[^/]+\/)?[^/]+/.exec(fileName)?.[0] ?? fileName })),
      )
      .filter(({ name }) => !name.startsWith(".") && !name.startsWith("node:") && !builtinModules.includes(name));
    expect(imported.length).toBeGreaterThan(100);
    expect(imported.filter(({ name }) => !brought.includes(name))).toEqual([]);
    expect(imported.filter(({ file }) => file.startsWith("dist/cli/"))).toEqual([]);
  });

  it("would be published by the workflow's own command", () => {
    const workflow = readFileSync(path.join(ROOT, ".github", "workflows", "publish.yml"), "utf8");
    const [, command = ""] = /- run: (npm publish .*)$/m.exec(workflow) ?? [];
    const { status, stdout, stderr } = spawnSync(`${command} --dry-run --offline`, {
      cwd: path.dirname(tarball()),
      encoding: "utf8",
      shell: true,
    });
    const { version } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as { version: string };
    expect(stderr).toMatch(/with tag latest and public access \(dry-run\)/);
    expect(stdout.trim()).toBe(`+ cdktf-piste@${version}`);
    expect(status).toBe(0);
  });

  it("passes publint's strict rules", () => {
    const { code, output } = judged("publint", "run", tarball(), "--strict");
    expect(output).toMatch(/All good!/);
    expect(code).toBe(0);
  });

  it("has correct types for every module resolution of TypeScript", () => {
    const { code, output } = judged("attw", tarball(), "--no-emoji");
    expect(output).toMatch(/No problems found/);
    expect(code).toBe(0);
  });
});
