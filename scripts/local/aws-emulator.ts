/** Finds, starts or downloads the AWS emulator, moto. */
import { spawnSync, type ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import getPort from "get-port";
import { cleanEnvironment, downloadEnvironment, EMULATOR_URL_VARIABLE } from "../../aws/local/environment";
import { CommandError, textOf } from "../../cli/command/failure";
import type { Text } from "../../piste/language";
import { findProgram } from "./find-program";
import { runCommand, start } from "./processes";
import { asIs, type Say } from "./said";
import { installedWithUv, UV, type UvSource } from "./uv";

export interface AwsEmulator {
  /** With an IP address: S3's host names break with `localhost`. */
  readonly endpoint: string;
  readonly from: Text;
  /** True if it was already running, so that the deployment stays in it. */
  readonly shared: boolean;
  /** Kills an emulator that this run started: a normal end takes one or two seconds. */
  readonly stop: () => void;
}

const HOST = "127.0.0.1";
const PACKAGE = "moto[server]==5.2.1";
const IMAGE = "motoserver/moto:5.2.1";
const IMAGE_PORT = 5000;

/** An installed one starts in two seconds; a download takes longer. */
const START_TIMEOUT_IN_MILLISECONDS = { installed: 30_000, downloaded: 300_000 };
const LONGEST_START_IN_MINUTES = START_TIMEOUT_IN_MILLISECONDS.downloaded / 60_000;
const POLL_IN_MILLISECONDS = 100;

interface Circumstances {
  readonly port: number;
  readonly runId: string;
  readonly say: Say;
  readonly uv: UvSource;
}

interface Way {
  readonly name: Text;
  readonly slow: boolean;
  /** True for a container, which ends when the `docker` process gets a signal. */
  readonly isContainer?: boolean;
  /** The command for a port; undefined when this way does not work on this machine. */
  command(circumstances: Circumstances): Promise<readonly [string, ...string[]] | undefined>;
}

/** Passes on those that are set. */
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

/** Tried in this order until one works. */
const WAYS: readonly Way[] = [
  {
    name: { en: "moto_server on PATH", fr: "moto_server du PATH" },
    slow: false,
    command: ({ port }) => {
      const server = findProgram("moto_server");
      return Promise.resolve(server === undefined ? undefined : [server, ...serverArguments(port)]);
    },
  },
  {
    name: asIs("uvx"),
    slow: true,
    command: ({ port }) => {
      const uvx = findProgram("uvx");
      return Promise.resolve(
        uvx === undefined ? undefined : [uvx, "--from", PACKAGE, "moto_server", ...serverArguments(port)],
      );
    },
  },
  {
    name: asIs("pipx"),
    slow: true,
    command: ({ port }) => {
      const pipx = findProgram("pipx");
      return Promise.resolve(
        pipx === undefined ? undefined : [pipx, "run", "--spec", PACKAGE, "moto_server", ...serverArguments(port)],
      );
    },
  },
  {
    name: { en: "a virtual environment", fr: "un environnement virtuel" },
    slow: true,
    command: async ({ port, runId, uv }) => {
      const server = await virtualEnvironment(runId, uv.tools);
      return server === undefined ? undefined : [server, ...serverArguments(port)];
    },
  },
  {
    name: asIs("Docker"),
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
    name: { en: "a downloaded uv", fr: "un uv téléchargé" },
    slow: true,
    command: async ({ port, runId, say, uv }) => [
      await installedWithUv(PACKAGE, "moto_server", runId, say, uv),
      ...serverArguments(port),
    ],
  },
];

/**
 * Starts the emulator, or uses the one in the environment variable.
 *
 * @param account the 12 digits of the emulated account.
 * @param uv for the last way; replaced in tests.
 * @throws CommandError saying what to install.
 */
export async function startAwsEmulator(
  runId: string,
  account: string | undefined,
  say: Say,
  uv: UvSource = UV,
): Promise<AwsEmulator> {
  const given = process.env[EMULATOR_URL_VARIABLE];
  if (given) return namedEmulator(given);
  const reasons: Text[] = [];
  for (const way of WAYS) {
    try {
      const port = await getPort({ host: HOST });
      if (way.slow)
        say({
          en: `trying ${way.name.en}, which may download (up to ${LONGEST_START_IN_MINUTES} minutes)`,
          fr: `essai avec ${way.name.fr}, qui peut télécharger (jusqu'à ${LONGEST_START_IN_MINUTES} minutes)`,
        });
      const command = await way.command({ port, runId, say, uv });
      if (command === undefined) {
        reasons.push({ en: `${way.name.en}: not found`, fr: `${way.name.fr} : absent` });
        continue;
      }
      const endpoint = `http://${HOST}:${port}`;
      const [program, ...programArguments] = command;
      const environmentFor = way.slow ? downloadEnvironment : cleanEnvironment;
      const child = start(program, programArguments, {
        cwd: WORKING_FOLDER,
        env: environmentFor(runId, {
          // AWS's managed policies, as in every account.
          MOTO_IAM_LOAD_MANAGED_POLICIES: "true",
          // By default every web page could read its answers.
          MOTO_DISABLE_GLOBAL_CORS: "true",
          ...(account !== undefined && { MOTO_ACCOUNT_ID: account }),
        }),
      });
      await waitForAnswer(endpoint, child, way.slow ? "downloaded" : "installed");
      const stop = way.isContainer ? nothing : killGroup.bind(undefined, child);
      return { endpoint, from: way.name, shared: false, stop };
    } catch (error) {
      const { en, fr } = textOf(error);
      reasons.push({ en: `${way.name.en}: ${en}`, fr: `${way.name.fr} : ${fr}` });
    }
  }
  const installations = [`  pipx install "${PACKAGE}"`, `  python3 -m pip install --user "${PACKAGE}"`];
  const named = `${EMULATOR_URL_VARIABLE}=http://127.0.0.1:5000`;
  throw new CommandError(
    {
      en: [
        "The AWS emulator (moto) could not be started. Tried:",
        ...reasons.map(({ en }) => `  - ${en}`),
        "Install it with one of these commands, then run this again:",
        ...installations,
        `or start one yourself and name it: ${named}`,
      ].join("\n"),
      fr: [
        "L'émulateur d'AWS (moto) n'a pas pu être démarré. Essayés :",
        ...reasons.map(({ fr }) => `  - ${fr}`),
        "Installez-le avec l'une de ces commandes, puis recommencez :",
        ...installations,
        `ou démarrez-en un vous-même et désignez-le : ${named}`,
      ].join("\n"),
    },
    "operator",
  );
}

const nothing = (): void => undefined;

/** Kills the process with its children. */
function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // The process has already ended.
  }
}

