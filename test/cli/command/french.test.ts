import { describe, expect, it } from "@jest/globals";
import { diagnoseAnswer, diagnoseNetworkFailure, DIAGNOSIS_CODES, diagnosisMeaning } from "../../../piste/diagnosis";
import { NETWORK_FAILURES } from "../../../piste/http";
import { PROBE_OUTCOMES, type ProbeOutcomeCode } from "../../../piste/probe-outcomes";
import { networkFailureText, outcomeText, runFailureText } from "../../../cli/command/french";

describe("a function's English message", () => {
  it.each([...DIAGNOSIS_CODES, "malformed-credentials", "unconfigured"])("has a French text: %s", (code) => {
    const { fr } = runFailureText(code, "in English");
    expect(fr).toMatch(/^[A-ZÀ-Ý].+\.$/);
  });

  it("is quoted as the function's if its code is unknown", () => {
    expect(runFailureText("a-code-of-tomorrow", "Says why.")).toEqual({
      en: "The function says: Says why.",
      fr: "La fonction dit : Says why.",
    });
  });

  it.each(DIAGNOSIS_CODES)("is replaced by the known meaning of its code: %s", (code) => {
    expect(runFailureText(code, "Type this.").en).toBe(diagnosisMeaning(code));
  });

  it.each(NETWORK_FAILURES)("about a network failure is a clause in both languages: %s", (failure) => {
    const { en, fr } = networkFailureText(failure);
    expect(diagnoseNetworkFailure(failure).meaning).toContain(en);
    expect(fr).not.toBe(en);
    expect(fr).not.toMatch(/[.:;]$/);
  });

  it.each(Object.keys(PROBE_OUTCOMES) as ProbeOutcomeCode[])("about a probe has a French text: %s", (outcome) => {
    const { en, fr } = outcomeText(outcome);
    expect(en).toBe(PROBE_OUTCOMES[outcome].meaning);
    expect(fr).toMatch(/^.+\.$/);
    // Both languages must be equally certain.
    expect(fr.includes("probablement")).toBe(en.includes("probably"));
  });

  it("is as uncertain in French", () => {
    const { code, meaning } = diagnoseAnswer({ status: 401, body: "" });
    expect(meaning).toContain("probably");
    expect(runFailureText(code, meaning).fr).toContain("probablement");
  });
});
