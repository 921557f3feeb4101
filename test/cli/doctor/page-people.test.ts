import { describe, expect, it } from "@jest/globals";
import { ENVIRONMENTS } from "../../../piste/environments";
import { GUIDE, handsOf, headingText } from "../../../piste/guide";
import { LANGUAGES } from "../../../piste/language";
import { PARTIES } from "../../../piste/party";
import { exampleOf, FINDING_CODES } from "../../../cli/doctor/findings";
import { judge, type Evidence } from "../../../cli/doctor/judge";
import { forPortals } from "../../../cli/doctor/portal-text";
import { guideStep } from "../../../cli/doctor/labels";
import { isPortal, partyLabel } from "../../../cli/doctor/parties";
import type { DoctorReport } from "../../../cli/doctor/report";
import { accountOf, applicationOf, MIXED, only, plainOf, read, reportOf, stepOf, unfolded } from "./page-fixture";
import { elementsOf, named, ofClass, textOf, type Element } from "./read-html";

const EVIDENCE: Evidence = {
  name: "chorus-pro",
  pisteApplicationName: "APP_SANDBOX_a@b.fr",
  hasToken: false,
  apis: [],
  accounts: [],
  complete: false,
  found: [],
  probeCommand: "`npx piste doctor prod --probe`",
};

/** A page for each finding, in both languages. */
const PAGES = ENVIRONMENTS.flatMap((environment) =>
  FINDING_CODES.flatMap((code) =>
    LANGUAGES.map((language) => {
      const steps = judge({ environment }, [{ ...EVIDENCE, found: [exampleOf(code, environment)] }]);
      const report = { ...reportOf(environment), steps };
      return { name: `${code} in ${environment} in ${language}`, report, root: read(report, language) };
    }),
  ),
);

/** The technical team's part of a step at a portal. */
const isForTeam = ofClass("team");

function partsForPortals(root: Element, { environment }: DoctorReport): Element[] {
  const parties = elementsOf(root, ofClass("party")).filter((party) =>
    elementsOf(party, named("h3")).some(({ attributes }) => isPortal((attributes["id"] ?? "").slice(4))),
  );
  const steps = elementsOf(root, ofClass("step")).filter((step) => {
    const [how] = elementsOf(step, ofClass("how"));
    const guide = guideStep(how?.attributes["id"] as "Q1", environment);
    return handsOf(guide).some(({ actor }) => isPortal(actor));
  });
  return [only(root, named("header")), only(root, ofClass("verdict")), ...parties, ...steps];
}

function codeIn(element: Element): string[] {
  return element.children.flatMap((child) =>
    typeof child === "string" || isForTeam(child) ? [] : child.name === "code" ? [textOf(child)] : codeIn(child),
  );
}

