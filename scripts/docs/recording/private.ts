/** What a recording must not tell of the machine that it was made on, nor of the values that were stored in it. */
import { homedir, hostname, tmpdir, userInfo } from "node:os";
import { ROOT } from "../../local/folders";
import type { Row } from "./screens";

/** Where a machine's tools are differs from one to the next. */
const FOLDERS = /(?<![\w.…])\/(?:home|mnt|nix|opt|private|root|srv|tmp|usr|Users|var)\/[\w./@+-]*/g;

/** How made-up client credentials, tokens, and technical accounts look. */
const VALUES = [/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}/i, /\beyJ[\w-]{10}/, /TECH_/, /canary/i];

/** What follows a folder moves up to where it ended. */
export function withoutFolders(row: Row): Row {
  let gone = 0;
  return row.map((run) => {
    const column = run.column - gone;
    const text = run.text.replace(FOLDERS, "…");
    gone += run.text.length - text.length;
    return { ...run, column, text };
  });
}

/**
 * @param names of the machine and its user.
 * @throws Error naming the rule, and never the value.
 */
export function checkNothingPrivate(lines: readonly string[], names = [hostname(), userInfo().username]): void {
  const ofMachine = new RegExp(`(?<![\\w-])(?:${names.join("|").replaceAll(".", "\\.")})(?![\\w-])`, "i");
  lines.forEach((line, index) => {
    const where = `line ${index + 1} of the recording must not have`;
    if (VALUES.some((value) => value.test(line))) throw new Error(`${where} what looks like a stored value`);
    if ([homedir(), ROOT, tmpdir()].some((folder) => line.includes(folder)) || line.search(FOLDERS) >= 0)
      throw new Error(`${where} a folder of this machine`);
    if (names.length > 0 && ofMachine.test(line)) throw new Error(`${where} the name of this machine or of its user`);
  });
}
