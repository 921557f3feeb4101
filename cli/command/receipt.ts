/**
 * What was seen, for others to rely on: facts by their ids and what was measured of them, in numbers, so that it holds no
 * account number, name, address or value.
 */
import * as v from "valibot";
import { FACT_IDS } from "../../aws/facts";
import { writeWhole } from "./files";

/** Of a function of ours. */
export const RUNTIME = /^nodejs\d{2}\.x$/;
/** Fewer digits than an account of AWS or a company has. */
const LARGEST = 999_999;

export const receiptSchema = v.strictObject({
  /** What has observed it: `verify`. */
  command: v.picklist(["verify"]),
  date: v.pipe(v.string(), v.regex(/^\d{4}-\d{2}-\d{2}$/)),
  region: v.pipe(v.string(), v.regex(/^[a-z]{2,4}(?:-[a-z]+)+-\d$/)),
  versions: v.strictObject({
    "cdktf-piste": v.optional(
      v.pipe(v.string(), v.regex(/^\d{1,4}\.\d{1,4}\.\d{1,4}(?:-(?:alpha|beta|rc)\.\d{1,3})?$/)),
    ),
    runtime: v.optional(v.pipe(v.string(), v.regex(RUNTIME))),
  }),
  facts: v.record(
    v.picklist(FACT_IDS),
    v.strictObject({
      result: v.picklist(["as expected", "otherwise", "not seen"]),
      measured: v.record(v.pipe(v.string(), v.regex(/^[a-zA-Z]+$/)), v.pipe(v.number(), v.maxValue(LARGEST))),
    }),
  ),
});
export type Receipt = v.InferOutput<typeof receiptSchema>;

/** @returns where it is. @throws what does not fit into a receipt. */
export function writeReceipt(file: string, receipt: Receipt): string {
  return writeWhole(file, `${JSON.stringify(v.parse(receiptSchema, receipt), undefined, 2)}\n`);
}
