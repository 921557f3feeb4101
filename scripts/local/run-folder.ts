/** A run's own folder, and the cleanup after killed runs. */
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import type { KeptEnvironment } from "../../aws/local/kept-environment";
import { CommandError } from "../../cli/command/failure";
import { writeWhole } from "../made-from";
import { LOCAL_DESCRIPTION, RUNS } from "./folders";
import { endProcesses, processStart } from "./processes";

/** Names the process that owns the folder. */
const OWNER_FILE = "owner.json";

interface Owner {
  readonly pid: number;
  readonly start: string | undefined;
  /** True if it keeps the environment up, and so owns the description. */
  readonly keep: boolean;
}

export class RunFolder {
  readonly id: string;
  readonly folder: string;

  private constructor(private readonly keep: boolean) {
    this.id = randomBytes(6).toString("hex");
    this.folder = path.join(RUNS, this.id);
  }

  /** @throws CommandError when another run keeps its environment up in this folder. */
  static async create(keep: boolean): Promise<RunFolder> {
    const kept = await clearLeftovers();
    if (keep && kept !== undefined) {
      throw new CommandError(
        {
          en: `Another \`npm start -- --keep\` runs in this folder (process ${kept.pid}), and only one can run at a time. End it with Ctrl-C first.`,
          fr: `Un autre \`npm start -- --keep\` tourne dans ce dossier (processus ${kept.pid}), et un seul peut tourner à la fois. Terminez-le d'abord avec Ctrl-C.`,
        },
        "operator",
      );
    }
    const run = new RunFolder(keep);
    mkdirSync(run.folder, { recursive: true });
    const owner: Owner = { pid: process.pid, start: await processStart(process.pid), keep };
    writeFileSync(path.join(run.folder, OWNER_FILE), JSON.stringify(owner));
    return run;
  }

  path(...names: string[]): string {
    return path.join(this.folder, ...names);
  }

  /** Writes the description atomically. */
  describe(description: KeptEnvironment): void {
    writeWhole(LOCAL_DESCRIPTION, `${JSON.stringify(description, undefined, 2)}\n`);
  }

  /** Ends the run's processes and removes its files. */
  async end(): Promise<void> {
    if (this.keep) rmSync(LOCAL_DESCRIPTION, { force: true });
    await endProcesses(this.id);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Cleans up after dead runs. @returns the owner of a living run that keeps its environment. */
async function clearLeftovers(): Promise<Owner | undefined> {
  let kept: Owner | undefined;
  if (existsSync(RUNS)) {
    for (const id of readdirSync(RUNS)) {
      const owner = readOwner(id);
      if (owner === undefined ? isYoung(id) : await isAlive(owner)) {
        if (owner?.keep) kept = owner;
        continue;
      }
      await endProcesses(id);
      rmSync(path.join(RUNS, id), { recursive: true, force: true });
    }
  }
  if (kept === undefined) rmSync(LOCAL_DESCRIPTION, { force: true });
  return kept;
}

/** A new run has no owner file for a moment. */
function isYoung(id: string): boolean {
  return Date.now() - statSync(path.join(RUNS, id)).mtimeMs < 10_000;
}

function readOwner(id: string): Owner | undefined {
  try {
    return JSON.parse(readFileSync(path.join(RUNS, id, OWNER_FILE), "utf8")) as Owner;
  } catch {
    return undefined;
  }
}

async function isAlive({ pid, start }: Owner): Promise<boolean> {
  const current = await processStart(pid);
  return current !== undefined && current === start;
}
