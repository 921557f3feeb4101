import { describe, expect, it } from "@jest/globals";
import { GUIDE } from "../../../piste/guide";
import { PLATFORMS } from "../../../piste/environments";
import { exitCodeOf } from "../../../cli/doctor/judge";
import { LAYERS, toJson, type LayerReport } from "../../../cli/doctor/report";
import type { Confirmed } from "../../../cli/doctor/report";
import { examine } from "../../../cli/doctor/examine";
import { accountOf, failedSteps, CLIENT, DoctorFixture, LOGIN, open, stepOf } from "./fixture";

describe("a healthy environment", () => {
  it.each(PLATFORMS)("is ready, with all layers well: %s", async (environment) => {
    const fixture = new DoctorFixture({ environment });
    await fixture.tick();
    const report = await fixture.examine();
    expect(open(report)).toEqual([]);
    expect(report.ready).toBe(true);
    expect(exitCodeOf(report)).toBe(0);
    expect(report.notes).toEqual([]);
    expect(report.layers.map(({ layer, status }) => `${layer} ${status}`)).toEqual(LAYERS.map((name) => `${name} ok`));
  });

  it("is checked with the stored token, without a refresh or reading the client credentials", async () => {
    const fixture = new DoctorFixture();
    await fixture.tick();
    await fixture.examine();
    const { description } = fixture.application;
    expect(fixture.aws.done).toEqual([`read ${description.tokenSecret}`, `read ${fixture.secretOf()}`]);
  });

  it("is checked with one call of the gateway, and one of each API with the real account", async () => {
    const fixture = new DoctorFixture();
    await fixture.examine();
    expect(fixture.requests.map(({ url }) => url.pathname)).toEqual([
      "/cpro/transverses/v1/health-check",
      "/cpro/transverses/v1/recuperer/tauxtva",
      "/cpro/utilisateurs/v1/monCompte/recuperer/rattachements",
      "/cpro/structures/v1/rechercher",
      "/cpro/factures/v1/rechercher/fournisseur",
    ]);
    expect(new Set(fixture.requests.map(({ url }) => url.host))).toEqual(new Set(["sandbox-api.piste.gouv.fr"]));
    expect(fixture.timesMadeUp()).toBe(0);
  });

  it("gets a token from its refresher if none is stored", async () => {
    const fixture = new DoctorFixture();
    const report = await fixture.examine();
    expect(fixture.aws.done[1]).toBe("invoke chorus-pro refresh");
    expect(report.ready).toBe(true);
  });

  it.each([
    [59, 1],
    [61, 0],
  ])("has a token with %i s left replaced %i times", async (left, times) => {
    const fixture = new DoctorFixture();
    await fixture.tick();
    fixture.aws.clock.forward(3600 - left);
    await fixture.examine();
    expect(fixture.aws.done.filter((what) => what === "invoke chorus-pro refresh")).toHaveLength(times);
  });

  it("reports each layer when it ends", async () => {
    const told: LayerReport[] = [];
    const report = await examine(new DoctorFixture().target, {}, (layer) => told.push(layer));
    expect(told).toEqual(report.layers);
  });

  it("needs no technical account for APIs without accounts", async () => {
    const report = await new DoctorFixture({ apis: ["legifrance", "judilibre"], accounts: [] }).examine();
    expect(report.ready).toBe(true);
    expect(["Q4", "Q5", "Q6"].map((id) => stepOf(report, id))).toEqual(
      ["Q4", "Q5", "Q6"].map((id) => ({
        id,
        status: "not-needed",
        cause: expect.objectContaining({ en: "Not needed: no API of Chorus Pro." }),
      })),
    );
    const prod = await new DoctorFixture({ environment: "prod", apis: ["captchetat"], accounts: [] }).examine();
    expect(prod.ready).toBe(true);
    expect(["P3", "P4"].map((id) => stepOf(prod, id).status)).toEqual(["not-needed", "not-needed"]);
    expect(stepOf(prod, "P3").cause?.fr).toBe("Sans objet : aucune API de Chorus Pro.");
  });

  it("has a step to confirm by hand if its name on the portal is not recorded", async () => {
    const fixture = new DoctorFixture({ configuration: { pisteApplicationName: undefined } });
    const report = await fixture.examine({ confirmed: { Q4: "2026-11-25" } });
    expect(report.ready).toBe(true);
    expect(stepOf(report, "Q2")).toMatchObject({ status: "by-hand" });
    expect(stepOf(report, "Q4")).toEqual({ id: "Q4", status: "by-hand", confirmedOn: "2026-11-25" });
    expect(stepOf(report, "Q2").confirmedOn).toBeUndefined();
  });
});

