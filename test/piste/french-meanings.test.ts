import { describe, expect, it } from "@jest/globals";
import { DIAGNOSIS_CODES } from "../../piste/diagnosis";
import { FRENCH_DIAGNOSIS, FRENCH_PROBE_OUTCOMES } from "../../piste/french-meanings";
import { PROBE_OUTCOMES } from "../../piste/probe-outcomes";

describe("the French meanings", () => {
  it("are there for every diagnosis and every outcome, and for no other", () => {
    expect(Object.keys(FRENCH_DIAGNOSIS).sort()).toEqual([...DIAGNOSIS_CODES].sort());
    expect(Object.keys(FRENCH_PROBE_OUTCOMES).sort()).toEqual(Object.keys(PROBE_OUTCOMES).sort());
  });

  it("say « sans doute » where the English says probably", () => {
    for (const [code, { meaning }] of Object.entries(PROBE_OUTCOMES)) {
      const french: Readonly<Record<string, string>> = FRENCH_PROBE_OUTCOMES;
      expect([code, french[code]?.includes("sans doute")]).toEqual([code, meaning.includes("probably")]);
    }
  });
});
