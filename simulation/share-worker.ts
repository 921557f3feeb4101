/** What each worker of a campaign runs. */
import { parentPort, workerData } from "node:worker_threads";
import { runShare, type CampaignOptions } from "./campaign";

export interface Work {
  readonly options: CampaignOptions;
  /** Of each history a 1 once a worker has claimed it; all workers have the same memory. */
  readonly claimed: Int32Array<SharedArrayBuffer>;
}

const { options, claimed } = workerData as Work;
/** Whoever is ahead takes the next one: none waits while there is something to do. */
const claim = (index: number): boolean => Atomics.compareExchange(claimed, index, 0, 1) === 0;
void runShare(options, claim, (result) => parentPort?.postMessage(result));
