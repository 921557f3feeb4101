/** How fast years pass: nothing else does that, so its speed stands alone. */
import { availableParallelism } from "node:os";
import { runOnAllCores } from "../simulation/all-cores";
import { REPORTED } from "../scripts/docs/reliability";
import { aloneRow, type Bench, type Row } from "./row";

const DAYS_PER_YEAR = 365;
const HISTORIES_OF_CORE = 4;

async function run({ rounds, say }: Parameters<Bench["run"]>[0]): Promise<Row[]> {
  const runs = HISTORIES_OF_CORE * availableParallelism();
  const years: number[] = [];
  for (let round = 0; round < rounds; round++) {
    say(`round ${round + 1} of ${rounds}`);
    const from = performance.now();
    await runOnAllCores({ ...REPORTED, runs, seed: REPORTED.seed + round }, () => undefined);
    years.push((runs * REPORTED.days) / DAYS_PER_YEAR / ((performance.now() - from) / 1000));
  }
  return [
    aloneRow(
      { bench: "simulate", case: "as `npm run simulate` does, on all cores", unit: "application-years a second" },
      years,
    ),
  ];
}

export const simulate: Bench = { title: "Simulated years", rounds: 8, run };
