/** The app: a stack for each environment, and `state` when S3 state is configured. */
import { App } from "cdktf";
import { PisteStack } from "./stacks/piste-stack";
import { prod } from "./stacks/prod";
import { qualif } from "./stacks/qualif";
import { addStateStacks } from "./stacks/state-stack";
import { synthesize, within } from "./stacks/synthesize";

synthesize(() => {
  const app = new App();
  within("stacks/qualif.ts", () => new PisteStack(app, "qualif", qualif));
  within("stacks/prod.ts", () => new PisteStack(app, "prod", prod));
  addStateStacks(app, { qualif, prod });
  app.synth();
});
