/** A worker of a campaign. */
import { parentPort, workerData } from "node:worker_threads";
import { runShare, type CampaignOptions } from "./campaign";

export interface Work {
  readonly options: CampaignOptions;
  /** 1 for each claimed history; shared by all workers. */
  readonly claimed: Int32Array<SharedArrayBuffer>;
}

const { options, claimed } = workerData as Work;
/** A free worker takes the next history, so that none waits. */
const claim = (index: number): boolean => Atomics.compareExchange(claimed, index, 0, 1) === 0;
void runShare(options, claim, (result) => parentPort?.postMessage(result));
