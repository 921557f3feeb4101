/** A campaign on all cores: this file is also what each worker runs. */
import { availableParallelism } from "node:os";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { runShare, type CampaignOptions, type Result, type Share } from "./campaign";

interface Work {
  readonly options: CampaignOptions;
  readonly share: Share;
}

/** The results of all histories, in the order of their numbers. */
export async function runOnAllCores(options: CampaignOptions, onResult: (done: number) => void): Promise<Result[]> {
  const of = Math.min(availableParallelism(), options.runs);
  const results: Result[] = [];
  const work = (number: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(__filename, {
        workerData: { options, share: { number, of } } satisfies Work,
        execArgv: ["--require", require.resolve("tsx/cjs")],
      });
      worker.on("message", (result: Result) => {
        results.push(result);
        onResult(results.length);
      });
      worker.once("error", reject);
      worker.once("exit", () => {
        resolve();
      });
    });
  await Promise.all(Array.from({ length: of }, (_, number) => work(number)));
  return results.sort((one, other) => one.index - other.index);
}

if (!isMainThread) {
  const { options, share } = workerData as Work;
  void runShare(options, share, (result) => parentPort?.postMessage(result));
}
