/** The package as it is published: packed once, before the tests of it. */
import { readdirSync } from "node:fs";
import * as path from "node:path";
import { ROOT } from "../../scripts/local/folders";

/** Where the tarball is; set by pack.ts. */
export const FOLDER_VARIABLE = "PISTE_TEST_PACKAGE_FOLDER";

/** In dist/ before it is packed, as a build leaves it of a source that is no longer there. */
export const STALE_FILE = path.join(ROOT, "dist", "constructs", "no-longer-there.js");

export function tarball(): string {
  const folder = process.env[FOLDER_VARIABLE] ?? "";
  const [file, ...more] = readdirSync(folder).filter((name) => name.endsWith(".tgz"));
  if (file === undefined || more.length > 0) throw new Error(`there must be one tarball in ${folder}`);
  return path.join(folder, file);
}
