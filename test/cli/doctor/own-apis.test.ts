/** The doctor's checks of APIs outside the catalogue. */
import { describe, expect, it } from "@jest/globals";
import { METEO, METEO_PING } from "../../own-api";
import { exitCodeOf } from "../../../cli/doctor/judge";
import { toJson, type DoctorReport } from "../../../cli/doctor/report";
import { show } from "../../../cli/doctor/show";
import type { OwnApi } from "../../../piste/api-catalogue";
import { DoctorFixture, open, stepOf, type DoctorFixtureOptions } from "./fixture";

const WITHOUT_PING: OwnApi = { name: "sirene", basePath: "/insee/sirene/v3" };

function fixtureWith(apis: DoctorFixtureOptions["apis"], more: DoctorFixtureOptions = {}): DoctorFixture {
  const fixture = new DoctorFixture({ apis, accounts: [], ...more });
  const { platform } = fixture.aws.piste;
  platform.settings = { ...platform.settings, apis: [METEO, WITHOUT_PING] };
  return fixture;
}

const callsOf = ({ requests }: DoctorFixture): string[] =>
  requests.map(({ method, url, headers }) => `${method} ${url.href} ${headers["cpro-account"] ?? "token alone"}`);
const layerOf = ({ layers }: DoctorReport, layer: string): unknown => layers.find((one) => one.layer === layer)?.said;

