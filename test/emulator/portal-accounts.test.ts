import { describe, expect, it } from "@jest/globals";
import type { Settings } from "../../emulator";
import { bodyOf } from "./requests";
import { ACCOUNT, ALL_APIS, CREDENTIALS, DAY, MINUTE, STRUCTURE, Fixture } from "./portal-fixture";

const FACTURES = "chorus-pro-factures";
const WRONG = { ...ACCOUNT, password: "wrong" };
const NEW = { ...ACCOUNT, password: "second-password" };
const EMPTY_403 = { status: 403, headers: {}, body: "" };

const tryWrongPasswords = (fixture: Fixture, times: number): void => {
  for (let call = 0; call < times; call++) expect(fixture.statusOf(FACTURES, WRONG)).toBe(401);
};

describe("a technical account", () => {
  it("gets the refusal of an unknown one, whatever the reason", () => {
    const fixture = Fixture.complete();
    const unknown = fixture.answerOf(FACTURES, { ...ACCOUNT, login: "TECH_2_12345678901234@cpro.fr" });
    expect(unknown.headers["www-authenticate"]).toBeUndefined();
    expect(bodyOf(unknown)).toMatchObject({ codeRetour: 401 });
    expect(fixture.answerOf(FACTURES, WRONG)).toEqual(unknown);
    tryWrongPasswords(fixture, 4);
    expect(fixture.answerOf(FACTURES, ACCOUNT)).toEqual(unknown);
    fixture.now += 60 * MINUTE;
    fixture.fetchToken();
    expect(fixture.answerOf(FACTURES, ACCOUNT).status).toBe(200);
    fixture.now += 424 * DAY;
    fixture.fetchToken();
    expect(fixture.answerOf(FACTURES, ACCOUNT)).toEqual(unknown);
  });

  it.each([30, 45, 0])("is usable this many minutes after its creation: %j", (accountUsableAfterInMinutes) => {
    const fixture = Fixture.complete({ accountUsableAfterInMinutes });
    const account = { login: "TECH_2_12345678901234@cpro.fr", password: "canary-password" };
    fixture.do("POST /technical-accounts", { ...account, structure: STRUCTURE });
    if (accountUsableAfterInMinutes > 0) {
      fixture.now += accountUsableAfterInMinutes * MINUTE - 1;
      expect(fixture.statusOf(FACTURES, account)).toBe(401);
      fixture.now += 1;
    }
    expect(fixture.statusOf(FACTURES, account)).toBe(200);
  });

  it("may have a creation date in the past", () => {
    const fixture = Fixture.complete();
    const statusOf = (login: string, dates: object): number => {
      fixture.do("POST /technical-accounts", { login, password: "password", structure: STRUCTURE, ...dates });
      return fixture.statusOf(FACTURES, { login, password: "password" });
    };
    expect(statusOf("old", { createdAt: "2026-07-26T10:30:00Z" })).toBe(200);
    expect(statusOf("young", { createdAt: "2026-07-26T12:30:01+02:00" })).toBe(401);
    expect(statusOf("expired", { createdAt: "2025-01-01" })).toBe(401);
    expect(statusOf("changed", { createdAt: "2025-01-01", passwordChangedAt: "2026-07-01" })).toBe(200);
    expect(statusOf("changed long ago", { passwordChangedAt: "2025-01-01" })).toBe(401);
    expect(statusOf("changed of late", { passwordChangedAt: "2026-07-01" })).toBe(200);
  });

  it.each([424, 90])("is refused this many days after its password was set: %j", (passwordLifetimeInDays) => {
    const fixture = Fixture.complete({ passwordLifetimeInDays });
    const created = fixture.now - 60 * MINUTE;
    fixture.now = created + passwordLifetimeInDays * DAY - 1;
    expect(fixture.run()).toBe(200);
    fixture.now += 1;
    expect(fixture.run()).toBe(401);
    fixture.do("POST /technical-accounts/password", NEW);
    expect(fixture.statusOf()).toBe(401);
    fixture.account = NEW;
    expect(fixture.statusOf()).toBe(200);
  });

  it("never expires if that is switched off", () => {
    const fixture = Fixture.complete({ passwordLifetimeInDays: 0 });
    fixture.now += 5000 * DAY;
    expect(fixture.run()).toBe(200);
  });

  it("cannot log in with an old password", () => {
    const fixture = Fixture.complete();
    fixture.do("POST /technical-accounts/password", NEW);
    expect(fixture.statusOf(FACTURES, ACCOUNT)).toBe(401);
    expect(fixture.statusOf(FACTURES, NEW)).toBe(200);
  });

  it("replaces an account of `addAccount`", () => {
    const fixture = Fixture.complete();
    const account = { login: "TECH_3_1@cpro.fr", password: "canary-password" };
    fixture.do("POST /accounts", account);
    expect(fixture.statusOf(FACTURES, account)).toBe(200);
    fixture.do("POST /technical-accounts", { ...account, structure: STRUCTURE });
    expect(fixture.statusOf(FACTURES, account)).toBe(401);
  });
});

