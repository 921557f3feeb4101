/** Synths in processes of their own: ours, and what writes the same resources in another way. */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import { zipOf } from "../scripts/build-lambda";
import { LOCAL, ROOT } from "../scripts/local/folders";
import { messageOf, UserError } from "../piste/user-error";
import { plainModule, type TerraformJson } from "./synths/plain";

export const SYNTHS = ["ours", "cdk", "cdk-no-validation", "plain"] as const;
export type SynthName = (typeof SYNTHS)[number];

/** What bench/synths/run.cjs prints, of the process from its start. */
export interface SynthRun {
  readonly milliseconds: number;
  /** Of all its threads. */
  readonly processorMilliseconds: number;
  /** The most that the process had at once. */
  readonly megabytes: number;
}

interface CloudFormationTemplate {
  readonly Resources: Readonly<Record<string, { readonly Type: string }>>;
}

/** By the kinds of Terraform's provider. */
type Counts = Readonly<Record<string, number>>;

/** No dependency of the project: only what it is compared with, so it is installed for a bench and removed after it. */
const INSTALLED = ["aws-cdk-lib@2.276.0", "constructs@10.7.2"];

/** What CloudFormation calls the kinds of resources that ours are of. */
const KINDS: Readonly<Record<string, string>> = {
  "AWS::CloudWatch::Alarm": "aws_cloudwatch_metric_alarm",
  "AWS::CloudWatch::Dashboard": "aws_cloudwatch_dashboard",
  "AWS::IAM::Policy": "aws_iam_role_policy",
  "AWS::IAM::Role": "aws_iam_role",
  "AWS::Lambda::EventInvokeConfig": "aws_lambda_function_event_invoke_config",
  "AWS::Lambda::Function": "aws_lambda_function",
  "AWS::Logs::LogGroup": "aws_cloudwatch_log_group",
  "AWS::SNS::Subscription": "aws_sns_topic_subscription",
  "AWS::SNS::Topic": "aws_sns_topic",
  "AWS::SSM::Parameter": "aws_ssm_parameter",
  "AWS::Scheduler::Schedule": "aws_scheduler_schedule",
  "AWS::Scheduler::ScheduleGroup": "aws_scheduler_schedule_group",
  "AWS::SecretsManager::ResourcePolicy": "aws_secretsmanager_secret_policy",
  "AWS::SecretsManager::Secret": "aws_secretsmanager_secret",
};

const MODULES: Readonly<Record<SynthName, string>> = {
  ours: path.join(ROOT, "bench", "synths", "ours.ts"),
  cdk: path.join(ROOT, "bench", "synths", "cdk.cjs"),
  "cdk-no-validation": path.join(ROOT, "bench", "synths", "cdk.cjs"),
  plain: "plain.cjs",
};

const execute = promisify(execFile);
/** Warnings go to standard output too. */
const LONGEST_OUTPUT_IN_BYTES = 2 ** 28;

const readJson = (...file: string[]): unknown => JSON.parse(readFileSync(path.join(...file), "utf8"));

export class SynthBench {
  private constructor(
    private readonly folder: string,
    private readonly node: string,
  ) {}

  /** @throws UserError when aws-cdk-lib cannot be installed. */
  static async open(node: string): Promise<SynthBench> {
    mkdirSync(LOCAL, { recursive: true });
    const bench = new SynthBench(mkdtempSync(path.join(LOCAL, "bench synths ")), node);
    try {
      await bench.install();
      writeFileSync(path.join(bench.folder, "token-refresh.zip"), await zipOf("token-refresh"));
      await bench.run("ours", 1);
      writeFileSync(path.join(bench.folder, MODULES.plain), plainModule(bench.writtenBy("ours", 1)));
      return bench;
    } catch (error) {
      bench.close();
      throw error;
    }
  }

  private async install(): Promise<void> {
    writeFileSync(path.join(this.folder, "package.json"), JSON.stringify({ private: true }));
    const words = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", ...INSTALLED];
    try {
      await execute("npm", words, { cwd: this.folder });
    } catch (error) {
      throw new UserError(
        `synth is measured beside ${INSTALLED.join(" and ")}, which npm could not install from its registry:\n` +
          `${messageOf(error)}\nThe other benches need no registry: \`npm run bench -- --only\` with one of their names.`,
      );
    }
  }

  /** Synthesizes with each of them, and checks that they make the same resources: so many of each kind. */
  async checkEqual(applications: number): Promise<void> {
    await this.run("ours", applications);
    const ours = this.countsOf("ours", applications);
    for (const name of SYNTHS.filter((name) => name !== "ours")) {
      await this.run(name, applications);
      const theirs = this.countsOf(name, applications);
      const kinds = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])];
      const differing = kinds.filter((kind) => ours[kind] !== theirs[kind]);
      if (differing.length > 0) {
        const each = differing.map((kind) => `${theirs[kind] ?? 0} and not ${ours[kind] ?? 0} ${kind}`).join(", ");
        throw new Error(`${name} must make the same resources as ours, got ${each}`);
      }
    }
  }

  async run(name: SynthName, applications: number): Promise<SynthRun> {
    const outdir = this.outdirOf(name, applications);
    mkdirSync(outdir, { recursive: true });
    const runner = path.join(ROOT, "bench", "synths", "run.cjs");
    const module = path.resolve(this.folder, MODULES[name]);
    const { stdout } = await execute(this.node, ["--import", "tsx", runner, module, String(applications), outdir], {
      cwd: ROOT,
      env: {
        ...process.env,
        // tsx keeps what it has translated, as where `npx cdktf` is run again; here it does so in a folder of the bench's.
        TSX_DISABLE_CACHE: undefined,
        TMPDIR: this.folder,
        BENCH_CDK: path.join(this.folder, "package.json"),
        BENCH_VALIDATION: name === "cdk-no-validation" ? "off" : "on",
        BENCH_ZIP: path.join(this.folder, "token-refresh.zip"),
      },
      maxBuffer: LONGEST_OUTPUT_IN_BYTES,
    });
    return JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "") as SynthRun;
  }

  private outdirOf(name: SynthName, applications: number): string {
    return path.join(this.folder, `${name} ${applications}`);
  }

  private writtenBy(name: "ours" | "plain", applications: number): TerraformJson {
    return readJson(this.outdirOf(name, applications), "stacks", "prod", "cdk.tf.json") as TerraformJson;
  }

  private countsOf(name: SynthName, applications: number): Counts {
    if (name === "ours" || name === "plain") {
      const { resource } = this.writtenBy(name, applications);
      return Object.fromEntries(Object.entries(resource).map(([kind, byId]) => [kind, Object.keys(byId).length]));
    }
    const counts: Record<string, number> = {};
    const outdir = this.outdirOf(name, applications);
    for (const file of readdirSync(outdir).filter((each) => each.endsWith(".template.json"))) {
      const { Resources } = readJson(outdir, file) as CloudFormationTemplate;
      for (const { Type } of Object.values(Resources)) {
        const kind = KINDS[Type] ?? Type;
        counts[kind] = (counts[kind] ?? 0) + 1;
      }
    }
    return counts;
  }

  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
