/** Records Terraform's calls of AWS to create, change and destroy both environments. */
import * as path from "node:path";
import { makeStateBucket } from "../../scripts/local/state-bucket";
import { CallRecorder } from "./call-recorder";
import { openFixture, REGION, succeeded } from "./fixture";

/** Action, resource and condition keys of each call, once. @throws Error if a call is not understood. */
export async function recordTerraform(): Promise<ReadonlySet<string>> {
  const fixture = await openFixture("what Terraform asks");
  const output = path.join(fixture.folder, "cdktf.out");
  const app = ["--app", "node --import tsx test/deploy/deployers-app.ts", "--output", output, "--skip-provider-lock"];
  const run = (command: string, ...stacks: string[]): Promise<unknown> =>
    succeeded(fixture.cdktf(command, ...stacks, "--auto-approve", ...app));
  try {
    // An administrator creates the bucket once.
    await makeStateBucket({ endpoint: fixture.endpoint, region: REGION }, "test-terraform-state");
    const recorder = await CallRecorder.start(fixture.endpoint);
    try {
      fixture.environment["AWS_ENDPOINT_URL"] = recorder.endpoint;
      await run("deploy", "qualif", "prod");
      fixture.environment["PISTE_TEST_CHANGED"] = "1";
      await run("deploy", "qualif", "prod");
      await run("destroy", "qualif", "prod");
      if (recorder.problems.length > 0) throw new Error(recorder.problems.join("\n"));
      return recorder.calls;
    } finally {
      await recorder.stop();
    }
  } finally {
    await fixture.close();
  }
}
