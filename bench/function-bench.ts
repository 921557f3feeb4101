/** Functions in processes of their own, between the stand-in and a bench. */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { DEFAULT_REFRESH_SETTINGS, encodeSettings } from "../lambda/token-refresh/contract";
import { clientSecretName, DEFAULT_APPLICATION } from "../piste/names";
import { DEFAULT_SCOPE } from "../piste/token-endpoint";
import { buildFunction } from "../scripts/build-lambda";
import { LOCAL, ROOT } from "../scripts/local/folders";
import { ENVIRONMENT, LIFETIME_IN_SECONDS, startStandIn, storeToken, type StandIn } from "./stand-in";

export const FUNCTIONS = ["ours", "usual", "floor", "empty"] as const;
export type FunctionName = (typeof FUNCTIONS)[number];

/** What bench/functions/run.cjs prints. */
export interface FunctionRun {
  readonly outcome: string;
  readonly coldInMilliseconds: number;
  readonly coldCpuInMilliseconds: number;
  /** Of all calls. */
  readonly peakInMegabytes: number;
  readonly warmInMilliseconds: readonly number[];
  /** Of each. */
  readonly warmCpuInMilliseconds: number;
}

const CERTIFICATE = "certificate.pem";

export class FunctionBench {
  private constructor(
    private readonly folder: string,
    readonly standIn: StandIn,
  ) {}

  /** @param overTls whether Secrets Manager speaks TLS, and ends a connection with its first answer. */
  static async open(overTls = false): Promise<FunctionBench> {
    mkdirSync(LOCAL, { recursive: true });
    const folder = mkdtempSync(path.join(LOCAL, "bench functions "));
    const { files } = await buildFunction("token-refresh");
    mkdirSync(path.join(folder, "ours"));
    for (const [file, code] of Object.entries(files)) writeFileSync(path.join(folder, "ours", file), code);
    for (const name of FUNCTIONS.filter((name) => name !== "ours")) {
      await build({
        absWorkingDir: ROOT,
        entryPoints: [path.join("bench", "functions", `${name}.ts`)],
        outfile: path.join(folder, name, "index.js"),
        bundle: true,
        platform: "node",
        target: "node20",
        logLevel: "warning",
      });
    }
    const standIn = await startStandIn(overTls);
    if (standIn.certificate !== undefined) writeFileSync(path.join(folder, CERTIFICATE), standIn.certificate);
    return new FunctionBench(folder, standIn);
  }

  private fileOf(name: FunctionName): string {
    return path.join(this.folder, name, "index.js");
  }

  /** Of what is loaded for a refresh. */
  bytesOf(name: FunctionName): number {
    return statSync(this.fileOf(name)).size;
  }

  /** The stored token has so long to live from now on. */
  storeToken(secondsLeft: number): void {
    storeToken(this.standIn, "x".repeat(60), secondsLeft);
    this.standIn.secrets.set(clientSecretName(ENVIRONMENT, DEFAULT_APPLICATION), {
      value: JSON.stringify({ client_id: "made-up-client", client_secret: "made-up-secret" }),
      // Before any such token was issued.
      storedAt: Math.floor(Date.now() / 1000) - 2 * LIFETIME_IN_SECONDS,
    });
  }

  /** @param warmCalls how often it is called again in the same process. */
  async run(name: FunctionName, node: string, warmCalls = 0): Promise<FunctionRun> {
    const input = { environment: ENVIRONMENT, application: DEFAULT_APPLICATION, operation: "tick" };
    const variables = encodeSettings({
      ...DEFAULT_REFRESH_SETTINGS,
      tokenEndpoint: this.standIn.tokenEndpoint,
      scope: DEFAULT_SCOPE,
    });
    const words = [path.join(ROOT, "bench", "functions", "run.cjs"), this.fileOf(name)];
    const { stdout } = await promisify(execFile)(node, [...words, JSON.stringify(input), String(warmCalls)], {
      env: {
        ...variables,
        AWS_REGION: "eu-west-3",
        AWS_ACCESS_KEY_ID: "made-up",
        AWS_SECRET_ACCESS_KEY: "made-up",
        AWS_ENDPOINT_URL: this.standIn.endpoint,
        ...(this.standIn.certificate !== undefined && { NODE_EXTRA_CA_CERTS: path.join(this.folder, CERTIFICATE) }),
        AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
      },
    });
    return JSON.parse(stdout) as FunctionRun;
  }

  async close(): Promise<void> {
    await this.standIn.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
