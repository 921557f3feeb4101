/** All that `npm run bench` measures, by name. */
import { coldStart } from "./cold-start";
import { consumer } from "./consumer";
import { refresh } from "./refresh";
import type { Bench } from "./row";

export const BENCHES = {
  "cold-start": coldStart,
  refresh,
  consumer,
} as const satisfies Record<string, Bench>;
export type BenchName = keyof typeof BENCHES;
