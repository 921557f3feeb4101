/** Consumers' functions in processes of their own, bundled as for Lambda, in front of a stand-in for Secrets Manager. */
import { fork, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { build } from "esbuild";
import { VARIABLES } from "../piste/names";
import { bundleClient } from "../scripts/build-client";
import { LOCAL, ROOT } from "../scripts/local/folders";
import { ENVIRONMENT, LIFETIME_IN_SECONDS, startStandIn, storeToken, type StandIn } from "./stand-in";

export const CONSUMERS = ["ours", "sdk", "powertools", "middy"] as const;
export type Consumer = (typeof CONSUMERS)[number];

/** Whether a library keeps a secret for five minutes, or as long as it does by itself. */
export type Keeping = "five-minutes" | "own";

export interface Cold {
  readonly token: string;
  readonly coldInMilliseconds: number;
  readonly cpuInMilliseconds: number;
  readonly peakInMegabytes: number;
}

/** A process with a consumer's function in it. */
export class RunningConsumer {
  constructor(private readonly child: ChildProcess) {}

  /** What it says next. */
  next(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const gone = (code: number | null): void => {
        reject(new Error(`the consumer ended with code ${code ?? "none"}`));
      };
      this.child.once("exit", gone);
      this.child.once("message", (message) => {
        this.child.off("exit", gone);
        resolve(message);
      });
    });
  }

  async order(what: "together", much: number): Promise<string[]>;
  async order(what: "hot", much: number): Promise<number>;
  async order(what: "wait", much: number): Promise<undefined>;
  async order(what: string, much: number): Promise<unknown> {
    const answer = this.next();
    this.child.send({ what, much });
    return ((await answer) as { readonly result?: unknown }).result;
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once("exit", resolve));
    this.child.kill();
    await ended;
  }
}

export class ConsumerBench {
  private constructor(
    private readonly folder: string,
    readonly standIn: StandIn,
  ) {}

  /** Ours is the client as it is published for bundlers. The AWS SDK stays outside of all bundles, as Lambda's runtime has it. */
  static async open(): Promise<ConsumerBench> {
    mkdirSync(LOCAL, { recursive: true });
    const folder = mkdtempSync(path.join(LOCAL, "bench consumers "));
    const client = path.join(folder, "client.mjs");
    writeFileSync(client, await bundleClient("esm"));
    await Promise.all(
      CONSUMERS.map((name) =>
        build({
          absWorkingDir: ROOT,
          entryPoints: [path.join("bench", "consumers", `${name}.ts`)],
          outfile: path.join(folder, name, "index.js"),
          bundle: true,
          minify: true,
          platform: "node",
          target: "node20",
          external: ["@aws-sdk/*"],
          plugins: [
            {
              name: "published-client",
              setup: (hooks) => {
                hooks.onResolve({ filter: /\/client$/ }, () => ({ path: client }));
              },
            },
          ],
          logLevel: "warning",
        }),
      ),
    );
    return new ConsumerBench(folder, await startStandIn());
  }

  private fileOf(name: Consumer): string {
    return path.join(this.folder, name, "index.js");
  }

  bytesOf(name: Consumer): number {
    return statSync(this.fileOf(name)).size;
  }

  storeToken(token: string, secondsLeft = LIFETIME_IN_SECONDS): void {
    storeToken(this.standIn, token, secondsLeft);
  }

  /** @param calls whether it is called once it is loaded. */
  start(name: Consumer, node: string, keeping: Keeping = "five-minutes", calls = true): RunningConsumer {
    const child = fork(path.join(ROOT, "bench", "consumers", "run.cjs"), [this.fileOf(name)], {
      execPath: node,
      execArgv: [],
      env: {
        [VARIABLES.environment]: ENVIRONMENT,
        BENCH_CACHE: keeping,
        BENCH_FIRST: calls ? "call" : "none",
        AWS_REGION: "eu-west-3",
        AWS_ACCESS_KEY_ID: "made-up",
        AWS_SECRET_ACCESS_KEY: "made-up",
        AWS_SESSION_TOKEN: "made-up",
        AWS_LAMBDA_FUNCTION_NAME: "consumer",
        AWS_ENDPOINT_URL: this.standIn.endpoint,
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
      },
    });
    return new RunningConsumer(child);
  }

  async close(): Promise<void> {
    await this.standIn.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
