/** All that `npm run bench` measures, by name. */
import { coldStart } from "./cold-start";
import { deploy } from "./deploy";
import { refresh } from "./refresh";
import type { Bench } from "./row";
import { simulate } from "./simulate";
import { start } from "./start";

export const BENCHES = {
  "cold-start": coldStart,
  refresh,
  deploy,
  start,
  simulate,
} as const satisfies Record<string, Bench>;
export type BenchName = keyof typeof BENCHES;
