/** The real cdktf command line, run without network and without writing outside the run's folder. */
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { cleanEnvironment } from "../../aws/local/environment";
import { LOCAL, ROOT } from "./folders";
import { runCommand, type CommandResult } from "./processes";
import { CommandError } from "../../cli/command/failure";
import { UserError } from "../../piste/user-error";

export interface CdktfRun {
  readonly runId: string;
  /** Where the synthesized tree is; stacks keep their local state two folders above theirs, so beside it. */
  readonly output: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly onLine?: (line: string) => void;
}

/** No telemetry, no look for newer versions, no plugin cache in the user's home. */
export const QUIET_CDKTF = {
  CHECKPOINT_DISABLE: "1",
  DISABLE_VERSION_CHECK: "1",
  CDKTF_DISABLE_PLUGIN_CACHE_ENV: "1",
  TSX_DISABLE_CACHE: "1",
  FORCE_COLOR: "0",
} as const;

/** What Node 22 and later compile once: a quarter of what cdktf computes before Terraform starts. */
const COMPILED = { NODE_COMPILE_CACHE: path.join(LOCAL, "compile-cache") } as const;

function cdktfProgram(): string {
  const manifest = require.resolve("cdktf-cli/package.json");
  const { bin } = JSON.parse(readFileSync(manifest, "utf8")) as { bin: { cdktf: string } };
  return path.join(path.dirname(manifest), bin.cdktf);
}

/** @throws UserError with its own words when it failed. */
function checkEnd(what: string, { code, signal, output }: CommandResult): void {
  if (code === 0) return;
  const own = ownWords(output);
  if (own !== undefined) throw new UserError(own);
  throw new CommandError(
    {
      en: `\`${what}\` ${signal ? `was ended by ${signal}` : "failed"}:\n${lastWords(output)}`,
      fr: `\`${what}\` ${signal ? `a été arrêté par ${signal}` : "a échoué"} :\n${lastWords(output)}`,
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

/** Runs the app's command as `cdktf synth` would, without the seconds that cdktf takes to start; says its warnings. */
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

/** Deploys what was synthesized. */
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

/** How our app begins what it has to say (stacks/synthesize.ts). */
const OWN_WORDS = /cdktf-piste: (.*)/;

/** A mistake in the configuration, without the noise around it. */
function ownWords(output: string): string | undefined {
  return output
    .split(/\r?\n/)
    .map((line) => OWN_WORDS.exec(line)?.[1])
    .find((found) => found !== undefined);
}

/** The lines of Terraform and cdktf that show how far it is. */
const PROGRESS =
  /^Plan: |(?:Initializing|Installing|Still (?:creating|destroying)|(?:Creation|Destruction) complete|(?:Apply|Destroy) complete)/;

/** A resource's address is said twice: for Terraform, and in brackets as the path of its construct. */
const RESOURCE = /^aws_\S+ \((\S+)\): (.*?)(?: \[id=.*\])?$/;

function progress(line: string): string | undefined {
  // The stack's name comes before some of its lines.
  const text = readable(line)?.replace(/^\S+ {2}/, "");
  return text !== undefined && PROGRESS.test(text) ? text.replace(RESOURCE, "$1: $2") : undefined;
}

const LAST_LINES = 30;

function lastWords(output: string): string {
  const lines = output
    .split(/\r?\n/)
    .map(readable)
    .filter((line) => line !== undefined);
  // Stack frames say nothing to who reads them.
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

/** What cdktf's library leaves of a synth for its command line. */
interface Manifest {
  readonly stacks: Readonly<
    Record<string, { readonly annotations?: readonly { readonly level: string; readonly message: string }[] }>
  >;
}
const WARNING_LEVEL = "@cdktf/warn";

function readManifest(output: string): Manifest {
  return JSON.parse(readFileSync(path.join(output, "manifest.json"), "utf8")) as Manifest;
}

/** The names of all stacks that were synthesized. */
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
