/** Starts, finds and ends the processes of a run. A variable in their environment marks them. */
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { LOCAL_RUN_VARIABLE } from "../../piste/names";

const run = promisify(execFile);

const GRACE_IN_MILLISECONDS = 3_000;
const POLL_IN_MILLISECONDS = 50;

export interface CommandResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Standard output and standard error, interleaved. */
  readonly output: string;
}

export interface CommandOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Called with each line as it comes. */
  readonly onLine?: (line: string) => void;
}

/** Starts a process in its own group, so that a terminal's Ctrl-C does not reach it directly. */
export function start(command: string, commandArguments: readonly string[], options: CommandOptions): ChildProcess {
  return spawn(command, commandArguments, {
    cwd: options.cwd,
    env: options.env,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
}

/** Runs a command to its end. */
export function runCommand(
  command: string,
  commandArguments: readonly string[],
  options: CommandOptions,
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const child = start(command, commandArguments, options);
    let output = "";
    const take = (chunk: Buffer): void => {
      const text = chunk.toString();
      output += text;
      if (options.onLine) for (const line of text.split(/\r?\n/)) if (line.trim() !== "") options.onLine(line);
    };
    child.stdout?.on("data", take);
    child.stderr?.on("data", take);
    child.once("error", reject);
    child.once("close", (code, signal) => {
      resolve({ code, signal, output });
    });
  });
}

/** The ids of all processes with the run's mark. */
export async function processesOf(runId: string): Promise<number[]> {
  const mark = `${LOCAL_RUN_VARIABLE}=${runId}`;
  if (process.platform === "linux") {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .filter((pid) => {
        try {
          return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(mark);
        } catch {
          return false;
        }
      })
      .map(Number);
  }
  const { stdout } = await run("ps", ["-axEww", "-o", "pid=,command="], { maxBuffer: 64 * 1024 * 1024 });
  return stdout
    .split("\n")
    .filter((line) => line.split(/\s+/).includes(mark))
    .map((line) => Number.parseInt(line, 10));
}

function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, name);
    } catch {
      // The process has already ended.
    }
  }
}

/** Ends all processes of a run: SIGTERM first, then SIGKILL. */
export async function endProcesses(runId: string): Promise<void> {
  signal(await processesOf(runId), "SIGTERM");
  for (let waited = 0; waited < GRACE_IN_MILLISECONDS; waited += POLL_IN_MILLISECONDS) {
    if ((await processesOf(runId)).length === 0) return;
    await sleep(POLL_IN_MILLISECONDS);
  }
  signal(await processesOf(runId), "SIGKILL");
}

/** When a process began, which distinguishes it from a later one with the same id; undefined when there is none. */
export async function processStart(pid: number): Promise<string | undefined> {
  try {
    if (process.platform === "linux") {
      // The 22nd field, counted behind the command's closing bracket (proc_pid_stat(5)).
      return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ")[19];
    }
    const { stdout } = await run("ps", ["-o", "lstart=", "-p", String(pid)]);
    return stdout.trim() || undefined;
  } catch {
    return undefined;
  }
}