describe("wrong passwords", () => {
  it.each<[Pick<Settings, "wrongPasswordsUntilLock" | "lockInMinutes">]>([
    [{ wrongPasswordsUntilLock: 5, lockInMinutes: 60 }],
    [{ wrongPasswordsUntilLock: 2, lockInMinutes: 15 }],
  ])("lock the account, even for the right one: %j", (settings) => {
    const fixture = Fixture.complete({ ...settings, tokenLifetimeInSeconds: 3600 * 3 });
    tryWrongPasswords(fixture, settings.wrongPasswordsUntilLock);
    fixture.now += settings.lockInMinutes * MINUTE - 1;
    expect(fixture.statusOf()).toBe(401);
    fixture.now += 1;
    expect(fixture.statusOf()).toBe(200);
  });

  it("are counted from zero after the right one", () => {
    const fixture = Fixture.complete();
    for (let round = 0; round < 3; round++) {
      tryWrongPasswords(fixture, 4);
      expect(fixture.statusOf()).toBe(200);
    }
  });

  it("are counted from zero after a lock, and not during it", () => {
    const fixture = Fixture.complete({ tokenLifetimeInSeconds: 3600 * 3 });
    tryWrongPasswords(fixture, 5 + 3);
    fixture.now += 60 * MINUTE;
    tryWrongPasswords(fixture, 4);
    expect(fixture.statusOf()).toBe(200);
  });

  it("lock nothing if that is switched off", () => {
    const fixture = Fixture.complete({ wrongPasswordsUntilLock: 0 });
    tryWrongPasswords(fixture, 20);
    expect(fixture.statusOf()).toBe(200);
    tryWrongPasswords(fixture, 20);
    fixture.change({ wrongPasswordsUntilLock: 5 });
    expect(fixture.statusOf()).toBe(200);
  });

  it("are reset by a new password", () => {
    const fixture = Fixture.complete();
    tryWrongPasswords(fixture, 5);
    fixture.do("POST /technical-accounts/password", NEW);
    expect(fixture.statusOf(FACTURES, NEW)).toBe(200);
  });

  it("lock their own account only", () => {
    const fixture = Fixture.complete();
    const other = { login: "other", password: "password" };
    fixture.do("POST /technical-accounts", { ...other, structure: STRUCTURE, createdAt: "2026-07-01" });
    tryWrongPasswords(fixture, 5);
    expect(fixture.statusOf(FACTURES, other)).toBe(200);
  });
});

describe("a raccordement", () => {
  it("belongs to one structure and one application", () => {
    const fixture = Fixture.complete();
    const second = { client_id: "second", client_secret: "secret" };
    const name = "APP_SANDBOX_paie@exemple.fr";
    fixture.do("POST /applications", { ...second, name, apis: ALL_APIS });
    fixture.credentials = second;
    expect(fixture.run()).toBe(403);
    fixture.do("POST /raccordements", { structure: STRUCTURE, application: name });
    expect(fixture.run()).toBe(200);
    fixture.do("DELETE /raccordements", fixture.raccordement);
    expect(fixture.run()).toBe(200);
    fixture.credentials = CREDENTIALS;
    expect(fixture.run()).toBe(403);
  });

  it("belongs to a structure by identifier and type", () => {
    const fixture = Fixture.complete();
    const namesake = { ...STRUCTURE, identifierType: "RIDET" };
    const account = { login: "other", password: "password" };
    fixture.do("POST /structures", namesake);
    fixture.do("POST /technical-accounts", { ...account, structure: namesake, createdAt: "2026-07-01" });
    expect(fixture.statusOf(FACTURES, account)).toBe(403);
    fixture.do("POST /raccordements", { structure: namesake, application: fixture.application });
    expect(fixture.statusOf(FACTURES, account)).toBe(200);
  });

  it("remains when its space is closed", () => {
    const fixture = Fixture.complete({}, "prod");
    fixture.do("DELETE /spaces", { structure: STRUCTURE });
    expect(fixture.run()).toBe(200);
  });

  it("gives an empty 403 if missing, or another return code by the setting", () => {
    const fixture = Fixture.complete();
    fixture.do("DELETE /raccordements", fixture.raccordement);
    expect(fixture.answerOf()).toEqual(EMPTY_403);
    fixture.change({ missingRaccordement: "other-code" });
    expect(bodyOf(fixture.answerOf())).toMatchObject({ codeRetour: 20002 });
    fixture.do("POST /raccordements", fixture.raccordement);
    expect(fixture.answerOf("chorus-pro-transverses")).toMatchObject({ status: 200 });
    expect(bodyOf(fixture.answerOf("chorus-pro-transverses"))).toMatchObject({ codeRetour: 0 });
  });
});

describe("a habilitation", () => {
  it("gives another return code if withdrawn, or an empty 403 by the setting", () => {
    const fixture = Fixture.complete();
    fixture.do("DELETE /habilitations", { login: ACCOUNT.login });
    expect(fixture.answerOf()).toMatchObject({ status: 200 });
    expect(bodyOf(fixture.answerOf())).toEqual({
      codeRetour: 20001,
      libelle: "EMU_MSG_00.001 : habilitation manquante",
    });
    fixture.change({ missingHabilitation: "forbidden" });
    expect(fixture.answerOf()).toEqual(EMPTY_403);
    fixture.do("POST /habilitations", { login: ACCOUNT.login });
    expect(bodyOf(fixture.answerOf())).toEqual({ codeRetour: 20000, libelle: "TRA_MSG_00.015" });
  });

  it("is checked after the raccordement, and never for a wrong password", () => {
    const fixture = Fixture.complete();
    fixture.do("DELETE /habilitations", { login: ACCOUNT.login });
    expect(fixture.statusOf(FACTURES, WRONG)).toBe(401);
    fixture.do("DELETE /raccordements", fixture.raccordement);
    expect(fixture.answerOf()).toEqual(EMPTY_403);
  });
});
