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

/** Finds a program by path, or by name on PATH. Ignores relative folders of PATH, since others may write there. */
export function findProgram(name: string): string | undefined {
  if (name.includes(path.sep)) return isExecutable(name) ? path.resolve(name) : undefined;
  return (process.env["PATH"] ?? "")
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder))
    .map((folder) => path.join(folder, name))
    .find(isExecutable);
}
