import { describe, expect, it } from "@jest/globals";
import { PLATFORMS } from "../../piste/environments";
import {
  GUIDE,
  GUIDE_LINKS,
  handsOf,
  headingText,
  linkTitle,
  PORTALS,
  type FormField,
  type GuideStep,
} from "../../piste/guide";
import { PARTY_LABELS } from "../../piste/party";
import { LANGUAGES, type Text } from "../../piste/language";

const STEPS = PLATFORMS.flatMap((environment) => GUIDE[environment]);

const labels = (id: string): readonly string[] => step(id).form?.map(({ label }: FormField) => label) ?? [];

function step(id: string): GuideStep {
  const found = STEPS.find((candidate) => candidate.id === id);
  if (found === undefined) throw new Error(`no step ${id}`);
  return found;
}

const all = (id: string, language: "en" | "fr"): string =>
  textsOf(step(id))
    .map((text) => text[language])
    .join(" ");

/** All texts of a step. */
function textsOf({ title, where, firstBy, what, form = [], before, seenBy }: GuideStep): readonly Text[] {
  const first = firstBy === undefined ? [] : [firstBy.where];
  return [title, where, ...first, ...what, ...form.map(({ value }) => value), ...before, seenBy];
}

describe("the guide", () => {
  it("has each step once, in order", () => {
    expect(GUIDE.qualif.map(({ id }) => id)).toEqual(["Q1", "Q2", "Q3", "Q4", "Q5", "Q6", "Q7"]);
    expect(GUIDE.prod.map(({ id }) => id)).toEqual(["P1", "P2", "P3", "P4", "P5"]);
  });

  it("has all fields of the official guide's forms, in order", () => {
    const raccordement = [
      "Structure",
      "Nom de l'application",
      "Type d'utilisation",
      "Information du contact technique",
    ];
    expect(labels("Q1")).toEqual(["Nom de l'organisation", "Email"]);
    expect(labels("Q5")).toEqual(raccordement);
    expect(labels("P1")).toEqual([
      "Nom de l'application",
      "Email",
      "Le responsable de l'application",
      "Information sur la structure",
    ]);
    expect(labels("P4")).toEqual(raccordement);
  });

  it("has the official guide's heading for each step", () => {
    const sandbox = "2.A Paramétrez votre application SANDBOX : Ajoutez les API CHORUS PRO à votre application";
    const qualification = "2.B Créez votre raccordement CHORUS PRO";
    const application = "3.A Créez votre application de Production sur PISTE";
    const production = "3.B Créez votre raccordement CHORUS PRO en Production";
    expect(STEPS.map(({ heading: { number, title } }) => `${number} ${title}`)).toEqual([
      "1 Créez votre compte PISTE",
      ...[sandbox, sandbox],
      ...[qualification, qualification, qualification],
      "4 Liens utiles",
      ...[application, application],
      ...[production, production, production],
    ]);
    expect(headingText({ number: "4", title: "Liens utiles" })).toBe("4, « Liens utiles »");
  });

  it("says that anybody can generate the qualification data set", () => {
    const { actor, what } = step("Q4");
    expect(actor).toBe("anyone");
    expect(what[0]?.fr).toMatch(/^Créez un compte utilisateur .*tout le monde/);
    expect(what[1]?.fr).toMatch(/^Générez-y un matelas de données/);
    expect(all("Q4", "fr")).not.toMatch(/[Dd]emandez/);
  });

  it("says that the guide's address of qualification is another portal, and never links it", () => {
    expect(all("Q5", "fr")).toContain("Le guide écrit `chorus-pro.gouv.fr`");
    expect(all("Q5", "fr")).toContain("`qualif.chorus-pro.gouv.fr`");
    expect(all("P4", "fr")).not.toContain("Le guide écrit");
  });

  it.each(["Q5", "Q6", "P4", "P5"])("mentions in %s both orders of raccordement and technical account", (id) => {
    for (const language of LANGUAGES) {
      expect(all(id, language)).toMatch(/le guide|the guide/);
      expect(all(id, language)).toContain("« Raccordement à Chorus Pro »");
    }
    expect(
      step(id)
        .before.map(({ fr }) => fr)
        .join(),
    ).not.toMatch(/raccordement$|compte technique/);
  });

  it.each(["Q3", "P2"])("gives in %s today's labels as probable, and a solution for « Aucune API souscrite »", (id) => {
    const text = all(id, "fr");
    expect(text).toMatch(/probablement[^.]*« Consentement CGU API »[^.]*« Appliquer les modifications »/);
    expect(text).toMatch(/« Aucune API souscrite » .*sauvegardez[^.]*support de PISTE/);
    expect(text).toContain("« Valider mes choix CGU »");
  });

  it("says that in production the application's form includes the CGU", () => {
    expect(all("P1", "fr")).toMatch(/CGU[^.]*même formulaire/);
    expect(step("P2").where.fr).toMatch(/formulaire de création de l'application \(P1\).*« Modifier l'application »/);
    expect(step("Q3").where.fr).not.toContain("création");
  });

  it("says « probablement » where the guide does", () => {
    expect(all("P3", "fr")).toMatch(/menu[^.]*probablement/);
    expect(all("P3", "en")).toMatch(/menu[^.]*probably/);
  });

  it.each(["Q5", "P4"])("says in %s what to enter as usage type and technical contact", (id) => {
    const form = step(id).form ?? [];
    const [usage, contact] = form.slice(-2);
    expect([usage?.filledWith, usage?.value.fr]).toEqual(["usageType", expect.stringMatching(/^un intitulé /)]);
    expect([contact?.filledWith, contact?.value.fr]).toEqual([
      "technicalContact",
      expect.stringMatching(/^la personne /),
    ]);
  });

  it.each(["Q6", "P5"])("warns in %s that a technical account probably has its manager's rights everywhere", (id) => {
    expect(all(id, "fr")).toMatch(/probablement les droits de son gestionnaire sur toutes les structures/);
    expect(all(id, "en")).toMatch(/probably has the rights of its gestionnaire on all/);
  });

  it("has different texts in both languages", () => {
    for (const each of STEPS) {
      for (const text of textsOf(each)) {
        for (const language of LANGUAGES) expect(text[language].trim()).toBe(text[language]);
        expect(Math.min(...LANGUAGES.map((language) => text[language].length))).toBeGreaterThan(3);
      }
      expect(each.what.filter(({ en, fr }) => en === fr)).toEqual([]);
    }
    expect(Object.values(PARTY_LABELS).filter(({ en, fr }) => en === fr)).toEqual([]);
  });

  it("links only to the portals and to the official guide's pages", () => {
    const portals = [PORTALS.piste, ...Object.values(PORTALS["chorus-pro"])];
    const addresses = STEPS.flatMap(textsOf).flatMap(({ en, fr }) => `${en} ${fr}`.match(/https?:[^\s,]*/g) ?? []);
    expect(new Set(addresses)).toEqual(new Set(portals));
    const links = STEPS.flatMap(({ link }) => link ?? []);
    expect(new Set(links)).toEqual(new Set(Object.values(GUIDE_LINKS)));
    for (const link of links) expect(linkTitle(link)).toMatch(/^[A-Z]\S* .*[a-z0-9]$/i);
    expect(linkTitle("https://piste.gouv.fr/other")).toBe("https://piste.gouv.fr/other");
  });

  it("names only the environment's own Chorus Pro portal", () => {
    const other = { qualif: PORTALS["chorus-pro"].prod, prod: PORTALS["chorus-pro"].qualif };
    for (const environment of PLATFORMS) {
      const texts = GUIDE[environment].flatMap(textsOf).map(({ en, fr }) => `${en} ${fr}`);
      expect(texts.filter((text) => text.includes(other[environment]))).toEqual([]);
      expect(texts.filter((text) => text.includes(PORTALS["chorus-pro"][environment]))).not.toEqual([]);
    }
  });

  it("says who begins and who ends a shared step", () => {
    expect(STEPS.filter(({ firstBy }) => firstBy !== undefined).map(({ id }) => id)).toEqual(["P5"]);
    expect(
      GUIDE.prod
        .slice(-1)
        .flatMap(handsOf)
        .map(({ actor }) => actor),
    ).toEqual(["chorus-pro", "operator"]);
  });
});
