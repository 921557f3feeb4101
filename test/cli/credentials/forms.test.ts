import { describe, expect, it } from "@jest/globals";
import {
  accountDoubts,
  clientDoubts,
  dayDoubts,
  dayRefusal,
  refusal,
  type Doubt,
} from "../../../cli/credentials/forms";
import { ACCOUNT, CLIENT, NOW, SIRET } from "./fixture";

const codes = (doubts: readonly Doubt[]): string[] => doubts.map(({ code }) => code);
const STRUCTURE = { structure: { identifier: SIRET, identifierType: "SIRET" } };

describe("an invalid value", () => {
  it.each([
    ["nothing", ""],
    ["only white space", " \u00a0 "],
    ["a line break at the end", `${CLIENT.client_secret}\n`],
    ["two lines", "one\r\ntwo"],
    ["a tab", "one\ttwo"],
    ["an escape", "one\u001b[0m"],
  ])("is %s", (_, value) => {
    const refused = refusal("client_secret", value);
    expect(refused?.en).toMatch(/^The client secret (is empty|contains a line break)/);
    expect(refused?.fr).toMatch(/^Le secret du client (est vide|contient un saut de ligne)/);
    if (value.trim() !== "") expect(refused?.en).not.toContain(value.trim());
  });

  it("is never an unusual password", () => {
    expect(refusal("password", " à:b\"'\\ ")).toBeUndefined();
  });
});

describe("doubts about client credentials", () => {
  it("do not exist about two different UUIDs, in upper or lower case", () => {
    expect(clientDoubts(CLIENT)).toEqual([]);
    expect(clientDoubts({ ...CLIENT, client_id: CLIENT.client_id.toUpperCase() })).toEqual([]);
  });

  it.each([
    ["an id that is not a UUID", { client_id: "my-application" }, ["not-a-uuid"]],
    ["a secret with a digit too few", { client_secret: CLIENT.client_secret.slice(1) }, ["not-a-uuid"]],
    ["a secret with a digit too many", { client_secret: `${CLIENT.client_secret}0` }, ["not-a-uuid"]],
    ["a secret in braces", { client_secret: `{${CLIENT.client_secret}}` }, ["not-a-uuid"]],
    ["white space before", { client_id: ` ${CLIENT.client_id}` }, ["space-around"]],
    ["white space after", { client_secret: `${CLIENT.client_secret}\u00a0` }, ["space-around"]],
    ["the same value twice", { client_secret: CLIENT.client_id }, ["same-twice"]],
    ["a zero-width space", { client_secret: `${CLIENT.client_secret}\u200b` }, ["invisible", "not-a-uuid"]],
  ])("are raised by %s", (_, changes, expected) => {
    expect(codes(clientDoubts({ ...CLIENT, ...changes }))).toEqual(expected);
  });
});

describe("doubts about a technical account", () => {
  it("do not exist about Chorus Pro's form with the structure's digits", () => {
    expect(accountDoubts(ACCOUNT, STRUCTURE)).toEqual([]);
    expect(accountDoubts(ACCOUNT, {})).toEqual([]);
  });

  it.each([
    ["a person's login", { login: "someone@mairie.fr" }, ["login-form"]],
    ["thirteen digits", { login: "TECH_1_7328293200007@cpro.fr" }, ["login-form"]],
    ["no number", { login: `TECH_${SIRET}@cpro.fr` }, ["login-form"]],
    ["more text at the end", { login: `${ACCOUNT.login}.example` }, ["login-form"]],
    ["digits of another structure", { login: "TECH_1_12345678901234@cpro.fr" }, ["other-structure"]],
    ["white space around the password", { password: " a b " }, ["space-around"]],
    ["a password in double quotes", { password: '"a b"' }, ["quoted"]],
    ["a password in single quotes", { password: "'a b'" }, ["quoted"]],
    ["a password in French quotes", { password: "« a b »" }, ["quoted"]],
    ["a password with quotes only inside", { password: `a"b"'c'` }, []],
    ["the login for a password", { password: ACCOUNT.login }, ["same-twice"]],
    ["an invisible character in the password", { password: "a\u200bb" }, ["invisible"]],
  ])("are raised by %s", (_, changes, expected) => {
    expect(codes(accountDoubts({ ...ACCOUNT, ...changes }, STRUCTURE))).toEqual(expected);
  });

  it("ignore the digits if the structure has no SIRET", () => {
    const structure = { identifier: "FR123", identifierType: "UE_HORS_FRANCE" };
    expect(accountDoubts(ACCOUNT, { structure })).toEqual([]);
  });

  it("name the configured structure, and no value", () => {
    const [doubt] = accountDoubts({ ...ACCOUNT, login: "TECH_1_12345678901234@cpro.fr" }, STRUCTURE);
    for (const text of [doubt?.text.en, doubt?.text.fr]) {
      expect(text).toContain(SIRET);
      expect(text).not.toContain("12345678901234");
    }
  });
});

describe("the day on which a password was set", () => {
  it("may be today, and not tomorrow", () => {
    expect(dayRefusal("2026-11-25", NOW)).toBeUndefined();
    expect(dayRefusal("2026-11-26", NOW)?.en).toMatch(/future/);
  });

  it("is counted in Paris time", () => {
    const lateInLondon = Date.parse("2026-11-25T23:30:00Z");
    expect(dayRefusal("2026-11-26", lateInLondon)).toBeUndefined();
  });

  it.each(["2026-02-30", "25/13/2026", "2026-11", "", "yesterday"])("is not %p", (text) => {
    expect(dayRefusal(text, NOW)?.en).toMatch(/yyyy-mm-dd/);
  });

  it("causes a doubt from the day on which the password expires", () => {
    const day = Math.floor(NOW / 86_400_000);
    expect(codes(dayDoubts(day - 424, 424, NOW))).toEqual([]);
    expect(codes(dayDoubts(day - 425, 424, NOW))).toEqual(["old-password"]);
  });
});
