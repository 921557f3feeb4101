/**
 * What was seen, for others to rely on: facts by their ids and what was measured of them, in numbers, so that it holds no
 * account number, name, address or value.
 */
import * as v from "valibot";
import { writeWhole } from "./files";

export const receiptSchema = v.strictObject({
  /** What has observed it: `piste verify`, or `npm run prove-on-aws`. */
  command: v.picklist(["verify", "prove-on-aws"]),
  date: v.pipe(v.string(), v.regex(/^\d{4}-\d{2}-\d{2}$/)),
  region: v.pipe(v.string(), v.regex(/^[a-z]{2,4}(?:-[a-z]+)+-\d$/)),
  versions: v.record(
    v.picklist(["cdktf-piste", "runtime", "terraform"]),
    v.pipe(v.string(), v.regex(/^[a-z]*\d[\w.-]{0,30}$/)),
  ),
  facts: v.record(
    v.pipe(v.string(), v.regex(/^[a-z-]+$/)),
    v.strictObject({
      result: v.picklist(["as expected", "otherwise", "not seen"]),
      measured: v.record(v.pipe(v.string(), v.regex(/^[a-zA-Z]+$/)), v.number()),
    }),
  ),
});
export type Receipt = v.InferOutput<typeof receiptSchema>;

/** @returns where it is. @throws what does not fit into a receipt. */
export function writeReceipt(file: string, receipt: Receipt): string {
  return writeWhole(file, `${JSON.stringify(v.parse(receiptSchema, receipt), undefined, 2)}\n`);
}