/** Commands, and the configuration's files and names. */
const FOR_TEAM = /\bnpx\b|\baws [a-z]|stacks\/|--[a-z]|pisteApplicationName|technicalAccounts|\bapis\b|`/;

describe("the parts of the page for people at the portals", () => {
  it("hold no command and no name of the configuration, for any finding", () => {
    expect(PAGES.length).toBeGreaterThan(100);
    let seen = 0;
    for (const { name, report, root } of PAGES) {
      for (const part of partsForPortals(root, report)) {
        const said = textOf(part, isForTeam);
        seen += said.length;
        expect([name, FOR_TEAM.exec(said)?.[0]]).toEqual([name, undefined]);
        // Code there may be a portal's address or a name that it gives.
        const code = codeIn(part).filter((word) => !/^(APP_SANDBOX|TECH)_|\.gouv\.fr$/.test(word));
        expect([name, code]).toEqual([name, []]);
      }
    }
    expect(seen).toBeGreaterThan(100_000);
  });

  it.each([
    ["account-refused", "Q6", "Celui-ci n'est plus envoyé : des mots de passe faux bloquent probablement le compte."],
    ["api-not-selected", "Q3", "L'effet peut se faire attendre un moment."],
    ["raccordement-missing", "Q5", "faites le raccordement, avec le nom de l'application PISTE à la lettre."],
  ] as const)("say to tell the technical team, instead of the command for %s", (code, id, end) => {
    const steps = judge({ environment: "qualif" }, [{ ...EVIDENCE, found: [exampleOf(code, "qualif")] }]);
    const step = stepOf(read({ ...reportOf("qualif"), steps }), id);
    expect(plainOf(only(step, ofClass("next")))).toMatch(new RegExp(`${end.replace(/[.]/g, "\\.")}$`));
    expect(plainOf(only(step, ofClass("how")))).toMatch(/ C'est fait \? Prévenez l'équipe technique\.$/);
  });

  it("leave the commands to the technical team, and name it in other people's steps", () => {
    const steps = judge({ environment: "prod" }, [{ ...EVIDENCE, found: [exampleOf("probe-needed", "prod")] }]);
    const root = read({ ...reportOf("prod"), steps });
    expect(plainOf(only(stepOf(root, "P2"), isForTeam))).toMatch(
      /^Pour l'équipe technique : 403 de Factures.* npx piste doctor prod --probe fait cet appel : il dit si c'est P2 ou P4\.$/,
    );
    const own = elementsOf(stepOf(root, "P5"), ofClass("hand")).map((hand) => plainOf(hand));
    expect(own).toHaveLength(2);
    expect(own[0]).toMatch(/^le gestionnaire principal .* Demandez la création/);
    expect(own[0]).not.toContain("npx");
    expect(own[1]).toMatch(/^puis l'équipe technique.* npx cdktf deploy prod/);
  });

  it("say which address in the guide is not that of qualification", () => {
    const step = plainOf(stepOf(read(MIXED), "Q5"));
    expect(step).toContain("le portail de qualification est qualif.chorus-pro.gouv.fr");
    expect(step).not.toContain("À donner à l'équipe technique.");
  });

  it("say what to give to the technical team, not where the team writes it", () => {
    expect(plainOf(stepOf(read(MIXED), "Q2"))).toMatch(
      /adresse du compte>\. Donnez ce nom à l'équipe technique\. Ouvrez/,
    );
    expect(plainOf(stepOf(read(MIXED), "Q4"))).toMatch(/Donnez le SIRET à l'équipe technique\./);
    expect(plainOf(stepOf(read(reportOf("prod")), "P1"))).toMatch(/le demandera \(à dire à l'équipe technique\)/);
  });
});

describe("a text for people at the portals", () => {
  const cut = (text: string): string => forPortals({ en: text, fr: text }).en;

  it("loses from each sentence the first clause for the technical team, and all after it", () => {
    expect(cut("Do this; then `npx x; y. z`; then rest. Mind that.")).toBe("Do this. Mind that.");
    expect(cut("Do this ; puis `npx x`.")).toBe("Do this.");
    expect(cut("`npx x` looks. Wait")).toBe("Wait");
    expect(cut("Take it out of `apis` in stacks/prod.ts.")).toBe("");
    expect(cut("Look into stacks/prod.ts. Fine.")).toBe("Fine.");
  });

  it("stays unchanged without such a clause, even with names from the portals", () => {
    for (const same of [
      "On https://piste.gouv.fr, x; y. z!",
      "As `APP_SANDBOX_<e-mail>`, `TECH_1_2@cpro.fr`; `qualif.chorus-pro.gouv.fr`.",
      "The guide writes `chorus-pro.gouv.fr`.",
      "a ` b",
    ]) {
      expect(cut(same)).toBe(same === "a ` b" ? "" : same);
    }
  });
});

