/**
 * Whether a file that was made still follows from what it was made of, by content: what is made anew at each deploy costs
 * a second there.
 */
import { createHash, type Hash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import * as path from "node:path";

/** A file that was made, and where it is written down what of. */
export interface Made {
  /** Sources are relative to it. */
  readonly root: string;
  readonly file: string;
  readonly record: string;
}

interface MadeRecord {
  readonly sources: readonly string[];
  /** Of the sources and of the file itself: one that was cut short or replaced is not taken for the one that was made. */
  readonly fingerprint: string;
}

/** Two programs at once, or one that is killed, must not leave half a file to others. */
export function writeWhole(file: string, content: string | Uint8Array): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, content);
  renameSync(unfinished, file);
}

const isPackages = (file: string): boolean => file.split(path.sep).includes("node_modules");

/** The folders of our own sources: a file that is new in one may be what an import means from then on. */
function foldersOf({ root }: Made, sources: readonly string[]): string[] {
  return [...new Set(sources.map((source) => path.dirname(path.join(root, source))))].filter(
    (folder) => !isPackages(folder),
  );
}

/** Each part with its length, so that no two different lists are hashed as the same bytes. */
function add(hash: Hash, part: string | Uint8Array): void {
  hash.update(`${part.length}:`).update(part);
}

/** @throws when a source or the file is missing. */
function fingerprint(made: Made, sources: readonly string[]): string {
  const hash = createHash("sha256");
  add(hash, readFileSync(made.file));
  for (const folder of foldersOf(made, sources)) add(hash, readdirSync(folder).sort().join("\n"));
  for (const source of sources) {
    add(hash, source);
    add(hash, readFileSync(path.join(made.root, source)));
  }
  return hash.digest("hex");
}

/** @returns what the file was made of; undefined when it has to be made again. */
export function currentSources(made: Made): readonly string[] | undefined {
  try {
    const { sources, fingerprint: expected } = JSON.parse(readFileSync(made.record, "utf8")) as MadeRecord;
    return expected === fingerprint(made, sources) ? sources : undefined;
  } catch {
    // Not made yet, or a source is gone, or the record is not one: it is made again.
    return undefined;
  }
}

/**
 * Writes down what a file was made of, to be called when it is there.
 *
 * @param startedAt when its making began, in milliseconds since 1970: a source that has changed since may not be in it,
 *   so that nothing is written down.
 */
export function keepRecord(made: Made, sources: Iterable<string>, startedAt: number): void {
  const present = [...new Set(sources)].filter((source) => existsSync(path.join(made.root, source))).sort();
  const watched = [...present.map((source) => path.join(made.root, source)), ...foldersOf(made, present)];
  if (watched.some((place) => statSync(place).mtimeMs >= startedAt)) return;
  const record: MadeRecord = { sources: present, fingerprint: fingerprint(made, present) };
  writeWhole(made.record, JSON.stringify(record));
}
