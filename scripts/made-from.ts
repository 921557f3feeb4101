/**
 * Tells whether a built file is current, by the dates and sizes of the file and its sources: building takes a second.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import * as path from "node:path";

/** The file that npm writes last. */
export const INSTALLED = path.join("node_modules", ".package-lock.json");

/** A built file and the record of its sources. */
export interface Made {
  /** Source paths are relative to it. */
  readonly root: string;
  readonly file: string;
  readonly record: string;
}

/** scripts/with-dependencies.mjs reads it too. */
interface MadeRecord {
  readonly sources: readonly string[];
  /** States of the file, its sources and their folders: a new file in a folder may change what an import means. */
  readonly states: Readonly<Record<string, string>>;
}

/** Writes atomically, so that no program reads half a file. */
export function writeWhole(file: string, content: string | Uint8Array): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, content);
  renameSync(unfinished, file);
}

const isPackages = (file: string): boolean => file.split(path.sep).includes("node_modules");

function stateOf({ root }: Made, place: string): string {
  const { mtimeMs, size } = statSync(path.join(root, place));
  return `${mtimeMs} ${size}`;
}

/** @returns the file's sources; undefined when it must be built again. */
export function currentSources(made: Made): readonly string[] | undefined {
  try {
    const { sources, states } = JSON.parse(readFileSync(made.record, "utf8")) as MadeRecord;
    return Object.entries(states).every(([place, state]) => stateOf(made, place) === state) ? sources : undefined;
  } catch {
    // No record, an invalid record or a missing source.
    return undefined;
  }
}

/**
 * Records a file's sources after the build.
 *
 * @param sources include {@link INSTALLED}, since files of packages are not compared.
 * @param startedAt when the build began, in epoch milliseconds. If a source has changed since, nothing is recorded.
 */
export function keepRecord(made: Made, sources: Iterable<string>, startedAt: number): void {
  const present = [...new Set(sources)].filter((source) => existsSync(path.join(made.root, source))).sort();
  const own = present.filter((source) => !isPackages(source) || source === INSTALLED);
  // Not the root: other programs write there, and nothing is imported from it.
  const folders = own.map((source) => path.dirname(source)).filter((folder) => !isPackages(folder) && folder !== ".");
  const watched = [...new Set([...own, ...folders])];
  if (watched.some((place) => statSync(path.join(made.root, place)).mtimeMs >= startedAt)) return;
  const places = [path.relative(made.root, made.file), ...watched];
  const states = Object.fromEntries(places.map((place) => [place, stateOf(made, place)]));
  const record: MadeRecord = { sources: present, states };
  writeWhole(made.record, JSON.stringify(record));
}
