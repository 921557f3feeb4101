/** What a page tells its reader to type. */
import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { ROOT } from "../../scripts/local/folders";
import { runCommand, type CommandResult } from "../../scripts/local/processes";
import { codeBlocks } from "../docs/runbook-pages";
import type { Workshop } from "./local-tools";

/** Runs the commands of a page that have this word, as a reader types them, who answers `yes`. */
export function type(workshop: Workshop, page: string, word: string, output: string): Promise<CommandResult> {
  const text = readFileSync(path.join(ROOT, page), "utf8");
  const [block, ...more] = codeBlocks(text).filter(({ info, code }) => info === "sh" && code.includes(word));
  if (block === undefined || more.length > 0) throw new Error(`${page} must have one block with ${word}`);
  const script = path.join(workshop.folder, "typed.sh");
  writeFileSync(script, block.code.replaceAll("cdktf.out", `"${output}"`));
  const { PATH = "" } = workshop.environment;
  return runCommand("bash", ["-c", 'bash -eu -o pipefail "$1" <<< yes', "bash", script], {
    cwd: ROOT,
    env: {
      ...workshop.environment,
      CDKTF_OUTPUT: output,
      PATH: `${path.dirname(workshop.terraform)}${path.delimiter}${PATH}`,
    },
  });
}
