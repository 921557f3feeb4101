import { describe, expect, it } from "@jest/globals";
import { PLATFORMS } from "../../../piste/environments";
import { LANGUAGES } from "../../../piste/language";
import { FINDING_CODES, exampleOf } from "../../../cli/doctor/findings";
import { exitCodeOf, judge, type Evidence } from "../../../cli/doctor/judge";
import type { DoctorReport } from "../../../cli/doctor/report";
import { commandIn, show, type Terminal } from "../../../cli/doctor/show";
import { DoctorFixture } from "./fixture";

const PLAIN: Terminal = { language: "en", width: 80, unicode: false, colour: false };
const linesOf = (report: DoctorReport, terminal: Partial<Terminal> = {}): string[] =>
  show(report, { ...PLAIN, ...terminal }).split("\n");

const reportOf = (
  environment: "qualif" | "prod",
  evidence: Partial<Evidence>,
  more: Partial<DoctorReport> = {},
): DoctorReport => {
  const unseen = {
    name: "chorus-pro",
    pisteApplicationName: "APP_SANDBOX_a@b.fr",
    chorusPro: true,
    hasToken: true,
    apis: [],
    accounts: [],
    complete: false,
    found: [],
  };
  const steps = judge({ environment }, [{ ...unseen, ...evidence }]);
  return {
    environment,
    local: false,
    applications: [{ name: "chorus-pro", accounts: [] }],
    at: 0,
    ready: false,
    steps,
    layers: [],
    notes: [],
    ...more,
  };
};

