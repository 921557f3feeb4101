/**
 * `tsx bench/synthesize.ts <folder>`: synthesizes prod for each configuration of a JSON object on standard input, into
 * `<folder>/<its key>/`.
 */
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { App } from "cdktf";
import type { EnvironmentConfiguration } from "../stacks/configuration";
import { PisteStack } from "../stacks/piste-stack";
import { synthesize } from "../stacks/synthesize";

synthesize(() => {
  const [folder] = process.argv.slice(2);
  if (folder === undefined) throw new Error("the folder to write to must be the first argument, got none");
  const configurations = JSON.parse(readFileSync(0, "utf8")) as Record<string, EnvironmentConfiguration>;
  for (const [name, configuration] of Object.entries(configurations)) {
    const app = new App({ outdir: path.join(folder, name) });
    new PisteStack(app, "prod", configuration);
    app.synth();
  }
});
