import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { describe, expect, it, jest } from "@jest/globals";
import ts from "typescript";
import { FUNCTIONS } from "../../scripts/build-lambda";
import { ROOT } from "../../scripts/local/folders";
import { STALE_FILE, tarball } from "./tarball";

/** The tools share the machine with other checks. */
jest.setTimeout(120_000);

/** What the tool wrote, and its exit code. */
function judged(tool: string, ...words: string[]): { readonly code: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync(path.join(ROOT, "node_modules", ".bin", tool), words, {
    cwd: ROOT,
    encoding: "utf8",
  });
  return { code: status, output: stdout + stderr };
}

/** What may be published. */
const EXPECTED = [
  /^dist\/(?:client|constructs|cdktn|piste|lambda|emulator|aws|cli)\/.+\.(?:js|d\.ts)$/,
  /^dist\/client\/index\.mjs$/,
  /^dist\/lambda\/(?:token-refresh|connection-check)\.zip$/,
  /^dist\/(?:bundled\.json|THIRD-PARTY-LICENSES\.txt)$/,
  /^docs\/.+\.(?:md|svg)$/,
  /^cli\/piste\.mjs$/,
  /^(?:README|README\.fr|CHANGELOG|SECURITY)\.md$/,
  /^(?:LICENSE|package\.json)$/,
];

function packed(): string[] {
  const { stdout } = spawnSync("tar", ["--list", "--gzip", "--file", tarball()], { encoding: "utf8" });
  return stdout.split("\n").flatMap((file) => (file === "" ? [] : file.replace(/^package\//, "")));
}

describe("the tarball", () => {
  it("has nothing in it but code, declarations, the functions' zips, licences and pages", () => {
    const files = packed();
    expect(files.filter((file) => !EXPECTED.some((pattern) => pattern.test(file)))).toEqual([]);
    const needed = ["LICENSE", "SECURITY.md", "dist/THIRD-PARTY-LICENSES.txt", "cli/piste.mjs"];
    const zips = FUNCTIONS.map((name) => `dist/lambda/${name}.zip`);
    expect(files).toEqual(expect.arrayContaining([...needed, ...zips]));
  });

  it("imports nothing that it does not bring, but what it asks its user for", () => {
    const { dependencies, peerDependencies } = JSON.parse(
      readFileSync(path.join(ROOT, "package.json"), "utf8"),
    ) as Record<"dependencies" | "peerDependencies", Record<string, string>>;
    const brought = Object.keys({ ...dependencies, ...peerDependencies });
    const imported = packed()
      .filter((file) => /\.(?:m?js|d\.ts)$/.test(file))
      .flatMap((file) => ts.preProcessFile(readFileSync(path.join(ROOT, file), "utf8"), true, true).importedFiles)
      .filter(({ fileName }) => !/^(?:\.|node:)/.test(fileName))
      .map(({ fileName }) => /^(?:@[^/]+\/)?[^/]+/.exec(fileName)?.[0] ?? fileName);
    expect(imported).toEqual(expect.arrayContaining(["cdktf", "cdktn", "@aws-sdk/client-secrets-manager"]));
    // Loaded by `--local` where something is kept up, which takes a clone.
    const ofClone = ["@aws-sdk/client-scheduler", "fflate"];
    expect([...new Set(imported)].filter((name) => !brought.includes(name)).sort()).toEqual(ofClone);
  });

  it("has nothing of an earlier build, and the constructs of this one for both frameworks", () => {
    const built = (folder: string): string[] =>
      packed()
        .filter((file) => file.startsWith(`dist/${folder}/`))
        .map((file) => path.basename(file))
        .sort();
    expect(built("constructs")).toEqual(expect.arrayContaining(["index.js", "index.d.ts", "piste-application.js"]));
    expect(built("cdktn")).toEqual(built("constructs"));
    expect(packed()).not.toContain(path.relative(ROOT, STALE_FILE));
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

  it("has nothing that publint's strict rules find", () => {
    const { code, output } = judged("publint", "run", tarball(), "--strict");
    expect(output).toMatch(/All good!/);
    expect(code).toBe(0);
  });

  it("has types that TypeScript finds in every way of resolving modules, and they are those of the code", () => {
    const { code, output } = judged("attw", tarball(), "--no-emoji");
    expect(output).toMatch(/No problems found/);
    expect(code).toBe(0);
  });
});
