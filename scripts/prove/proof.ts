/** The steps of `npm run prove-on-aws`, with cdktf, Terraform and the `piste` command. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import * as v from "valibot";
import { cleanEnvironment } from "../../aws/local/environment";
import { packageVersion } from "../../aws/package-folder";
import { EXIT_CODES } from "../../cli/command/failure";
import { dayOf, receiptSchema, type Receipt } from "../../cli/command/receipt";
import type { Text } from "../../piste/language";
import { messageOf, UserError } from "../../piste/user-error";
import { deploy, destroy, readStack, stackFolder, type CdktfRun, type SynthesizedStack } from "../local/cdktf";
import { ROOT } from "../local/folders";
import { runCommand } from "../local/processes";
import type { RunFolder } from "../local/run-folder";
import { findProvider, findTerraform, type Terraform } from "../local/terraform";
import { APPLICATION, ENVIRONMENT, STATE_FILE, synthesizeProof } from "./app";
import { findLeftovers, proofInAws, removeLeftovers, type Found, type Resources } from "./leftovers";

export interface Place {
  readonly account: string;
  readonly region: string;
  /** The emulated AWS, if one is used. */
  readonly endpoint?: string | undefined;
}

export interface ProofOptions {
  readonly alarmEmail?: string;
  readonly credentials?: true;
  readonly siret?: string;
}

export interface Step {
  readonly title: string;
  /** @returns the result in a few words. */
  readonly run: () => Promise<string>;
}

type Say = (text: string) => void;

/** AWS takes a while to delete some resources, such as schedule groups. */
const GONE_WITHIN_IN_MILLISECONDS = 180_000;
const LOOK_AGAIN_IN_MILLISECONDS = 2_000;

/** The caller's variables that programs need to reach AWS. */
const CALLERS = /^AWS_|^(?:https?|all|no)_proxy$/i;

/** Fails in every run: it needs a person to confirm an e-mail address. */
const NEEDS_PERSON = "addresses-confirmed";

export class Proof {
  facts: Receipt["facts"] = {};
  private readonly aws;
  private readonly output: string;
  private readonly environment: Record<string, string>;
  private stack?: SynthesizedStack & { readonly resource: Resources };
  private terraform?: Terraform;
  private configurationFile?: string;
  private runtime?: string;

  constructor(
    private readonly place: Place,
    private readonly run: Pick<RunFolder, "id" | "folder" | "path">,
    private readonly startedAt: string,
    private readonly options: ProofOptions,
    private readonly say: Say,
    /** For the `piste` command; tests bring their own. */
    private readonly runPiste = runCommand,
  ) {
    const { account, region } = place;
    this.aws = proofInAws(account, region);
    this.output = run.path("cdktf.out");
    const callers = Object.entries(process.env).flatMap(([name, value = ""]) =>
      CALLERS.test(name) ? [[name, value]] : [],
    );
    this.environment = cleanEnvironment(run.id, {
      ...(Object.fromEntries(callers) as Record<string, string>),
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
    });
  }

  async synthesize(): Promise<void> {
    const { alarmEmail, siret } = this.options;
    const alarmEmails = alarmEmail === undefined ? undefined : [alarmEmail];
    const { account, region } = this.place;
    const { output, startedAt } = this;
    await synthesizeProof({ output, account, region, startedAt, alarmEmails, siret });
    this.stack = readStack(output, APPLICATION) as typeof this.stack & object;
  }

  steps(): Step[] {
    const { credentials, siret } = this.options;
    return [
      { title: "Deploy", run: () => this.deploy() },
      { title: "Plan again: expect no changes", run: () => this.plan() },
      {
        title: "Verify, then drill: stop the schedule, wait for the alarm (about 25 minutes)",
        run: () => this.verify(),
      },
      ...(credentials ? [{ title: "Store the sandbox's client credentials", run: () => this.store("client") }] : []),
      ...(credentials ? [{ title: "Check the token", run: () => this.useCredentials("token-fetched", "token") }] : []),
      ...(siret === undefined
        ? []
        : [
            { title: "Store the technical account", run: () => this.store("technical-account") },
            {
              title: "Call an API",
              run: () => this.useCredentials("api-called", "call", "structures/v1/rechercher"),
            },
          ]),
    ];
  }

  /** Leftovers of all runs. */
  leftovers(): ReturnType<typeof findLeftovers> {
    return findLeftovers(this.aws, need(this.stack).resource);
  }

  /** Removes the chosen resources until nothing is left. @throws UserError that names the rest. */
  async remove(isRemoved: (found: Found) => boolean, why: string): Promise<void> {
    const until = Date.now() + GONE_WITHIN_IN_MILLISECONDS;
    for (let said = false; ; said = true) {
      const { own, strange } = await this.leftovers();
      if (own.length + strange.length === 0) return;
      const removed = own.filter(isRemoved);
      if (removed.length > 0 && !said) this.say(`${why}, and removed: ${named(removed)}`);
      const refusals = await removeLeftovers(this.aws, removed);
      if (removed.length === 0 || Date.now() > until) {
        const left = [named(own), ...strange, ...refusals.map(messageOf)].filter((text) => text !== "");
        throw new UserError(`Some resources are left: ${left.join(", ")}`);
      }
      await sleep(LOOK_AGAIN_IN_MILLISECONDS);
    }
  }

