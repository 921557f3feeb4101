/** A run of the function, from its start to its end. */
import type { TickCondition } from "./disturbances";

export interface FunctionRun {
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** The minute of the schedule, since the beginning. */
  readonly minute: number;
  readonly duplicate: boolean;
  readonly condition: TickCondition;
  /** Of this run's requests to PISTE, how many fail first while errors come in bursts. */
  readonly leadingFailures: number;
  reads: number;
  writes: number;
  requests: number;
  /** It met a refusal of AWS or was killed, so it may throw. */
  mayThrow: boolean;
  killed: boolean;
}
