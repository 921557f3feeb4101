/** Runs a deployed function of the kept environment once, for a command. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import type { FunctionInput } from "../../lambda/token-refresh/contract";
import type { RunResult } from "../../lambda/token-refresh/report";
import type { Description } from "../../piste/description";
import { readDeployedFunction, runAsLambda } from "./deployed-function";
import type { KeptEnvironment } from "./kept-environment";

export async function invokeLocally(
  application: Description,
  input: FunctionInput,
  kept: KeptEnvironment,
): Promise<RunResult> {
  const place = { endpoint: kept.awsEndpoint, region: kept.region };
  const folder = mkdtempSync(path.join(tmpdir(), "piste-function-"));
  try {
    const deployed = await readDeployedFunction(application, place, path.join(folder, "code"));
    const { result } = await runAsLambda(
      { ...deployed, scheduledEvent: input },
      place,
      kept.tokenEndpoint,
      path.basename(folder),
    );
    return result;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
