/** The package as published, packed once before its tests. */
import { readdirSync } from "node:fs";
import * as path from "node:path";
import { ROOT } from "../../scripts/local/folders";

/** Path of the tarball; set by pack.ts. */
export const FOLDER_VARIABLE = "PISTE_TEST_PACKAGE_FOLDER";

/** A file in dist/ before packing, like the output of a deleted source. */
export const STALE_FILE = path.join(ROOT, "dist", "constructs", "no-longer-there.js");

export function tarball(): string {
  const folder = process.env[FOLDER_VARIABLE] ?? "";
  const [file, ...more] = readdirSync(folder).filter((name) => name.endsWith(".tgz"));
  if (file === undefined || more.length > 0) throw new Error(`there must be one tarball in ${folder}`);
  return path.join(folder, file);
}
