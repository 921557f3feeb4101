import { describe, expect, it } from "@jest/globals";
import { accountOf, failedSteps, configured, DoctorFixture, LOGIN, open, SIRET, stepOf } from "./fixture";

const prod = (more: ConstructorParameters<typeof DoctorFixture>[0] = {}): DoctorFixture =>
  new DoctorFixture({ environment: "prod", ...more });

/** Adds qualif in the same AWS account and region. */
function withQualif(fixture: DoctorFixture, login: string, identifier = "12345678901234"): void {
  const { accounts } = fixture.aws.deploy({
    environment: "qualif",
    name: "chorus-pro",
    technicalAccounts: [{ name: "matelas", structure: { identifier, identifierType: "SIRET" } }],
  });
  for (const { secret } of accounts) fixture.aws.put(secret, { login, password: "canary-qualif" });
}

describe("in production a made-up login", () => {
  it("is not sent without --probe if no account is stored; the step names the option", async () => {
    const fixture = prod({ accounts: [] });
    const report = await fixture.examine();
    expect(fixture.timesMadeUp()).toBe(0);
    expect(open(report)).toEqual(["P2 not-seen-yet", "P3 not-seen-yet", "P4 not-seen-yet", "P5 missing operator"]);
    expect(stepOf(report, "P2").next?.en).toBe(
      "It shows after P5: name the technical account in the configuration. Or `npx piste doctor prod --probe`, which sends a made-up login.",
    );
  });

  it("is sent with --probe", async () => {
    const fixture = prod({ accounts: [] });
    const report = await fixture.examine({ probe: true });
    expect(fixture.timesMadeUp()).toBe(4);
    expect(stepOf(report, "P2").status).toBe("done");
  });

  it("is not sent without --probe to explain a 403; the step names only that option", async () => {
    const fixture = prod();
    fixture.break("api", { path: "/cpro/", login: LOGIN, status: 403 });
    const report = await fixture.examine();
    expect(fixture.timesMadeUp()).toBe(0);
    expect(open(report)).toEqual(["P2 not-seen-yet operator", "P3 not-seen-yet", "P4 not-seen-yet", "P5 not-seen-yet"]);
    expect(stepOf(report, "P2").next?.en).toContain("`npx piste doctor prod --probe`");
    expect(stepOf(report, "P4").next?.en).toBe("It shows after P2: the call with a made-up login (`--probe`).");
  });

  it("shows with --probe a missing raccordement; the space comes first", async () => {
    const fixture = prod();
    fixture.break("api", { path: "/cpro/", login: LOGIN, status: 403 });
    const report = await fixture.examine({ probe: true });
    expect(open(report)).toEqual(["P3 not-seen-yet", "P4 missing chorus-pro", "P5 not-seen-yet"]);
    expect(stepOf(report, "P3").next?.en).toContain("Check it before P4");
    expect(stepOf(report, "P4").next?.en).toMatch(/^Check P3 first\. https:\/\/portail/);
  });

  it("shows with --probe an API that is not selected", async () => {
    const fixture = prod();
    fixture.break("gateway", { path: "/cpro/structures/", status: 403, body: "empty" });
    const report = await fixture.examine({ probe: true });
    expect(open(report)).toEqual(["P2 missing piste-portal", "P5 not-seen-yet"]);
    expect(stepOf(report, "P2").cause?.en).toMatch(/^3 of 4 APIs let the application in; Structures missing/);
  });

  it("is not sent if the gateway itself reports a missing scope", async () => {
    const fixture = prod({ configuration: { scope: "resource.READ" } });
    const report = await fixture.examine();
    expect(failedSteps(report)).toEqual(["P5 missing operator"]);
    expect(fixture.timesMadeUp()).toBe(0);
  });

  it("is not sent if other calls of the account succeed", async () => {
    const fixture = prod();
    fixture.break("gateway", { path: "/cpro/factures/", status: 403, body: "empty" });
    const report = await fixture.examine();
    expect(fixture.timesMadeUp()).toBe(0);
    expect(open(report)).toEqual(["P2 not-seen-yet operator", "P3 not-seen-yet", "P4 not-seen-yet", "P5 not-seen-yet"]);
  });
});

