import { describe, expect, it } from "@jest/globals";
import { accountOf, failedSteps, configured, DoctorFixture, LOGIN, open, SIRET, stepOf } from "./fixture";

const prod = (more: ConstructorParameters<typeof DoctorFixture>[0] = {}): DoctorFixture =>
  new DoctorFixture({ environment: "prod", ...more });

/** Adds qualif in the same AWS account and region. */
function withQualif(consultation: DoctorFixture, login: string, identifier = "12345678901234"): void {
  const { accounts } = consultation.aws.deploy({
    environment: "qualif",
    name: "chorus-pro",
    technicalAccounts: [{ name: "matelas", structure: { identifier, identifierType: "SIRET" } }],
  });
  for (const { secret } of accounts) consultation.aws.put(secret, { login, password: "canary-qualif" });
}

describe("in production a made-up login", () => {
  it("is not sent without --probe if no account is stored; the step names the option", async () => {
    const consultation = prod({ accounts: [] });
    const report = await consultation.examine();
    expect(consultation.timesMadeUp()).toBe(0);
    expect(open(report)).toEqual(["P2 not-seen-yet", "P3 not-seen-yet", "P4 not-seen-yet", "P5 missing operator"]);
    expect(stepOf(report, "P2").next?.en).toBe(
      "It shows after P5: name the technical account in the configuration. Or `npx piste doctor prod --probe`, which sends a made-up login.",
    );
  });

  it("is sent with --probe", async () => {
    const consultation = prod({ accounts: [] });
    const report = await consultation.examine({ probe: true });
    expect(consultation.timesMadeUp()).toBe(4);
    expect(stepOf(report, "P2").status).toBe("done");
  });

  it("is not sent without --probe to explain a 403; the step names only that option", async () => {
    const consultation = prod();
    consultation.break("api", { path: "/cpro/", login: LOGIN, status: 403 });
    const report = await consultation.examine();
    expect(consultation.timesMadeUp()).toBe(0);
    expect(open(report)).toEqual(["P2 not-seen-yet operator", "P3 not-seen-yet", "P4 not-seen-yet", "P5 not-seen-yet"]);
    expect(stepOf(report, "P2").next?.en).toContain("`npx piste doctor prod --probe`");
    expect(stepOf(report, "P4").next?.en).toBe("It shows after P2: the call with a made-up login (`--probe`).");
  });

  it("shows with --probe a missing raccordement; the space comes first", async () => {
    const consultation = prod();
    consultation.break("api", { path: "/cpro/", login: LOGIN, status: 403 });
    const report = await consultation.examine({ probe: true });
    expect(open(report)).toEqual(["P3 not-seen-yet", "P4 missing chorus-pro", "P5 not-seen-yet"]);
    expect(stepOf(report, "P3").next?.en).toContain("Check it before P4");
    expect(stepOf(report, "P4").next?.en).toMatch(/^Check P3 first\. https:\/\/portail/);
  });

  it("shows with --probe an API that is not selected", async () => {
    const consultation = prod();
    consultation.break("gateway", { path: "/cpro/structures/", status: 403, body: "empty" });
    const report = await consultation.examine({ probe: true });
    expect(open(report)).toEqual(["P2 missing piste-portal", "P5 not-seen-yet"]);
    expect(stepOf(report, "P2").cause?.en).toMatch(/^3 of 4 APIs let the application in; Structures missing/);
  });

  it("is not sent if the gateway itself reports a missing scope", async () => {
    const consultation = prod({ configuration: { scope: "resource.READ" } });
    const report = await consultation.examine();
    expect(failedSteps(report)).toEqual(["P5 missing operator"]);
    expect(consultation.timesMadeUp()).toBe(0);
  });

  it("is not sent if other calls of the account succeed", async () => {
    const consultation = prod();
    consultation.break("gateway", { path: "/cpro/factures/", status: 403, body: "empty" });
    const report = await consultation.examine();
    expect(consultation.timesMadeUp()).toBe(0);
    expect(open(report)).toEqual(["P2 not-seen-yet operator", "P3 not-seen-yet", "P4 not-seen-yet", "P5 not-seen-yet"]);
  });
});

describe("in production the steps", () => {
  it("blame the account for a wrong password, and leave space and raccordement not seen", async () => {
    const consultation = prod();
    consultation.aws.put(consultation.secretOf(), { login: LOGIN, password: "canary-wrong" });
    const report = await consultation.examine();
    expect(open(report)).toEqual(["P2 not-seen-yet", "P3 not-seen-yet", "P4 not-seen-yet", "P5 missing chorus-pro"]);
    expect(stepOf(report, "P4").next?.en).toBe("It shows after P5: an account that Chorus Pro accepts.");
  });

  it("blame the space for a missing habilitation if the raccordement exists", async () => {
    const consultation = prod();
    consultation.break("api", { path: "/cpro/factures/", codeRetour: 20003 });
    const report = await consultation.examine();
    expect(open(report)).toEqual(["P3 missing chorus-pro", "P5 not-seen-yet"]);
    expect(stepOf(report, "P4").status).toBe("done");
  });

  it("blame the stored value for another structure's account", async () => {
    const consultation = prod();
    const others = { login: "TECH_7_99999999900010@cpro.fr", password: "canary-o" };
    consultation.aws.put(consultation.secretOf(), others);
    consultation.aws.piste.platform.addAccount(others);
    consultation.break("api", { path: "/cpro/", login: others.login, status: 403 });
    const report = await consultation.examine({ probe: true });
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
    const consultation = prod();
    withQualif(consultation, LOGIN);
    const report = await consultation.examine();
    expect(failedSteps(report)).toEqual(["P5 missing operator"]);
    expect(stepOf(report, "P5").cause?.en).toContain("the login of an account of qualif");
    expect(consultation.timesSent({ login: LOGIN })).toBe(0);
  });

  it("in its structure causes a note", async () => {
    const consultation = prod();
    withQualif(consultation, "TECH_9_12345678901234@cpro.fr", SIRET);
    await consultation.tick();
    const report = await consultation.examine();
    expect(report.ready).toBe(true);
    expect(report.notes.map(({ en }) => en)).toEqual([
      expect.stringContaining(`${SIRET} of the account default is also one of qualif`),
    ]);
  });

  it("in nothing causes no note", async () => {
    const consultation = prod();
    withQualif(consultation, "TECH_9_12345678901234@cpro.fr");
    await consultation.tick();
    const report = await consultation.examine();
    expect(report.ready).toBe(true);
    expect(report.notes).toEqual([]);
  });

  it.each(["applications", "secrets"])("is not searched without the right to read: %s", async (what) => {
    const consultation = prod();
    withQualif(consultation, LOGIN, SIRET);
    if (what === "applications")
      consultation.aws.refuse("ssm:GetParametersByPath", "AccessDeniedException", "no", "qualif");
    else {
      const secret = "piste/qualif/chorus-pro/technical-account/matelas";
      consultation.aws.refuse("secretsmanager:GetSecretValue", "AccessDeniedException", "no", secret);
    }
    await consultation.tick();
    expect((await consultation.examine()).ready).toBe(true);
  });

  it("is not searched in qualif itself", async () => {
    const consultation = new DoctorFixture();
    consultation.aws.deploy({ environment: "prod", name: "chorus-pro", technicalAccounts: [configured("default")] });
    consultation.aws.put("piste/prod/chorus-pro/technical-account/default", accountOf("default"));
    await consultation.examine();
    expect(consultation.aws.done.join()).not.toContain("piste/prod");
  });
});
