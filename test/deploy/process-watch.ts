/** Reads the visible arguments and, on Linux, environments of all processes of this machine. */
import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { promisify } from "node:util";

const LOOK_EACH_IN_MILLISECONDS = 100;

export interface ShownByProcesses {
  /** The arguments of each process. */
  readonly arguments: string[];
  /** Other systems do not show them. */
  readonly environments: string[];
}

const spaced = (text: string): string => text.replaceAll("\0", " ").trim();

function readProcess(pid: string, file: "cmdline" | "environ"): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    // The process ended, or belongs to another user.
    return "";
  }
}

export async function lookAtProcesses(): Promise<ShownByProcesses> {
  if (process.platform !== "linux") {
    const { stdout } = await promisify(execFile)("ps", ["-axww", "-o", "args="], { maxBuffer: 64 * 1024 * 1024 });
    return { arguments: stdout.split("\n"), environments: [] };
  }
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const all = (file: "cmdline" | "environ"): string[] =>
    pids.map((pid) => spaced(readProcess(pid, file))).filter((text) => text !== "");
  return { arguments: all("cmdline"), environments: all("environ") };
}

/** Polls until stopped; may miss short-lived processes. */
export class ProcessWatch {
  private readonly seen = { arguments: new Set<string>(), environments: new Set<string>() };
  private looking = Promise.resolve();
  private readonly timer = setInterval(() => {
    this.looking = this.looking.then(() => this.look());
  }, LOOK_EACH_IN_MILLISECONDS);

  /** All that was seen. */
  async stop(): Promise<ShownByProcesses> {
    clearInterval(this.timer);
    await this.looking;
    return { arguments: [...this.seen.arguments], environments: [...this.seen.environments] };
  }

  private async look(): Promise<void> {
    const shown = await lookAtProcesses();
    for (const text of shown.arguments) this.seen.arguments.add(text);
    for (const text of shown.environments) this.seen.environments.add(text);
  }
}
