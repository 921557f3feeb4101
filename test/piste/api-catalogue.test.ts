import { describe, expect, it } from "@jest/globals";
import { API_CATALOGUE, API_NAMES, CHORUS_PRO_APIS, probeBody, type Api } from "../../piste/api-catalogue";

describe("the API catalogue", () => {
  it("has paths that can be joined", () => {
    for (const { basePath, probes } of Object.values<Api>(API_CATALOGUE)) {
      for (const path of [basePath, ...probes.map((probe) => probe.path)]) expect(path).toMatch(/^\/.*[^/]$/);
    }
  });

  it("has a probe for each API, with the account for those of Chorus Pro", () => {
    for (const name of API_NAMES) {
      const { authentication, probes }: Api = API_CATALOGUE[name];
      expect(probes.length).toBeGreaterThan(0);
      expect(probes.some(({ usesAccount }) => usesAccount)).toBe(authentication === "token-and-account");
    }
  });

  it("has the four APIs of Chorus Pro below /cpro", () => {
    expect(CHORUS_PRO_APIS.map((name) => API_CATALOGUE[name].basePath)).toEqual([
      "/cpro/factures/v1",
      "/cpro/structures/v1",
      "/cpro/utilisateurs/v1",
      "/cpro/transverses/v1",
    ]);
  });
});

describe("the body of a probe", () => {
  const probe = { method: "POST", path: "/p", usesAccount: true } as const;
  const structure = { identifier: "73282932000074", identifierType: "SIRET" };

  it("is absent for a GET, and an empty object without parameters", () => {
    expect(probeBody({ ...probe, method: "GET" }, structure)).toBeUndefined();
    expect(probeBody({ ...probe, body: "empty" }, structure)).toBe("{}");
    expect(probeBody({ ...probe, body: "structure" })).toBe("{}");
  });

  it("names the account's structure in Chorus Pro's words", () => {
    expect(probeBody({ ...probe, body: "structure" }, structure)).toBe(
      '{"structure":{"identifiantStructure":"73282932000074","typeIdentifiantStructure":"SIRET"}}',
    );
  });
});
