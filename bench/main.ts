/** `npm run bench`: compares what operators wait for with the usual alternatives. Ratios, since machines differ. */
import { Command, Option } from "commander";
import { coldStart } from "./cold-start";
import type { Bench, Row } from "./row";
import { synth } from "./synth";
import { wholeNumber } from "../cli/command/arguments";
import { table } from "../scripts/docs/table";
import { fail } from "../cli/command/fail";

const BENCHES: Readonly<Record<string, Bench>> = { "cold-start": coldStart, synth };

interface Options {
  readonly only?: string;
  readonly json: boolean;
  readonly node: string;
  readonly rounds?: number;
}

const MOST_ROUNDS = 9999;

/** Three digits: measurements are not more precise. */
const figure = (value: number): string =>
  value.toLocaleString("en-US", { maximumSignificantDigits: 3, useGrouping: false });

function shown(rows: readonly Row[]): string {
  return table(
    ["compared with", "unit", "ours", "theirs", "ratio", "spread"],
    rows.map((row) => [row.case, row.unit, ...[row.ours, row.theirs, row.ratio, row.spread].map(figure)]),
  );
}

async function main({ only, json, node, rounds }: Options): Promise<void> {
  for (const [name, bench] of Object.entries(BENCHES)) {
    if (only !== undefined && name !== only) continue;
    console.error(`${name}: ${bench.title}`);
    const say = (text: string): void => {
      console.error(`  ${text}`);
    };
    const rows = await bench.run({ rounds: rounds ?? bench.rounds, node, say });
    if (json) for (const row of rows) console.log(JSON.stringify(row));
    else console.log(`\n${name}\n\n${shown(rows)}\n`);
  }
}

new Command("npm run bench --")
  .description("Measures ours and the usual alternative in turns, and prints the ratios.")
  .addOption(new Option("--only <name>", "measures only this").choices(Object.keys(BENCHES)))
  .option("--json", "a line of JSON for each row", false)
  .option("--rounds <number>", "measurements of each", wholeNumber(1, MOST_ROUNDS))
  .option("--node <file>", "the Node to measure with", process.execPath)
  .action((options: Options) => main(options).catch(fail))
  .parse();
