/** How long a synth takes beside aws-cdk-lib and plain objects, and how that grows with the applications. */
import { interleaved, pairedRow, type Bench, type Row } from "./row";
import { SynthBench, SYNTHS, type SynthName, type SynthRun } from "./synth-bench";

/** How many applications. */
const SIZES = [1, 10, 100, 1000] as const;
type Size = (typeof SIZES)[number];
const [ONE, , FEW, MANY] = SIZES;
/** Enough for aws-cdk-lib to need several stacks. */
const CHECKED_SIZES = [1, 40];
const OTHERS = SYNTHS.filter((name) => name !== "ours");
const UNITS = {
  milliseconds: "ms",
  processorMilliseconds: "ms of the processor",
  megabytes: "MB at the peak",
} as const satisfies Record<keyof SynthRun, string>;
const KEYS = Object.keys(UNITS) as (keyof SynthRun)[];

/** 1 where twice the applications take twice as much, 2 where they take four times as much; what one takes apart. */
function exponents(one: readonly number[], few: readonly number[], many: readonly number[]): number[] {
  const more = (values: readonly number[], round: number): number => (values[round] ?? NaN) - (one[round] ?? NaN);
  const factor = (MANY - ONE) / (FEW - ONE);
  return one.map((_, round) => Math.log(more(many, round) / more(few, round)) / Math.log(factor));
}

async function run({ rounds, node, say }: Parameters<Bench["run"]>[0]): Promise<Row[]> {
  const bench = await SynthBench.open(node);
  try {
    say("whether all make the same resources");
    for (const size of CHECKED_SIZES) await bench.checkEqual(size);
    // Those of one size come one after another.
    const cases = SIZES.flatMap((size) => SYNTHS.map((name): `${SynthName} ${Size}` => `${name} ${size}`));
    const measured = await interleaved(
      cases,
      rounds,
      (each) => {
        const [name, size] = each.split(" ") as [SynthName, string];
        return bench.run(name, Number(size));
      },
      say,
    );
    const values = (name: SynthName, size: Size, key: keyof SynthRun): number[] =>
      measured[`${name} ${size}`].map((each) => each[key]);
    const growth = (name: SynthName, key: keyof SynthRun): number[] =>
      exponents(values(name, ONE, key), values(name, FEW, key), values(name, MANY, key));
    const ofSize = (size: Size, key: keyof SynthRun): Row[] =>
      OTHERS.map((name) =>
        pairedRow(
          { bench: "synth", case: `${name}, ${called(size)}`, unit: UNITS[key] },
          values("ours", size, key),
          values(name, size, key),
        ),
      );
    const ofGrowth = (key: keyof SynthRun): Row[] =>
      OTHERS.map((name) =>
        pairedRow(
          { bench: "synth", case: `${name}, from ${FEW} to ${called(MANY)}`, unit: `exponent of ${UNITS[key]}` },
          growth("ours", key),
          growth(name, key),
        ),
      );
    return [
      ...SIZES.flatMap((size) => KEYS.flatMap((key) => ofSize(size, key))),
      ...ofGrowth("processorMilliseconds"),
      ...ofGrowth("megabytes"),
    ];
  } finally {
    bench.close();
  }
}

const called = (size: number): string => `${size.toLocaleString("en-US")} application${size === 1 ? "" : "s"}`;

export const synth: Bench = {
  title: "A synth of 1, 10, 100 and 1,000 applications; installs aws-cdk-lib from the npm registry",
  rounds: 3,
  run,
};
