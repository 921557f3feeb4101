import { describe, expect, it } from "@jest/globals";
import { MADE_UP_ACCOUNT } from "../../piste/probes";
import { bodyOf } from "./requests";
import { ACCOUNT, ALL_APIS, CREDENTIALS, MINUTE, STRUCTURE, Fixture } from "./portal-fixture";

const DATA_SET = { structure: STRUCTURE, gestionnaire: "gestionnaire@exemple.fr" };

describe("the guide's steps, one at a time, change a call's status", () => {
  it("400, 403, 401, 403, 200 in qualification", () => {
    const fixture = Fixture.empty();
    expect(fixture.run()).toBe(400);
    fixture.do("POST /applications", { ...CREDENTIALS, name: fixture.application });
    expect(fixture.run()).toBe(403);
    fixture.do("PATCH /applications", { name: fixture.application, apis: ALL_APIS });
    expect(fixture.run()).toBe(401);
    fixture.do("POST /data-set", DATA_SET);
    fixture.do("POST /technical-accounts", { ...ACCOUNT, structure: STRUCTURE });
    expect(fixture.run()).toBe(401);
    fixture.now += 30 * MINUTE;
    expect(fixture.run()).toBe(403);
    fixture.do("POST /raccordements", fixture.raccordement);
    expect(fixture.run()).toBe(200);
  });

  it("400, 403, 401, 403, 200 in production, where the raccordement needs a space", () => {
    const fixture = Fixture.empty("prod");
    expect(fixture.run()).toBe(400);
    fixture.do("POST /applications", { ...CREDENTIALS, name: fixture.application });
    expect(fixture.run()).toBe(403);
    fixture.do("PATCH /applications", { name: fixture.application, apis: ALL_APIS });
    expect(fixture.run()).toBe(401);
    fixture.do("POST /structures", STRUCTURE);
    fixture.do("POST /technical-accounts", { ...ACCOUNT, structure: STRUCTURE });
    fixture.now += 30 * MINUTE;
    expect(fixture.run()).toBe(403);
    expect(() => fixture.do("POST /raccordements", fixture.raccordement)).toThrow("POST /spaces");
    fixture.do("POST /spaces", { structure: STRUCTURE });
    expect(fixture.run()).toBe(403);
    fixture.do("POST /raccordements", fixture.raccordement);
    expect(fixture.run()).toBe(200);
  });

  it("straight from 401 to 200 where the raccordement comes before the technical account", () => {
    const fixture = Fixture.empty();
    fixture.do("POST /applications", { ...CREDENTIALS, name: fixture.application, apis: ALL_APIS });
    fixture.do("POST /data-set", DATA_SET);
    fixture.do("POST /raccordements", fixture.raccordement);
    expect(fixture.run()).toBe(401);
    fixture.do("POST /technical-accounts", { ...ACCOUNT, structure: STRUCTURE });
    fixture.now += 30 * MINUTE;
    expect(fixture.run()).toBe(200);
  });

  it("200 with the requested data after all steps", () => {
    const fixture = Fixture.complete();
    expect(bodyOf(fixture.answerOf("chorus-pro-factures"))).toEqual({ codeRetour: 20000, libelle: "TRA_MSG_00.015" });
    expect(bodyOf(fixture.answerOf("chorus-pro-transverses"))).toMatchObject({ codeRetour: 0 });
  });
});

describe("a wrong set-up", () => {
  it.each<[string, (fixture: Fixture) => void, string]>([
    ["none", () => undefined, "fine"],
    [
      "the API is not selected",
      (fixture) => {
        const apis = [{ api: "chorus-pro-factures", selected: false }];
        fixture.do("PATCH /applications", { name: fixture.application, apis });
      },
      "api-not-selected",
    ],
    [
      "the API's CGU are not accepted",
      (fixture) => {
        const apis = [{ api: "chorus-pro-factures", cguAccepted: false }];
        fixture.do("PATCH /applications", { name: fixture.application, apis });
      },
      "api-not-selected",
    ],
    [
      "no raccordement",
      (fixture) => {
        fixture.do("DELETE /raccordements", fixture.raccordement);
      },
      "raccordement-or-habilitation",
    ],
    [
      "a habilitation was withdrawn",
      (fixture) => {
        fixture.do("DELETE /habilitations", { login: ACCOUNT.login });
      },
      "habilitation-probable",
    ],
    [
      "the password was changed",
      (fixture) => {
        fixture.do("POST /technical-accounts/password", { ...ACCOUNT, password: "second-password" });
      },
      "account-refused",
    ],
  ])("is recognized by the project's own probes: %s", async (_, spoil, outcome) => {
    const fixture = Fixture.complete();
    spoil(fixture);
    expect((await fixture.read()).outcome).toBe(outcome);
  });

  it("of the raccordement is distinguished from one of the API by a made-up login", () => {
    const statuses = (fixture: Fixture): number[] =>
      [ACCOUNT, MADE_UP_ACCOUNT].map((account) => fixture.statusOf("chorus-pro-factures", account));
    const fixture = Fixture.complete();
    fixture.do("DELETE /raccordements", fixture.raccordement);
    expect(statuses(fixture)).toEqual([403, 401]);
    const apis = [{ api: "chorus-pro-factures", selected: false }];
    fixture.do("PATCH /applications", { name: fixture.application, apis });
    expect(statuses(fixture)).toEqual([403, 403]);
  });
});
