import { describe, expect, it } from "@jest/globals";
import type { Settings } from "../../emulator";
import { bodyOf } from "./requests";
import { ACCOUNT, ALL_APIS, CREDENTIALS, DAY, MINUTE, STRUCTURE, Workshop } from "./portal-workshop";

const FACTURES = "chorus-pro-factures";
const WRONG = { ...ACCOUNT, password: "wrong" };
const NEW = { ...ACCOUNT, password: "second-password" };
const EMPTY_403 = { status: 403, headers: {}, body: "" };

const tryWrongPasswords = (workshop: Workshop, times: number): void => {
  for (let call = 0; call < times; call++) expect(workshop.statusOf(FACTURES, WRONG)).toBe(401);
};

describe("a technical account", () => {
  it("that is refused is answered as Chorus Pro answers an unknown one, whatever the reason", () => {
    const workshop = Workshop.complete();
    const unknown = workshop.answerOf(FACTURES, { ...ACCOUNT, login: "TECH_2_12345678901234@cpro.fr" });
    expect(unknown.headers["www-authenticate"]).toBeUndefined();
    expect(bodyOf(unknown)).toMatchObject({ codeRetour: 401 });
    expect(workshop.answerOf(FACTURES, WRONG)).toEqual(unknown);
    tryWrongPasswords(workshop, 4);
    expect(workshop.answerOf(FACTURES, ACCOUNT)).toEqual(unknown);
    workshop.now += 60 * MINUTE;
    workshop.fetchToken();
    expect(workshop.answerOf(FACTURES, ACCOUNT).status).toBe(200);
    workshop.now += 424 * DAY;
    workshop.fetchToken();
    expect(workshop.answerOf(FACTURES, ACCOUNT)).toEqual(unknown);
  });

  it.each([30, 45, 0])("is usable so many minutes after its creation: %j", (accountUsableAfterInMinutes) => {
    const workshop = Workshop.complete({ accountUsableAfterInMinutes });
    const account = { login: "TECH_2_12345678901234@cpro.fr", password: "canary-password" };
    workshop.do("POST /technical-accounts", { ...account, structure: STRUCTURE });
    if (accountUsableAfterInMinutes > 0) {
      workshop.now += accountUsableAfterInMinutes * MINUTE - 1;
      expect(workshop.statusOf(FACTURES, account)).toBe(401);
      workshop.now += 1;
    }
    expect(workshop.statusOf(FACTURES, account)).toBe(200);
  });

  it("may be as old as one says", () => {
    const workshop = Workshop.complete();
    const statusOf = (login: string, dates: object): number => {
      workshop.do("POST /technical-accounts", { login, password: "password", structure: STRUCTURE, ...dates });
      return workshop.statusOf(FACTURES, { login, password: "password" });
    };
    expect(statusOf("old", { createdAt: "2026-07-26T10:30:00Z" })).toBe(200);
    expect(statusOf("young", { createdAt: "2026-07-26T12:30:01+02:00" })).toBe(401);
    expect(statusOf("expired", { createdAt: "2025-01-01" })).toBe(401);
    expect(statusOf("changed", { createdAt: "2025-01-01", passwordChangedAt: "2026-07-01" })).toBe(200);
    expect(statusOf("changed long ago", { passwordChangedAt: "2025-01-01" })).toBe(401);
    expect(statusOf("changed of late", { passwordChangedAt: "2026-07-01" })).toBe(200);
  });

  it.each([424, 90])("is refused so many days after its password was set: %j", (passwordLifetimeInDays) => {
    const workshop = Workshop.complete({ passwordLifetimeInDays });
    const created = workshop.now - 60 * MINUTE;
    workshop.now = created + passwordLifetimeInDays * DAY - 1;
    expect(workshop.run()).toBe(200);
    workshop.now += 1;
    expect(workshop.run()).toBe(401);
    workshop.do("POST /technical-accounts/password", NEW);
    expect(workshop.statusOf()).toBe(401);
    workshop.account = NEW;
    expect(workshop.statusOf()).toBe(200);
  });

  it("never expires where this is switched off", () => {
    const workshop = Workshop.complete({ passwordLifetimeInDays: 0 });
    workshop.now += 5000 * DAY;
    expect(workshop.run()).toBe(200);
  });

  it("has no use of an old password", () => {
    const workshop = Workshop.complete();
    workshop.do("POST /technical-accounts/password", NEW);
    expect(workshop.statusOf(FACTURES, ACCOUNT)).toBe(401);
    expect(workshop.statusOf(FACTURES, NEW)).toBe(200);
  });

  it("takes the place of one that nothing was checked of", () => {
    const workshop = Workshop.complete();
    const account = { login: "TECH_3_1@cpro.fr", password: "canary-password" };
    workshop.do("POST /accounts", account);
    expect(workshop.statusOf(FACTURES, account)).toBe(200);
    workshop.do("POST /technical-accounts", { ...account, structure: STRUCTURE });
    expect(workshop.statusOf(FACTURES, account)).toBe(401);
  });
});

