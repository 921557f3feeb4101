import { expect, it } from "@jest/globals";
import type { Receipt } from "../../../cli/command/receipt";
import { judge } from "../../../scripts/prove/seen";

type Result = Receipt["facts"][string]["result"];
const facts = (results: Record<string, Result>): Receipt["facts"] =>
  Object.fromEntries(Object.entries(results).map(([id, result]) => [id, { result, measured: {} }]));

it("a fact that is otherwise fails the run; an address that nobody confirms within minutes does not", () => {
  expect(judge(facts({ a: "as expected", b: "not seen", "addresses-confirmed": "otherwise" }))).toBe(
    "as expected: 1, not seen: 1",
  );
  expect(() => judge(facts({ a: "as expected", "ticks-every-minute": "otherwise" }))).toThrow(
    "Otherwise than expected: ticks-every-minute",
  );
});
