/**
 * Makes the constructs for CDK Terrain: a copy of the compiled ones with other module names. Both frameworks have the
 * same classes, so the source is compiled once, for cdktf.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import ts from "typescript";

/** cdktf's modules and their names in CDK Terrain. Paths below a module stay the same. */
const MODULES: Readonly<Record<string, string>> = { cdktf: "cdktn", "@cdktf/provider-aws": "@cdktn/provider-aws" };

const PACKAGE_NAME = /^(?:@[^/]+\/)?[^/]+/;

function inCdkTerrain(module: string): string {
  const name = PACKAGE_NAME.exec(module)?.[0] ?? "";
  return (MODULES[name] ?? name) + module.slice(name.length);
}

/** Replaces imports of cdktf with those of CDK Terrain. */
export function forCdkTerrain(code: string): string {
  const { importedFiles } = ts.preProcessFile(code, true, true);
  // From the last to the first, so that earlier positions stay valid.
  return [...importedFiles]
    .sort((one, other) => other.pos - one.pos)
    .reduce((text, { fileName, pos }) => {
      const start = text.indexOf(fileName, pos);
      return text.slice(0, start) + inCdkTerrain(fileName) + text.slice(start + fileName.length);
    }, code);
}

/**
 * Writes the copy beside the original and at the same depth, so that relative imports still work.
 *
 * @param dist tsc's output folder.
 */
export function writeForCdkTerrain(dist: string): void {
  const [from, to] = [path.join(dist, "constructs"), path.join(dist, "cdktn")];
  for (const entry of readdirSync(from, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const copy = path.join(to, path.relative(from, file));
    mkdirSync(path.dirname(copy), { recursive: true });
    writeFileSync(copy, forCdkTerrain(readFileSync(file, "utf8")));
  }
}
