/** What a refresh and a waiting tick cost in calls, bytes and time, beside the fewest that there can be. */
import { FunctionBench, type FunctionName } from "./function-bench";
import { countedRow, interleaved, median, pairedRow, type Bench, type Row } from "./row";

const WARM_CALLS = 200;

/** How long the token lives that is found. */
const RUNS = { refresh: 0, "waiting tick": 3500 } as const;

interface Measured {
  readonly awsCalls: number;
  readonly pisteCalls: number;
  readonly bytes: number;
  readonly milliseconds: number;
  readonly cpuInMilliseconds: number;
}

async function measure(bench: FunctionBench, name: FunctionName, node: string): Promise<Measured> {
  const { asked } = bench.standIn;
  Object.assign(asked, { awsCalls: 0, pisteCalls: 0, bytes: 0 });
  const { warmInMilliseconds, warmCpuInMilliseconds } = await bench.run(name, node, WARM_CALLS);
  // Connections count when they are closed, which those of a process that has ended are.
  await new Promise((resolve) => setTimeout(resolve, 50));
  const calls = WARM_CALLS + 1;
  return {
    awsCalls: asked.awsCalls / calls,
    pisteCalls: asked.pisteCalls / calls,
    bytes: asked.bytes / calls,
    milliseconds: median(warmInMilliseconds),
    cpuInMilliseconds: warmCpuInMilliseconds,
  };
}

async function run({ rounds, node, say }: Parameters<Bench["run"]>[0]): Promise<Row[]> {
  const bench = await FunctionBench.open();
  try {
    const rows: Row[] = [];
    for (const [kind, secondsLeft] of Object.entries(RUNS)) {
      bench.storeToken(secondsLeft);
      const measured = await interleaved(["ours", "floor"], rounds, (name) => measure(bench, name, node), say);
      const values = (key: keyof Measured): [number[], number[]] => [
        measured.ours.map((one) => one[key]),
        measured.floor.map((one) => one[key]),
      ];
      const of = { bench: "refresh", case: `floor, ${kind}` };
      const counted = (unit: string, key: keyof Measured): Row => {
        const [ours, floor] = values(key);
        return countedRow({ ...of, unit }, median(ours), median(floor));
      };
      rows.push(counted("AWS calls", "awsCalls"));
      if (kind === "refresh") rows.push(counted("PISTE calls", "pisteCalls"));
      rows.push(counted("bytes", "bytes"));
      rows.push(pairedRow({ ...of, unit: "ms" }, ...values("milliseconds")));
      rows.push(pairedRow({ ...of, unit: "ms of the processor" }, ...values("cpuInMilliseconds")));
    }
    return rows;
  } finally {
    await bench.close();
  }
}

export const refresh: Bench = { title: "Calls, bytes and time of a refresh and of a waiting tick", rounds: 5, run };
