/** The result of a bench: one figure of ours beside the same figure of theirs, measured in one run. */

/** One line of `npm run bench -- --json`. */
export interface Row {
  readonly bench: string;
  /** The alternative to ours. */
  readonly case: string;
  readonly unit: string;
  /** Medians. */
  readonly ours: number;
  readonly theirs: number;
  /** Median of ours divided by theirs, pair by pair: below 1 if ours is less. */
  readonly ratio: number;
  /** The interquartile range of those ratios. */
  readonly spread: number;
}

export interface BenchOptions {
  readonly rounds: number;
  /** The Node to measure with. @default the one that runs this */
  readonly node: string;
  readonly say: (text: string) => void;
}

export interface Bench {
  readonly title: string;
  readonly rounds: number;
  run(options: BenchOptions): Promise<Row[]>;
}

/** The value below which this part of the values lies. */
export function quantile(values: readonly number[], part: number): number {
  if (values.length === 0) throw new Error("values must not be empty");
  const sorted = [...values].sort((one, other) => one - other);
  const place = (sorted.length - 1) * part;
  const lower = sorted[Math.floor(place)] ?? 0;
  const upper = sorted[Math.ceil(place)] ?? 0;
  return lower + (upper - lower) * (place - Math.floor(place));
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

const interquartileRange = (values: readonly number[]): number => quantile(values, 0.75) - quantile(values, 0.25);

/** From measurements in pairs: the first of ours with the first of theirs, and so on. */
export function pairedRow(
  of: Pick<Row, "bench" | "case" | "unit">,
  ours: readonly number[],
  theirs: readonly number[],
): Row {
  if (ours.length !== theirs.length) throw new Error("ours and theirs must be measured equally often");
  const ratios = ours.map((value, index) => value / (theirs[index] ?? NaN));
  return {
    ...of,
    ours: median(ours),
    theirs: median(theirs),
    ratio: median(ratios),
    spread: interquartileRange(ratios),
  };
}

export function countedRow(of: Pick<Row, "bench" | "case" | "unit">, ours: number, theirs: number): Row {
  return { ...of, ours, theirs, ratio: ours / theirs, spread: 0 };
}

/** Measures each case once a round and rotates the first one, so that changes of the machine affect all alike. */
export async function interleaved<Case extends string, Measured>(
  cases: readonly Case[],
  rounds: number,
  measure: (of: Case) => Promise<Measured>,
  say: (text: string) => void,
): Promise<Record<Case, Measured[]>> {
  const measured = Object.fromEntries(cases.map((name) => [name, [] as Measured[]])) as Record<Case, Measured[]>;
  for (let round = 0; round < rounds; round++) {
    say(`round ${round + 1} of ${rounds}`);
    for (let index = 0; index < cases.length; index++) {
      const name = cases[(round + index) % cases.length];
      if (name !== undefined) measured[name].push(await measure(name));
    }
  }
  return measured;
}
