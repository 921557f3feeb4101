/** The lines of docs/images/npm-start.svg as tests compare them. */
import type { Document } from "@xmldom/xmldom";
import { elements } from "./svg";

/** What stays to be seen at the end of the run, row by row. */
export function linesOf(document: Document): string[] {
  const rows = new Map<number, { readonly x: number; readonly text: string }[]>();
  const kept = elements(document, "g").filter((group) => group.getAttribute("class") === "layer");
  for (const text of kept.flatMap((group) => [...group.getElementsByTagName("text")])) {
    const [x, y] = [Number(text.getAttribute("x")), Number(text.getAttribute("y"))];
    rows.set(y, [...(rows.get(y) ?? []), { x, text: text.textContent ?? "" }]);
  }
  return [...rows.entries()]
    .sort(([one], [other]) => one - other)
    .map(([, runs]) => runs.sort((one, other) => one.x - other.x).map(({ text }) => text))
    .map((runs) => runs.join(" "));
}

/** Without what differs from run to run: times, hashes, and where the terminal breaks a line. */
export const lasting = (text: string): string =>
  text
    .replace(/\s/g, "")
    .replace(/CodeSha256[\w+/]{43}=/, "CodeSha256…")
    .replace(/validuntil.*?\(Paristime\),\d+sfromnow/, "validuntil…")
    .replace(/\d+\.\ds(?=[A-Z]|inall)/g, "…s");
