/** What package-lock.json says of the packages that are installed, and which of them a user of the package gets. */
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { ROOT } from "../local/folders";

/** One installed package. */
export interface LockedPackage {
  /** Where it is not that of its place: of the repo itself, and of an alias. */
  readonly name?: string;
  readonly version?: string;
  /** In SPDX's words. */
  readonly license?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  /** It came inside the package above it, and is covered by that one's integrity. */
  readonly inBundle?: boolean;
  /** Only a developer gets it. */
  readonly dev?: boolean;
  /** A developer gets it, and a user only with an optional peer that is there anyway. */
  readonly devOptional?: boolean;
  readonly hasInstallScript?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

/** The packages by their place, such as `node_modules/a/node_modules/b`; the repo itself is at `""`. */
export interface Lockfile {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}

export function readLockfile(): Lockfile {
  return JSON.parse(readFileSync(path.join(ROOT, "package-lock.json"), "utf8")) as Lockfile;
}

const FOLDER = "node_modules/";

/** The name that a place is required by. */
export function nameAt(place: string): string {
  return place.slice(place.lastIndexOf(FOLDER) + FOLDER.length);
}

/** The package that a place is inside of; `""` for the repo itself. */
export function parentOf(place: string): string {
  return place.slice(0, Math.max(place.lastIndexOf(FOLDER) - 1, 0));
}

/** Where Node would look for the package, from a place upwards. */
function resolve(lockfile: Lockfile, from: string, name: string): string | undefined {
  const place = (from === "" ? "" : `${from}/`) + FOLDER + name;
  if (place in lockfile.packages) return place;
  return from === "" ? undefined : resolve(lockfile, parentOf(from), name);
}

/**
 * The places of what the package at a place brings along. Optional peers are brought along by those who want them, and
 * the repo's own peers (cdktf, its provider, constructs) are of the user's choosing.
 */
export function placesNeededBy(lockfile: Lockfile, place: string): string[] {
  const { dependencies, optionalDependencies, peerDependencies, peerDependenciesMeta } = lockfile.packages[place] ?? {};
  const peers = place === "" ? [] : Object.keys(peerDependencies ?? {});
  const wanted = peers.filter((name) => peerDependenciesMeta?.[name]?.optional !== true);
  return [...Object.keys({ ...dependencies, ...optionalDependencies }), ...wanted]
    .map((name) => resolve(lockfile, place, name))
    .filter((found) => found !== undefined);
}

/** The places of all that a user of the package gets with it. */
export function runTimePlaces(lockfile: Lockfile): Set<string> {
  const found = new Set<string>();
  const visit = (place: string): void => {
    for (const needed of placesNeededBy(lockfile, place)) {
      if (found.has(needed)) continue;
      found.add(needed);
      visit(needed);
    }
  };
  visit("");
  return found;
}
