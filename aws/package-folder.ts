import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";

/** This package's own folder, from sources, compiled files and bundles alike: the nearest that has a package.json. */
export function packageFolder(): string {
  let folder = __dirname;
  while (!existsSync(path.join(folder, "package.json"))) folder = path.dirname(folder);
  return folder;
}

export const packageVersion = (): string =>
  (JSON.parse(readFileSync(path.join(packageFolder(), "package.json"), "utf8")) as { version: string }).version;

/** What is called in each zip of ours, in Lambda and in a local run. */
export const LAMBDA_HANDLER = "index.handler";

/** The zip of a function of ours, ready to deploy. */
export function lambdaZipFile(functionFolder: string): string {
  return path.join(packageFolder(), "dist", "lambda", `${functionFolder}.zip`);
}
