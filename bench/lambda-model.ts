/**
 * What a function takes and costs at a memory size, from what it computes and how long it waits. Lambda gives a function
 * processor in proportion to its memory: "At 1,769 MB, a function has the equivalent of one vCPU"
 * (docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html).
 */
import { PRICES } from "../scripts/docs/prices";

const MEGABYTES_OF_ONE_PROCESSOR = 1769;
const MEGABYTES_PER_GIGABYTE = 1024;

export interface Run {
  /** Computed, on one whole processor. */
  readonly processorMilliseconds: number;
  /** For answers. */
  readonly waitingMilliseconds: number;
}

/** One thread computes, so that more than one processor is of no use. */
export function durationInMilliseconds({ processorMilliseconds, waitingMilliseconds }: Run, megabytes: number): number {
  return processorMilliseconds / Math.min(1, megabytes / MEGABYTES_OF_ONE_PROCESSOR) + waitingMilliseconds;
}

/** Of runs in arm64, each so many times, what is taken for each run included. Lambda bills whole milliseconds. */
export function dollarsOf(runs: readonly (readonly [Run, number])[], megabytes: number): number {
  return runs.reduce((sum, [run, times]) => {
    const seconds = Math.ceil(durationInMilliseconds(run, megabytes)) / 1000;
    const gigabyteSeconds = (megabytes / MEGABYTES_PER_GIGABYTE) * seconds;
    return sum + times * (gigabyteSeconds * PRICES.lambdaGigabyteSecond + PRICES.lambdaInvocation);
  }, 0);
}