describe("the report on a terminal", () => {
  it("has one line for each finished step, and says that the environment is ready", async () => {
    const fixture = new DoctorFixture();
    await fixture.tick();
    const report = await fixture.examine({ confirmed: { Q4: "2026-11-25" } });
    expect(linesOf(report)).toEqual([
      "qualif: chorus-pro",
      "",
      "+  Q1  done               PISTE account",
      "+  Q2  done               SANDBOX application",
      "+  Q3  done               APIs selected, CGU accepted",
      "?  Q4  confirmed          Qualification data set (on 25 November 2026)",
      "+  Q5  done               Raccordement",
      "+  Q6  done               Technical account",
      "+  Q7  done               Credentials stored, token refreshed, APIs called",
      "",
      "qualif is ready.",
    ]);
  });

  it("that is ready names the steps that a person still has to confirm", async () => {
    const fixture = new DoctorFixture({ configuration: { pisteApplicationName: undefined } });
    const report = await fixture.examine();
    expect(linesOf(report).at(-1)).toBe("qualif is ready. Still to be confirmed by a person: Q2, Q4.");
    expect(linesOf(report, { language: "fr" }).at(-1)).toBe(
      "qualif est prêt. Reste à confirmer par une personne : Q2, Q4.",
    );
    const confirmed = await fixture.examine({ confirmed: { Q2: "2026-11-25", Q4: "2026-11-25" } });
    expect(linesOf(confirmed).at(-1)).toBe("qualif is ready.");
  });

  it("has cause, observer, owner and next step, and ends with the first command to type", async () => {
    const fixture = new DoctorFixture();
    await fixture.tick();
    fixture.aws.put(fixture.application.description.clientSecret, { client_id: "a", client_secret: "b" });
    fixture.aws.clock.forward(3600);
    const lines = linesOf(await fixture.examine());
    const text = lines.join(" ").replace(/\s+/g, " ");
    expect(text).toContain("x Q7 missing Credentials stored, token refreshed, APIs called PISTE refuses");
    expect(text).toContain(
      "it never says which (seen from AWS). -> (configuration or credentials) Store the OAuth2 pair",
    );
    expect(lines.slice(-2)).toEqual([
      "Something stops it now: first Q7. To type:",
      "  npx piste credentials set qualif client",
    ]);
  });

  it.each(PLATFORMS.flatMap((environment) => LANGUAGES.map((language) => [environment, language] as const)))(
    "fits into 80 columns and, with one finding, into 24 lines: %s in %s",
    (environment, language) => {
      for (const code of FINDING_CODES) {
        const found = [exampleOf(code, environment)];
        for (const unicode of [true, false]) {
          const lines = linesOf(reportOf(environment, { found }), { language, unicode });
          // A longer command has a line of its own, to be copied whole.
          const prose = lines.filter((line) => !/^ *`[^`]*`[.;,]?$/.test(line));
          for (const line of prose) expect([code, line.length <= 80, line]).toEqual([code, true, line]);
          expect([code, lines.length <= 24, lines.length]).toEqual([code, true, lines.length]);
        }
      }
    },
  );

  it("ends with the names of the applications if there are several", () => {
    const closing = (...names: string[]): string[] => {
      const report = reportOf("qualif", { found: [exampleOf("client-empty", "qualif")] });
      const steps = report.steps.map((step) => ({
        ...step,
        begins: undefined,
        ...(step.owner && { applications: names }),
      }));
      return linesOf({ ...report, steps }).slice(-2);
    };
    expect(closing("chorus-pro", "droit")[0]).toBe("qualif is not ready: first Q7 (chorus-pro, droit). To type:");
    expect(closing("a", "b", "c", "d", "e")[0]).toBe("qualif is not ready: first Q7 (a, b, c and 2 more). To type:");
  });

  it("puts the waiting time before the command", () => {
    const report = reportOf("qualif", { found: [exampleOf("account-young", "qualif")] });
    expect(linesOf(report).slice(-2)).toEqual([
      "qualif is not ready yet: wait as said for Q6. Then type:",
      "  npx piste doctor qualif --force",
    ]);
  });

  it.each([
    ["qualif", "client-empty", "Q1", "https://piste.gouv.fr, « Inscription »"],
    ["prod", "client-empty", "P1", "https://piste.gouv.fr, Applications"],
    ["qualif", "not-deployed", "Q1", "https://piste.gouv.fr, « Inscription »"],
  ] as const)("sends a beginner to the portal first: %s, %s", (environment, code, step, where) => {
    const last = environment === "qualif" ? "Q7" : "P5";
    const report = reportOf(environment, { hasToken: false, found: [exampleOf(code, environment)] });
    const lines = linesOf(report);
    expect(lines.join(" ").replace(/\s+/g, " ")).toContain(`-> If nothing is set up yet, begin here: ${where}`);
    expect(lines.at(-2)).toBe(
      `${environment} is not ready: if nothing is set up yet, first ${step}; after it ${last}. To type:`,
    );
    expect(linesOf(report, { language: "fr" }).at(-2)).toBe(
      `${environment} n'est pas prêt : en partant de rien, d'abord ${step} ; ensuite ${last}. À taper :`,
    );
    expect(lines.at(-1)).toMatch(/^ {2}npx /);
    expect(exitCodeOf(report)).toBe(code === "client-empty" ? 2 : 5);
  });

  it.each([
    [
      "piste-down",
      { lastTokenAt: Date.parse("2026-11-30T12:05:00Z") },
      "its last token came on 30 Nov 2026, 13:05 (Paris time).",
    ],
    ["gateway-down", {}, "its token is valid."],
  ] as const)("says whether the environment worked before: %s", (code, worked, said) => {
    const report = reportOf("prod", { found: [exampleOf(code, "prod")] }, { worked });
    expect(linesOf(report).slice(-3)).toEqual([
      `prod worked before: ${said}`,
      "Something stops it now: wait as said for P5. Then type:",
      "  npx piste doctor prod",
    ]);
    const french = linesOf(report, { language: "fr", width: 200 });
    expect(french.at(-3)).toMatch(/^prod fonctionnait : son (dernier )?jeton/);
    expect(french.at(-2)).toBe("Quelque chose l'arrête : attendre comme indiqué pour P5. Puis tapez :");
  });

  it("says so for a finding with an owner too", () => {
    const report = reportOf("prod", { found: [exampleOf("secret-deleted", "prod")] }, { worked: {} });
    expect(linesOf(report).at(-2)).toBe("Something stops it now: first P5. To type:");
    expect(linesOf(report, { language: "fr" }).at(-2)).toBe("Quelque chose l'arrête : d'abord P5. À taper :");
  });

  it("says once what several steps wait for", () => {
    const text = linesOf(reportOf("qualif", { hasToken: false, found: [exampleOf("client-empty", "qualif")] })).join(
      "\n",
    );
    expect(text.match(/-> It shows after Q7: store the client credentials/g)).toHaveLength(1);
    expect(text.match(/not seen yet/g)).toHaveLength(5);
  });

  it("names the right portal", () => {
    const on = (code: "api-not-selected" | "raccordement-missing"): string =>
      linesOf(reportOf("prod", { found: [exampleOf(code, "prod")] }), { language: "fr" }).join("\n");
    expect(on("api-not-selected")).toContain("(sur le portail PISTE)");
    expect(on("raccordement-missing")).toContain("(sur le portail Chorus Pro)");
  });

  it("shows notes, and says that it is about the emulated AWS", () => {
    const notes = [{ en: "A note.", fr: "Une note." }];
    const report = reportOf("qualif", {}, { notes, local: true });
    expect(linesOf(report)[0]).toBe("qualif: chorus-pro (in the emulated AWS of this machine)");
    expect(linesOf(report, { language: "fr" })).toEqual(expect.arrayContaining(["À noter :", "  - Une note."]));
  });

  it("has colours only if requested, and then no backticks around commands", () => {
    const report = reportOf("qualif", { found: [exampleOf("client-empty", "qualif")] });
    expect(show(report, PLAIN)).not.toContain("\x1b");
    const coloured = show(report, { ...PLAIN, colour: true });
    expect(coloured).toContain("\x1b[1mnpx piste credentials set qualif client\x1b[0m");
    expect(coloured).not.toContain("`");
    // eslint-disable-next-line no-control-regex
    expect(coloured.replace(/\x1b\[\d+m/g, "")).toBe(show(report, PLAIN).replaceAll("`", ""));
  });

  it("has only ASCII symbols on a simple terminal", () => {
    const found = [exampleOf("client-empty", "qualif")];
    expect(linesOf(reportOf("qualif", { found })).join("")).toMatch(/^[\x20-\x7e«»éÉ]*$/);
    expect(linesOf(reportOf("qualif", { found }), { unicode: true }).join("")).toMatch(/✖.*→/);
  });
});

describe("a text", () => {
  it("has a first command", () => {
    const text = { en: "See `stacks/qualif.ts`, then `npx cdktf deploy qualif` or `npx other`.", fr: "" };
    expect(commandIn(text, "en")).toBe("npx cdktf deploy qualif");
    expect(commandIn(undefined, "en")).toBeUndefined();
  });
});
