/** A clone of this repository in a folder with a space, and programs that run in it. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ROOT } from "../../scripts/local/folders";

/** Ignored by git. */
const NOT_CLONED = new Set(["node_modules", ".git", ".piste", "cdktf.out", "dist"]);

export interface Clone {
  readonly folder: string;
  path(...names: string[]): string;
  /** Edits the committed `stacks/<environment>.ts`. */
  configure(environment: string, edit: (text: string) => string): void;
  /** Runs that are not cleaned up. */
  runs(): string[];
  remove(): void;
}

/** @param installed whether its dependencies are installed. */
export function clone(installed = true): Clone {
  const folder = mkdtempSync(path.join(realpathSync(tmpdir()), "a piste clone "));
  cpSync(ROOT, folder, {
    recursive: true,
    filter: (source) => !NOT_CLONED.has(path.relative(ROOT, source)) && !source.endsWith(".tfstate"),
  });
  if (installed) symlinkSync(path.join(ROOT, "node_modules"), path.join(folder, "node_modules"));
  return {
    folder,
    path: (...names) => path.join(folder, ...names),
    configure: (environment, edit) => {
      const file = path.join("stacks", `${environment}.ts`);
      writeFileSync(path.join(folder, file), edit(readFileSync(path.join(ROOT, file), "utf8")));
    },
    runs: () => {
      try {
        return readdirSync(path.join(folder, ".piste", "runs"));
      } catch {
        return [];
      }
    },
    remove: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Edits the configuration to keep the state in a bucket. */
export function stateIn(bucket: string): (text: string) => string {
  return (text) => text.replace("applications: [", `state: { bucket: "${bucket}" },\n  applications: [`);
}

/** All files below a folder. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}

const programs = new Set<Program>();

/** Ends the programs that a failed test left running, so that they clean up. */
export async function endPrograms(): Promise<void> {
  for (const program of programs) program.child.kill("SIGTERM");
  await Promise.all([...programs].map((program) => program.ended()));
}

export class Program {
  private constructor(
    readonly child: ChildProcess,
    private readonly parts: string[],
  ) {}

  /** Runs a script of scripts/ like npm. */
  static start(where: Clone, script: string, words: string[], variables: NodeJS.ProcessEnv = {}): Program {
    const child = spawn(process.execPath, ["scripts/with-dependencies.mjs", script, ...words], {
      cwd: where.folder,
      env: { ...process.env, ...variables },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const parts: string[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => parts.push(chunk.toString()));
    const program = new Program(child, parts);
    programs.add(program);
    child.once("exit", () => programs.delete(program));
    return program;
  }

  get output(): string {
    return this.parts.join("");
  }

  /** Resolves once the output contains the text; fails if the program ends before. */
  async says(text: string): Promise<void> {
    while (!this.output.includes(text)) {
      if (this.child.exitCode !== null)
        throw new Error(`ended before it said ${JSON.stringify(text)}:\n${this.output}`);
      await sleep(20);
    }
  }

  async ended(): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, "exit");
    return this.child.exitCode;
  }
}
