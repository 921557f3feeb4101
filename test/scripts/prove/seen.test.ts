import { expect, it } from "@jest/globals";
import type { Receipt } from "../../../cli/command/receipt";
import { judge } from "../../../scripts/prove/seen";

type Id = keyof Receipt["facts"];
type Result = NonNullable<Receipt["facts"][Id]>["result"];
const facts = (results: Partial<Record<Id, Result>>): Receipt["facts"] =>
  Object.fromEntries(Object.entries(results).map(([id, result]) => [id, { result, measured: {} }]));

it("a fact that is otherwise fails the run; an address that nobody confirms within minutes does not", () => {
  expect(judge(facts({ deployed: "as expected", "api-called": "not seen", "addresses-confirmed": "otherwise" }))).toBe(
    "as expected: 1, not seen: 1",
  );
  expect(() => judge(facts({ deployed: "as expected", "ticks-every-minute": "otherwise" }))).toThrow(
    "Otherwise than expected: ticks-every-minute",
  );
});
