/** Time of a synth beside one of an empty stack, for 1, 10 and 100 applications. */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import { LOCAL, ROOT } from "../scripts/local/folders";
import { interleaved, pairedRow, type Bench, type Row } from "./row";

interface SynthRun {
  readonly milliseconds: number;
  /** Of all its threads. */
  readonly processorMilliseconds: number;
  readonly megabytes: number;
}

const EMPTY = "0";
const SIZES = ["1", "10", "100"];
const UNITS = {
  milliseconds: "ms",
  processorMilliseconds: "ms of the processor",
  megabytes: "MB at the peak",
} as const;
/** Warnings go to standard output too. */
const LONGEST_OUTPUT_IN_BYTES = 2 ** 28;

async function run({ rounds, node, say }: Parameters<Bench["run"]>[0]): Promise<Row[]> {
  mkdirSync(LOCAL, { recursive: true });
  const folder = mkdtempSync(path.join(LOCAL, "bench synth "));
  const measure = async (applications: string): Promise<SynthRun> => {
    const words = ["--import", "tsx", path.join(ROOT, "bench", "synthesize.cjs"), applications, folder];
    const { stdout } = await promisify(execFile)(node, words, {
      cwd: ROOT,
      // tsx keeps its translations, as when `npx cdktf` runs again; here in a folder of the bench.
      env: { ...process.env, TSX_DISABLE_CACHE: undefined, TMPDIR: folder },
      maxBuffer: LONGEST_OUTPUT_IN_BYTES,
    });
    return JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "") as SynthRun;
  };
  try {
    say("a first one, which tsx translates");
    await measure("1");
    const measured = await interleaved([EMPTY, ...SIZES], rounds, measure, say);
    const values = (size: string, key: keyof SynthRun): number[] => (measured[size] ?? []).map((each) => each[key]);
    return SIZES.flatMap((size) =>
      (Object.keys(UNITS) as (keyof SynthRun)[]).map((key) =>
        pairedRow(
          { bench: "synth", case: `an empty stack, ours with ${size}`, unit: UNITS[key] },
          values(size, key),
          values(EMPTY, key),
        ),
      ),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const synth: Bench = { title: "A synth of 1, 10 and 100 applications", rounds: 5, run };
