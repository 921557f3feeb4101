/** From loading the deployed zip to the answer of its first refresh, and the peak of memory, beside the usual way. */
import { FunctionBench, FUNCTIONS, type FunctionName, type FunctionRun } from "./function-bench";
import { countedRow, interleaved, pairedRow, type Bench, type Row } from "./row";

type Key = "coldInMilliseconds" | "coldCpuInMilliseconds" | "peakInMegabytes";
const KILOBYTE = 1000;

async function run({ rounds, node, say }: Parameters<Bench["run"]>[0]): Promise<Row[]> {
  const bench = await FunctionBench.open();
  try {
    bench.storeToken(0);
    const measured = await interleaved(FUNCTIONS, rounds, (name) => bench.run(name, node), say);
    const wrong = FUNCTIONS.find((name) => measured[name].some(({ outcome }) => outcome !== "refreshed"));
    if (wrong !== undefined) throw new Error(`the function ${wrong} did not refresh the token`);
    const values = (name: FunctionName, key: Key): number[] => measured[name].map((one: FunctionRun) => one[key]);
    const others = FUNCTIONS.filter((name) => name !== "ours");
    const rows = (unit: string, key: Key): Row[] =>
      others.map((name) =>
        pairedRow({ bench: "cold-start", case: name, unit }, values("ours", key), values(name, key)),
      );
    const bytes = countedRow(
      { bench: "cold-start", case: "usual", unit: "KB of code" },
      bench.bytesOf("ours") / KILOBYTE,
      bench.bytesOf("usual") / KILOBYTE,
    );
    return [
      ...rows("ms", "coldInMilliseconds"),
      ...rows("ms of the processor", "coldCpuInMilliseconds"),
      ...rows("MB at the peak", "peakInMegabytes"),
      bytes,
    ];
  } finally {
    await bench.close();
  }
}

export const coldStart: Bench = { title: "A function's first refresh", rounds: 60, run };
