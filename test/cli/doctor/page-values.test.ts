import { describe, expect, it } from "@jest/globals";
import type { GuideStepId } from "../../../piste/guide";
import type { Language } from "../../../piste/language";
import type { ApplicationReport, DoctorReport, PasswordReport } from "../../../cli/doctor/report";
import { accountOf, applicationOf, only, plainOf, read, reportOf, stepOf, STRUCTURE } from "./page-fixture";
import { elementsOf, named, ofClass, textOf, type Element } from "./read-html";
import { DoctorFixture, SIRET } from "./fixture";

const NAME = "APP_SANDBOX_equipe@exemple.fr";
const ALL = applicationOf("chorus-pro", {
  pisteApplicationName: NAME,
  accounts: [accountOf("default", { usageType: "Dépôt de factures", technicalContact: "equipe@exemple.fr" })],
});

const withApplications = (environment: "qualif" | "prod", ...applications: ApplicationReport[]): DoctorReport =>
  reportOf(environment, { applications });

/** A form's values by field label. */
function fieldsOf(report: DoctorReport, id: GuideStepId, language: Language = "fr"): Record<string, string> {
  const rows = elementsOf(only(stepOf(read(report, language), id), ofClass("form")), named("div"));
  return Object.fromEntries(rows.map((row) => [plainOf(only(row, named("dt"))), plainOf(only(row, named("dd")))]));
}

const valuesIn = (element: Element): string[] => elementsOf(element, named("kbd")).map((value) => textOf(value));

