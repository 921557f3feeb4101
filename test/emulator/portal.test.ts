import { describe, expect, it } from "@jest/globals";
import { MADE_UP_ACCOUNT } from "../../piste/probes";
import { bodyOf } from "./requests";
import { ACCOUNT, ALL_APIS, CREDENTIALS, MINUTE, STRUCTURE, Workshop } from "./portal-workshop";

const DATA_SET = { structure: STRUCTURE, gestionnaire: "gestionnaire@exemple.fr" };

describe("the guide's steps, done one at a time, make a program's calls go", () => {
  it("400, 403, 401, 403, 200 in qualification", () => {
    const workshop = Workshop.empty();
    expect(workshop.run()).toBe(400);
    workshop.do("POST /applications", { ...CREDENTIALS, name: workshop.application });
    expect(workshop.run()).toBe(403);
    workshop.do("PATCH /applications", { name: workshop.application, apis: ALL_APIS });
    expect(workshop.run()).toBe(401);
    workshop.do("POST /data-set", DATA_SET);
    workshop.do("POST /technical-accounts", { ...ACCOUNT, structure: STRUCTURE });
    expect(workshop.run()).toBe(401);
    workshop.now += 30 * MINUTE;
    expect(workshop.run()).toBe(403);
    workshop.do("POST /raccordements", workshop.raccordement);
    expect(workshop.run()).toBe(200);
  });

  it("400, 403, 401, 403, 200 in production, where the raccordement needs a space", () => {
    const workshop = Workshop.empty("prod");
    expect(workshop.run()).toBe(400);
    workshop.do("POST /applications", { ...CREDENTIALS, name: workshop.application });
    expect(workshop.run()).toBe(403);
    workshop.do("PATCH /applications", { name: workshop.application, apis: ALL_APIS });
    expect(workshop.run()).toBe(401);
    workshop.do("POST /structures", STRUCTURE);
    workshop.do("POST /technical-accounts", { ...ACCOUNT, structure: STRUCTURE });
    workshop.now += 30 * MINUTE;
    expect(workshop.run()).toBe(403);
    expect(() => workshop.do("POST /raccordements", workshop.raccordement)).toThrow("POST /spaces");
    workshop.do("POST /spaces", { structure: STRUCTURE });
    expect(workshop.run()).toBe(403);
    workshop.do("POST /raccordements", workshop.raccordement);
    expect(workshop.run()).toBe(200);
  });

  it("straight from 401 to 200 where the raccordement comes before the technical account", () => {
    const workshop = Workshop.empty();
    workshop.do("POST /applications", { ...CREDENTIALS, name: workshop.application, apis: ALL_APIS });
    workshop.do("POST /data-set", DATA_SET);
    workshop.do("POST /raccordements", workshop.raccordement);
    expect(workshop.run()).toBe(401);
    workshop.do("POST /technical-accounts", { ...ACCOUNT, structure: STRUCTURE });
    workshop.now += 30 * MINUTE;
    expect(workshop.run()).toBe(200);
  });

  it("200 with what was asked for, once all are done", () => {
    const workshop = Workshop.complete();
    expect(bodyOf(workshop.answerOf("chorus-pro-factures"))).toEqual({ codeRetour: 20000, libelle: "TRA_MSG_00.015" });
    expect(bodyOf(workshop.answerOf("chorus-pro-transverses"))).toMatchObject({ codeRetour: 0 });
  });
});

describe("a wrong set-up", () => {
  it.each<[string, (workshop: Workshop) => void, string]>([
    ["none", () => undefined, "fine"],
    [
      "the API is not selected",
      (workshop) => {
        const apis = [{ api: "chorus-pro-factures", selected: false }];
        workshop.do("PATCH /applications", { name: workshop.application, apis });
      },
      "api-not-selected",
    ],
    [
      "the API's CGU are not accepted",
      (workshop) => {
        const apis = [{ api: "chorus-pro-factures", cguAccepted: false }];
        workshop.do("PATCH /applications", { name: workshop.application, apis });
      },
      "api-not-selected",
    ],
    [
      "no raccordement",
      (workshop) => {
        workshop.do("DELETE /raccordements", workshop.raccordement);
      },
      "raccordement-or-habilitation",
    ],
    [
      "a habilitation was withdrawn",
      (workshop) => {
        workshop.do("DELETE /habilitations", { login: ACCOUNT.login });
      },
      "habilitation-probable",
    ],
    [
      "the password was changed",
      (workshop) => {
        workshop.do("POST /technical-accounts/password", { ...ACCOUNT, password: "second-password" });
      },
      "account-refused",
    ],
  ])("is read by the project's own probes as what it is: %s", async (_, spoil, outcome) => {
    const workshop = Workshop.complete();
    spoil(workshop);
    expect((await workshop.read()).outcome).toBe(outcome);
  });

  it("of the raccordement is told from one of the API by a login that nobody has", () => {
    const statuses = (workshop: Workshop): number[] =>
      [ACCOUNT, MADE_UP_ACCOUNT].map((account) => workshop.statusOf("chorus-pro-factures", account));
    const workshop = Workshop.complete();
    workshop.do("DELETE /raccordements", workshop.raccordement);
    expect(statuses(workshop)).toEqual([403, 401]);
    const apis = [{ api: "chorus-pro-factures", selected: false }];
    workshop.do("PATCH /applications", { name: workshop.application, apis });
    expect(statuses(workshop)).toEqual([403, 403]);
  });
});
