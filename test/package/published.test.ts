import { spawnSync } from "node:child_process";
import * as path from "node:path";
import { describe, expect, it, jest } from "@jest/globals";
import { ROOT } from "../../scripts/local/folders";
import { tarball } from "./tarball";

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
