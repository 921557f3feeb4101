/** The runbooks of alarms, and their blocks of code. */
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { ACCESS_RUNBOOK } from "../../aws/alarms/access-rules";
import { ALARM_NAMES, ALARMS } from "../../aws/alarms/alarms";

export const RUNBOOKS_FOLDER = path.resolve(__dirname, "..", "..", "docs", "runbooks");

/** The runbook of each alarm; keys lack the prefix `piste-<environment>-<application>-`. */
export const RUNBOOK_OF_ALARM: Readonly<Record<string, string>> = Object.fromEntries(
  ALARM_NAMES.map((alarm) => [alarm, ALARMS[alarm].runbook]),
);

export const RUNBOOKS: readonly string[] = [...new Set([...Object.values(RUNBOOK_OF_ALARM), ACCESS_RUNBOOK])];

export interface CodeBlock {
  /** The words after the opening fence: `sh`, `sh aws-only`, `json`. */
  readonly info: string;
  /** Without the indentation of a surrounding list. */
  readonly code: string;
}

export const english = (runbook: string): string => `${runbook}.md`;
export const french = (runbook: string): string => `${runbook}.fr.md`;

export function readPage(file: string): string {
  const page = path.join(RUNBOOKS_FOLDER, file);
  return existsSync(page) ? readFileSync(page, "utf8") : "";
}

const BLOCK = /^( *)```(\S[^\n]*)\n(.*?)^\1```$/gms;

export function codeBlocks(text: string): CodeBlock[] {
  return [...text.matchAll(BLOCK)].map(([, indent = "", info = "", code = ""]) => ({
    info,
    code: code.replace(new RegExp(`^${indent}`, "gm"), ""),
  }));
}

/** The page without its code blocks. */
export function withoutCode(text: string): string {
  return text.replace(BLOCK, "");
}

/** Marks commands to which the AWS emulator cannot give the documented answer. */
export const AWS_ONLY = "sh aws-only";

export const commandBlocks = (text: string): CodeBlock[] =>
  codeBlocks(text).filter(({ info }) => info === "sh" || info === AWS_ONLY);

/** Variables that earlier blocks exported in the reader's shell. */
export const exportsOf = (blocks: readonly CodeBlock[]): string =>
  blocks.flatMap(({ code }) => code.split("\n").filter((line) => line.startsWith("export "))).join("\n");
