import { describe, expect, it } from "@jest/globals";
import type { Piste } from "../../emulator";
import type { Answer, Request } from "../../emulator/messages";
import { ACCOUNT, bearer, bodyOf, request, somePiste, STRUCTURE, tokenOf, withAccount } from "./requests";

const TAUX_TVA = "/cpro/transverses/v1/recuperer/tauxtva";
const STRUCTURES = "/cpro/structures/v1/rechercher";

interface ChorusProBody {
  readonly codeRetour: number;
  readonly libelle: string;
  readonly [field: string]: unknown;
}

function post(
  path: string,
  body = "{}",
  headersWith: (token: string) => Request["headers"] = withAccount,
  piste: Piste = somePiste(),
): Answer {
  return piste.handle(request("POST", path, { headers: headersWith(tokenOf(piste)), body })).answer;
}

const search = (identifiantStructure: unknown, typeIdentifiantStructure?: string): ChorusProBody =>
  bodyOf(
    post(STRUCTURES, JSON.stringify({ structure: { identifiantStructure, typeIdentifiantStructure } })),
  ) as ChorusProBody;

describe("a read-only call of Chorus Pro", () => {
  it("health-check answers without an account", () => {
    const piste = somePiste();
    const headers = bearer(tokenOf(piste));
    expect(piste.handle(request("GET", "/cpro/transverses/v1/health-check", { headers })).answer.status).toBe(200);
  });

  it.each([TAUX_TVA, "/cpro/utilisateurs/v1/monCompte/recuperer/rattachements"])("%s is a success", (path) => {
    const answer = post(path);
    expect(answer.status).toBe(200);
    expect(bodyOf(answer)).toMatchObject({ codeRetour: 0, libelle: "TRA_MSG_00.000" });
  });

  it("factures answers an empty search, which shows that the credentials work", () => {
    const answer = post("/cpro/factures/v1/rechercher/fournisseur");
    expect(answer.status).toBe(200);
    expect(bodyOf(answer)).toEqual({ codeRetour: 20000, libelle: "TRA_MSG_00.015" });
  });

  it("structures finds one by identifier and type", () => {
    const found = search(STRUCTURE.identifier, "SIRET");
    expect(found).toMatchObject({ codeRetour: 0, parametresRetour: { total: 1 } });
    expect(found["listeStructures"]).toEqual([
      expect.objectContaining({
        identifiantStructure: STRUCTURE.identifier,
        typeIdentifiantStructure: "SIRET",
        designationStructure: "Mairie",
      }),
    ]);
    expect(search(STRUCTURE.identifier)).toMatchObject({ codeRetour: 0 });
  });

  it("structures answers an empty search for an unknown one, or another type", () => {
    const nothing = { codeRetour: 20000, libelle: "TRA_MSG_00.015" };
    expect(search("00000000000000", "SIRET")).toEqual(nothing);
    expect(search(STRUCTURE.identifier, "RIDET")).toEqual(nothing);
    expect(bodyOf(post(STRUCTURES, ""))).toEqual(nothing);
  });

  it.each(["{", "5", "null"])("answers 400 to a body that is not an object: %j", (body) => {
    expect(post(TAUX_TVA, body).status).toBe(400);
  });
});

describe("a refused technical account", () => {
  const REFUSED = {
    status: 401,
    headers: { "content-type": "application/json;charset=utf-8" },
    body: '{"codeRetour":401,"libelle":"Impossible d\'authentifier l\'utilisateur dans le LDAP."}',
  };

  it.each([
    ["a wrong password", (token: string) => withAccount(token, { ...ACCOUNT, password: "other" })],
    ["an unknown login", (token: string) => withAccount(token, { ...ACCOUNT, login: "TECH_0_0@cpro.fr" })],
    ["no account", bearer],
    ["a header that is not base64 of a pair", (token: string) => ({ ...bearer(token), "cpro-account": "????" })],
    ["a pair without a login", (token: string) => withAccount(token, { login: "", password: "x" })],
  ])("gets 401 without the gateway's challenge: %s", (_, headersWith) => {
    expect(post(TAUX_TVA, "{}", headersWith)).toEqual(REFUSED);
  });

  it("gets no body if that is switched off", () => {
    const piste = somePiste();
    piste.platform.settings = { ...piste.platform.settings, refusedAccountHasBody: false };
    expect(post(TAUX_TVA, "{}", bearer, piste)).toEqual({ status: 401, headers: {}, body: "" });
  });

  it("is checked after the token", () => {
    expect(post(TAUX_TVA, "{}", () => withAccount("unknown")).headers["www-authenticate"]).toContain("invalid_token");
  });
});
