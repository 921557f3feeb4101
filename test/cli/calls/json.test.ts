import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { indent } from "../../../cli/calls/json";
import { character } from "../../hostile";
import { runs } from "../../runs";

describe("indented JSON", () => {
  it("has the same value", () => {
    fc.assert(
      fc.property(fc.json({ stringUnit: character }), fc.constantFrom(undefined, 1, "\t"), (json, space) => {
        const spaced = JSON.stringify(JSON.parse(json), undefined, space);
        const { text, shortened } = indent(spaced);
        expect(shortened).toBe(false);
        expect(JSON.stringify(JSON.parse(text))).toBe(JSON.stringify(JSON.parse(json)));
      }),
      { seed: 5, numRuns: runs(500) },
    );
  });

  it("keeps long numbers, escapes and repeated keys", () => {
    const json = String.raw`{"a":12345678901234567890.10,"a":"\u00e9\\","b":["\"",-1E5,true,null]}`;
    expect(indent(json).text.replace(/\s/g, "")).toBe(json);
  });

  it("shortens a string of many megabytes", () => {
    const { text, shortened } = indent(`{"pdf":"${"QUJD\\n".repeat(6_000_000)}"}`);
    expect(shortened).toBe(true);
    expect(text.length).toBeLessThan(200);
  });

  it("does not grow quadratically with its depth", () => {
    const depth = 100_000;
    const { text } = indent("[".repeat(depth) + "]".repeat(depth));
    expect(text.length).toBeLessThan(depth * 300);
  });
});