describe("the JSON", () => {
  it("has every step, with the codes of its findings", async () => {
    const fixture = new DoctorFixture();
    fixture.break("gateway", { path: "/cpro/factures/", status: 403, body: "empty" });
    const json = toJson(await fixture.examine(), "en") as { steps: Record<string, unknown>[] };
    expect(json).toMatchObject({ environment: "qualif", ready: false });
    expect(json.steps.map(({ id }) => id)).toEqual(GUIDE.qualif.map(({ id }) => id));
    expect(json.steps[2]).toMatchObject({
      id: "Q3",
      status: "missing",
      owner: "piste-portal",
      codes: ["api-not-selected"],
      cause: expect.stringMatching(/^3 of 4 APIs let the application in; Factures missing: probably not selected/),
    });
    expect(json.steps[0]).toMatchObject({ id: "Q1", status: "done", owner: null, codes: [], cause: null });
  });

  it.each([
    [
      "wrong password",
      (c: DoctorFixture) => c.aws.put(c.secretOf(), { ...accountOf("default"), password: "canary-w" }),
    ],
    [
      "wrong client",
      (c: DoctorFixture) =>
        c.aws.put(c.application.description.clientSecret, { client_id: "canary-a", client_secret: "canary-b" }),
    ],
    ["malformed client", (c: DoctorFixture) => c.aws.put(c.application.description.clientSecret, "canary-not-json")],
    ["malformed account", (c: DoctorFixture) => c.aws.put(c.secretOf(), '{"login":"canary-login"}')],
    ["malformed token", (c: DoctorFixture) => c.aws.put(c.application.description.tokenSecret, "canary-token")],
    ["all well", () => undefined],
  ])("holds no secret, nor does the report: %s", async (_, change) => {
    const fixture = new DoctorFixture();
    change(fixture);
    const report = JSON.stringify(await fixture.examine());
    expect(report).not.toMatch(/canary|TECH_\d/);
    expect(report).not.toContain(CLIENT.client_id);
    const token = (await fixture.aws.read(fixture.application.description.tokenSecret))?.value ?? "{}";
    for (const value of Object.values(JSON.parse(token.startsWith("{") ? token : "{}") as Record<string, unknown>)) {
      if (typeof value === "string" && value.length > 20) expect(report).not.toContain(value);
    }
  });
});

describe("several applications", () => {
  const both = (): DoctorFixture => {
    const fixture = new DoctorFixture();
    const other = fixture.aws.deploy({ environment: "qualif", name: "droit", apis: ["legifrance"] });
    fixture.aws.put(other.description.clientSecret, CLIENT);
    return fixture;
  };

  it("are all checked, and ready if all are", async () => {
    const report = await both().examine();
    expect(report.applications.map(({ name }) => name)).toEqual(["chorus-pro", "droit"]);
    expect(report.ready).toBe(true);
    expect(stepOf(report, "Q5").status).toBe("done");
  });

  it("fail the step in which one fails; it is named there and in the command", async () => {
    const fixture = both();
    fixture.aws.put("piste/qualif/droit/client", { client_id: "x", client_secret: "y" });
    const report = await fixture.examine();
    expect(failedSteps(report)).toEqual(["Q7 missing operator"]);
    expect(stepOf(report, "Q7").cause?.en).toMatch(/^droit: PISTE refuses the client id/);
    expect(stepOf(report, "Q7").next?.en).toContain("`npx piste credentials set qualif client --application droit`");
    expect(stepOf(report, "Q1").status).toBe("not-reached");
    expect(stepOf(report, "Q6").status).toBe("done");
  });

  it("are confirmed separately, except in shared steps", async () => {
    const fixture = both();
    delete fixture.application.description.pisteApplicationName;
    const confirmed = async (days: Confirmed): Promise<unknown> => {
      const { status, confirmedOn, next } = stepOf(await fixture.examine({ confirmed: days }), "Q2");
      return [status, confirmedOn, next?.en];
    };
    const command = (application = ""): string =>
      `Once it is done: \`npx piste doctor qualif${application} --confirm Q2\`.`;
    expect(await confirmed({})).toEqual(["by-hand", undefined, command()]);
    expect(await confirmed({ Q2: { droit: "2026-11-25" } })).toEqual([
      "by-hand",
      undefined,
      command(" --application chorus-pro"),
    ]);
    expect(await confirmed({ Q2: { droit: "2026-11-25", "chorus-pro": "2026-11-26" } })).toEqual([
      "by-hand",
      "2026-11-26",
      undefined,
    ]);
    expect(await confirmed({ Q2: "2026-11-25" })).toEqual(["by-hand", "2026-11-25", undefined]);
    const one = await fixture.examine({ application: "droit" });
    expect(stepOf(one, "Q2").next?.en).toBe(command(" --application droit"));
  });

  it("are narrowed to the named one", async () => {
    const fixture = both();
    fixture.aws.put("piste/qualif/droit/client", { client_id: "x", client_secret: "y" });
    const report = await fixture.examine({ application: "chorus-pro" });
    expect(report.applications.map(({ name }) => name)).toEqual(["chorus-pro"]);
    expect(report.ready).toBe(true);
  });

  it("cause a usage error for an unknown name", async () => {
    await expect(both().examine({ application: "chorus" })).rejects.toMatchObject({
      owner: "operator",
      text: { en: expect.stringContaining('no application "chorus" in qualif. Known: chorus-pro, droit') },
    });
  });
});

