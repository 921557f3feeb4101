/** How fast years pass: nothing else does that, so its speed stands alone. */
import { simulate as play } from "../simulation/world";
import { historyAt } from "../simulation/campaign";
import { REPORTED } from "../scripts/docs/reliability";
import { aloneRow, type Bench, type Row } from "./row";

const DAYS_PER_YEAR = 365;

async function run({ rounds, say }: Parameters<Bench["run"]>[0]): Promise<Row[]> {
  const years: number[] = [];
  for (let round = 0; round < rounds; round++) {
    say(`round ${round + 1} of ${rounds}`);
    const history = await historyAt(REPORTED, String(round));
    if (history === undefined) throw new Error(`there is no history ${round}`);
    const from = performance.now();
    await play(history);
    years.push(REPORTED.days / DAYS_PER_YEAR / ((performance.now() - from) / 1000));
  }
  return [aloneRow({ bench: "simulate", case: "one core", unit: "application-years a second" }, years)];
}

export const simulate: Bench = { title: "Simulated years", rounds: 8, run };
