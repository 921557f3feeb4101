import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";

/** This package's folder, for sources, compiled files and bundles alike: the nearest one with a package.json. */
export function packageFolder(): string {
  let folder = __dirname;
  while (!existsSync(path.join(folder, "package.json"))) folder = path.dirname(folder);
  return folder;
}

export const packageVersion = (): string =>
  (JSON.parse(readFileSync(path.join(packageFolder(), "package.json"), "utf8")) as { version: string }).version;

export const LAMBDA_HANDLER = "index.handler";

export function lambdaZipFile(functionFolder: string): string {
  return path.join(packageFolder(), "dist", "lambda", `${functionFolder}.zip`);
}