describe("the forms on the page", () => {
  it("hold the configured values, each selectable as a whole", () => {
    const fields = fieldsOf(withApplications("qualif", ALL), "Q5");
    expect(fields["Structure"]).toMatch(new RegExp(`^SIRET ${STRUCTURE.identifier} celle du matelas`));
    expect(fields["Nom de l'application"]).toMatch(/^APP_SANDBOX_equipe@exemple\.fr celui de/);
    expect(fields["Type d'utilisation"]).toMatch(/^Dépôt de factures un intitulé/);
    expect(fields["Information du contact technique"]).toMatch(/^equipe@exemple\.fr /);
    expect(valuesIn(stepOf(read(withApplications("qualif", ALL)), "Q5"))).toEqual([
      STRUCTURE.identifier,
      NAME,
      "Dépôt de factures",
      "equipe@exemple.fr",
    ]);
    const inProd = fieldsOf(withApplications("prod", ALL), "P1", "en");
    expect(inProd["Nom de l'application"]).toMatch(/^APP_SANDBOX_equipe@exemple\.fr unique/);
    expect(inProd["Information sur la structure"]).toMatch(/^SIRET 73282932000074 /);
    expect(fieldsOf(withApplications("prod", ALL), "P4")["Type d'utilisation"]).toMatch(/^Dépôt de factures /);
  });

  it("ask for values that the configuration lacks", () => {
    const report = withApplications("qualif", applicationOf("chorus-pro"));
    const fields = fieldsOf(report, "Q5");
    expect(fields["Type d'utilisation"]).toMatch(/^un intitulé .* \(à dire à l'équipe technique\)$/);
    expect(fields["Nom de l'application"]).toContain("(à dire à l'équipe technique)");
    expect(fields["Structure"]).not.toContain("à dire");
    expect(plainOf(stepOf(read(withApplications("qualif", ALL)), "Q5"))).not.toContain("à dire");
  });

  it("do not mention the configuration if none was found", () => {
    const step = stepOf(read(withApplications("qualif")), "Q5");
    expect(textOf(step)).not.toContain("configuration");
    expect(valuesIn(step)).toEqual([]);
  });

  it("have a named line for each account that differs", () => {
    const other = { identifier: "12345678900011", identifierType: "SIRET" };
    const two = withApplications(
      "qualif",
      applicationOf("facturation", {
        pisteApplicationName: "APP_SANDBOX_a@exemple.fr",
        accounts: [accountOf("client-a", { usageType: "Dépôt" }), accountOf("client-b", { structure: other })],
      }),
      applicationOf("paie", { pisteApplicationName: "APP_SANDBOX_b@exemple.fr" }),
    );
    const fields = fieldsOf(two, "Q5");
    expect(fields["Structure"]).toMatch(
      /^facturation, client-a : SIRET 73282932000074 facturation, client-b : SIRET 12345678900011 paie : SIRET 73282932000074 /,
    );
    expect(fields["Nom de l'application"]).toMatch(
      /^facturation : APP_SANDBOX_a@exemple.fr paie : APP_SANDBOX_b@exemple.fr /,
    );
    expect(fields["Type d'utilisation"]).toMatch(
      /^facturation, client-a : Dépôt facturation, client-b : \(à dire à l'équipe technique\) paie : \(à dire/,
    );
    const same = withApplications(
      "qualif",
      applicationOf("chorus-pro", {
        accounts: [accountOf("a", { usageType: "x" }), accountOf("b", { usageType: "x" })],
      }),
    );
    expect(fieldsOf(same, "Q5")["Type d'utilisation"]).toMatch(/^x un intitulé/);
  });

  it("of a raccordement leave out an application without technical accounts", () => {
    const other = applicationOf("droit", { pisteApplicationName: "APP_SANDBOX_droit@exemple.fr", accounts: [] });
    expect(fieldsOf(withApplications("qualif", ALL, other), "Q5")["Nom de l'application"]).toMatch(
      /^APP_SANDBOX_equipe@exemple\.fr celui de/,
    );
    expect(fieldsOf(withApplications("prod", ALL, other), "P4")["Nom de l'application"]).not.toContain("droit");
    // The form for the PISTE portal has it.
    expect(fieldsOf(withApplications("prod", ALL, other), "P1")["Nom de l'application"]).toContain(
      "droit : APP_SANDBOX_droit@exemple.fr",
    );
    // Without any account, the name is needed already.
    expect(fieldsOf(withApplications("qualif", other), "Q5")["Nom de l'application"]).toMatch(/^APP_SANDBOX_droit/);
  });

  it("come from the doctor's report", async () => {
    const fixture = new DoctorFixture();
    const step = stepOf(read(await fixture.examine()), "Q5");
    expect(valuesIn(step).slice(0, 2)).toEqual([SIRET, NAME]);
  });
});

describe("the head of the page", () => {
  it("names the environment, the PISTE application and the structure", () => {
    const facts = plainOf(only(read(withApplications("qualif", ALL)), named("header")));
    expect(facts).toContain("Environnement qualification Application déployée chorus-pro");
    expect(facts).toContain(`Application PISTE ${NAME} Structure SIRET 73282932000074 État au`);
  });

  it("names a few of many structures, each once", () => {
    const accounts = [1, 2, 3, 4, 5, 5].map((number) =>
      accountOf(`a${number}`, { structure: { identifier: `1000000000000${number}`, identifierType: "SIRET" } }),
    );
    const facts = plainOf(only(read(withApplications("prod", applicationOf("a", { accounts }))), named("header")));
    expect(facts).toMatch(/Structures SIRET 10000000000001 SIRET 10000000000002 SIRET 10000000000003 et 2 de plus/);
  });
});

describe("the progress on the page", () => {
  const open = { status: "not-seen-yet" } as const;

  it("is a number and a bar", () => {
    const root = read(reportOf("qualif", {}, { Q3: open, Q4: { status: "by-hand" }, Q5: open, Q6: open }));
    expect(plainOf(only(root, ofClass("verdict")))).toContain("Pas encore prêt : 3 étapes sur 7 sont constatées.");
    const { attributes } = only(root, named("progress"));
    expect(attributes).toMatchObject({ value: "3", max: "7", "aria-label": "3 étapes sur 7" });
    const english = read(reportOf("prod", {}, { P3: open, P4: open, P5: open, P2: open }), "en");
    expect(plainOf(only(english, ofClass("verdict")))).toContain("Not ready yet: 1 of 5 steps is seen to be done.");
  });

  it("is left out when a working environment is down", () => {
    const down = reportOf("qualif", { worked: {} }, { Q7: { ...open, owner: "wait" } });
    expect(elementsOf(read(down), named("progress"))).toEqual([]);
  });
});

describe("the card of a technical account's password", () => {
  const card = (password: PasswordReport | undefined, language: Language = "fr"): string => {
    const application = applicationOf("chorus-pro", { accounts: [accountOf("default", { password })] });
    return plainOf(only(read(withApplications("prod", application), language), ofClass("passwords")));
  };
  const GOOD: PasswordReport = { setOn: "2026-11-03", noted: true, renewBy: "2028-01-01", daysLeft: 403 };

  it("says when it was set, when it expires, who renews it and how", () => {
    const said = card(GOOD);
    expect(said).toContain("Défini le 3 novembre 2026");
    expect(said).toMatch(/À renouveler au plus tard le 1(er)? janvier 2028/);
    expect(said).toContain("Reste 403 jours");
    expect(said).toContain("tous les 424 jours");
    expect(said).toMatch(/Seul le gestionnaire principal .*second facteur .*\(P5\)/);
    expect(said).toContain("équipe technique");
    expect(card(GOOD, "en")).toMatch(/Set on 3 November 2026 .*1 January 2028 .*403 days/);
  });

  it("says how overdue it is, or that it expires soon", () => {
    expect(card({ ...GOOD, daysLeft: -12 })).toContain("Reste en retard de 12 jours");
    expect(card({ ...GOOD, daysLeft: 1 })).toContain("Reste 1 jour");
    expect(card({ ...GOOD, daysLeft: 0 })).toContain("Reste aujourd'hui, dernier jour");
  });

  it("says that the date is unknown, and which date counts instead", () => {
    expect(card({ ...GOOD, noted: false })).toContain("Enregistré le 3 novembre 2026");
    expect(card({ ...GOOD, noted: false })).toMatch(/n'a pas été noté.*indiquez la vraie date à l'équipe technique/);
    expect(card(GOOD)).not.toContain("noté");
    expect(card(undefined)).toContain("Mot de passe pas encore enregistré");
  });

  it("has a line for each account, the most urgent first, and is left out without accounts", () => {
    const accounts = [
      accountOf("late", { password: { ...GOOD, daysLeft: 300 } }),
      accountOf("soon", { password: { ...GOOD, daysLeft: 3 } }),
      accountOf("unknown"),
    ];
    const root = read(withApplications("prod", applicationOf("a", { accounts })));
    expect(elementsOf(root, ofClass("password")).map((each) => plainOf(each).split(" ")[1])).toEqual([
      "soon",
      "late",
      "unknown",
    ]);
    const none = read(withApplications("prod", applicationOf("a", { accounts: [] })));
    expect(elementsOf(none, ofClass("passwords"))).toEqual([]);
    expect(elementsOf(read(withApplications("prod")), ofClass("passwords"))).toEqual([]);
  });

  it("takes the date from the version's labels, never from its value", async () => {
    const fixture = new DoctorFixture();
    const [application] = (await fixture.examine()).applications;
    // The fixture's clock shows 2023-11-14.
    expect(application?.accounts[0]?.password).toEqual({
      setOn: "2023-11-13",
      noted: false,
      renewBy: "2025-01-10",
      daysLeft: 423,
    });
    expect(JSON.stringify(application)).not.toContain("canary");
    const empty = new DoctorFixture({ empty: true });
    expect((await empty.examine()).applications[0]?.accounts[0]?.password).toBeUndefined();
  });
});
