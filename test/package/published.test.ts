import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { describe, expect, it, jest } from "@jest/globals";
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

describe("the tarball", () => {
  it("has nothing of an earlier build, and the constructs of this one for both frameworks", () => {
    const { stdout } = spawnSync("tar", ["--list", "--gzip", "--file", tarball()], { encoding: "utf8" });
    const built = (folder: string): string[] =>
      stdout
        .split("\n")
        .filter((file) => file.startsWith(`package/dist/${folder}/`))
        .map((file) => path.basename(file))
        .sort();
    expect(built("constructs")).toEqual(expect.arrayContaining(["index.js", "index.d.ts", "piste-application.js"]));
    expect(built("cdktn")).toEqual(built("constructs"));
    expect(stdout).not.toContain(path.basename(STALE_FILE));
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