describe("several accounts", () => {
  const ACCOUNTS = ["default", "client-a", "client-bb"];

  it("are counted, and a wrong one hides no other", async () => {
    const fixture = new DoctorFixture({ accounts: ACCOUNTS });
    fixture.aws.put(fixture.secretOf("client-a"), { ...accountOf("client-a"), password: "canary-wrong" });
    const report = await fixture.examine();
    expect(failedSteps(report)).toEqual(["Q6 missing chorus-pro"]);
    expect(stepOf(report, "Q6").cause?.en).toMatch(/^1 of 3 accounts \(client-a\): Chorus Pro refuses/);
    expect(stepOf(report, "Q6").cause?.fr).toMatch(/^1 compte sur 3 \(client-a\) : Chorus Pro refuse/);
    expect(stepOf(report, "Q6").next?.en).toContain("technical-account --account client-a`");
    expect(stepOf(report, "Q5")).toMatchObject({ status: "not-seen-yet", cause: { en: "2 of 3 accounts." } });
    expect(fixture.timesSent(accountOf("client-bb"))).toBe(4);
  });

  it("with the same fault share one sentence", async () => {
    const fixture = new DoctorFixture({ accounts: [...ACCOUNTS, "client-ccc", "client-dddd"] });
    for (const { secret, name } of fixture.application.accounts.slice(1)) {
      fixture.aws.put(secret, { ...accountOf(name), password: "canary-wrong" });
    }
    const { cause } = stepOf(await fixture.examine(), "Q6");
    expect(cause?.en).toMatch(/^4 of 5 accounts \(client-a, client-bb, client-ccc and 1 more\): Chorus Pro refuses/);
    expect(cause?.en.match(/Chorus Pro refuses/g)).toHaveLength(1);
  });

  it("lead to `wait` if one gets no clear answer, even if the API accepted another", async () => {
    const fixture = new DoctorFixture({ accounts: ACCOUNTS });
    const { login } = accountOf("client-bb");
    fixture.break("api", { path: "/cpro/factures/", login, status: 500 });
    const report = await fixture.examine();
    expect(open(report)).toEqual(["Q7 not-seen-yet wait"]);
    expect(stepOf(report, "Q7").cause?.en).toContain("Factures (status 500)");
  });

  it("are tried next if the first gets no clear answer", async () => {
    const fixture = new DoctorFixture({ accounts: ACCOUNTS });
    fixture.break("api", { path: "/cpro/factures/", login: LOGIN, status: 500 });
    expect(open(await fixture.examine())).toEqual(["Q7 not-seen-yet wait"]);
  });

  it("are tried next if the first is wrong", async () => {
    const fixture = new DoctorFixture({ accounts: ACCOUNTS });
    fixture.aws.put(fixture.secretOf("default"), { ...accountOf("default"), password: "canary-wrong" });
    const report = await fixture.examine();
    expect(stepOf(report, "Q3").status).toBe("done");
    expect(failedSteps(report)).toEqual(["Q6 missing chorus-pro"]);
  });
});
