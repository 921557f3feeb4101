import { describe, expect, it } from "@jest/globals";
import { Piste } from "../../emulator";
import { control, errorOf } from "./requests";
import { ACCOUNT, APPLICATION, CREDENTIALS, STRUCTURE, Fixture } from "./portal-fixture";

const DATA_SET = { structure: STRUCTURE, gestionnaire: "gestionnaire@exemple.fr" };
const UNKNOWN = { identifier: "99999999999999", identifierType: "SIRET" };

describe("the portal's state", () => {
  it("is shown completely, without secrets", () => {
    const fixture = Fixture.complete();
    fixture.do("POST /data-set", DATA_SET);
    fixture.do("POST /spaces", { structure: STRUCTURE, habilitated: false });
    for (let call = 0; call < 5; call++) fixture.statusOf("chorus-pro-factures", { ...ACCOUNT, password: "wrong" });
    const structure = { ...STRUCTURE, name: "Structure fictive" };
    expect(fixture.do("GET /portal")).toEqual({
      environment: "qualif",
      applications: [
        {
          name: APPLICATION.qualif,
          environment: "qualif",
          apis: ["factures", "structures", "utilisateurs", "transverses"].map((name) => ({
            api: `chorus-pro-${name}`,
            selected: true,
            cguAccepted: true,
          })),
        },
      ],
      structures: [{ ...structure, idStructureCPP: 26_000_001 }],
      dataSets: [{ structure, gestionnaire: "gestionnaire@exemple.fr" }],
      spaces: [{ structure: STRUCTURE, habilitated: false }],
      raccordements: [{ structure: STRUCTURE, application: APPLICATION.qualif }],
      technicalAccounts: [
        {
          login: ACCOUNT.login,
          structure: STRUCTURE,
          createdAt: "2026-07-26T10:00:00.000Z",
          usableFrom: "2026-07-26T10:30:00.000Z",
          passwordChangedAt: "2026-07-26T10:00:00.000Z",
          passwordExpiresAt: "2027-09-23T10:00:00.000Z",
          wrongPasswords: 0,
          lockedUntil: "2026-07-26T12:00:00.000Z",
          habilitated: true,
        },
      ],
    });
    fixture.change({ passwordLifetimeInDays: 0, wrongPasswordsUntilLock: 0 });
    const said = JSON.stringify(fixture.do("GET /portal"));
    expect(said).not.toMatch(/passwordExpiresAt|lockedUntil/);
  });

  it("never contains a credential, nor do answers and recorded calls", () => {
    const piste = new Piste();
    const name = APPLICATION.qualif;
    const answers = [
      control(piste, "POST /applications", { ...CREDENTIALS, name }),
      control(piste, "POST /applications", { ...CREDENTIALS, name }),
      control(piste, "POST /applications", { ...CREDENTIALS, name: "another" }),
      control(piste, "POST /clients", CREDENTIALS),
      control(piste, "POST /applications/secret", { name, client_secret: "second-client-secret" }),
      control(piste, "POST /applications/secret", { name: "unknown", client_secret: "second-client-secret" }),
      control(piste, "POST /data-set", DATA_SET),
      control(piste, "POST /technical-accounts", { ...ACCOUNT, structure: UNKNOWN }),
      control(piste, "POST /technical-accounts", { ...ACCOUNT, structure: STRUCTURE }),
      control(piste, "POST /technical-accounts", { ...ACCOUNT, structure: STRUCTURE }),
      control(piste, "POST /technical-accounts", { ...ACCOUNT, structure: STRUCTURE, extra: true }),
      control(piste, "POST /accounts", ACCOUNT),
      control(piste, "POST /technical-accounts/password", { ...ACCOUNT, password: "second-password" }),
      ...["GET /portal", "GET /settings", "GET /calls"].map((call) => control(piste, call)),
    ];
    expect(answers.map(({ status }) => status)).toEqual([
      200, 400, 400, 400, 200, 400, 200, 400, 200, 400, 400, 400, 200, 200, 200, 200,
    ]);
    const said = JSON.stringify([answers, piste.recentCalls(), piste.platform.portal.view()]);
    for (const secret of [...Object.values(CREDENTIALS), ACCOUNT.password, "second-client-secret", "second-password"]) {
      expect(said).not.toContain(secret);
    }
  });

  it("has one data set and one space for each structure, the latest", () => {
    const fixture = Fixture.complete();
    for (const gestionnaire of ["first", "second"]) fixture.do("POST /data-set", { ...DATA_SET, gestionnaire });
    for (const habilitated of [false, true]) fixture.do("POST /spaces", { structure: STRUCTURE, habilitated });
    expect(fixture.do("GET /portal")).toMatchObject({
      structures: [STRUCTURE],
      dataSets: [{ gestionnaire: "second" }],
      spaces: [{ habilitated: true }],
    });
  });
});

