/** Runs after the tests of the package. */
import { rmSync } from "node:fs";
import { FOLDER_VARIABLE } from "./tarball";

export default function removeTarball(): void {
  const folder = process.env[FOLDER_VARIABLE];
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
}
