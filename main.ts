/** The app: one stack per environment, and `state` if S3 state is configured. */
import { App } from "cdktf";
import type { Environment } from "./constructs";
import type { EnvironmentConfiguration } from "./stacks/configuration";
import { PisteStack } from "./stacks/piste-stack";
import { prod } from "./stacks/prod";
import { qualif } from "./stacks/qualif";
import { addStateStacks } from "./stacks/state-stack";
import { synthesize, within } from "./stacks/synthesize";

const CONFIGURATIONS: Readonly<Record<Environment, EnvironmentConfiguration>> = { qualif, prod };

synthesize(() => {
  const app = new App();
  for (const environment of Object.keys(CONFIGURATIONS) as Environment[]) {
    within(`stacks/${environment}.ts`, () => new PisteStack(app, environment, CONFIGURATIONS[environment]));
  }
  addStateStacks(app, CONFIGURATIONS);
  app.synth();
});
