/**
 * The constructs for CDK Terrain: the compiled ones, declarations included, with other module names. Both frameworks
 * have the same classes, so the one source is compiled once, for cdktf.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import ts from "typescript";

/** A module of cdktf, and what is below it, is found in CDK Terrain under the other name. */
const MODULES: Readonly<Record<string, string>> = { cdktf: "cdktn", "@cdktf/provider-aws": "@cdktn/provider-aws" };

const PACKAGE_NAME = /^(?:@[^/]+\/)?[^/]+/;

function inCdkTerrain(module: string): string {
  const name = PACKAGE_NAME.exec(module)?.[0] ?? "";
  return (MODULES[name] ?? name) + module.slice(name.length);
}

/** The code with the modules of CDK Terrain where it imports those of cdktf; nothing else of it changes. */
export function forCdkTerrain(code: string): string {
  const { importedFiles } = ts.preProcessFile(code, true, true);
  // From the last to the first, for the places of the others to stay.
  return [...importedFiles]
    .sort((one, other) => other.pos - one.pos)
    .reduce((text, { fileName, pos }) => {
      // Between its quotes.
      const start = text.indexOf(fileName, pos);
      return text.slice(0, start) + inCdkTerrain(fileName) + text.slice(start + fileName.length);
    }, code);
}

/**
 * Beside the others and as deep, so that what they import of us is shared.
 *
 * @param dist where tsc has put what it made.
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
