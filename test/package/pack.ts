/** Runs before the tests of the package: builds and packs the tarball as for publishing. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { ROOT } from "../../scripts/local/folders";
import { FOLDER_VARIABLE, STALE_FILE } from "./tarball";

export default function pack(): void {
  const folder = mkdtempSync(path.join(realpathSync(tmpdir()), "piste package "));
  process.env[FOLDER_VARIABLE] = folder;
  mkdirSync(path.dirname(STALE_FILE), { recursive: true });
  writeFileSync(STALE_FILE, "");
  utimesSync(STALE_FILE, 0, 0);
  const { status, stderr, stdout } = spawnSync("npm", ["pack", "--pack-destination", folder], {
    cwd: ROOT,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`the package could not be packed:\n${stdout}${stderr}`);
}
