/** Runs the real cdktf command line, without network and without writing outside the run's folder. */
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { cleanEnvironment } from "../../aws/local/environment";
import { LOCAL, ROOT } from "./folders";
import { runCommand, type CommandResult } from "./processes";
import { CommandError } from "../../cli/command/failure";
import { UserError } from "../../piste/user-error";

export interface CdktfRun {
  readonly runId: string;
  /** The synthesized tree. Local state is beside it, since stacks keep it two folders above their own. */
  readonly output: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly onLine?: (line: string) => void;
}

/** No telemetry, no check for newer versions, no plugin cache in the user's home. */
export const QUIET_CDKTF = {
  CHECKPOINT_DISABLE: "1",
  DISABLE_VERSION_CHECK: "1",
  CDKTF_DISABLE_PLUGIN_CACHE_ENV: "1",
  TSX_DISABLE_CACHE: "1",
  FORCE_COLOR: "0",
} as const;

/** Node 22's compile cache saves a quarter of cdktf's time before Terraform starts. */
const COMPILED = { NODE_COMPILE_CACHE: path.join(LOCAL, "compile-cache") } as const;

function cdktfProgram(): string {
  const manifest = require.resolve("cdktf-cli/package.json");
  const { bin } = JSON.parse(readFileSync(manifest, "utf8")) as { bin: { cdktf: string } };
  return path.join(path.dirname(manifest), bin.cdktf);
}

/** @throws UserError with the app's own message, or CommandError with the end of the output. */
function checkEnd(what: string, { code, signal, output }: CommandResult): void {
  if (code === 0) return;
  const own = appMessage(output);
  if (own !== undefined) throw new UserError(own);
  throw new CommandError(
    {
      en: `\`${what}\` ${signal ? `was ended by ${signal}` : "failed"}:\n${lastLines(output)}`,
      fr: `\`${what}\` ${signal ? `a été arrêté par ${signal}` : "a échoué"} :\n${lastLines(output)}`,
    },
    "operator",
  );
}

async function cdktf(words: readonly string[], run: CdktfRun): Promise<void> {
  const result = await runCommand(process.execPath, [cdktfProgram(), ...words, "--output", run.output], {
    cwd: ROOT,
    env: cleanEnvironment(run.runId, { ...QUIET_CDKTF, ...COMPILED, ...run.variables }),
    onLine: (line) => {
      const text = progress(line);
      if (text !== undefined) run.onLine?.(text);
    },
  });
  checkEnd(`cdktf ${words.join(" ")}`, result);
}

/** Runs the app's command as `cdktf synth` does, without cdktf's start-up time, and shows its warnings. */
export async function synth(run: CdktfRun): Promise<void> {
  const { app } = JSON.parse(readFileSync(path.join(ROOT, "cdktf.json"), "utf8")) as { readonly app: string };
  const env = cleanEnvironment(run.runId, { ...QUIET_CDKTF, ...COMPILED, ...run.variables, CDKTF_OUTDIR: run.output });
  checkEnd(app, await runCommand("sh", ["-c", app], { cwd: ROOT, env }));
  for (const [stack, { annotations = [] }] of Object.entries(readManifest(run.output).stacks)) {
    for (const { level, message } of annotations) {
      if (level === WARNING_LEVEL) run.onLine?.(`WARN [${stack}]: ${message}`);
    }
  }
}

/** Deploys the synthesized stacks. */
export function deploy(stacks: readonly string[], run: CdktfRun): Promise<void> {
  return cdktf(["deploy", ...stacks, "--auto-approve", "--skip-synth", "--skip-provider-lock"], run);
}

export function destroy(stacks: readonly string[], run: CdktfRun): Promise<void> {
  return cdktf(["destroy", ...stacks, "--auto-approve", "--skip-synth", "--skip-provider-lock"], run);
}

// Terminal control sequences, which cdktf writes to pipes too.
// eslint-disable-next-line no-control-regex
const CONTROL_SEQUENCES = /\u001b\[[0-9;?]*[A-Za-z]/g;
/** The frames of its progress display. */
const FRAMES = /^[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]|^\d+ Stacks? /;

function readable(line: string): string | undefined {
  const text = line.replace(CONTROL_SEQUENCES, "").trim();
  return text === "" || FRAMES.test(text) ? undefined : text;
}

/** The prefix of our app's messages (stacks/synthesize.ts). */
const APP_MESSAGE = /cdktf-piste: (.*)/;

/** The message about the configuration in the output. */
function appMessage(output: string): string | undefined {
  return output
    .split(/\r?\n/)
    .map((line) => APP_MESSAGE.exec(line)?.[1])
    .find((found) => found !== undefined);
}

/** Lines of Terraform and cdktf that show progress. */
const PROGRESS =
  /^Plan: |(?:Initializing|Installing|Still (?:creating|destroying)|(?:Creation|Destruction) complete|(?:Apply|Destroy) complete)/;

/** Lines name a resource twice: by Terraform's address, and in brackets by its construct's path. */
const RESOURCE = /^aws_\S+ \((\S+)\): (.*?)(?: \[id=.*\])?$/;

function progress(line: string): string | undefined {
  // Some lines begin with the stack's name.
  const text = readable(line)?.replace(/^\S+ {2}/, "");
  return text !== undefined && PROGRESS.test(text) ? text.replace(RESOURCE, "$1: $2") : undefined;
}

const LAST_LINES = 30;

function lastLines(output: string): string {
  const lines = output
    .split(/\r?\n/)
    .map(readable)
    .filter((line) => line !== undefined);
  // Omit stack frames.
  return lines
    .filter((line) => !line.startsWith("at "))
    .slice(-LAST_LINES)
    .map((line) => `  ${line}`)
    .join("\n");
}

/** The parts of a stack's synthesized JSON that a local run needs. */
export interface SynthesizedStack {
  readonly provider: {
    readonly aws: readonly { readonly region: string; readonly allowed_account_ids?: readonly string[] }[];
  };
  readonly terraform: {
    readonly required_providers: { readonly aws: { readonly version: string } };
    readonly backend: { readonly s3?: { readonly bucket: string; readonly region: string } };
  };
}

export function stackFolder(output: string, stack: string): string {
  return path.join(output, "stacks", stack);
}

/** The manifest that cdktf's library writes at synth. */
interface Manifest {
  readonly stacks: Readonly<
    Record<string, { readonly annotations?: readonly { readonly level: string; readonly message: string }[] }>
  >;
}
const WARNING_LEVEL = "@cdktf/warn";

function readManifest(output: string): Manifest {
  return JSON.parse(readFileSync(path.join(output, "manifest.json"), "utf8")) as Manifest;
}

/** The names of all synthesized stacks. */
export function synthesizedStacks(output: string): string[] {
  return Object.keys(readManifest(output).stacks);
}

export function readStack(output: string, stack: string): SynthesizedStack {
  const file = path.join(stackFolder(output, stack), "cdk.tf.json");
  if (!existsSync(file)) {
    const known = synthesizedStacks(output).join(", ");
    throw new CommandError(
      {
        en: `There is no stack ${stack}; known: ${known}.`,
        fr: `Il n'y a pas de pile ${stack} ; connues : ${known}.`,
      },
      "operator",
    );
  }
  return JSON.parse(readFileSync(file, "utf8")) as SynthesizedStack;
}
