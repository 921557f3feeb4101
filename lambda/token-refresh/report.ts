/**
 * The log line of each run: the decision, its reason, and the metrics in CloudWatch's embedded metric format. It never
 * holds a body, a token or a credential.
 */
import { printableJson } from "../../piste/printable";
import { embeddedMetrics } from "../shared/embedded-metrics";
import { METRICS, type FunctionInput, type MetricKey } from "./contract";
import type { PasswordReport } from "./password-report";

export type Measurements = Partial<Record<MetricKey, number>>;

/** The result of a run, for the log and the caller. */
export interface RunResult {
  readonly outcome: "waited" | "refreshed" | "kept" | "failed" | "reported";
  /** Why it waited, refreshed or kept the token, or the code of the diagnosis. */
  readonly reason: string;
  /** For `promote`: true when the tested credentials are now current. */
  readonly promoted?: boolean;
  /** Why the stored token was kept, when `reason` says something else. */
  readonly kept?: string;
  /** For `refresh` and `promote`: PISTE returned the stored token again. */
  readonly sameToken?: true;
  /** The class of a failure. */
  readonly class?: string;
  /** Of a failure: its meaning and the next step. */
  readonly meaning?: string;
  /** For the reason `write-budget`: versions of the token written in the last 24 hours. */
  readonly writtenLastDay?: number;
  /** For the reason `write-budget`: when a request can probably write again, in epoch seconds. */
  readonly nextWriteAt?: number;
  /** Epoch seconds until which the stored token is valid. */
  readonly expiresAt?: number;
  readonly tries?: number;
  readonly milliseconds?: number;
  readonly status?: number | undefined;
  readonly contentType?: string | undefined;
  readonly wwwAuthenticate?: string | undefined;
  /** The report of `passwords`. */
  readonly passwords?: PasswordReport;
}

/** The line to log, without its newline. */
export function logLine(
  input: FunctionInput,
  result: Omit<RunResult, "outcome"> & { readonly outcome: RunResult["outcome"] | "error" },
  measurements: Measurements,
  timestampInMilliseconds: number,
  requestId: string | undefined,
): string {
  const metrics = embeddedMetrics(METRICS, measurements, input, timestampInMilliseconds);
  return printableJson(Object.assign(metrics, { operation: input.operation, ...result, requestId }));
}
