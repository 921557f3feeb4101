/**
 * Terraform's recorded calls to AWS: creating an environment, changing everything that can change, and destroying it.
 * One example of each action per kind of resource. `test/long` records it again.
 */
import { readFileSync } from "node:fs";
import * as path from "node:path";
import type { Call } from "./simulator";

export const RECORD_FILE = path.join(__dirname, "terraform-calls.json");

/** Action, resource and condition keys, as `CallRecorder` writes them. */
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

/** The same text for calls that differ only in names. */
export function kindOfCall(words: string): string {
  return words
    .replace(/piste-(qualif|prod)-[\w.-]+/g, "piste-$1-…")
    .replace(/piste\/(qualif|prod)\/[\w/-]+/g, "piste/$1/…");
}

export function examplesOf(calls: Iterable<string>): string[] {
  const examples = new Map<string, string>();
  for (const words of [...calls].sort()) {
    const kind = kindOfCall(words);
    if (!examples.has(kind)) examples.set(kind, words);
  }
  return [...examples.values()];
}
