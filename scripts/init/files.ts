/** How files change, and the changes made: each file is the old one or the new one, whole. */
import { existsSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import type * as Diff from "diff";
import type { Platform } from "../../piste/environments";
import { printable } from "../../piste/printable";

/** What a folder has that is a clone of this project. */
export const CONFIGURATION = "stacks/configuration.ts";
export const stackFile = (environment: Platform): string => `stacks/${environment}.ts`;

export interface Change {
  /** Below the folder, with slashes. */
  readonly file: string;
  /** Undefined when there is no such file yet. */
  readonly before: string | undefined;
  readonly after: string;
}

/** With the ends of lines that the file has already. */
export function changeOf(folder: string, file: string, text: string): Change {
  const place = path.join(folder, file);
  const before = existsSync(place) ? readFileSync(place, "utf8") : undefined;
  const after = before?.includes("\r\n") ? text.replaceAll("\n", "\r\n") : text;
  return { file, before, after };
}

export const isChange = ({ before, after }: Change): boolean => before !== after;

const COLOURS: readonly (readonly [RegExp, string])[] = [
  [/^(?:---|\+\+\+) /, "1"],
  [/^\+/, "32"],
  [/^-/, "31"],
  [/^@@/, "36"],
];

/** A unified diff. */
export function difference({ file, before = "", after }: Change, coloured: boolean): string {
  // Few need it, and it is loaded by those alone.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  const { createTwoFilesPatch } = require("diff") as typeof Diff;
  const withoutReturns = (text: string): string => text.replaceAll("\r\n", "\n");
  const patch = createTwoFilesPatch(`a/${file}`, `b/${file}`, withoutReturns(before), withoutReturns(after));
  const lines = printable(patch)
    .split("\n")
    .filter((line) => !line.startsWith("====="));
  return lines
    .map((line) => {
      const colour = coloured ? COLOURS.find(([pattern]) => pattern.test(line))?.[1] : undefined;
      return colour === undefined ? line : `\u001b[${colour}m${line}\u001b[0m`;
    })
    .join("\n")
    .trim();
}

/** All beside their places first, then each put there by one step. */
export function write(folder: string, changes: readonly Change[]): void {
  const ready: { readonly unfinished: string; readonly place: string }[] = [];
  try {
    for (const { file, after } of changes) {
      const named = path.join(folder, file);
      // What a link leads to is changed, not the link.
      const place = existsSync(named) ? realpathSync(named) : named;
      const unfinished = `${place}.${process.pid}`;
      ready.push({ unfinished, place });
      writeFileSync(unfinished, after, { flag: "wx" });
    }
    for (const { unfinished, place } of ready) renameSync(unfinished, place);
  } catch (error) {
    for (const { unfinished } of ready) rmSync(unfinished, { force: true });
    throw error;
  }
}
