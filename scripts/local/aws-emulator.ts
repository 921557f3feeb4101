/** The AWS emulator, moto: one that runs, one that is installed, or one that can be brought here. */
import { spawnSync, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import getPort from "get-port";
import { cleanEnvironment, downloadEnvironment, EMULATOR_URL_VARIABLE } from "../../aws/local/environment";
import { findProgram } from "./find-program";
import { runCommand, start } from "./processes";
import { installedWithUv, UV, type UvSource } from "./uv";
import { messageOf, UserError } from "../../piste/user-error";

export interface AwsEmulator {
  /** The address, never a name: S3's host names break with `localhost`. */
  readonly endpoint: string;
  readonly from: string;
  /** Whether it was there before, and so keeps what is deployed into it. */
  readonly shared: boolean;
  /** Ends one that was started, at once: it keeps nothing, and when it is only asked to it takes a second or two. */
  readonly stop: () => void;
}

const HOST = "127.0.0.1";
const PACKAGE = "moto[server]==5.2.1";
const IMAGE = "motoserver/moto:5.2.1";
const IMAGE_PORT = 5000;

/** An installed one starts in two seconds; one that is first downloaded takes longer. */
const START_TIMEOUT_IN_MILLISECONDS = { installed: 30_000, downloaded: 300_000 };
const POLL_IN_MILLISECONDS = 100;

interface Circumstances {
  readonly port: number;
  readonly runId: string;
  readonly say: (text: string) => void;
  readonly uv: UvSource;
}

interface Way {
  readonly name: string;
  readonly slow: boolean;
  /** Whether it runs outside of the processes that we start, which then must be asked to end it. */
  readonly isContainer?: boolean;
  /** The command for a port; undefined when this way is not open on this machine. */
  command(circumstances: Circumstances): Promise<readonly [string, ...string[]] | undefined>;
}

/** Passes on what is set of these. */
const CONTAINER_VARIABLES = ["MOTO_IAM_LOAD_MANAGED_POLICIES", "MOTO_DISABLE_GLOBAL_CORS", "MOTO_ACCOUNT_ID"].flatMap(
  (name) => ["-e", name],
);

const serverArguments = (port: number): string[] => ["-H", HOST, "-p", String(port)];

const python = (): string | undefined => findProgram("python3") ?? findProgram("python");

async function virtualEnvironment(runId: string, tools: string): Promise<string | undefined> {
  const folder = path.join(tools, "moto-venv");
  const server = path.join(folder, "bin", "moto_server");
  const interpreter = python();
  if (existsSync(server) || interpreter === undefined) return existsSync(server) ? server : undefined;
  const options = { cwd: path.dirname(interpreter), env: downloadEnvironment(runId) };
  for (const command of [
    [interpreter, "-m", "venv", folder],
    [path.join(folder, "bin", "pip"), "install", "--disable-pip-version-check", PACKAGE],
  ] as const) {
    const { code, output } = await runCommand(command[0], command.slice(1), options);
    if (code !== 0) throw new Error(output.trim().split("\n").at(-1) ?? `exit code ${code}`);
  }
  return server;
}

/** In this order; the first that works. */
const WAYS: readonly Way[] = [
  {
    name: "moto_server on PATH",
    slow: false,
    command: ({ port }) => {
      const server = findProgram("moto_server");
      return Promise.resolve(server === undefined ? undefined : [server, ...serverArguments(port)]);
    },
  },
  {
    name: "uvx",
    slow: true,
    command: ({ port }) => {
      const uvx = findProgram("uvx");
      return Promise.resolve(
        uvx === undefined ? undefined : [uvx, "--from", PACKAGE, "moto_server", ...serverArguments(port)],
      );
    },
  },
  {
    name: "pipx",
    slow: true,
    command: ({ port }) => {
      const pipx = findProgram("pipx");
      return Promise.resolve(
        pipx === undefined ? undefined : [pipx, "run", "--spec", PACKAGE, "moto_server", ...serverArguments(port)],
      );
    },
  },
  {
    name: "a virtual environment",
    slow: true,
    command: async ({ port, runId, uv }) => {
      const server = await virtualEnvironment(runId, uv.tools);
      return server === undefined ? undefined : [server, ...serverArguments(port)];
    },
  },
  {
    name: "Docker",
    slow: true,
    isContainer: true,
    command: ({ port }) => {
      const docker = findProgram("docker");
      const works =
        docker !== undefined && spawnSync(docker, ["info"], { stdio: "ignore", timeout: 10_000 }).status === 0;
      return Promise.resolve(
        works
          ? [docker, "run", "--rm", "--init", ...CONTAINER_VARIABLES, "-p", `${HOST}:${port}:${IMAGE_PORT}`, IMAGE]
          : undefined,
      );
    },
  },
  {
    name: "a downloaded uv",
    slow: true,
    command: async ({ port, runId, say, uv }) => [
      await installedWithUv(PACKAGE, "moto_server", runId, say, uv),
      ...serverArguments(port),
    ],
  },
];

/**
 * Starts the emulator, or finds the one that is named.
 *
 * @param account the 12 digits of the account that it plays.
 * @param uv of the last way; another one in tests.
 * @throws UserError saying which one to install.
 */
export async function startAwsEmulator(
  runId: string,
  account: string | undefined,
  say: (text: string) => void,
  uv: UvSource = UV,
): Promise<AwsEmulator> {
  const named = process.env[EMULATOR_URL_VARIABLE];
  if (named) return namedEmulator(named);
  const reasons: string[] = [];
  for (const way of WAYS) {
    try {
      const port = await getPort({ host: HOST });
      if (way.slow)
        say(
          `trying ${way.name}, which may download (up to ${START_TIMEOUT_IN_MILLISECONDS.downloaded / 60_000} minutes)`,
        );
      const command = await way.command({ port, runId, say, uv });
      if (command === undefined) {
        reasons.push(`${way.name}: not here`);
        continue;
      }
      const endpoint = `http://${HOST}:${port}`;
      const [program, ...programArguments] = command;
      const environmentFor = way.slow ? downloadEnvironment : cleanEnvironment;
      const child = start(program, programArguments, {
        cwd: WORKING_FOLDER,
        env: environmentFor(runId, {
          // AWS's own policies are there, as in every account.
          MOTO_IAM_LOAD_MANAGED_POLICIES: "true",
          // Else it lets every web page read its answers. Of the `Host` header it has no check.
          MOTO_DISABLE_GLOBAL_CORS: "true",
          ...(account !== undefined && { MOTO_ACCOUNT_ID: account }),
        }),
      });
      await answering(endpoint, child, way.slow ? "downloaded" : "installed");
      const stop = way.isContainer ? nothing : killGroup.bind(undefined, child);
      return { endpoint, from: way.name, shared: false, stop };
    } catch (error) {
      reasons.push(`${way.name}: ${messageOf(error)}`);
    }
  }
  throw new UserError(
    [
      "The AWS emulator (moto) could not be started. Tried:",
      ...reasons.map((reason) => `  - ${reason}`),
      "Install it with one of these commands, then run this again:",
      `  pipx install "${PACKAGE}"`,
      `  python3 -m pip install --user "${PACKAGE}"`,
      `or start one yourself and name it: ${EMULATOR_URL_VARIABLE}=http://127.0.0.1:5000`,
    ].join("\n"),
  );
}

const nothing = (): void => undefined;

/** With all that it started itself. */
function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

/** Emulators write nothing; any folder that exists serves. */
const WORKING_FOLDER = path.parse(process.cwd()).root;

async function namedEmulator(named: string): Promise<AwsEmulator> {
  const url = URL.canParse(named) ? new URL(named) : undefined;
  if (
    url === undefined ||
    !url.protocol.startsWith("http") ||
    /(^|\.)(amazonaws\.(com|com\.cn|eu)|api\.aws|on\.aws)$/.test(url.hostname)
  ) {
    throw new UserError(
      `${EMULATOR_URL_VARIABLE} must be the address of an emulator, such as http://127.0.0.1:5000, got ${JSON.stringify(named)}.`,
    );
  }
  const endpoint = url.href.replace(/\/$/, "").replace("//localhost", `//${HOST}`);
  try {
    await fetch(endpoint, { signal: AbortSignal.timeout(5_000) });
  } catch {
    throw new UserError(
      `${EMULATOR_URL_VARIABLE} is ${JSON.stringify(named)} and nothing answers there. Start that emulator, or unset the ` +
        "variable to have one started.",
    );
  }
  return { endpoint, from: `${EMULATOR_URL_VARIABLE}, used as it is`, shared: true, stop: nothing };
}

async function answering(
  endpoint: string,
  child: ChildProcess,
  kind: keyof typeof START_TIMEOUT_IN_MILLISECONDS,
): Promise<void> {
  let output = "";
  let ended: string | undefined;
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-2_000);
  };
  child.stdout?.on("data", keep);
  child.stderr?.on("data", keep);
  child.once("error", (error) => (ended = error.message));
  child.once("exit", (code) => (ended ??= `ended with code ${code}: ${output.trim().split("\n").at(-1) ?? ""}`));
  const until = Date.now() + START_TIMEOUT_IN_MILLISECONDS[kind];
  while (Date.now() < until) {
    if (ended !== undefined) throw new Error(ended);
    try {
      await fetch(endpoint, { signal: AbortSignal.timeout(2_000) });
      return;
    } catch {
      await sleep(POLL_IN_MILLISECONDS);
    }
  }
  child.kill();
  throw new Error(`did not answer at ${endpoint} in time`);
}
