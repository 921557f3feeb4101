/** The shell examples of the local PISTE's page print the documented output. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import { expect, it } from "@jest/globals";
import { demoPiste } from "../../cli/emulator/run";
import { startEmulator } from "../../emulator";

const PAGE = readFileSync(path.join(__dirname, "..", "..", "docs", "emulator.md"), "utf8");
const EXAMPLES = [...PAGE.matchAll(/^```sh\n([^`]*?)^```\n\n```text\n([^`]*?)^```$/gm)].map(
  ([, script = "", output = ""], index) => ({ name: index + 1, script, output }),
);

/** "…" matches the rest of a line. */
const shown = (output: string): RegExp =>
  new RegExp(
    `^${output
      .trimEnd()
      .replace(/[\\^$.*+?()[\]{}|]/g, "\\$&")
      .replaceAll("…", ".*")}$`,
  );

it("has three", () => {
  expect(EXAMPLES).toHaveLength(3);
});

it.each(EXAMPLES)("example $name", async ({ script, output }) => {
  const emulator = await startEmulator({ piste: demoPiste() });
  try {
    const local = script.replaceAll("http://localhost:8787", emulator.apiBaseUrl);
    const { stdout } = await promisify(execFile)("sh", ["-eu", "-c", local]);
    expect(stdout.trimEnd()).toMatch(shown(output));
  } finally {
    await emulator.stop();
  }
});
