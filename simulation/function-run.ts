/** A run of the function. */
import type { TickCondition } from "./disturbances";

export interface FunctionRun {
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /** Minute of the schedule, counted from the beginning. */
  readonly minute: number;
  readonly duplicate: boolean;
  readonly condition: TickCondition;
  /** Number of this run's first requests to PISTE that fail during an error burst. */
  readonly leadingFailures: number;
  reads: number;
  writes: number;
  requests: number;
  /** AWS refused a call, or the run was killed: it may throw. */
  mayThrow: boolean;
  killed: boolean;
}
