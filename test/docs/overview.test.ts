import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { drawOverview, OVERVIEWS, type Language } from "../../scripts/docs/overview";
import { beyondDrawing, elements, parseSvg } from "./svg";

const LANGUAGES = Object.keys(OVERVIEWS) as Language[];
const read = (language: Language): string => readFileSync(OVERVIEWS[language], "utf8");

/** Of a class, in the picture. */
const ofClass = (svg: string, name: string): string[] =>
  elements(parseSvg(svg), "g")
    .filter((group) => (group.getAttribute("class") ?? "").split(" ").includes(name))
    .map((group) => [...group.getElementsByTagName("text")].map(({ textContent }) => textContent).join("|"));

describe.each(LANGUAGES)("the picture of what runs where (%s)", (language) => {
  it("is the one that npm run docs writes", async () => {
    expect(read(language)).toBe(await drawOverview(language));
  });

  it("is well-formed, and needs nothing else", () => {
    expect(beyondDrawing(read(language))).toEqual([]);
  });

  it("follows who wants the dark, and has no colour that would not", () => {
    expect(read(language)).toMatch(/prefers-color-scheme:dark/);
    expect(read(language)).not.toMatch(/ (?:fill|stroke)="(?!none)/);
  });

  it("says in words what it shows", () => {
    const [title, description] = ["title", "desc"].map((name) => elements(parseSvg(read(language)), name));
    expect(title?.map(({ textContent }) => textContent)).toEqual([expect.stringMatching(/./)]);
    const words = description?.[0]?.textContent ?? "";
    expect(words.length).toBeGreaterThan(200);
    for (const outside of ["PISTE", "Chorus Pro", "EventBridge Scheduler", "CloudWatch", "Lambda"])
      expect(words).toContain(outside);
  });
});

it("shows the same in both languages, by the same names", () => {
  const [en, fr] = LANGUAGES.map(read);
  for (const [kind, least] of Object.entries({ node: 11, edge: 11, secret: 3, outside: 2 })) {
    const [one, other] = [en, fr].map((svg) => ofClass(svg ?? "", kind));
    expect(one?.length).toBe(least);
    expect(other?.length).toBe(least);
  }
  const names = (svg = ""): string[] =>
    ofClass(svg, "secret")
      .map((text) => text.split("|")[1] ?? "")
      .sort();
  expect(names(fr)).toEqual(names(en));
  expect(names(en)).toEqual([
    "piste/qualif/chorus-pro/client",
    "piste/qualif/chorus-pro/technical-account/default",
    "piste/qualif/chorus-pro/token",
  ]);
});
