/**
 * Whether a file that was made still follows from what it was made of, by the dates and sizes of both: making it anew each
 * time costs a second.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import * as path from "node:path";

/** What npm writes last. */
export const INSTALLED = path.join("node_modules", ".package-lock.json");

/** A file that was made, and where it is written down what of. */
export interface Made {
  /** Sources are relative to it. */
  readonly root: string;
  readonly file: string;
  readonly record: string;
}

/** scripts/with-dependencies.mjs reads it too. */
interface MadeRecord {
  readonly sources: readonly string[];
  /** Of the file, its sources, and their folders, where a file that is new may be what an import means from then on. */
  readonly states: Readonly<Record<string, string>>;
}

/** Two programs at once, or one that is killed, must not leave half a file to others. */
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

/** @returns what the file was made of; undefined when it has to be made again. */
export function currentSources(made: Made): readonly string[] | undefined {
  try {
    const { sources, states } = JSON.parse(readFileSync(made.record, "utf8")) as MadeRecord;
    return Object.entries(states).every(([place, state]) => stateOf(made, place) === state) ? sources : undefined;
  } catch {
    // Not made yet, or a source is gone, or the record is not one: it is made again.
    return undefined;
  }
}

/**
 * Writes down what a file was made of, to be called when it is there.
 *
 * @param sources packages among them are not looked at again: what npm has installed is to be one of them.
 * @param startedAt when its making began, in milliseconds since 1970: a source that has changed since may not be in it,
 *   so that nothing is written down.
 */
export function keepRecord(made: Made, sources: Iterable<string>, startedAt: number): void {
  const present = [...new Set(sources)].filter((source) => existsSync(path.join(made.root, source))).sort();
  const own = present.filter((source) => !isPackages(source) || source === INSTALLED);
  // Not the root: nothing is imported from there, and programs write beside what is there.
  const folders = own.map((source) => path.dirname(source)).filter((folder) => !isPackages(folder) && folder !== ".");
  const watched = [...new Set([...own, ...folders])];
  if (watched.some((place) => statSync(path.join(made.root, place)).mtimeMs >= startedAt)) return;
  const places = [path.relative(made.root, made.file), ...watched];
  const states = Object.fromEntries(places.map((place) => [place, stateOf(made, place)]));
  const record: MadeRecord = { sources: present, states };
  writeWhole(made.record, JSON.stringify(record));
}
