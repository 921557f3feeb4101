/** What each worker of a campaign runs. */
import { parentPort, workerData } from "node:worker_threads";
import { runShare, type CampaignOptions, type Share } from "./campaign";

export interface Work {
  readonly options: CampaignOptions;
  readonly share: Share;
}

const { options, share } = workerData as Work;
void runShare(options, share, (result) => parentPort?.postMessage(result));
