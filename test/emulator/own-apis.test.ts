/** APIs beyond the catalogue, added by the setting `apis`. */
import { describe, expect, it } from "@jest/globals";
import { FALSE_APIS, METEO, METEO_PING } from "../own-api";
import { Fixture } from "./portal-fixture";
import { bearer, control, request, somePiste, tokenOf } from "./requests";

const statusOf = (piste: ReturnType<typeof somePiste>, method: string, path: string, scope = "openid"): number =>
  piste.handle(request(method, path, { headers: bearer(tokenOf(piste, scope)) })).answer.status;

describe("an API beyond the catalogue", () => {
  it("answers its ping and its set answers, once the settings name it", () => {
    const piste = somePiste();
    expect(statusOf(piste, "GET", METEO_PING)).toBe(404);
    expect(control(piste, "PATCH /settings", { apis: [METEO] }).status).toBe(200);
    expect(statusOf(piste, "GET", METEO_PING)).toBe(200);
    expect(statusOf(piste, "POST", METEO_PING)).toBe(404);
    const stations = `${METEO.basePath}/stations`;
    expect(statusOf(piste, "GET", stations)).toBe(404);
    control(piste, "POST /answers", { path: stations, json: [] });
    expect(statusOf(piste, "GET", stations)).toBe(200);
  });

  it("requires its own scope", () => {
    const piste = somePiste();
    control(piste, "PATCH /settings", { apis: [{ ...METEO, scope: "resource.READ" }] });
    expect(statusOf(piste, "GET", METEO_PING)).toBe(403);
    expect(statusOf(piste, "GET", METEO_PING, "resource.READ")).toBe(200);
  });

  it("accepts only applications that selected it", () => {
    const fixture = Fixture.complete({ apis: [METEO] });
    const status = (): number =>
      fixture.piste.handle(request("GET", METEO_PING, { headers: { authorization: fixture.authorization } })).answer
        .status;
    expect(status()).toBe(403);
    fixture.do("PATCH /applications", { name: fixture.application, apis: [{ api: "meteo" }] });
    expect(status()).toBe(200);
    fixture.do("PATCH /applications", { name: fixture.application, apis: [{ api: "meteo", selected: false }] });
    expect(status()).toBe(403);
    const choice = { name: fixture.application, apis: [{ api: "sirene" }] };
    expect(control(fixture.piste, "PATCH /applications", choice).body).toMatch(/apis\.0\.api must be \(.*meteo\)/);
  });

  it("must be valid in a configuration", () => {
    for (const [apis] of FALSE_APIS) {
      expect(control(somePiste(), "PATCH /settings", { apis }).status).toBe(400);
    }
  });
});
