/**
 * One JSON line for each run: what was decided and why, and the metrics in CloudWatch's embedded metric format.
 * Never a body, a token or a credential.
 */
import { printableJson } from "../../piste/printable";
import { embeddedMetrics } from "../shared/embedded-metrics";
import { METRICS, type FunctionInput, type MetricKey } from "./contract";
import type { PasswordReport } from "./password-report";

export type Measurements = Partial<Record<MetricKey, number>>;

/** The result of a run, for the log and the caller. */
export interface RunResult {
  readonly outcome: "waited" | "refreshed" | "kept" | "failed" | "reported";
  /** Why it waited, refreshed or kept the stored token, or the code of the diagnosis. */
  readonly reason: string;
  /** Of the operation `promote`: whether what it tested was accepted and is the current version. */
  readonly promoted?: boolean;
  /** Why the stored token was kept, where `reason` says something else. */
  readonly kept?: string;
  /** Of a request: whether PISTE gave the token again that was stored, so that nothing is replaced. */
  readonly sameToken?: true;
  /** The class of a failure. */
  readonly class?: string;
  /** What it means and what to do, of a failure. */
  readonly meaning?: string;
  /** Where a request would have left the ticks too few: how many versions of the token were written in the last day. */
  readonly writtenLastDay?: number;
  /** And from when, in epoch seconds, a request can write again, as far as it can be foreseen. */
  readonly nextWriteAt?: number;
  /** Epoch seconds until which the stored token is valid. */
  readonly expiresAt?: number;
  readonly tries?: number;
  readonly milliseconds?: number;
  readonly status?: number | undefined;
  readonly contentType?: string | undefined;
  readonly wwwAuthenticate?: string | undefined;
  /** What the operation `passwords` found. */
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
