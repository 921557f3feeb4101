/** What the receipts in docs/receipts/ prove of the facts that promises rest on. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import * as v from "valibot";
import { FACT_IDS, factOf } from "../../aws/facts";
import { receiptSchema, type Receipt } from "../../cli/command/receipt";
import { DOCS } from "../local/folders";
import { SEEN_BY_RUN } from "../prove/seen";
import { table } from "./table";

const RECEIPTS = path.join(DOCS, "receipts");

/** @throws Error naming a file that is no receipt. */
export function readReceipts(folder = RECEIPTS): Receipt[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
  return files.sort().map((file) => {
    const read = v.safeParse(receiptSchema, JSON.parse(readFileSync(path.join(folder, file), "utf8")));
    if (!read.success)
      throw new Error(`docs/receipts/${file} is no receipt: ${v.getDotPath(read.issues[0]) ?? "all of it"}`);
    return read.output;
  });
}

type Result = Receipt["facts"][string]["result"];

function seen(id: string, receipts: readonly Receipt[]): string {
  const count = (result: Result): number => receipts.filter(({ facts }) => facts[id]?.result === result).length;
  const otherwise = count("otherwise");
  if (otherwise > 0) return `**otherwise in ${otherwise} of ${receipts.length} runs**`;
  return count("as expected") === 0 ? "unproven" : `as expected in ${count("as expected")} of ${receipts.length} runs`;
}

export function provenBlocks(receipts: readonly Receipt[] = readReceipts()): Record<string, string> {
  const runs = receipts.map(({ command, date, region, versions, facts }) => [
    date,
    region,
    `\`${command}\``,
    versions["cdktf-piste"] ?? "?",
    ...(["as expected", "otherwise", "not seen"] as const).map(
      (result) => Object.values(facts).filter((fact) => fact.result === result).length,
    ),
  ]);
  const promises = [...new Set(FACT_IDS.map((id) => factOf(id).carries.en))];
  const rows = promises.flatMap((promise) =>
    FACT_IDS.filter((id) => factOf(id).carries.en === promise).map((id) => {
      const { says, source, expected } = factOf(id);
      return [promise, `\`${id}\`: ${says.en}`, expected.en, source, seen(id, receipts)];
    }),
  );
  const unproven = FACT_IDS.filter((id) => seen(id, receipts) === "unproven").length;
  return {
    runs: [
      `${receipts.length} runs; ${unproven} of ${FACT_IDS.length} facts are unproven.`,
      ...(runs.length === 0
        ? []
        : [table(["date", "region", "command", "version", "as expected", "otherwise", "not seen"], runs)]),
    ].join("\n\n"),
    "whole-runs": table(
      ["of a whole run", "seen"],
      Object.entries(SEEN_BY_RUN).map(([id, says]) => [`\`${id}\`: ${says}`, seen(id, receipts)]),
    ),
    promises: table(["the promise", "rests on the fact", "expected", "source", "seen"], rows),
  };
}
