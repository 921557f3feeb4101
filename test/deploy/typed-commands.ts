/** The commands that a page tells its reader to type. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { ROOT } from "../../scripts/local/folders";
import { runCommand, type CommandResult } from "../../scripts/local/processes";
import { codeBlocks } from "../docs/runbook-pages";
import { clone, type Clone } from "./clone";
import { openFixture, type Fixture } from "./fixture";

/** The only block of a page with these words. */
export function blockOf(page: string, words: string | RegExp): string {
  const text = readFileSync(path.join(ROOT, page), "utf8");
  const has = (code: string): boolean => (typeof words === "string" ? code.includes(words) : words.test(code));
  const [block, ...more] = codeBlocks(text).filter(({ info, code }) => info === "sh" && has(code));
  if (block === undefined || more.length > 0) throw new Error(`${page} must have one block with ${words}`);
  return block.code;
}

/** Runs a reader's lines, answering `yes`. */
function typeCode(
  fixture: Fixture,
  code: string,
  folder: string,
  variables: Record<string, string>,
): Promise<CommandResult> {
  const script = path.join(fixture.folder, "typed.sh");
  writeFileSync(script, code);
  const { PATH = "" } = fixture.environment;
  return runCommand("bash", ["-c", 'bash -eu -o pipefail "$1" <<< yes', "bash", script], {
    cwd: folder,
    env: {
      ...fixture.environment,
      ...variables,
      PATH: `${path.dirname(fixture.terraform)}${path.delimiter}${PATH}`,
    },
  });
}

/** Runs a page's block with these words on this repository's synthesized stacks. */
export function type(fixture: Fixture, page: string, words: string, output: string): Promise<CommandResult> {
  const code = blockOf(page, words).replaceAll("cdktf.out", `"${output}"`);
  return typeCode(fixture, code, ROOT, { CDKTF_OUTPUT: output });
}

/** A reader with a clone, who edits its configuration and types a page's commands exactly. */
export class Reader {
  private constructor(
    readonly fixture: Fixture,
    readonly place: Clone,
  ) {}

  static async open(name: string): Promise<Reader> {
    return new Reader(await openFixture(name), clone());
  }

  async close(): Promise<void> {
    await this.fixture.close();
    this.place.remove();
  }

  /** @param edit replaces an example by the reader's value. */
  type(page: string, words: string | RegExp, edit = (code: string): string => code): Promise<CommandResult> {
    return this.run(edit(blockOf(page, words)));
  }

  /** Approves every question, and uses a mirror of the provider instead of the internet. */
  run(code: string): Promise<CommandResult> {
    const variables = { CDKTF_AUTO_APPROVE: "true", CDKTF_SKIP_PROVIDER_LOCK: "true" };
    return typeCode(this.fixture, code, this.place.folder, variables);
  }

  terraform(stack: string, ...words: string[]): Promise<CommandResult> {
    return this.fixture.terraformIn(this.place.path("cdktf.out"), stack, ...words);
  }

  forgetSynthesis(): void {
    rmSync(this.place.path("cdktf.out"), { recursive: true, force: true });
  }
}
