import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { LOCAL, ROOT } from "../../scripts/local/folders";

const RUN = 'import("./scripts/bundled.mjs").then(({ bundled }) => bundled(process.argv[1])).then((run) => run())';

describe("a bundled program", () => {
  let folder: string;
  const run = (program: string, variables: Readonly<Record<string, string>> = {}) =>
    spawnSync(process.execPath, ["--eval", RUN, path.relative(ROOT, path.join(folder, program))], {
      cwd: ROOT,
      env: { ...process.env, ...variables },
      encoding: "utf8",
    });
  beforeAll(() => {
    mkdirSync(LOCAL, { recursive: true });
    folder = mkdtempSync(path.join(LOCAL, "test bundled "));
    mkdirSync(path.join(folder, "below"));
    writeFileSync(
      path.join(folder, "program.ts"),
      `import { fail, place } from "./below/other";
import { zipSync } from "fflate";
console.log(JSON.stringify([__dirname, place, zipSync === require("fflate").zipSync]));
if (process.env["FAIL"]) fail();
`,
    );
    writeFileSync(
      path.join(folder, "below", "other.ts"),
      `export const place: string = __filename;
export function fail(): never {
  throw new Error("on line 3");
}
`,
    );
    writeFileSync(path.join(folder, "wrong.ts"), "export const = 1;\n");
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
    rmSync(path.join(LOCAL, "bundles", `${path.basename(LOCAL)}-${path.basename(folder)}-program.cjs`), {
      force: true,
    });
  });

  it("knows the paths of its sources, and shares packages", () => {
    const { stdout, stderr } = run("program.ts");
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual([folder, path.join(folder, "below", "other.ts"), true]);
  });

  it("reports the source line of an error", () => {
    const { stderr } = run("program.ts", { FAIL: "1", NODE_OPTIONS: "--enable-source-maps" });
    expect(stderr).toContain(`${path.join(folder, "below", "other.ts")}:3:`);
  });

  it("is refused with the place of invalid TypeScript", () => {
    const { status, stderr } = run("wrong.ts");
    expect(status).toBe(1);
    expect(stderr).toContain('wrong.ts:1:13: ERROR: Expected identifier but found "="');
  });
});
