/** Runs a campaign on all cores. */
import { availableParallelism } from "node:os";
import * as path from "node:path";
import { Worker } from "node:worker_threads";
import { build } from "esbuild";
import type { CampaignOptions, Result } from "./campaign";
import type { Work } from "./share-worker";

/** The results of all histories, in the order of their numbers. */
export async function runOnAllCores(options: CampaignOptions, onResult: (done: number) => void): Promise<Result[]> {
  const of = Math.min(availableParallelism(), options.runs);
  const code = await bundledWorker();
  const results: Result[] = [];
  const claimed = new Int32Array(new SharedArrayBuffer(options.runs * Int32Array.BYTES_PER_ELEMENT));
  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(code, {
        eval: true,
        workerData: { options, claimed } satisfies Work,
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
  await Promise.all(Array.from({ length: of }, work));
  return results.sort((one, other) => one.index - other.index);
}

/** Bundled by esbuild: tsx keeps the name of every function, which slows each call that creates functions. */
async function bundledWorker(): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: __dirname,
    entryPoints: [path.join(__dirname, "share-worker.ts")],
    bundle: true,
    write: false,
    platform: "node",
    target: "node20",
    logLevel: "warning",
  });
  const [output] = outputFiles;
  if (output === undefined) throw new Error("esbuild returned no output for share-worker.ts");
  return output.text;
}
