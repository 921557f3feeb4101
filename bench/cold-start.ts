/** Time from loading the deployed zip to the answer of its first refresh, and peak memory, beside a usual function. */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { DEFAULT_REFRESH_SETTINGS, encodeSettings } from "../lambda/token-refresh/contract";
import { DEFAULT_SCOPE } from "../piste/api-catalogue";
import { DEFAULT_APPLICATION } from "../piste/names";
import { buildFunction } from "../scripts/build-lambda";
import { LOCAL, ROOT } from "../scripts/local/folders";
import { countedRow, interleaved, pairedRow, type Bench, type Row } from "./row";
import { ENVIRONMENT, startStandIn, type StandIn } from "./stand-in";

const FUNCTIONS = ["ours", "usual"] as const;
type FunctionName = (typeof FUNCTIONS)[number];

interface FunctionRun {
  readonly outcome: string;
  readonly milliseconds: number;
  readonly processorMilliseconds: number;
  readonly megabytes: number;
}

const UNITS = {
  milliseconds: "ms",
  processorMilliseconds: "ms of the processor",
  megabytes: "MB at the peak",
} as const;
const KILOBYTE = 1000;

async function bundle(folder: string): Promise<void> {
  const { files } = await buildFunction("token-refresh");
  mkdirSync(path.join(folder, "ours"));
  for (const [file, code] of Object.entries(files)) writeFileSync(path.join(folder, "ours", file), code);
  await build({
    absWorkingDir: ROOT,
    entryPoints: [path.join("bench", "functions", "usual.ts")],
    outfile: path.join(folder, "usual", "index.js"),
    bundle: true,
    platform: "node",
    target: "node20",
    logLevel: "warning",
  });
}

async function measure(file: string, node: string, { endpoint, tokenEndpoint }: StandIn): Promise<FunctionRun> {
  const input = { environment: ENVIRONMENT, application: DEFAULT_APPLICATION, operation: "tick" };
  const words = [path.join(ROOT, "bench", "functions", "run.cjs"), file, JSON.stringify(input)];
  const { stdout } = await promisify(execFile)(node, words, {
    env: {
      ...encodeSettings({
        ...DEFAULT_REFRESH_SETTINGS,
        environment: ENVIRONMENT,
        application: DEFAULT_APPLICATION,
        tokenEndpoint,
        scope: DEFAULT_SCOPE,
      }),
      AWS_REGION: "eu-west-3",
      AWS_ACCESS_KEY_ID: "made-up",
      AWS_SECRET_ACCESS_KEY: "made-up",
      AWS_ENDPOINT_URL: endpoint,
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    },
  });
  const run = JSON.parse(stdout) as FunctionRun;
  if (run.outcome !== "refreshed") throw new Error(`${file} must refresh the token, got ${run.outcome}`);
  return run;
}

async function run({ rounds, node, say }: Parameters<Bench["run"]>[0]): Promise<Row[]> {
  mkdirSync(LOCAL, { recursive: true });
  const folder = mkdtempSync(path.join(LOCAL, "bench functions "));
  const standIn = await startStandIn();
  try {
    await bundle(folder);
    const fileOf = (name: FunctionName): string => path.join(folder, name, "index.js");
    const measured = await interleaved(FUNCTIONS, rounds, (name) => measure(fileOf(name), node, standIn), say);
    const of = { bench: "cold-start", case: "the usual function" };
    return [
      ...(Object.keys(UNITS) as (keyof typeof UNITS)[]).map((key) =>
        pairedRow(
          { ...of, unit: UNITS[key] },
          measured.ours.map((one) => one[key]),
          measured.usual.map((one) => one[key]),
        ),
      ),
      countedRow(
        { ...of, unit: "KB of code" },
        statSync(fileOf("ours")).size / KILOBYTE,
        statSync(fileOf("usual")).size / KILOBYTE,
      ),
    ];
  } finally {
    await standIn.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

export const coldStart: Bench = { title: "A function's first refresh", rounds: 60, run };