describe("wrong passwords", () => {
  it.each<[Pick<Settings, "wrongPasswordsUntilLock" | "lockInMinutes">]>([
    [{ wrongPasswordsUntilLock: 5, lockInMinutes: 60 }],
    [{ wrongPasswordsUntilLock: 2, lockInMinutes: 15 }],
  ])("lock the account, for the right one too: %j", (settings) => {
    const workshop = Workshop.complete({ ...settings, tokenLifetimeInSeconds: 3600 * 3 });
    tryWrongPasswords(workshop, settings.wrongPasswordsUntilLock);
    workshop.now += settings.lockInMinutes * MINUTE - 1;
    expect(workshop.statusOf()).toBe(401);
    workshop.now += 1;
    expect(workshop.statusOf()).toBe(200);
  });

  it("count anew after the right one", () => {
    const workshop = Workshop.complete();
    for (let round = 0; round < 3; round++) {
      tryWrongPasswords(workshop, 4);
      expect(workshop.statusOf()).toBe(200);
    }
  });

  it("count anew after a lock, and not while it lasts", () => {
    const workshop = Workshop.complete({ tokenLifetimeInSeconds: 3600 * 3 });
    tryWrongPasswords(workshop, 5 + 3);
    workshop.now += 60 * MINUTE;
    tryWrongPasswords(workshop, 4);
    expect(workshop.statusOf()).toBe(200);
  });

  it("lock nothing where this is switched off", () => {
    const workshop = Workshop.complete({ wrongPasswordsUntilLock: 0 });
    tryWrongPasswords(workshop, 20);
    expect(workshop.statusOf()).toBe(200);
    tryWrongPasswords(workshop, 20);
    workshop.change({ wrongPasswordsUntilLock: 5 });
    expect(workshop.statusOf()).toBe(200);
  });

  it("are forgiven with a new password", () => {
    const workshop = Workshop.complete();
    tryWrongPasswords(workshop, 5);
    workshop.do("POST /technical-accounts/password", NEW);
    expect(workshop.statusOf(FACTURES, NEW)).toBe(200);
  });

  it("lock their own account only", () => {
    const workshop = Workshop.complete();
    const other = { login: "other", password: "password" };
    workshop.do("POST /technical-accounts", { ...other, structure: STRUCTURE, createdAt: "2026-07-01" });
    tryWrongPasswords(workshop, 5);
    expect(workshop.statusOf(FACTURES, other)).toBe(200);
  });
});

describe("a raccordement", () => {
  it("is one structure's with one application", () => {
    const workshop = Workshop.complete();
    const second = { client_id: "second", client_secret: "secret" };
    const name = "APP_SANDBOX_paie@exemple.fr";
    workshop.do("POST /applications", { ...second, name, apis: ALL_APIS });
    workshop.credentials = second;
    expect(workshop.run()).toBe(403);
    workshop.do("POST /raccordements", { structure: STRUCTURE, application: name });
    expect(workshop.run()).toBe(200);
    workshop.do("DELETE /raccordements", workshop.raccordement);
    expect(workshop.run()).toBe(200);
    workshop.credentials = CREDENTIALS;
    expect(workshop.run()).toBe(403);
  });

  it("is its structure's, whose type is part of its identifier", () => {
    const workshop = Workshop.complete();
    const namesake = { ...STRUCTURE, identifierType: "RIDET" };
    const account = { login: "other", password: "password" };
    workshop.do("POST /structures", namesake);
    workshop.do("POST /technical-accounts", { ...account, structure: namesake, createdAt: "2026-07-01" });
    expect(workshop.statusOf(FACTURES, account)).toBe(403);
    workshop.do("POST /raccordements", { structure: namesake, application: workshop.application });
    expect(workshop.statusOf(FACTURES, account)).toBe(200);
  });

  it("outlives the space in which it was made", () => {
    const workshop = Workshop.complete({}, "prod");
    workshop.do("DELETE /spaces", { structure: STRUCTURE });
    expect(workshop.run()).toBe(200);
  });

  it("that is missing is an empty 403, or another return code where that is switched", () => {
    const workshop = Workshop.complete();
    workshop.do("DELETE /raccordements", workshop.raccordement);
    expect(workshop.answerOf()).toEqual(EMPTY_403);
    workshop.change({ missingRaccordement: "other-code" });
    expect(bodyOf(workshop.answerOf())).toMatchObject({ codeRetour: 20002 });
    workshop.do("POST /raccordements", workshop.raccordement);
    expect(workshop.answerOf("chorus-pro-transverses")).toMatchObject({ status: 200 });
    expect(bodyOf(workshop.answerOf("chorus-pro-transverses"))).toMatchObject({ codeRetour: 0 });
  });
});

describe("a habilitation", () => {
  it("that was withdrawn is another return code, or an empty 403 where that is switched", () => {
    const workshop = Workshop.complete();
    workshop.do("DELETE /habilitations", { login: ACCOUNT.login });
    expect(workshop.answerOf()).toMatchObject({ status: 200 });
    expect(bodyOf(workshop.answerOf())).toEqual({
      codeRetour: 20001,
      libelle: "EMU_MSG_00.001 : habilitation manquante",
    });
    workshop.change({ missingHabilitation: "forbidden" });
    expect(workshop.answerOf()).toEqual(EMPTY_403);
    workshop.do("POST /habilitations", { login: ACCOUNT.login });
    expect(bodyOf(workshop.answerOf())).toEqual({ codeRetour: 20000, libelle: "TRA_MSG_00.015" });
  });

  it("is looked at after the raccordement, and never for a wrong password", () => {
    const workshop = Workshop.complete();
    workshop.do("DELETE /habilitations", { login: ACCOUNT.login });
    expect(workshop.statusOf(FACTURES, WRONG)).toBe(401);
    workshop.do("DELETE /raccordements", workshop.raccordement);
    expect(workshop.answerOf()).toEqual(EMPTY_403);
  });
});
