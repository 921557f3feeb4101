/** What `npm version` runs: gives what CHANGELOG.md has under "Unreleased" the version's number and date. */
import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { ROOT } from "./local/folders";
import { fail } from "../cli/command/fail";
import { UserError } from "../piste/user-error";

const FILE = path.join(ROOT, "CHANGELOG.md");
const UNRELEASED = "## [Unreleased]\n";

/**
 * @param day as yyyy-mm-dd.
 * @throws UserError when the version would bring nothing.
 */
export function released(changelog: string, version: string, day: string): string {
  const [before = "", after] = changelog.split(UNRELEASED);
  const [changes = ""] = (after ?? "").split(/^## /m);
  if (!/^- /m.test(changes)) {
    throw new UserError(`CHANGELOG.md says nothing under "Unreleased": write what ${version} brings, then try again.`);
  }
  return `${before}${UNRELEASED}\n## [${version}] - ${day}\n${after ?? ""}`;
}

function main(): void {
  // npm's, of the version that it makes.
  const version = process.env["npm_package_version"] ?? "";
  const day = new Date().toISOString().slice(0, "yyyy-mm-dd".length);
  writeFileSync(FILE, released(readFileSync(FILE, "utf8"), version, day));
}

if (require.main === module) {
  try {
    main();
  } catch (error) {
    fail(error);
  }
}
