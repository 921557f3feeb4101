import { describe, expect, it } from "@jest/globals";
import { PLATFORMS } from "../../piste/environments";
import { GUIDE, GUIDE_LINKS, handsOf, linkTitle, PORTALS, type FormField, type GuideStep } from "../../piste/guide";
import { PARTY_LABELS } from "../../piste/party";
import { LANGUAGES, type Text } from "../../piste/language";

const STEPS = PLATFORMS.flatMap((environment) => GUIDE[environment]);

const labels = (id: string): readonly string[] =>
  STEPS.find((step) => step.id === id)?.form?.map(({ label }: FormField) => label) ?? [];

/** Everything that a person reads of a step. */
function textsOf({ title, where, firstBy, what, form = [], before, seenBy }: GuideStep): readonly Text[] {
  const first = firstBy === undefined ? [] : [firstBy.where];
  return [title, where, ...first, ...what, ...form.map(({ value }) => value), ...before, seenBy];
}

describe("the guide", () => {
  it("has its steps in order, each once", () => {
    expect(GUIDE.qualif.map(({ id }) => id)).toEqual(["Q1", "Q2", "Q3", "Q4", "Q5", "Q6", "Q7"]);
    expect(GUIDE.prod.map(({ id }) => id)).toEqual(["P1", "P2", "P3", "P4", "P5"]);
  });

  it("has all fields of the official guide's forms, in their order", () => {
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

  it("says everything in both languages, and not the same", () => {
    for (const step of STEPS) {
      for (const text of textsOf(step)) {
        for (const language of LANGUAGES) expect(text[language].trim()).toBe(text[language]);
        expect(Math.min(...LANGUAGES.map((language) => text[language].length))).toBeGreaterThan(3);
      }
      expect(step.what.filter(({ en, fr }) => en === fr)).toEqual([]);
    }
    expect(Object.values(PARTY_LABELS).filter(({ en, fr }) => en === fr)).toEqual([]);
  });

  it("sends its reader to the portals and to the official guide's own pages only", () => {
    const portals = [PORTALS.piste, ...Object.values(PORTALS["chorus-pro"])];
    const addresses = STEPS.flatMap(textsOf).flatMap(({ en, fr }) => `${en} ${fr}`.match(/https?:[^\s,]*/g) ?? []);
    expect(new Set(addresses)).toEqual(new Set(portals));
    const links = STEPS.flatMap(({ link }) => link ?? []);
    expect(new Set(links)).toEqual(new Set(Object.values(GUIDE_LINKS)));
    for (const link of links) expect(linkTitle(link)).toMatch(/^[A-Z]\S* .*[a-z0-9]$/i);
    expect(linkTitle("https://piste.gouv.fr/other")).toBe("https://piste.gouv.fr/other");
  });

  it("names the environment's own portal of Chorus Pro, and never the other's", () => {
    const other = { qualif: PORTALS["chorus-pro"].prod, prod: PORTALS["chorus-pro"].qualif };
    for (const environment of PLATFORMS) {
      const texts = GUIDE[environment].flatMap(textsOf).map(({ en, fr }) => `${en} ${fr}`);
      expect(texts.filter((text) => text.includes(other[environment]))).toEqual([]);
      expect(texts.filter((text) => text.includes(PORTALS["chorus-pro"][environment]))).not.toEqual([]);
    }
  });

  it("says of the step that two people share who begins and who ends it", () => {
    expect(STEPS.filter(({ firstBy }) => firstBy !== undefined).map(({ id }) => id)).toEqual(["P5"]);
    expect(
      GUIDE.prod
        .slice(-1)
        .flatMap(handsOf)
        .map(({ actor }) => actor),
    ).toEqual(["chorus-pro", "operator"]);
  });
});
