/** The tables of docs/proven.md: facts, and how many receipts in docs/receipts/ confirm each. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import * as v from "valibot";
import { FACT_IDS, factOf, IDS_SEEN_BY_RUN, SEEN_BY_RUN } from "../../aws/facts";
import { receiptSchema, type Receipt } from "../../cli/command/receipt";
import { OBSERVED_PISTE_FACTS, PISTE_FACTS, type PisteFact } from "../../piste/facts";
import { DOCS } from "../local/folders";
import { table } from "./table";

const RECEIPTS = path.join(DOCS, "receipts");

/** @throws Error with the name of an invalid file. */
export function readReceipts(folder = RECEIPTS): Receipt[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((file) => file.endsWith(".json"));
  return files.sort().map((file) => {
    const read = v.safeParse(receiptSchema, JSON.parse(readFileSync(path.join(folder, file), "utf8")));
    if (!read.success)
      throw new Error(`docs/receipts/${file} is not a receipt: ${v.getDotPath(read.issues[0]) ?? "all of it"}`);
    return read.output;
  });
}

type Id = keyof Receipt["facts"];
type Result = NonNullable<Receipt["facts"][Id]>["result"];

const FACTS = [
  ...FACT_IDS.map((id) => {
    const { says, carries, expected } = factOf(id);
    return { id, says: says.en, carries: carries.en, expected: expected.en };
  }),
  ...OBSERVED_PISTE_FACTS.map((id) => {
    const { says, observed }: PisteFact = PISTE_FACTS[id];
    if (observed === undefined) throw new Error(`the fact ${id} must have "observed"`);
    return { id, says, ...observed };
  }),
];

function seen(id: Id, receipts: readonly Receipt[]): string {
  const count = (result: Result): number => receipts.filter(({ facts }) => facts[id]?.result === result).length;
  const otherwise = count("otherwise");
  if (otherwise > 0) return `**otherwise in ${otherwise} of ${receipts.length} runs**`;
  return count("as expected") === 0 ? "unproven" : `as expected in ${count("as expected")} of ${receipts.length} runs`;
}

export function provenBlocks(receipts: readonly Receipt[] = readReceipts()): Record<string, string> {
  const runs = receipts.map(({ command, date, region, platform, versions, facts }) => [
    date,
    region ?? platform ?? "?",
    `\`${command}\``,
    versions["cdktf-piste"] ?? "?",
    ...(["as expected", "otherwise", "not seen"] as const).map(
      (result) => Object.values(facts).filter((fact) => fact.result === result).length,
    ),
  ]);
  const promises = [...new Set(FACTS.map(({ carries }) => carries))];
  const rows = promises.flatMap((promise) =>
    FACTS.filter(({ carries }) => carries === promise).map(({ id, says, expected }, index) => [
      index === 0 ? promise : "",
      `\`${id}\`: ${says}`,
      expected,
      seen(id, receipts),
    ]),
  );
  const unproven = FACTS.filter(({ id }) => seen(id, receipts) === "unproven").length;
  return {
    runs: [
      `${receipts.length} runs; ${unproven} of ${FACTS.length} facts are unproven.`,
      ...(runs.length === 0
        ? []
        : [table(["date", "where", "command", "version", "as expected", "otherwise", "not seen"], runs)]),
    ].join("\n\n"),
    "whole-runs": table(
      ["of a whole run", "seen"],
      IDS_SEEN_BY_RUN.map((id) => [`\`${id}\`: ${SEEN_BY_RUN[id]}`, seen(id, receipts)]),
    ),
    promises: table(["promise", "fact", "expected", "seen"], rows),
  };
}