describe("a change that the portal would refuse", () => {
  it.each<[string, object, string]>([
    ["POST /applications", { ...CREDENTIALS, name: APPLICATION.qualif }, "name must be unique"],
    ["POST /applications", { ...CREDENTIALS, name: "another" }, "client_id must be unique"],
    [
      "PATCH /applications",
      { name: "unknown", apis: [] },
      'name must be that of an application (POST /applications), got "',
    ],
    ["POST /applications/secret", { name: "unknown", client_secret: "x" }, "name must be that of an application"],
    ["POST /clients", CREDENTIALS, "client_id must not be that of an application"],
    ["POST /accounts", ACCOUNT, "login must not be that of a technical account"],
    [
      "POST /data-set",
      { ...DATA_SET, structure: { identifier: "1234" } },
      "structure.identifier must be a SIRET of 14 digits without spaces",
    ],
    [
      "POST /spaces",
      { structure: UNKNOWN },
      "structure must be one that Chorus Pro knows (POST /data-set or /structures)",
    ],
    ["DELETE /spaces", { structure: STRUCTURE }, "structure must have an open space"],
    ["POST /raccordements", { structure: UNKNOWN, application: APPLICATION.qualif }, "structure must be one"],
    [
      "POST /raccordements",
      { structure: STRUCTURE, application: "unknown" },
      "application must be the name of an application",
    ],
    [
      "POST /raccordements",
      { structure: STRUCTURE, application: APPLICATION.qualif },
      "structure and application must have no raccordement yet",
    ],
    [
      "DELETE /raccordements",
      { structure: UNKNOWN, application: APPLICATION.qualif },
      "structure and application must have a raccordement",
    ],
    ["POST /technical-accounts", { ...ACCOUNT, structure: STRUCTURE }, "login must be unique"],
    ["POST /technical-accounts", { ...ACCOUNT, login: "new", structure: UNKNOWN }, "structure must be one"],
    [
      "POST /technical-accounts",
      { ...ACCOUNT, login: "new", structure: STRUCTURE, createdAt: "2026-07-27" },
      "createdAt must not be in the future, got 2026-07-27T00:00:00.000Z",
    ],
    [
      "POST /technical-accounts",
      { ...ACCOUNT, login: "new", structure: STRUCTURE, createdAt: "2026-07-02", passwordChangedAt: "2026-07-01" },
      "passwordChangedAt must not be before createdAt",
    ],
    [
      "POST /technical-accounts/password",
      { ...ACCOUNT, login: "unknown" },
      "login must be that of a technical account",
    ],
    ["POST /habilitations", { login: ACCOUNT.login }, "login must be that of an account without its habilitation"],
    ["DELETE /habilitations", { login: "unknown" }, "login must be that of a technical account"],
  ])("is refused with 400 and changes nothing: %s %j", (call, body, message) => {
    const fixture = Fixture.complete();
    const before = fixture.do("GET /portal");
    const answer = control(fixture.piste, call, body);
    expect(answer.status).toBe(400);
    expect(errorOf(answer)).toContain(message);
    expect(fixture.do("GET /portal")).toEqual(before);
    expect(fixture.run()).toBe(200);
  });

  const raccordementOf = (fixture: Fixture, application: string): string => {
    const answer = control(fixture.piste, "POST /raccordements", { structure: STRUCTURE, application });
    return answer.status === 200 ? "done" : errorOf(answer);
  };

  it("may be a sandbox application in production, or a production one in qualification", () => {
    const fixture = Fixture.complete();
    fixture.do("POST /applications", { client_id: "of-prod", client_secret: "secret", name: APPLICATION.prod });
    expect(raccordementOf(fixture, APPLICATION.prod)).toMatch(/^application must be the sandbox application in qualif/);
    fixture.change({ environment: "prod" });
    expect(raccordementOf(fixture, APPLICATION.qualif)).toMatch(
      /^application must not be a sandbox application in prod/,
    );
  });

  it("may be a structure in production without its space, or without habilitations on it", () => {
    const fixture = Fixture.complete({}, "prod");
    fixture.do("DELETE /raccordements", fixture.raccordement);
    fixture.do("DELETE /spaces", { structure: STRUCTURE });
    expect(raccordementOf(fixture, APPLICATION.prod)).toMatch(/^structure must have its space .* open in prod/);
    fixture.do("POST /spaces", { structure: STRUCTURE, habilitated: false });
    expect(raccordementOf(fixture, APPLICATION.prod)).toMatch(/^structure must have habilitations on its space/);
    fixture.do("POST /spaces", { structure: STRUCTURE });
    expect(raccordementOf(fixture, APPLICATION.prod)).toBe("done");
  });

  it("may be a data set in production", () => {
    const answer = control(Fixture.complete({}, "prod").piste, "POST /data-set", DATA_SET);
    expect(answer.status).toBe(400);
    expect(errorOf(answer)).toMatch(/^data sets exist only in qualif/);
  });
});
