import { describe, expect, it } from "@jest/globals";
import { ENVIRONMENTS } from "../../../piste/environments";
import type { GuideStepId } from "../../../piste/guide";
import { LANGUAGES } from "../../../piste/language";
import { exampleOf, FINDING_CODES } from "../../../cli/doctor/findings";
import { judge } from "../../../cli/doctor/judge";
import { PAPER } from "../../../cli/doctor/page-paper";
import { STYLE } from "../../../cli/doctor/page-style";
import type { DoctorReport } from "../../../cli/doctor/report";
import { accountOf, applicationOf, missing, only, plainOf, read, reportOf, stepOf, stepsFor } from "./page-fixture";
import { CLIENT, Portals } from "./portals";
import { elementsOf, named, ofClass, type Element } from "./read-html";

const NAME = "APP_SANDBOX_equipe@exemple.fr";
const PASSWORD = { setOn: "2026-11-03", noted: true, renewBy: "2028-01-01", daysLeft: 403 };
const STORED = [applicationOf("chorus-pro", { accounts: [accountOf("default", { password: PASSWORD })] })];
const GESTIONNAIRE = "À faire par le gestionnaire principal";
const TEAM = "À faire par l'équipe technique";

const lines = (root: Element, id: GuideStepId): string => plainOf(stepOf(root, id));
const verdictOf = (root: Element): string => plainOf(only(root, ofClass("verdict")));
const checks = (root: Element): string =>
  plainOf(only(root, ({ attributes }) => attributes["aria-labelledby"] === "layers"));
const partyOf = (root: Element, heading: string): string =>
  elementsOf(root, ofClass("party"))
    .map((party) => plainOf(party))
    .find((party) => party.startsWith(heading)) ?? "";

/** A report with nothing, with client credentials, or with an account without its raccordement. */
async function seen(environment: "qualif" | "prod", until: "nothing" | "client" | "account"): Promise<DoctorReport> {
  const portals = new Portals(environment);
  if (until === "nothing") return portals.examine();
  for (const step of ["application", "apis", "data", "space"] as const) portals.steps[step]();
  portals.storeClient(CLIENT);
  if (until === "account") {
    portals.steps.account();
    portals.storeAccount();
  }
  return portals.examine();
}