  /** Runs `terraform destroy`, then removes what Terraform does not know. @throws UserError that names the rest. */
  async takeDown(): Promise<string> {
    const startedAt = Date.now();
    let failure: unknown;
    if (existsSync(this.run.path(STATE_FILE))) {
      await destroy([APPLICATION], this.cdktf()).catch((error: unknown) => (failure = error));
    }
    this.see("nothing-left", false);
    await this.remove(({ startedAt: of }) => of === this.startedAt, "Left by Terraform");
    this.see("nothing-left", true, { seconds: secondsSince(startedAt) });
    if (failure instanceof Error) throw failure;
    return "nothing is left, by tag and by name";
  }

  /** @param now epoch milliseconds. */
  receipt(now: number): Receipt {
    const { runtime, terraform } = this;
    return {
      command: "prove-on-aws",
      date: dayOf(now),
      region: this.place.region,
      versions: {
        "cdktf-piste": packageVersion(),
        ...(runtime !== undefined && { runtime }),
        ...(terraform && { terraform: terraform.version }),
      },
      facts: this.facts,
    };
  }

  private see(fact: keyof Receipt["facts"], isSo: boolean, measured: Record<string, number> = {}): void {
    this.facts = { ...this.facts, [fact]: { result: isSo ? "as expected" : "otherwise", measured } };
  }

  private cdktf(): CdktfRun {
    const variables = {
      ...this.environment,
      TERRAFORM_BINARY_NAME: need(this.terraform).binary,
      TF_CLI_CONFIG_FILE: need(this.configurationFile),
    };
    return { runId: this.run.id, output: this.output, variables, onLine: this.say };
  }

  private async deploy(): Promise<string> {
    const { run } = this;
    const say = ({ en }: Text): void => {
      this.say(en);
    };
    const { version } = need(this.stack).terraform.required_providers.aws;
    this.terraform = await findTerraform(run.id, say);
    const provider = await findProvider(version, run.folder, this.terraform.binary, run.id, say);
    this.configurationFile = provider.configurationFile;
    const startedAt = Date.now();
    await deploy([APPLICATION], this.cdktf());
    const seconds = secondsSince(startedAt);
    this.see("deployed", true, { seconds });
    return `${seconds} s`;
  }

  private async plan(): Promise<string> {
    const { variables } = this.cdktf();
    const { code, output } = await runCommand(
      need(this.terraform).binary,
      ["plan", "-detailed-exitcode", "-input=false", "-no-color"],
      { cwd: stackFolder(this.output, APPLICATION), env: { ...variables, CHECKPOINT_DISABLE: "1" } },
    );
    // 2: the plan has changes.
    if (code === 0 || code === 2) this.see("plan-unchanged", code === 0);
    if (code !== 0) throw new UserError(`The second plan is not empty:\n${output.trim()}`);
    return "no changes";
  }

  private async verify(): Promise<string> {
    if (this.place.endpoint !== undefined) {
      const { code } = await this.piste("verify");
      // The emulated AWS shows little, so `verify` fails on some facts.
      if (code !== EXIT_CODES.ready && code !== EXIT_CODES.aws) throw ended("verify", code);
      return "without the drill, since alarms of the emulated AWS do not ring";
    }
    const file = this.run.path("verify.json");
    const { code } = await this.piste("verify", "--drill", "--yes", "--receipt", file);
    if (!existsSync(file)) throw ended("verify", code);
    const { facts, versions } = v.parse(receiptSchema, JSON.parse(readFileSync(file, "utf8")));
    this.runtime = versions.runtime;
    // The proof has planned its own stack already.
    this.facts = { ...facts, ...this.facts };
    const are = (wanted: string): string[] =>
      Object.entries(facts).flatMap(([fact, { result }]) => (result === wanted ? [fact] : []));
    const otherwise = are("otherwise").filter((fact) => fact !== NEEDS_PERSON);
    if (otherwise.length > 0) throw new UserError(`Not as expected: ${otherwise.join(", ")}`);
    return `as expected: ${are("as expected").length}, not seen: ${are("not seen").length}`;
  }

  /** The command reads the values from the terminal or a pipe; this program never sees them. */
  private async store(what: "client" | "technical-account"): Promise<string> {
    const command = this.command("credentials", "set", ENVIRONMENT, what);
    const child = spawn(process.execPath, command, { stdio: "inherit", env: this.environment });
    const [code] = (await once(child, "exit")) as [number | null];
    if (code !== 0) throw ended("credentials set", code);
    return "stored and tried";
  }

  private async useCredentials(fact: keyof Receipt["facts"], name: string, ...words: string[]): Promise<string> {
    const { code } = await this.piste(name, ...words);
    this.see(fact, code === 0);
    if (code !== 0) throw ended(name, code);
    return "done";
  }

  private piste(name: string, ...words: string[]): ReturnType<typeof runCommand> {
    return this.runPiste(process.execPath, this.command(name, ENVIRONMENT, ...words), {
      // Not in the clone, whose own stacks `verify` would plan; `--local` needs the caller's folder.
      cwd: this.place.endpoint === undefined ? this.run.folder : process.cwd(),
      env: this.environment,
      onLine: this.say,
    });
  }

  private command(...words: string[]): string[] {
    const { endpoint, region } = this.place;
    const where = endpoint === undefined ? ["--region", region] : ["--local"];
    return [path.join(ROOT, "cli", "piste.mjs"), ...words, "--application", APPLICATION, ...where];
  }
}

const ended = (command: string, code: number | null): UserError =>
  new UserError(`\`piste ${command}\` ended with ${code ?? "a signal"}.`);

const named = (found: readonly Found[]): string => found.map(({ type, name }) => `${type} ${name}`).join(", ");

const secondsSince = (startedAt: number): number => Math.round((Date.now() - startedAt) / 1000);

function need<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("a step ran before a step that it needs");
  return value;
}
