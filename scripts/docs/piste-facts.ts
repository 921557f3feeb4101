/** The table of docs/piste-facts.md: the facts about PISTE, least certain first, and the files that use them. */
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { CONFIDENCES, PISTE_FACTS, SOURCES_LOOKED_AT, type PisteFact } from "../../piste/facts";
import { ROOT } from "../local/folders";
import { table } from "./table";

const CODE = ["aws", "cli", "client", "constructs", "emulator", "lambda", "piste"];

/** The files that refer to each fact, by its id. */
export function referencesToFacts(): Map<string, string[]> {
  const references = new Map<string, string[]>();
  for (const folder of CODE) {
    for (const name of readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" }).sort()) {
      if (!name.endsWith(".ts")) continue;
      const file = path.posix.join(folder, name.split(path.sep).join("/"));
      const text = readFileSync(path.join(ROOT, file), "utf8");
      for (const id of new Set([...text.matchAll(/\[fact: ([a-z0-9-]+)\]/g)].map(([, found = ""]) => found))) {
        references.set(id, [...(references.get(id) ?? []), file]);
      }
    }
  }
  return references;
}

export function pisteFactsBlocks(): Record<string, string> {
  const references = referencesToFacts();
  const rows = Object.entries<PisteFact>(PISTE_FACTS)
    .sort(([, a], [, b]) => CONFIDENCES.indexOf(a.confidence) - CONFIDENCES.indexOf(b.confidence))
    .map(([id, { says, source, confidence }]) => [
      `\`${id}\`: ${says}`,
      confidence,
      source,
      (references.get(id) ?? []).map((file) => `\`${file}\``).join(", "),
    ]);
  return {
    facts: `All sources were last looked at in ${SOURCES_LOOKED_AT}.\n\n${table(["fact", "confidence", "source", "used in"], rows)}`,
  };
}
