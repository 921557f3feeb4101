/** What a page tells its reader to type. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { ROOT } from "../../scripts/local/folders";
import { runCommand, type CommandResult } from "../../scripts/local/processes";
import { codeBlocks } from "../docs/runbook-pages";
import { clone, type Clone } from "./clone";
import { openFixture, type Fixture } from "./fixture";

/** The one block of commands of a page that has these words. */
export function blockOf(page: string, words: string | RegExp): string {
  const text = readFileSync(path.join(ROOT, page), "utf8");
  const has = (code: string): boolean => (typeof words === "string" ? code.includes(words) : words.test(code));
  const [block, ...more] = codeBlocks(text).filter(({ info, code }) => info === "sh" && has(code));
  if (block === undefined || more.length > 0) throw new Error(`${page} must have one block with ${words}`);
  return block.code;
}

/** Runs lines as a reader types them, who answers `yes`. */
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

/** Runs the commands of a page that have these words, on what this repo's stacks were synthesized into. */
export function type(fixture: Fixture, page: string, words: string, output: string): Promise<CommandResult> {
  const code = blockOf(page, words).replaceAll("cdktf.out", `"${output}"`);
  return typeCode(fixture, code, ROOT, { CDKTF_OUTPUT: output });
}

/** Somebody with a clone, who edits its configuration and types what a page says, to the letter. */
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

  /** @param edit puts the reader's own in the place of an example. */
  type(page: string, words: string | RegExp, edit = (code: string): string => code): Promise<CommandResult> {
    return this.run(edit(blockOf(page, words)));
  }

  /** Approves what is asked, and has a mirror of the provider rather than a way to the internet. */
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
