import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { expect, it } from "@jest/globals";
import { FACT_IDS, type FactId } from "../../aws/facts";
import type { Receipt } from "../../cli/command/receipt";
import { OBSERVED_PISTE_FACTS } from "../../piste/facts";
import { provenBlocks, readReceipts } from "../../scripts/docs/proven";

const ALL = FACT_IDS.length + OBSERVED_PISTE_FACTS.length;

const receipt = (results: Partial<Record<FactId, NonNullable<Receipt["facts"][FactId]>["result"]>>): Receipt => ({
  command: "verify",
  date: "2026-03-02",
  region: "eu-west-3",
  versions: { "cdktf-piste": "0.1.0" },
  facts: Object.fromEntries(Object.entries(results).map(([id, result]) => [id, { result, measured: {} }])),
});

function lineOf(id: FactId, receipts: readonly Receipt[]): string {
  const { promises = "" } = provenBlocks(receipts);
  return promises.split("\n").find((line) => line.includes(`\`${id}\``)) ?? "";
}

it("lists every fact as unproven without receipts", () => {
  const { runs, promises = "" } = provenBlocks([]);
  expect(runs).toBe(`0 runs; ${ALL} of ${ALL} facts are unproven.`);
  expect(promises.match(/\| unproven \|/g)).toHaveLength(ALL);
});

it("counts the runs that confirm a fact, or those that contradict it if there are any", () => {
  const good = receipt({ "ticks-every-minute": "as expected", "reports-in-time": "not seen" });
  const bad = receipt({ "ticks-every-minute": "otherwise" });
  expect(lineOf("ticks-every-minute", [good])).toContain("| as expected in 1 of 1 runs |");
  expect(lineOf("reports-in-time", [good])).toContain("| unproven |");
  expect(lineOf("ticks-every-minute", [good, bad])).toContain("| **otherwise in 1 of 2 runs** |");
  const { runs } = provenBlocks([good, bad]);
  expect(runs).toContain(`2 runs; ${ALL - 1} of ${ALL} facts are unproven.`);
  expect(runs).toContain("| 2026-03-02 | eu-west-3 | `verify` | 0.1.0 | 1 | 0 | 1 |");
});

it("counts the results of whole runs", () => {
  const facts: Receipt["facts"] = { deployed: { result: "as expected", measured: {} } };
  const { "whole-runs": whole = "" } = provenBlocks([{ ...receipt({}), command: "prove-on-aws", facts }]);
  expect(whole).toMatch(/`deployed`: .* \| as expected in 1 of 1 runs \|/);
  expect(whole).toMatch(/`nothing-left`: .* \| unproven \|/);
});

it("refuses an invalid receipt and names its file", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "receipts-"));
  try {
    writeFileSync(path.join(folder, "a.json"), JSON.stringify(receipt({})));
    expect(readReceipts(folder)).toEqual([receipt({})]);
    writeFileSync(path.join(folder, "b.json"), JSON.stringify({ ...receipt({}), account: "123456789012" }));
    expect(() => readReceipts(folder)).toThrow(/b\.json is not a receipt: account/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
