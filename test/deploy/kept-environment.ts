/**
 * `npm start -- --keep` in a clone, with its state in S3. A relay records its requests to the emulated AWS, it writes into
 * its own folders, and all processes are watched.
 */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import * as path from "node:path";
import { startAwsEmulator } from "../../scripts/local/aws-emulator";
import { cleanEnvironment, emulatedAws } from "../../aws/local/environment";
import { endProcesses, runCommand, type CommandResult } from "../../scripts/local/processes";
import type { KeptEnvironment as Described } from "../../aws/local/kept-environment";
import { findTerraform } from "../../scripts/local/terraform";
import { AwsRelay } from "./aws-relay";
import { Canaries } from "./canaries";
import { clone, Program, stateIn, type Clone } from "./clone";
import { ProcessWatch } from "./process-watch";
import { RequestLog } from "./request-log";

/** Variables that locate installed tools; the home folder is otherwise new. */
const KEPT_AT_HOME = [".terraformrc", ".terraform.d", ".pyenv", ".local"];

const silent = (): void => undefined;

interface Folders {
  readonly home: string;
  readonly temporary: string;
  /** Pasted values. */
  readonly input: string;
}

interface Parts {
  readonly place: Clone;
  readonly folders: Folders;
  readonly emulatorRun: string;
  readonly relay: AwsRelay;
  readonly requestLog: RequestLog;
  readonly watch: ProcessWatch;
  readonly program: Program;
  readonly terraform: string;
}

export class KeptEnvironment {
  /** Secret values that were never stored; `requestLog` has the stored ones. */
  readonly canaries = new Canaries();
  /** The output of all commands. */
  readonly outputs: string[] = [];
  readonly local: Described;
  /** A reader's shell, without a region: the runbooks must name it. */
  readonly shell: Record<string, string>;

  private constructor(private readonly parts: Parts) {
    const { place, folders } = parts;
    this.local = JSON.parse(readFileSync(place.path(".piste", "local.json"), "utf8")) as Described;
    this.shell = cleanEnvironment("none", {
      ...emulatedAws(this.local.awsEndpoint, this.local.region),
      HOME: folders.home,
      TMPDIR: folders.temporary,
    });
    delete this.shell["AWS_REGION"];
    delete this.shell["AWS_DEFAULT_REGION"];
  }

  static async open(): Promise<KeptEnvironment> {
    const folders = makeFolders();
    const place = clone();
    place.configure("qualif", stateIn("state-of-a-kept-environment"));
    const emulatorRun = path.basename(path.dirname(folders.home));
    const terraform = (await findTerraform(emulatorRun, silent)).binary;
    const { endpoint } = await startAwsEmulator(emulatorRun, undefined, silent);
    const requestLog = new RequestLog();
    const relay = await AwsRelay.start(endpoint, (request) => {
      requestLog.note(request);
    });
    const watch = new ProcessWatch();
    const program = Program.start(place, "start.ts", ["--keep"], {
      PISTE_AWS_EMULATOR_URL: relay.endpoint,
      HOME: folders.home,
      TMPDIR: folders.temporary,
    });
    const parts = { place, folders, emulatorRun, relay, requestLog, watch, program, terraform };
    try {
      await program.says("Kept up until Ctrl-C");
      return new KeptEnvironment(parts);
    } catch (error) {
      await close(parts);
      throw error;
    }
  }

  get place(): Clone {
    return this.parts.place;
  }

  get requestLog(): RequestLog {
    return this.parts.requestLog;
  }

  get watch(): ProcessWatch {
    return this.parts.watch;
  }

  /** The output of `npm start` so far. */
  get said(): string {
    return this.parts.program.output;
  }

  /** All folders that the run may write to. */
  get written(): string[] {
    const { place, folders } = this.parts;
    return [place.folder, folders.home, folders.temporary];
  }

  /** Of the deployment. */
  get stackFolder(): string {
    return this.place.path(".piste", "runs", this.run, "cdktf.out", "stacks", "qualif");
  }

  /** Runs a reader's lines in bash, with a pipe for each stream, since lines open `/dev/stdin` and `/dev/stdout` by name. */
  async type(code: string, pasted: object = {}): Promise<CommandResult> {
    const script = this.place.path("typed.sh");
    const input = path.join(this.parts.folders.input, "pasted.json");
    writeFileSync(script, code);
    writeFileSync(input, `${JSON.stringify(pasted)}\n`);
    const line = '{ cat "$2" || true; } | bash -eu -o pipefail "$1" 2>&1 | cat';
    const words = ["-o", "pipefail", "-c", line, "bash", script, input];
    return this.heard(runCommand("bash", words, { cwd: this.place.folder, env: this.shell }));
  }

  /** Runs Terraform in the stack's folder with full logs of it and the provider. */
  terraformIn(...words: string[]): Promise<CommandResult> {
    const cwd = this.stackFolder;
    const env = {
      ...this.shell,
      CHECKPOINT_DISABLE: "1",
      TF_CLI_CONFIG_FILE: this.place.path(".piste", "runs", this.run, "terraform.rc"),
      TF_LOG: "trace",
      TF_LOG_PATH: path.join(cwd, "trace.log"),
    };
    return this.heard(runCommand(this.parts.terraform, words, { cwd, env }));
  }

  close(): Promise<void> {
    return close(this.parts);
  }

  private get run(): string {
    const [run = ""] = this.place.runs();
    return run;
  }

  private async heard(command: Promise<CommandResult>): Promise<CommandResult> {
    const result = await command;
    this.outputs.push(result.output);
    return result;
  }
}

/** Skips the cleaning at the end of `npm start`, which is for a permanent emulator. */
async function close({ place, folders, emulatorRun, relay, program, watch }: Parts): Promise<void> {
  const runs = place.runs();
  program.child.kill("SIGKILL");
  await program.ended();
  for (const run of [...runs, emulatorRun]) await endProcesses(run);
  await watch.stop();
  await relay.stop();
  place.remove();
  rmSync(path.dirname(folders.home), { recursive: true, force: true });
}

function makeFolders(): Folders {
  const folder = mkdtempSync(path.join(realpathSync(tmpdir()), "a-kept-run-"));
  const [home = "", temporary = "", input = ""] = ["home", "tmp", "input"].map((name) => path.join(folder, name));
  for (const each of [home, temporary, input]) mkdirSync(each);
  for (const name of KEPT_AT_HOME) {
    const kept = path.join(homedir(), name);
    if (existsSync(kept)) symlinkSync(kept, path.join(home, name));
  }
  return { home, temporary, input };
}