describe("an API outside the catalogue", () => {
  it("is pinged with only the token, and needs no step of Chorus Pro", async () => {
    const fixture = fixtureWith([METEO]);
    const report = await fixture.examine();
    const ping = `GET https://sandbox-api.piste.gouv.fr${METEO_PING} token alone`;
    expect(callsOf(fixture)).toEqual([ping, ping]);
    expect(report.steps.map(({ id, status }) => `${id} ${status}`)).toEqual([
      "Q1 done",
      "Q2 done",
      "Q3 done",
      "Q4 not-needed",
      "Q5 not-needed",
      "Q6 not-needed",
      "Q7 done",
    ]);
    expect(layerOf(report, "apis")).toMatchObject({ en: "1 of 1 let the application in" });
    expect([report.ready, exitCodeOf(report)]).toEqual([true, 0]);
    expect(toJson(report, "fr")).toMatchObject({
      steps: expect.arrayContaining([
        expect.objectContaining({
          id: "Q5",
          status: "not-needed",
          owner: null,
          cause: "Sans objet : aucune API de Chorus Pro.",
        }),
      ]),
    });
    const shown = (language: "en" | "fr"): string =>
      show(report, { language, width: 80, unicode: true, colour: false });
    expect(shown("en")).toMatch(/^– +Q5 {2}not needed +\S/m);
    expect(shown("fr")).toMatch(/^– +Q5 {2}sans objet +\S/m);
  });

  it("needs no step of Chorus Pro in prod either", async () => {
    const report = await fixtureWith([METEO], { environment: "prod" }).examine();
    expect(report.steps.map(({ id, status }) => `${id} ${status}`)).toEqual([
      "P1 done",
      "P2 done",
      "P3 not-needed",
      "P4 not-needed",
      "P5 done",
    ]);
  });

  it("is named if it is not selected", async () => {
    const fixture = fixtureWith(["legifrance", METEO]);
    fixture.break("gateway", { path: "/meteofrance/", status: 403, body: "empty" });
    const report = await fixture.examine();
    expect(open(report)).toEqual(["Q3 missing piste-portal", "Q7 not-seen-yet"]);
    expect(stepOf(report, "Q3").cause?.en).toMatch(/^1 of 2 APIs lets the application in; meteo missing/);
    expect(exitCodeOf(report)).toBe(3);
  });

  it("is reported with the scope that it needs", async () => {
    const fixture = fixtureWith([{ ...METEO, scope: "meteo.read" }], { configuration: { scope: "openid" } });
    const { platform } = fixture.aws.piste;
    platform.settings = { ...platform.settings, apis: [{ ...METEO, scope: "meteo.read" }] };
    const report = await fixture.examine();
    expect(stepOf(report, "Q7").cause?.en).toBe(
      "The token has the scope `openid`, not the one that meteo asks for (`meteo.read`).",
    );
  });

  it("may have a wrong path in the configuration if it answers 404", async () => {
    const fixture = fixtureWith([METEO]);
    fixture.break("gateway", { path: "/meteofrance/", status: 404 });
    const report = await fixture.examine();
    expect(open(report)).toContain("Q7 missing operator");
    expect(stepOf(report, "Q7").next?.en).toContain("`basePath` and `ping`");
    expect(stepOf(report, "Q7").next?.fr).toContain("`basePath` et `ping`");
  });

  it.each([204, 400, 503])("is named, not the platform, if its ping answers %d", async (status) => {
    for (const apis of [[METEO], [METEO, "judilibre"]] as const) {
      const fixture = fixtureWith([...apis]);
      fixture.break("gateway", { path: "/meteofrance/", status });
      const report = await fixture.examine();
      expect(layerOf(report, "gateway")).toEqual(
        apis.length > 1
          ? { en: "answers, and knows the token", fr: "répond, et connaît le jeton" }
          : { en: "no configured API can tell", fr: "aucune API configurée ne permet de le savoir" },
      );
      expect(stepOf(report, "Q7").cause?.en).toContain("or the `ping`, whose answer must be 200");
      expect(stepOf(report, "Q7").cause?.fr).toContain("ou le `ping`, dont la réponse doit être 200");
      expect([report.ready, exitCodeOf(report)]).toEqual([false, 4]);
    }
  });

  it("without a ping is not called, and a person must confirm its selection", async () => {
    const fixture = fixtureWith([WITHOUT_PING]);
    const report = await fixture.examine({ confirmed: { Q3: "2026-11-25" } });
    expect(callsOf(fixture)).toEqual([]);
    expect(layerOf(report, "apis")).toEqual({
      en: "sirene not checked: no `ping`",
      fr: "sirene : pas de contrôle, faute de `ping`",
    });
    expect(stepOf(report, "Q3")).toMatchObject({ status: "by-hand", confirmedOn: "2026-11-25" });
    const { next, cause } = stepOf(await fixture.examine(), "Q3");
    expect([cause?.en, next?.en]).toEqual([
      "sirene not checked: no `ping`.",
      "Once it is done: `npx piste doctor qualif --confirm Q3`.",
    ]);
    expect(stepOf(report, "Q7")).toMatchObject({ status: "done", seenFrom: "aws" });
    expect(exitCodeOf(report)).toBe(0);
  });

  it("without a ping hides no other API, and is not hidden", async () => {
    const fixture = fixtureWith([METEO, WITHOUT_PING, "judilibre"]);
    const report = await fixture.examine();
    expect(layerOf(report, "apis")).toMatchObject({
      en: "2 of 2 let the application in; sirene not checked: no `ping`",
    });
    expect(stepOf(report, "Q3").status).toBe("by-hand");
    fixture.break("gateway", { path: "/meteofrance/", status: 403, body: "empty" });
    expect(stepOf(await fixture.examine(), "Q3").cause?.en).toMatch(
      /^1 of 2 APIs lets the application in; meteo missing/,
    );
  });

  it("never gets the technical account, even next to Chorus Pro's APIs", async () => {
    const fixture = fixtureWith(["chorus-pro-structures", METEO], { accounts: ["default"] });
    const report = await fixture.examine();
    expect(report.ready).toBe(true);
    const calls = callsOf(fixture).filter((call) => !call.endsWith("token alone"));
    expect(calls.length).toBeGreaterThan(0);
    for (const call of calls) expect(call).toContain("/cpro/structures/v1/");
    expect(callsOf(fixture)).toContain(`GET https://sandbox-api.piste.gouv.fr${METEO_PING} token alone`);
  });
});
