/** Merges the findings about one step. Pure. */
import { counted, joined, type Text } from "../../piste/language";
import type { Found } from "./findings";
import { LAYERS, type StepReport } from "./report";
import { shortList } from "./message-parts";

/** The most causes shown at once; the next run shows the others. */
const MOST_CAUSES = 3;

/** Missing steps come before waiting ones; findings that stop the doctor come before others. */
function inOrder(found: readonly Found[]): Found[] {
  const weight = ({ status, stops, layer }: Found): number =>
    (status === "missing" ? 0 : 100) + (stops ? 0 : 10) + LAYERS.indexOf(layer) / LAYERS.length;
  return [...found].sort((one, other) => weight(one) - weight(other));
}

/** Groups of findings with the same cause, of any number of accounts. */
function groups(found: readonly Found[]): Found[][] {
  const byCause = new Map<string, Found[]>();
  for (const one of found) {
    const key = `${one.code} ${one.cause.en}`;
    byCause.set(key, [...(byCause.get(key) ?? []), one]);
  }
  return [...byCause.values()];
}

/** @param accounts the number of the application's accounts. */
export function mergeFindings(found: readonly Found[], accounts: number): Omit<StepReport, "id"> {
  const ordered = inOrder(found);
  const [first] = ordered;
  if (first === undefined) throw new Error("expected at least one finding, got none");
  const told = groups(ordered).slice(0, MOST_CAUSES);
  return {
    status: first.status,
    owner: first.owner,
    cause: joined(told.map((group) => causeOf(group, accounts))),
    next: joined(different(told.map((group) => (group[0] ?? first).next))),
    seenFrom: first.seenFrom,
    codes: [...new Set(ordered.map(({ code }) => code))],
  };
}

function causeOf(group: readonly Found[], accounts: number): Text {
  const [first] = group;
  if (first === undefined) throw new Error("unreachable: a group has at least one finding");
  const names = group.flatMap(({ account }) => account ?? []);
  if (names.length === 0 || accounts < 2) return first.cause;
  const listed = shortList(names);
  return {
    en: `${names.length} of ${accounts} accounts (${listed.en}): ${first.cause.en}`,
    fr: `${counted(names.length, "", "compte").fr} sur ${accounts} (${listed.fr}) : ${first.cause.fr}`,
  };
}

const different = (texts: readonly Text[]): Text[] =>
  texts.filter((text, index) => texts.findIndex(({ en }) => en === text.en) === index);
