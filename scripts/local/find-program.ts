import { accessSync, constants, statSync } from "node:fs";
import * as path from "node:path";

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** Where a program is: a path as it is, a bare name on PATH. */
export function findProgram(name: string): string | undefined {
  if (name.includes(path.sep)) return isExecutable(name) ? path.resolve(name) : undefined;
  return (process.env["PATH"] ?? "")
    .split(path.delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => path.join(folder, name))
    .find(isExecutable);
}