describe("a reader of the page", () => {
  it("learns the address of qualification, and sees no empty list of values to hand over", () => {
    expect(lines(read(reportOf("qualif")), "Q5")).toContain(
      "Le guide écrit chorus-pro.gouv.fr, qui est la production : le portail de qualification est qualif.chorus-pro.gouv.fr.",
    );
    for (const environment of ENVIRONMENTS) {
      expect(plainOf(read(reportOf(environment)))).not.toContain("À donner à l'équipe technique");
    }
  });

  it.each([
    ["qualif", "Q2", "Q7"],
    ["prod", "P1", "P5"],
  ] as const)("is told in %s, at %s, to hand over the pair for %s in a safe way", (environment, id, store) => {
    const root = read(reportOf(environment));
    expect(lines(root, id)).toMatch(
      /« OAuth Credentials » .*identifiant client et le secret client à l'équipe technique, par un moyen sûr convenu avec elle .*jamais par message/,
    );
    expect(lines(root, store)).toMatch(new RegExp(`faut avant .*identifiants de l'application.*${id}`));
    expect(lines(read(reportOf(environment), "en"), id)).toMatch(/client id and client secret .*never in a message/);
  });

  it("is told in production to create the technical account, until one is stored", async () => {
    for (const until of ["nothing", "client"] as const) {
      const root = read(await seen("prod", until));
      expect(partyOf(root, GESTIONNAIRE)).toContain("P5 Compte technique : le créer et le transmettre");
      expect(partyOf(root, TEAM)).toContain("P5 Identifiants : les enregistrer");
      expect(verdictOf(root)).toMatch(/gestionnaire principal de la structure, sur Chorus Pro \(P5\)/);
    }
    const stored = read(await seen("prod", "account"));
    expect(partyOf(stored, GESTIONNAIRE)).not.toContain("P5");
    expect(stepsFor(stored, TEAM)).toContain("P5");
    expect(lines(stored, "P5")).toContain("n'en créez pas d'autre");
    const ownApis = reportOf("prod", {}, { P4: { status: "not-needed" }, P5: missing("operator", "P5") });
    expect(stepsFor(read(ownApis), GESTIONNAIRE)).toEqual([]);
  });

  it("is not told to create a technical account in qualification if one is stored", () => {
    const steps = { Q5: missing("chorus-pro", "Q5"), Q6: { status: "not-seen-yet" } } as const;
    const stored = read(reportOf("qualif", { applications: STORED }, steps));
    expect(verdictOf(stored)).not.toContain("Q6");
    expect(elementsOf(stored, ofClass("party")).map(plainOf).join()).not.toContain("Q6");
    expect(lines(stored, "Q6")).toContain("Un compte technique est enregistré : n'en créez pas d'autre.");
    const empty = read(reportOf("qualif", {}, steps));
    expect(verdictOf(empty)).toContain("Q6");
    expect(lines(empty, "Q6")).not.toContain("n'en créez pas");
  });

  it("learns which login opens qualification's portal", () => {
    const root = read(reportOf("qualif", {}, { Q5: missing("chorus-pro", "Q5") }));
    for (const id of ["Q5", "Q6"] as const) {
      expect(lines(root, id)).toMatch(
        /comme gestionnaire principal du matelas \(Q4\).*, et non avec votre compte Chorus Pro/,
      );
    }
    expect(plainOf(only(root, ofClass("party")))).toMatch(/^À faire par la personne qui a le matelas de données/);
    expect(verdictOf(root)).toContain("la personne qui a le matelas de données (Q4), connectée comme son gestionnaire");
    expect(verdictOf(read(reportOf("prod", {}, { P4: missing("chorus-pro", "P4") })))).not.toContain("matelas");
  });

  it("sees the address in the SANDBOX application's name, and what to do with another", () => {
    const form = (name: string | undefined): string => {
      const applications = [applicationOf("chorus-pro", { pisteApplicationName: name })];
      return plainOf(only(stepOf(read(reportOf("qualif", { applications })), "Q1"), ofClass("form")));
    };
    expect(form(NAME)).toMatch(/Email equipe@exemple\.fr une boîte partagée/);
    for (const other of [undefined, "Facturation"]) expect(form(other)).toMatch(/Email une boîte partagée/);
    const differs = /si les vôtres sont différentes, saisissez les vôtres et dites-le-lui/i;
    const applications = [applicationOf("chorus-pro", { pisteApplicationName: NAME })];
    const root = read(reportOf("qualif", { applications }));
    for (const id of ["Q1", "Q5"] as const) expect(lines(root, id)).toMatch(differs);
    expect(lines(read(reportOf("qualif", { applications: [] })), "Q5")).not.toMatch(differs);
  });

  it.each([
    ["qualif", "Q6"],
    ["prod", "P5"],
  ] as const)("is told to hand over the account with its login and date, in %s at %s", (environment, id) => {
    const said = lines(read(reportOf(environment)), id);
    expect(said).toMatch(/Convenez .*avec l'équipe technique/);
    expect(said).toMatch(/Transmettez aussitôt l'identifiant, le mot de passe et la date du jour à l'équipe technique/);
    expect(said).not.toContain("notez la date");
  });

  it("sees only confirmed progress", () => {
    const open = { status: "not-seen-yet" } as const;
    const none = Object.fromEntries(["P1", "P2", "P3", "P4", "P5"].map((id) => [id, open]));
    expect(verdictOf(read(reportOf("prod", {}, none)))).toContain("aucune des 5 étapes n'a encore pu être constatée");
    expect(verdictOf(read(reportOf("prod", {}, { P5: open })))).toContain("4 étapes sur 5 sont constatées");
  });

  it("finds one start: the owner of the PISTE account, then the next person", async () => {
    const verdict = verdictOf(read(await seen("qualif", "nothing")));
    expect(verdict).toMatch(
      /Si rien n'est encore fait, c'est d'abord au tour de : le titulaire du compte PISTE, sur le portail PISTE \(Q1\) Ensuite, au tour de : l'équipe technique/,
    );
    expect(verdict).not.toContain("maintenant au tour");
    expect(verdict.match(/Q1/g)).toHaveLength(1);
  });

  it("in the technical team reads what to do about another person's step", async () => {
    const root = read(await seen("prod", "account"));
    expect(partyOf(root, TEAM)).toMatch(/P2 .*npx piste doctor prod --probe fait cet appel : il dit si c'est P2 ou P4/);
    expect(lines(root, "P2")).toMatch(/Un appel d'essai, .* permet de savoir lequel des deux/);
  });

  it("in the technical team sees no layer called good that was not checked", async () => {
    const said = checks(read(await seen("prod", "account")));
    expect(said).toMatch(/Comptes techniques – à vérifier 0 sur 1 accepté /);
    expect(said).toMatch(/Rafraîchisseur – à vérifier n'a rien écrit/);
    expect(said).toMatch(/Structures – non examiné pas encore demandées/);
    expect(said).toMatch(/Passerelle – bon/);
  });

  it("is told to report a step that software cannot see; the technical team gets the command", async () => {
    const report = await seen("qualif", "client");
    const root = read(report);
    expect(verdictOf(root)).toMatch(
      /Q4 ne peut pas être constatée d'ici : dites à l'équipe technique .*Les autres étapes ne l'attendent pas/,
    );
    expect(lines(root, "Q4")).toContain("l'équipe technique ne le voit pas : dites-le-lui");
    expect(checks(root)).toContain("npx piste doctor qualif --confirm Q4");
  });

  it("finds before each step the steps that it needs", () => {
    const before = (environment: "qualif" | "prod", id: GuideStepId): string =>
      /faut avant (.*?) Ce qu'on y fait/.exec(lines(read(reportOf(environment)), id))?.[1] ?? "";
    expect([before("qualif", "Q3"), before("qualif", "Q5"), before("qualif", "Q6")]).toEqual([
      expect.stringMatching(/Q2/),
      expect.stringMatching(/Q2, Q3.*Q4/),
      expect.stringMatching(/Q4/),
    ]);
    expect([before("prod", "P2"), before("prod", "P4")]).toEqual([
      expect.stringMatching(/P1/),
      expect.stringMatching(/P1.*P3/),
    ]);
  });

  it("at a portal sees no HTTP status; the technical team finds it in the checks", () => {
    for (const environment of ENVIRONMENTS) {
      const root = read(reportOf(environment));
      const portals = elementsOf(root, ofClass("step")).slice(0, environment === "prod" ? 4 : 6);
      for (const step of portals) expect(plainOf(step)).not.toMatch(/\b40[13]\b|Vu depuis|jeton/);
    }
    expect(checks(read(reportOf("qualif")))).toMatch(/Q5 .*403 tant que le raccordement manque/);
    expect(checks(read(reportOf("qualif", {}, { Q3: { status: "done", seenFrom: "here" } })))).toMatch(
      /Q3 : un appel .* \(vu depuis l'ordinateur de l'équipe technique\)/,
    );
  });

  it("finds the guide's title once, and learns that storing is not in the guide", () => {
    for (const language of LANGUAGES) {
      const said = plainOf(read(reportOf("qualif"), language));
      expect(said.match(/« Réussir son raccordement Chorus Pro en mode API OAuth2 »/g)).toHaveLength(1);
    }
    expect(lines(read(reportOf("qualif")), "Q7")).toContain("l'enregistrement n'est pas dans le guide");
    expect(lines(read(reportOf("qualif")), "Q6")).toContain("vaut aussi en qualification");
  });

  it("finds technical words in the glossary, with a link to it at the start", () => {
    const root = read(reportOf("qualif", {}, { Q5: missing("chorus-pro", "Q5") }));
    const words = elementsOf(only(root, named("footer")), named("dt")).map((term) => plainOf(term));
    for (const word of ["structure", "qualification, SANDBOX, bac à sable", "abonnement", "second facteur"]) {
      expect(words).toContain(word);
    }
    expect(words).toEqual(expect.arrayContaining(["domaine", "rafraîchisseur", "secrets"]));
    const ways = elementsOf(root, named("a")).filter(({ attributes }) => attributes["href"] === "#words");
    expect(ways).toHaveLength(1);
  });

  it("in the technical team learns where to type, and how to make the page again", () => {
    const root = read(reportOf("qualif", { where: " --region eu-west-3" }));
    expect(lines(root, "Q7")).toMatch(/Où un terminal, dans le dossier du projet, avec des droits AWS/);
    expect(lines(root, "Q7")).toContain("demande");
    expect(checks(root)).toContain("npx piste doctor qualif --region eu-west-3 --html raccordement.html");
  });

  it("never reads a placeholder for a missing value, for any finding", () => {
    for (const environment of ENVIRONMENTS) {
      for (const code of FINDING_CODES) {
        const evidence = { hasToken: false, apis: [], accounts: [], complete: false };
        const steps = judge({ environment }, [{ ...evidence, found: [exampleOf(code, environment)] }]);
        const said = plainOf(read({ ...reportOf(environment), steps }));
        expect(said).not.toMatch(/absent de la configuration|peut-être déjà fait ;|Date inconnue|le vrai à/);
      }
    }
  });
});

describe("the look of the page", () => {
  it("stacks a form's fields on a phone, and does not break a value that fits", () => {
    const root = read(reportOf("qualif", { applications: [applicationOf("a", { pisteApplicationName: NAME })] }));
    expect(elementsOf(root, named("table", "wbr"))).toEqual([]);
    expect(STYLE.text).toMatch(/kbd \{[^}]*display: inline-block;[^}]*max-width: 100%;/);
  });

  it("prints lists over several pages, and a form or password on one", () => {
    const whole = /([^}]*)\{\s*break-inside: avoid;/.exec(PAPER.text)?.[1] ?? "";
    expect(whole).not.toMatch(/\.party,/);
    for (const kept of [".party li", ".form > div", ".password"]) expect(whole).toContain(kept);
  });
});
