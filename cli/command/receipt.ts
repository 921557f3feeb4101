/**
 * A receipt of observed facts: only their ids, results and measured numbers, so no account number, name, address or
 * value.
 */
import * as v from "valibot";
import { FACT_IDS, IDS_SEEN_BY_RUN } from "../../aws/facts";
import { PLATFORMS } from "../../piste/environments";
import { OBSERVED_PISTE_FACTS } from "../../piste/facts";
import type { Text } from "../../piste/language";
import { CommandError } from "./failure";
import { checkFolder, writeWhole } from "./files";

/** The runtime of our functions. */
export const RUNTIME = /^nodejs\d{2}\.x$/;
/** Fewer digits than the number of an AWS account or a company. */
const LARGEST = 999_999;

export const receiptSchema = v.strictObject({
  /** The command that observed the facts. */
  command: v.picklist(["verify", "prove-on-aws", "credentials try"]),
  date: v.pipe(v.string(), v.regex(/^\d{4}-\d{2}-\d{2}$/)),
  /** The AWS region. */
  region: v.optional(v.pipe(v.string(), v.regex(/^[a-z]{2,4}(?:-[a-z]+)+-\d$/))),
  /** The PISTE platform: sandbox or production. */
  platform: v.optional(v.picklist(PLATFORMS)),
  versions: v.strictObject({
    "cdktf-piste": v.optional(
      v.pipe(v.string(), v.regex(/^\d{1,4}\.\d{1,4}\.\d{1,4}(?:-(?:alpha|beta|rc)\.\d{1,3})?$/)),
    ),
    runtime: v.optional(v.pipe(v.string(), v.regex(RUNTIME))),
    terraform: v.optional(v.pipe(v.string(), v.regex(/^\d{1,2}\.\d{1,3}\.\d{1,3}$/))),
  }),
  facts: v.record(
    v.picklist([...FACT_IDS, ...IDS_SEEN_BY_RUN, ...OBSERVED_PISTE_FACTS]),
    v.strictObject({
      result: v.picklist(["as expected", "otherwise", "not seen"]),
      measured: v.record(v.pipe(v.string(), v.regex(/^[a-zA-Z]+$/)), v.pipe(v.number(), v.maxValue(LARGEST))),
    }),
  ),
});
export type Receipt = v.InferOutput<typeof receiptSchema>;

/** Called before any request. @throws CommandError when a receipt cannot be written. */
export function checkReceipt(file: string | undefined, local = false): void {
  if (file === undefined) return;
  if (local) {
    throw new CommandError(
      {
        en: "A receipt is about AWS or PISTE, not about a local run: remove `--receipt` or `--local`.",
        fr: "Un reçu concerne AWS ou PISTE, pas une exécution locale : retirez `--receipt` ou `--local`.",
      },
      "operator",
      { code: "usage" },
    );
  }
  checkFolder(file);
}

/** @param now epoch milliseconds. */
export const dayOf = (now: number): string => new Date(now).toISOString().slice(0, 10);

/** @returns the message with its path. @throws ValiError when the receipt does not fit the schema. */
export function writeReceipt(file: string, receipt: Receipt): Text {
  const place = writeWhole(file, `${JSON.stringify(v.parse(receiptSchema, receipt), undefined, 2)}\n`);
  return { en: `The receipt is in ${place}`, fr: `Le reçu est dans ${place}` };
}
