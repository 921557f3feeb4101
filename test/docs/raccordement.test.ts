/** docs/raccordement.md says what the guide's data and the doctor's table say, and shows commands that exist. */
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { describe, expect, it } from "@jest/globals";
import { PLATFORMS } from "../../piste/environments";
import { GUIDE, GUIDE_LINKS, PORTALS } from "../../piste/guide";
import { EXIT_CODES } from "../../cli/command/failure";
import { writeBlocks } from "../../scripts/docs/blocks";
import { anchorOf, headingOf, markdown, raccordementBlocks } from "../../scripts/docs/raccordement";
import { CONFIRMATIONS_FILE } from "../../cli/doctor/report";
import { exampleOf, FINDING_CODES, type FindingCode } from "../../cli/doctor/findings";

const ROOT = path.resolve(__dirname, "..", "..");
const page = readFileSync(path.join(ROOT, "docs", "raccordement.md"), "utf8");

const STEPS = PLATFORMS.flatMap((environment) => GUIDE[environment]);

const headings = [...page.matchAll(/^#{2,4} .*$/gm)].map(([heading]) => heading);

/** From the step's heading to the next. */
function sectionOf(id: string): string {
  const [, section = ""] = page.split(new RegExp(`^### ${id} .*$`, "m"));
  return section.split(/^#{2,3} /m)[0] ?? "";
}

describe("docs/raccordement.md", () => {
  it("says what the guide and the doctor say (`npm run docs -- --only raccordement` writes it)", () => {
    expect(page).toBe(writeBlocks(page, raccordementBlocks()));
  });

  it("has a heading for every step, once and in order", () => {
    expect(headings.filter((heading) => /\b[QP]\d\b/.test(heading))).toEqual(STEPS.map(headingOf));
  });

  it("links each step's row to its heading", () => {
    for (const step of STEPS) expect(page).toContain(`| [${step.id}](#${anchorOf(step)}) |`);
    const title = { en: "", fr: "Espace « Raccordements EDI et API », à part" };
    expect(anchorOf({ id: "P3", title })).toBe("p3--espace--raccordements-edi-et-api--à-part");
  });

  it("has all fields of the official guide's forms", () => {
    const fields = {
      Q1: ["Nom de l'organisation", "Universelle", "Email"],
      Q5: ["Structure", "Nom de l'application", "Type d'utilisation", "Information du contact technique"],
      P1: ["Nom de l'application", "Email", "Le responsable de l'application", "Information sur la structure", "SIRET"],
      P4: ["Structure", "Nom de l'application", "Type d'utilisation", "Information du contact technique"],
    };
    for (const [id, words] of Object.entries(fields)) {
      const section = sectionOf(id);
      expect([id, words.filter((word) => !section.includes(word))]).toEqual([id, []]);
    }
  });

  it("has the official guide's preconditions of both raccordements", () => {
    expect(sectionOf("Q5")).toMatch(/\*\*Il faut avant :\*\* .*SANDBOX.*matelas/);
    expect(sectionOf("P4")).toMatch(/\*\*Il faut avant :\*\* .*application de production.*espace.*habilitations/);
  });

  it("says of every step what the doctor says before and after", () => {
    for (const { id } of STEPS) {
      expect(sectionOf(id)).toMatch(/^\| avant \| \*\*.+$/m);
      expect(sectionOf(id)).toMatch(/^\| après \| \*\*(fait|confirmé)\*\* \|/m);
    }
  });

  it("has everything that the doctor can find", () => {
    const missing = FINDING_CODES.filter((code) =>
      PLATFORMS.map((environment) => exampleOf(code, environment)).every(
        ({ cause, next }) => ![cause, next].every((text) => page.includes(markdown(text.fr))),
      ),
    );
    expect(missing).toEqual([]);
  });

  it("has at each step of a portal, in each environment, what the doctor finds there", () => {
    const onlyInProd: readonly FindingCode[] = ["account-same-as-qualif", "probe-needed"];
    for (const environment of PLATFORMS) {
      const found = FINDING_CODES.filter((code) => environment === "prod" || !onlyInProd.includes(code))
        .map((code) => exampleOf(code, environment))
        .filter(({ step, layer }) => layer === "accounts" || !["Q7", "P5"].includes(step));
      expect(found.length).toBeGreaterThan(8);
      const absent = found.filter(({ step, cause, next }) =>
        [cause, next].some((text) => !sectionOf(step).includes(markdown(text.fr))),
      );
      expect(absent.map(({ code }) => code)).toEqual([]);
    }
    for (const { step, cause } of onlyInProd.map((code) => exampleOf(code, "qualif"))) {
      expect(sectionOf(step)).not.toContain(markdown(cause.fr));
    }
  });

  it("leads to the portals and to the official guide's pages, to all of them, and nowhere else", () => {
    const known = [PORTALS.piste, ...Object.values(PORTALS["chorus-pro"]), ...Object.values(GUIDE_LINKS)];
    const addresses = page.match(/https?:\/\/[^\s),;]*/g) ?? [];
    expect(new Set(addresses)).toEqual(new Set(known));
  });

  it("names the exit codes as they are", () => {
    const [, list = ""] = /code de retour dit à qui c'est\s+\(([^)]*)\)/.exec(page) ?? [];
    const words = {
      prêt: "ready",
      "un défaut": "bug",
      vous: "input",
      "un portail": "portal",
      attendre: "wait",
      AWS: "aws",
    };
    const said = Object.fromEntries(
      list.split(/\s*;\s*/).map((part) => {
        const [code = "", word = ""] = part.split(/\s*:\s*/);
        return [words[word as keyof typeof words], Number(code)];
      }),
    );
    expect(said).toEqual(EXIT_CODES);
  });

  it("names the file of confirmations", () => {
    expect(page).toContain(`\`${CONFIRMATIONS_FILE}\``);
  });

  it("has a part for each thing that a team meets later", () => {
    for (const heading of [
      "Avant de commencer",
      "Plusieurs structures",
      "Renouveler un mot de passe",
      "Réinitialiser le secret client sans interruption",
      "Ce que personne ne peut automatiser",
      "Où trouver chaque valeur",
      "Les pièges",
    ]) {
      expect(headings).toContain(`## ${heading}`);
    }
  });

  it("is linked from both READMEs", () => {
    for (const readme of ["README.md", "README.fr.md"]) {
      expect(readFileSync(path.join(ROOT, readme), "utf8")).toContain("](docs/raccordement.md)");
    }
  });
});
