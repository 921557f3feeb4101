/** Texts for people at a portal, without the technical team's commands, files and configuration names. Pure. */
import type { Text } from "../../piste/language";

/** Clauses that end with a semicolon or the sentence, outside backticks. */
const CLAUSES = /(?:`[^`]*`|[^])+?(?:\s?[;.!?](?=\s|$)\s*|$)/g;

/** Backticks that stay: names that a portal shows, such as `APP_SANDBOX_…`, and the portals' addresses. */
const OF_PORTALS = /`(?:[A-Z]+_[^`]*|[\w.-]+\.gouv\.fr)`/g;

const isOfTeam = (clause: string): boolean => /`|\bstacks\/|\b(?:npx|aws) /.test(clause.replace(OF_PORTALS, ""));

/** True when the text has something that only the technical team types or writes. */
export const isForTeam = ({ en, fr }: Text): boolean => isOfTeam(en) || isOfTeam(fr);

/** Cuts each sentence before its first clause for the technical team. */
function cut(text: string): string {
  const kept: string[] = [];
  let isCut = false;
  for (const clause of text.match(CLAUSES) ?? []) {
    if (!isCut && isOfTeam(clause)) {
      isCut = true;
      const before = kept.pop();
      if (before !== undefined) kept.push(before.replace(/\s*;\s*$/, ". "));
    }
    if (!isCut) kept.push(clause);
    if (!/;\s*$/.test(clause)) isCut = false;
  }
  return kept.join("").trim();
}

/** Removes the technical team's clauses. */
export const forPortals = (text: Text): Text => (isForTeam(text) ? { en: cut(text.en), fr: cut(text.fr) } : text);
