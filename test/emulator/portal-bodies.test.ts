import { describe, expect, it } from "@jest/globals";
import { Piste } from "../../emulator";
import { control, errorOf } from "./requests";
import { ACCOUNT, CREDENTIALS, STRUCTURE, Fixture } from "./portal-fixture";

describe("an invalid body gets 400 with its field", () => {
  const account = { ...ACCOUNT, structure: STRUCTURE };
  it.each<[string, unknown, RegExp]>([
    ["POST /applications", undefined, /the body is missing/],
    ["POST /applications", [], /name is missing; client_id is missing/],
    ["POST /applications", null, /the body must be Object/],
    ["POST /applications", { ...CREDENTIALS, name: "" }, /name must not be empty/],
    ["POST /applications", { ...CREDENTIALS, name: { $gt: "" } }, /name must be string/],
    ["POST /applications", { ...CREDENTIALS, name: "x", apis: [{ api: "factures" }] }, /apis\.0\.api must be \(/],
    ["POST /applications", { ...CREDENTIALS, name: "x", apis: [{ api: "constructor" }] }, /apis\.0\.api must be \(/],
    [
      "POST /applications",
      { ...CREDENTIALS, name: "x", apis: [{ api: "judilibre", cgu: 1 }] },
      /apis\.0\.cgu is unknown/,
    ],
    [
      "PATCH /applications",
      { name: "x", apis: [{ api: "judilibre", cguAccepted: "yes" }] },
      /cguAccepted must be boolean/,
    ],
    ["PATCH /applications", { name: "x" }, /apis is missing/],
    ["POST /applications/secret", { name: "x", client_secret: "" }, /client_secret must not be empty/],
    ["POST /data-set", { structure: STRUCTURE }, /gestionnaire is missing/],
    [
      "POST /data-set",
      { structure: { identifier: "x", identifierType: "siret" } },
      /structure\.identifierType must be \(/,
    ],
    ["POST /spaces", { structure: "12345678901234" }, /structure must be Object/],
    ["DELETE /spaces", {}, /structure is missing/],
    [
      "POST /raccordements",
      { structure: { identifier: "x" }, application: "x" },
      /structure\.identifierType is missing/,
    ],
    ["POST /raccordements", { structure: STRUCTURE, application: 5 }, /application must be string/],
    ["DELETE /raccordements", undefined, /the body is missing/],
    ["POST /technical-accounts", { ...account, password: "" }, /password must not be empty/],
    ["POST /technical-accounts", { ...account, createdAt: "yesterday" }, /createdAt must be a date such as/],
    ["POST /technical-accounts", { ...account, createdAt: "2026-02-30" }, /createdAt must be a date such as/],
    ["POST /technical-accounts", { ...account, createdAt: "2026-07-26T25:00:00Z" }, /createdAt must be a date such as/],
    ["POST /technical-accounts", { ...account, createdAt: "2026-07-26T10:00" }, /createdAt must be a date such as/],
    ["POST /technical-accounts", { ...account, passwordChangedAt: 5 }, /passwordChangedAt must be string/],
    ["POST /technical-accounts/password", { login: ACCOUNT.login }, /password is missing/],
    ["POST /habilitations", { login: [] }, /login must be string/],
    ["DELETE /habilitations", { login: "x", structure: STRUCTURE }, /structure is unknown/],
    ["PATCH /settings", { environment: "preprod" }, /environment must be \("qualif" \| "prod"\)/],
    ["PATCH /settings", { lockInMinutes: -1 }, /lockInMinutes must be >=0/],
    ["PATCH /settings", { passwordLifetimeInDays: 1e300 }, /passwordLifetimeInDays must be /],
    ["PATCH /settings", { wrongPasswordsUntilLock: 1.5 }, /wrongPasswordsUntilLock must be a whole number/],
    ["PATCH /settings", { missingHabilitation: "401" }, /missingHabilitation must be \(/],
  ])("%s %j", (call, body, message) => {
    const piste = new Piste();
    const before = piste.platform.portal.view();
    const answer = control(piste, call, body === null ? "null" : body);
    expect(answer.status).toBe(400);
    expect(errorOf(answer)).toMatch(message);
    expect(piste.platform.portal.view()).toEqual(before);
  });

  it("a body with names of a prototype does no harm", () => {
    const fixture = Fixture.empty();
    for (const name of ["__proto__", "constructor", "toString"]) {
      fixture.do("POST /applications", { client_id: name, client_secret: name, name });
      fixture.do("POST /structures", { identifier: name, identifierType: "SIRET" });
    }
    const polluting = `{"__proto__":{"habilitated":false},"structure":{"identifier":"__proto__","identifierType":"SIRET"}}`;
    control(fixture.piste, "POST /spaces", polluting);
    expect(({} as Record<string, unknown>)["habilitated"]).toBeUndefined();
    expect(fixture.piste.platform.portal.applications.list()).toHaveLength(3);
    expect(fixture.piste.platform.knowsClient({ client_id: "valueOf", client_secret: "valueOf" })).toBe(false);
  });
});
