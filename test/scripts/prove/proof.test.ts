/** The steps that need AWS itself, with a fake `piste` command. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, expect, it } from "@jest/globals";
import * as v from "valibot";
import { receiptSchema, type Receipt } from "../../../cli/command/receipt";
import { Proof } from "../../../scripts/prove/proof";

const REGION = "eu-west-3";
const NOW = Date.parse("2026-03-02T10:00:00Z");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "proof-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

type Id = keyof Receipt["facts"];
type Results = Partial<Record<Id, NonNullable<Receipt["facts"][Id]>["result"]>>;

/** @param seen the command's receipts, one for each run; undefined: none. */
function proofWith(...seen: (Results | undefined)[]): { proof: Proof; asked: string[][]; folders: string[] } {
  const asked: string[][] = [];
  const folders: string[] = [];
  const run = { id: "run", folder, path: (...names: string[]) => path.join(folder, ...names) };
  const silent = (): void => undefined;
  const place = { account: "123456789012", region: REGION };
  const proof = new Proof(place, run, new Date(NOW).toISOString(), {}, silent, (_, [, ...words], { cwd }) => {
    asked.push([...words]);
    folders.push(cwd);
    const results = seen.shift();
    const facts: Receipt["facts"] = {};
    for (const [id, result] of Object.entries(results ?? {})) facts[id as Id] = { result, measured: { n: 1 } };
    const versions = { "cdktf-piste": "0.1.0", runtime: "nodejs22.x" };
    const receipt = {
      command: "verify",
      date: "2026-03-02",
      region: REGION,
      versions,
      facts,
    };
    const file = words[words.indexOf("--receipt") + 1];
    if (results !== undefined && file !== undefined) writeFileSync(file, JSON.stringify(receipt));
    return Promise.resolve({ code: 5, signal: null, output: "" });
  });
  return { proof, asked, folders };
}

const step = async (proof: Proof, title: string): Promise<string | undefined> =>
  proof
    .steps()
    .find((each) => each.title.startsWith(title))
    ?.run();

it("verifies and drills the application with the command, and puts its facts into the receipt", async () => {
  const { proof, asked } = proofWith({ "alarm-actions": "as expected", "addresses-confirmed": "otherwise" });
  await step(proof, "Verify");
  const words = ["--drill", "--yes", "--receipt", path.join(folder, "verify.json")];
  expect(asked).toEqual([["verify", "qualif", ...words, "--application", "cdktf-piste-proof", "--region", REGION]]);
  expect(v.parse(receiptSchema, proof.receipt(NOW))).toMatchObject({
    command: "prove-on-aws",
    date: "2026-03-02",
    region: REGION,
    versions: { runtime: "nodejs22.x" },
    facts: {
      "alarm-actions": { result: "as expected", measured: { n: 1 } },
      "addresses-confirmed": { result: "otherwise", measured: { n: 1 } },
    },
  });
});

it("keeps its own plan's facts, and makes no plan of the clone's stacks", async () => {
  const { proof, folders } = proofWith({ "plan-unchanged": "not seen" });
  proof.facts = { "plan-unchanged": { result: "as expected", measured: {} } };
  await step(proof, "Verify");
  expect(proof.facts["plan-unchanged"]).toMatchObject({ result: "as expected" });
  expect(folders).toEqual([folder]);
});

it("fails if a fact is contradicted, which the receipt records, or if the command could not check", async () => {
  await expect(step(proofWith(undefined).proof, "Verify")).rejects.toThrow("`piste verify` ended with 5");
  const { proof } = proofWith({ "errors-have-zeros": "otherwise" });
  await expect(step(proof, "Verify")).rejects.toThrow("errors-have-zeros");
  expect(proof.receipt(NOW).facts).toMatchObject({ "errors-have-zeros": { result: "otherwise" } });
});