describe("in production the steps", () => {
  it("blame the account for a wrong password, and leave space and raccordement not seen", async () => {
    const fixture = prod();
    fixture.aws.put(fixture.secretOf(), { login: LOGIN, password: "canary-wrong" });
    const report = await fixture.examine();
    expect(open(report)).toEqual(["P2 not-seen-yet", "P3 not-seen-yet", "P4 not-seen-yet", "P5 missing chorus-pro"]);
    expect(stepOf(report, "P4").next?.en).toBe("It shows after P5: an account that Chorus Pro accepts.");
  });

  it("blame the space for a missing habilitation if the raccordement exists", async () => {
    const fixture = prod();
    fixture.break("api", { path: "/cpro/factures/", codeRetour: 20003 });
    const report = await fixture.examine();
    expect(open(report)).toEqual(["P3 missing chorus-pro", "P5 not-seen-yet"]);
    expect(stepOf(report, "P4").status).toBe("done");
  });

  it("blame the stored value for another structure's account", async () => {
    const fixture = prod();
    const others = { login: "TECH_7_99999999900010@cpro.fr", password: "canary-o" };
    fixture.aws.put(fixture.secretOf(), others);
    fixture.aws.piste.platform.addAccount(others);
    fixture.break("api", { path: "/cpro/", login: others.login, status: 403 });
    const report = await fixture.examine({ probe: true });
    expect(failedSteps(report)).toEqual(["P5 missing operator"]);
    expect(open(report)).toEqual(["P3 not-seen-yet", "P4 not-seen-yet", "P5 missing operator"]);
  });

  it("leave an application's name that is not recorded to be confirmed", async () => {
    const report = await prod({ configuration: { pisteApplicationName: undefined } }).examine();
    expect(stepOf(report, "P1").status).toBe("by-hand");
    expect(report.ready).toBe(true);
  });
});

describe("an account that equals qualif's", () => {
  it("in its login is not sent, and must be stored again", async () => {
    const fixture = prod();
    withQualif(fixture, LOGIN);
    const report = await fixture.examine();
    expect(failedSteps(report)).toEqual(["P5 missing operator"]);
    expect(stepOf(report, "P5").cause?.en).toContain("the login of an account of qualif");
    expect(fixture.timesSent({ login: LOGIN })).toBe(0);
  });

  it("in its structure causes a note", async () => {
    const fixture = prod();
    withQualif(fixture, "TECH_9_12345678901234@cpro.fr", SIRET);
    await fixture.tick();
    const report = await fixture.examine();
    expect(report.ready).toBe(true);
    expect(report.notes.map(({ en }) => en)).toEqual([
      expect.stringContaining(`${SIRET} of the account default is also one of qualif`),
    ]);
  });

  it("in neither causes no note", async () => {
    const fixture = prod();
    withQualif(fixture, "TECH_9_12345678901234@cpro.fr");
    await fixture.tick();
    const report = await fixture.examine();
    expect(report.ready).toBe(true);
    expect(report.notes).toEqual([]);
  });

  it.each(["applications", "secrets"])("is not looked for without the right to read: %s", async (what) => {
    const fixture = prod();
    withQualif(fixture, LOGIN, SIRET);
    if (what === "applications") fixture.aws.refuse("ssm:GetParametersByPath", "AccessDeniedException", "no", "qualif");
    else {
      const secret = "piste/qualif/chorus-pro/technical-account/matelas";
      fixture.aws.refuse("secretsmanager:GetSecretValue", "AccessDeniedException", "no", secret);
    }
    await fixture.tick();
    expect((await fixture.examine()).ready).toBe(true);
  });

  it("is not looked for in qualif itself", async () => {
    const fixture = new DoctorFixture();
    fixture.aws.deploy({ environment: "prod", name: "chorus-pro", technicalAccounts: [configured("default")] });
    fixture.aws.put("piste/prod/chorus-pro/technical-account/default", accountOf("default"));
    await fixture.examine();
    expect(fixture.aws.done.join()).not.toContain("piste/prod");
  });
});
