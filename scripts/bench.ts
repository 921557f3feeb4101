/** `npm run bench`: what people wait and pay for, beside what they would use instead. Ratios, since machines differ. */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { cpus, platform, totalmem } from "node:os";
import * as path from "node:path";
import { Command, Option } from "commander";
import { BENCHES, type BenchName } from "../bench/benches";
import type { Row } from "../bench/row";
import { wholeNumber } from "../cli/command/arguments";
import { writeBlocks } from "./docs/blocks";
import { figure, table } from "./docs/table";
import { ROOT } from "./local/folders";
import { fail } from "../cli/command/fail";

/** How a part of docs/performance.md says who writes it. */
const COMMAND = "npm run bench -- --write";
const PAGE = path.join(ROOT, "docs", "performance.md");

interface Options {
  readonly write: boolean;
  readonly only?: BenchName;
  readonly json: boolean;
  readonly node: string;
  readonly rounds?: number;
}

const NAMES = Object.keys(BENCHES) as BenchName[];

const MOST_ROUNDS = 9999;

const digits = (value: number | null): string => (value === null ? "–" : figure(value));

function shown(rows: readonly Row[]): string {
  return table(
    ["compared with", "unit", "ours", "theirs", "ratio", "spread"],
    rows.map((row) => [row.case, row.unit, ...[row.ours, row.theirs, row.ratio, row.spread].map(digits)]),
  );
}

/** A table of each bench, by its name. */
function tables(rows: readonly Row[]): [string, string][] {
  const names = [...new Set(rows.map(({ bench }) => bench))];
  return names.map((name) => [name, shown(rows.filter(({ bench }) => bench === name))]);
}

/** Where it was measured, of what a figure depends on. */
function machine(node: string): string {
  const [first] = cpus();
  const version = execFileSync(node, ["--version"], { encoding: "utf8" }).trim();
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB`;
  const day = new Date().toISOString().slice(0, 10);
  return `${day}: ${cpus().length} cores (${first?.model ?? "unknown"}), ${memory} of memory, ${platform()}, Node ${version.slice(1)}.`;
}

function writePage(rows: readonly Row[], node: string): void {
  const where = machine(node);
  const blocks = Object.fromEntries(tables(rows).map(([name, text]) => [name, `${where}\n\n${text}`]));
  writeFileSync(PAGE, writeBlocks(readFileSync(PAGE, "utf8"), blocks, COMMAND));
}

async function main({ only, json, write, node, rounds }: Options): Promise<void> {
  const rows: Row[] = [];
  const names = only === undefined ? NAMES : [only];
  // Whether the page has a place for each is known before they take an hour.
  if (write) writeBlocks(readFileSync(PAGE, "utf8"), Object.fromEntries(names.map((name) => [name, ""])), COMMAND);
  for (const name of names) {
    const bench = BENCHES[name];
    console.error(`${name}: ${bench.title}`);
    const say = (text: string): void => {
      console.error(`  ${text}`);
    };
    const measured = await bench.run({ rounds: rounds ?? bench.rounds, node, say });
    rows.push(...measured);
    // At once: a later one may fail, or be ended.
    if (write) writePage(measured, node);
  }
  if (json) for (const row of rows) console.log(JSON.stringify(row));
  else for (const [name, text] of tables(rows)) console.log(`\n${name}\n\n${text}`);
}

new Command("npm run bench --")
  .description("Measures ours beside what one would use instead, in turns, and prints the ratios.")
  .addOption(new Option("--only <name>", "measures this alone").choices(NAMES))
  .option("--json", "a line of JSON for each row", false)
  .option("--write", "writes what was measured into docs/performance.md", false)
  .option("--rounds <number>", "how often each is measured", wholeNumber(1, MOST_ROUNDS))
  .option("--node <file>", "the Node that runs functions", process.execPath)
  .action((options: Options) => main(options).catch(fail))
  .parse();
