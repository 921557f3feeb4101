/** Lists the npm packages in our bundles, for the bill of materials and their licences. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { ROOT } from "./local/folders";

export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** An SPDX expression. */
  readonly license: string;
}

/** `node_modules/a`, `node_modules/@s/b/node_modules/c`. */
const FOLDER = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;
const LICENSE_FILE = /^(?:licen[cs]e|copying|notice)\b/i;

function foldersIn(inputs: Iterable<string>): string[] {
  return [...new Set([...inputs].flatMap((file) => FOLDER.exec(file)?.[0] ?? []))];
}

function packageIn(folder: string): BundledPackage {
  const { name, version, license } = JSON.parse(
    readFileSync(path.join(ROOT, folder, "package.json"), "utf8"),
  ) as BundledPackage;
  return { name, version, license };
}

const nameOf = ({ name, version }: BundledPackage): string => `${name}@${version}`;

/** @param inputs paths from esbuild's metafiles, relative to the repo. */
export function bundledPackages(inputs: Iterable<string>): BundledPackage[] {
  const found = new Map(
    foldersIn(inputs)
      .map(packageIn)
      .map((each) => [nameOf(each), each]),
  );
  return [...found.values()].sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
}

function licenceTextIn(folder: string): string {
  const files = readdirSync(path.join(ROOT, folder)).filter((file) => LICENSE_FILE.test(file));
  if (files.length === 0) return "The package has no licence file; its package.json names the licence.";
  return files.map((file) => readFileSync(path.join(ROOT, folder, file), "utf8").trim()).join("\n\n");
}

/** Each licence text once, below the names of its packages. */
function licencesOf(folders: readonly string[]): string {
  const byText = new Map<string, Set<string>>();
  for (const folder of folders) {
    const each = packageIn(folder);
    const text = licenceTextIn(folder);
    byText.set(text, (byText.get(text) ?? new Set()).add(`${nameOf(each)} (${each.license})`));
  }
  return [...byText].map(([text, names]) => `${[...names].join("\n")}\n\n${text}\n`).join(`\n${"-".repeat(80)}\n\n`);
}

/**
 * Writes dist/bundled.json and dist/THIRD-PARTY-LICENSES.txt.
 *
 * @param inputs paths from the metafiles of all published bundles.
 */
export function writeBundledPackages(dist: string, inputs: readonly string[]): void {
  mkdirSync(dist, { recursive: true });
  writeFileSync(path.join(dist, "bundled.json"), `${JSON.stringify(bundledPackages(inputs), undefined, 2)}\n`);
  writeFileSync(path.join(dist, "THIRD-PARTY-LICENSES.txt"), licencesOf(foldersIn(inputs).sort()));
}
