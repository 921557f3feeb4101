import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { printable, printableJson } from "../../piste/printable";
import { character, deceptiveIn } from "../hostile";
import { runs } from "../runs";

describe("a text from outside", () => {
  it("keeps its text, and gets a sign for each control character", () => {
    expect(printable("é\t漢\n🏛️ «\u00a0a\u202fb\u00a0»")).toBe("é\t漢\n🏛️ «\u00a0a\u202fb\u00a0»");
    expect(printable("a\u001b[31mb\r\nc\u009bd\u202ee\u2066f\u061cg\u2028h\u0000")).toBe("a?[31mb?\nc?d?e?f?g?h?");
  });

  it("has the same value as JSON, on one line without control or direction characters", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: character }),
        fc.string({ unit: fc.constantFrom("\u0085", "\u2028", "\u202e", "\u009b", '"', "\\") }),
        (one, other) => {
          const json = printableJson({ [one]: other, list: [one, other] });
          expect(JSON.parse(json)).toEqual({ [one]: other, list: [one, other] });
          expect(deceptiveIn(json)).toBeUndefined();
          expect(json).not.toContain("\n");
        },
      ),
      { seed: 5, numRuns: runs(500) },
    );
  });
});