const FROM_VARIABLE: Text = {
  en: `from ${EMULATOR_URL_VARIABLE}`,
  fr: `selon ${EMULATOR_URL_VARIABLE}`,
};

/** Any existing folder: emulators write nothing. */
const WORKING_FOLDER = path.parse(process.cwd()).root;

async function namedEmulator(named: string): Promise<AwsEmulator> {
  const url = URL.canParse(named) ? new URL(named) : undefined;
  if (
    url === undefined ||
    !url.protocol.startsWith("http") ||
    /(^|\.)(amazonaws\.(com|com\.cn|eu)|api\.aws|on\.aws)$/.test(url.hostname)
  ) {
    throw new CommandError(
      {
        en: `${EMULATOR_URL_VARIABLE} must be the address of an emulator, such as http://127.0.0.1:5000, got ${JSON.stringify(named)}.`,
        fr: `${EMULATOR_URL_VARIABLE} doit être l'adresse d'un émulateur, par exemple http://127.0.0.1:5000, et vaut ${JSON.stringify(named)}.`,
      },
      "operator",
    );
  }
  const endpoint = url.href.replace(/\/$/, "").replace("//localhost", `//${HOST}`);
  try {
    await fetch(endpoint, { signal: AbortSignal.timeout(5_000) });
  } catch {
    throw new CommandError(
      {
        en: `${EMULATOR_URL_VARIABLE} is ${JSON.stringify(named)}, but nothing answers there. Start that emulator, or unset the variable to have one started.`,
        fr: `${EMULATOR_URL_VARIABLE} vaut ${JSON.stringify(named)}, mais rien n'y répond. Démarrez cet émulateur, ou retirez la variable pour qu'un autre soit démarré.`,
      },
      "operator",
    );
  }
  return { endpoint, from: FROM_VARIABLE, shared: true, stop: nothing };
}

async function waitForAnswer(
  endpoint: string,
  child: ChildProcess,
  kind: keyof typeof START_TIMEOUT_IN_MILLISECONDS,
): Promise<void> {
  let output = "";
  let ended: Text | undefined;
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-2_000);
  };
  child.stdout?.on("data", keep);
  child.stderr?.on("data", keep);
  child.once("error", (error) => (ended = asIs(error.message)));
  child.once("exit", (code) => {
    const lastLine = output.trim().split("\n").at(-1) ?? "";
    ended ??= { en: `ended with code ${code}: ${lastLine}`, fr: `terminé avec le code ${code} : ${lastLine}` };
  });
  const until = Date.now() + START_TIMEOUT_IN_MILLISECONDS[kind];
  while (Date.now() < until) {
    if (ended !== undefined) throw new CommandError(ended, "operator");
    try {
      await fetch(endpoint, { signal: AbortSignal.timeout(2_000) });
      return;
    } catch {
      await sleep(POLL_IN_MILLISECONDS);
    }
  }
  child.kill();
  const text = { en: `did not answer at ${endpoint} in time`, fr: `pas de réponse à temps à ${endpoint}` };
  throw new CommandError(text, "operator");
}
