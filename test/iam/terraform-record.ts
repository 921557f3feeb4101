/**
 * What Terraform was seen to ask AWS, to make an environment, to change whatever of it can change, and to destroy it:
 * one example of each action on each kind of thing. `test/long` records it anew.
 */
import { readFileSync } from "node:fs";
import * as path from "node:path";
import type { Call } from "./simulator";

export const RECORD_FILE = path.join(__dirname, "terraform-calls.json");

/** The action, the resource and the condition keys, as `CallRecorder` writes them. */
export function readRecord(): string[] {
  return JSON.parse(readFileSync(RECORD_FILE, "utf8")) as string[];
}

export function parseCall(words: string): Call {
  const [action = "", resource = "", ...conditions] = words.split(" ");
  const context = conditions.map((condition): [string, string] => {
    const equals = condition.indexOf("=");
    return [condition.slice(0, equals), condition.slice(equals + 1)];
  });
  return { action, resource, context: Object.fromEntries(context) };
}

/** The same for calls that differ in names only. */
export function kindOfCall(words: string): string {
  return words
    .replace(/piste-(qualif|prod)-[\w.-]+/g, "piste-$1-…")
    .replace(/piste\/(qualif|prod)\/[\w/-]+/g, "piste/$1/…");
}

/** One of each kind, in order. */
export function examplesOf(calls: Iterable<string>): string[] {
  const examples = new Map<string, string>();
  for (const words of [...calls].sort()) {
    const kind = kindOfCall(words);
    if (!examples.has(kind)) examples.set(kind, words);
  }
  return [...examples.values()];
}
