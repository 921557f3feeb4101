/** The package as it is published: packed once, before the tests of it. */
import { readdirSync } from "node:fs";
import * as path from "node:path";

/** Where the tarball is; set by pack.ts. */
export const FOLDER_VARIABLE = "PISTE_TEST_PACKAGE_FOLDER";

export function tarball(): string {
  const folder = process.env[FOLDER_VARIABLE] ?? "";
  const [file, ...more] = readdirSync(folder).filter((name) => name.endsWith(".tgz"));
  if (file === undefined || more.length > 0) throw new Error(`there must be one tarball in ${folder}`);
  return path.join(folder, file);
}