describe("the open steps of the page", () => {
  it("are those that somebody must do now", () => {
    expect(unfolded(read(MIXED))).toEqual(["Q3", "Q6", "Q7"]);
    const nothing = judge({ environment: "qualif" }, [{ ...EVIDENCE, found: [exampleOf("not-deployed", "qualif")] }]);
    expect(unfolded(read({ ...reportOf("qualif"), steps: nothing }))).toEqual(["Q1", "Q4", "Q7"]);
    expect(unfolded(read(reportOf("qualif", { ready: true })))).toEqual([]);
    expect(unfolded(read(reportOf("qualif", { ready: true }, { Q4: { status: "by-hand" } })))).toEqual(["Q4"]);
  });
});

/** People's names and the guide's headings, which may repeat. */
const NAMES = [
  ...PARTIES.flatMap((party) => ENVIRONMENTS.map((environment) => partyLabel(party, environment))).flatMap(
    ({ en, fr }) => [en, fr],
  ),
  ...Object.values(GUIDE).flatMap((steps) => steps.map(({ heading }) => headingText(heading))),
];

/** Splits at the ends of sentences and elements. */
function sentencesOf(root: Element): string[] {
  const block = (each: Element | string): string =>
    typeof each === "string"
      ? each
      : each.name === "style"
        ? ""
        : ["a", "code", "kbd", "span", "strong", "time", "wbr"].includes(each.name)
          ? each.children.map(block).join("")
          : `\n\n${each.children.map(block).join("")}\n\n`;
  return block(root)
    .split(/\s*\n\s*\n\s*|(?<=[.!?])\s+|\s+;\s+|;\s+/)
    .map((sentence) => sentence.replace(/\s+/g, " ").trim());
}

describe("the sentences of the page", () => {
  const often = (root: Element): string[] => {
    const all = sentencesOf(root).filter((sentence) => sentence.length > 40 && !NAMES.includes(sentence));
    expect(all.length).toBeGreaterThan(20);
    return [...new Set(all)].filter((one) => all.filter((each) => each === one).length > 2);
  };

  it("occur at most twice, for any finding", () => {
    for (const { name, root } of PAGES) expect([name, often(root)]).toEqual([name, []]);
  });

  it("occur at most twice, with nothing configured and with many accounts", () => {
    const applications = [
      applicationOf("a", { accounts: ["one", "two", "three", "four"].map((name) => accountOf(name)) }),
      applicationOf("b", { accounts: ["five", "six"].map((name) => accountOf(name)) }),
    ];
    for (const environment of ENVIRONMENTS) {
      for (const language of LANGUAGES)
        expect(often(read(reportOf(environment, { applications }), language))).toEqual([]);
    }
  });

  it("say once what several steps wait for", () => {
    const evidence = { ...EVIDENCE, found: [exampleOf("client-empty", "qualif")] };
    const steps = judge({ environment: "qualif" }, [evidence]);
    const said = plainOf(only(read({ ...reportOf("qualif"), steps }), ofClass("waiting")));
    expect(said).toMatch(
      /^Q2, Q3, Q5, Q6 : peut-être déjà faites.* Cela se verra après Q7 : enregistrer les identifiants/,
    );
  });
});

describe("the glossary of the page", () => {
  const words = (root: Element): string[] => {
    const [, glossary] = elementsOf(only(root, named("footer")), named("details"));
    return elementsOf(glossary ?? root, named("dt")).map((term) => textOf(term));
  };

  it("explains only the words that the page uses", () => {
    const all = words(read(MIXED));
    expect(all).toEqual(
      expect.arrayContaining(["PISTE", "API", "CGU", "SIRET", "matelas", "gestionnaire principal", "raccordement"]),
    );
    for (const { root } of PAGES) {
      const main = elementsOf(root, named("header", "main")).map(plainOf).join(" ").toLowerCase();
      for (const word of words(root)) {
        expect([
          word,
          word
            .toLowerCase()
            .split(", ")
            .some((one) => main.includes(one)),
        ]).toEqual([word, true]);
      }
    }
    expect(all).not.toContain("habilitation");
    expect(words(read(reportOf("prod")))).toEqual(expect.arrayContaining(["espace", "habilitation"]));
    expect(words(read(reportOf("prod")))).not.toContain("matelas");
  });
});
