/** `npm run bench`: what people wait and pay for, beside what they would use instead. Ratios, since machines differ. */
import { Command, InvalidArgumentError, Option } from "commander";
import { BENCHES, type BenchName } from "../bench/benches";
import type { Row } from "../bench/row";
import { table } from "./docs/table";
import { fail } from "./local/user-error";

interface Options {
  readonly only?: BenchName;
  readonly json: boolean;
  readonly node: string;
  readonly rounds?: number;
}

const NAMES = Object.keys(BENCHES) as BenchName[];

function positive(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError("It must be a whole number from 1 to 9999.");
  return Number(text);
}

const digits = (value: number | null): string =>
  value === null ? "–" : value.toLocaleString("en-US", { maximumSignificantDigits: 3, useGrouping: false });

function shown(rows: readonly Row[]): string {
  return table(
    ["bench", "compared with", "unit", "ours", "theirs", "ratio", "spread"],
    rows.map((row) => [row.bench, row.case, row.unit, ...[row.ours, row.theirs, row.ratio, row.spread].map(digits)]),
  );
}

async function main({ only, json, node, rounds }: Options): Promise<void> {
  const rows: Row[] = [];
  for (const name of only === undefined ? NAMES : [only]) {
    const bench = BENCHES[name];
    console.error(`${name}: ${bench.title}`);
    const say = (text: string): void => {
      console.error(`  ${text}`);
    };
    rows.push(...(await bench.run({ rounds: rounds ?? bench.rounds, node, say })));
  }
  console.log(json ? rows.map((row) => JSON.stringify(row)).join("\n") : shown(rows));
}

new Command("npm run bench --")
  .description("Measures ours beside what one would use instead, in turns, and prints the ratios.")
  .addOption(new Option("--only <name>", "measures this alone").choices(NAMES))
  .option("--json", "a line of JSON for each row", false)
  .option("--rounds <number>", "how often each is measured", positive)
  .option("--node <file>", "the Node that runs functions", process.execPath)
  .action((options: Options) => main(options).catch(fail))
  .parse();
