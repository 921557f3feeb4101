/** All that `npm run bench` measures, by name. */
import { coldStart } from "./cold-start";
import { consumer } from "./consumer";
import { deploy } from "./deploy";
import { memory } from "./memory";
import { refresh } from "./refresh";
import type { Bench } from "./row";
import { simulate } from "./simulate";
import { start } from "./start";
import { synth } from "./synth";
import { test } from "./test";

export const BENCHES = {
  "cold-start": coldStart,
  refresh,
  memory,
  consumer,
  synth,
  deploy,
  start,
  test,
  simulate,
} as const satisfies Record<string, Bench>;
export type BenchName = keyof typeof BENCHES;
