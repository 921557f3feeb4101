/** How long a synth takes, and how that grows with the applications; each in a process of its own. */
import { execFile } from "node:child_process";
import * as path from "node:path";
import { promisify } from "node:util";
import { ROOT } from "../scripts/local/folders";
import { aloneRow, interleaved, type Bench, type Row } from "./row";
import type { SynthesizedOnce } from "./synth-once";

/** How many applications. */
const SIZES = ["1", "10", "100", "1000"] as const;
type Size = (typeof SIZES)[number];
const [ONE, , FEW, MANY] = SIZES;

const execute = promisify(execFile);

async function synthesize(size: Size, node: string): Promise<SynthesizedOnce> {
  const words = ["--import", "tsx", path.join(ROOT, "bench", "synth-once.ts"), size];
  // Warnings of cdktf's go there too.
  const { stdout } = await execute(node, words, { cwd: ROOT, maxBuffer: 2 ** 24 });
  return JSON.parse(stdout.slice(stdout.lastIndexOf("{"))) as SynthesizedOnce;
}

/** 1 where twice the applications take twice as much, 2 where they take four times as much; what one takes apart. */
function exponents(one: readonly number[], few: readonly number[], many: readonly number[]): number[] {
  const more = (values: readonly number[], round: number): number => (values[round] ?? NaN) - (one[round] ?? NaN);
  const factor = (Number(MANY) - 1) / (Number(FEW) - 1);
  return one.map((_, round) => Math.log(more(many, round) / more(few, round)) / Math.log(factor));
}

async function run({ rounds, node, say }: Parameters<Bench["run"]>[0]): Promise<Row[]> {
  const measured = await interleaved(SIZES, rounds, (size) => synthesize(size, node), say);
  const called = (size: Size): string =>
    `${Number(size).toLocaleString("en-US")} application${size === "1" ? "" : "s"}`;
  const UNITS = {
    milliseconds: "ms",
    processorMilliseconds: "ms of the processor",
    megabytes: "MB",
    resources: "resources",
  };
  const keys = Object.keys(UNITS) as (keyof typeof UNITS)[];
  const rows = SIZES.flatMap((size) =>
    keys.map((key) =>
      aloneRow(
        { bench: "synth", case: called(size), unit: UNITS[key] },
        measured[size].map((one) => one[key]),
      ),
    ),
  );
  const growth = (["processorMilliseconds", "megabytes", "resources"] as const).map((key) =>
    aloneRow(
      {
        bench: "synth",
        case: "growth from 100 to 1,000 applications, what one takes apart",
        unit: `exponent of ${UNITS[key]}`,
      },
      exponents(
        measured[ONE].map((one) => one[key]),
        measured[FEW].map((one) => one[key]),
        measured[MANY].map((one) => one[key]),
      ),
    ),
  );
  return [...rows, ...growth];
}

export const synth: Bench = { title: "A synth of 1, 10, 100 and 1,000 applications", rounds: 3, run };
