/** One word for one thing, in everything that people read in French. */
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { expect, it } from "@jest/globals";
import { DOCS, ROOT } from "../../scripts/local/folders";

/** The word that is used, and those that are not. */
const INSTEAD: readonly (readonly [word: string, others: RegExp])[] = [
  ["les identifiants de l'application", /\bpaires?\b|valeurs? du client|identifiants OAuth2/iu],
  ["identifiant client", /\bclient id\b/iu],
  ["secret client", /\bclient secret\b|secret OAuth2/iu],
  ["« API Keys »", /clé d'API/iu],
  ["équipe technique", /équipe (d'exploitation|informatique|projet)/iu],
  ["titulaire du compte PISTE", /équipe fonctionnelle, titulaire/iu],
  ["enregistrer", /\bdépos(e|é|és|ée|ées|er|ez|ant|ent)(?!\p{L})/iu],
  ["étiquette", /\blabels?\b/iu],
  ["les habilitations manquent", /une habilitation manque/iu],
];

const files = (folder: string, wanted: RegExp): string[] =>
  readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => wanted.test(file))
    .map((file) => path.join(ROOT, folder, file));

const PAGES = [path.join(ROOT, "README.fr.md"), path.join(DOCS, "raccordement.md"), ...files("docs", /\.fr\.md$/)];

/** The literals after `fr:`, and all of the file that is French throughout, where a sentence may begin on one line and end on another. */
function frenchOf(file: string): string[] {
  const source = readFileSync(file, "utf8");
  const start = file.endsWith("french.ts") ? "" : "\\bfr:\\s*";
  const literals = ['"((?:[^"\\\\]|\\\\.)*)"', "'((?:[^'\\\\]|\\\\.)*)'", "`((?:[^`\\\\]|\\\\.)*)`"];
  return [...source.matchAll(new RegExp(`${start}(?:${literals.join("|")})`, "g"))].map(([, ...parts]) =>
    parts.join(""),
  );
}

/** What is code, and an address, in a page or a message. */
const withoutCode = (text: string): string =>
  text
    .replace(/```[^]*?```/g, "")
    .replace(/\\?`[^`]*?\\?`/g, "")
    .replace(/\]\([^)]*\)|https?:\S+|\{"client_id"[^}]*\}/g, "");

it.each(INSTEAD)("says « %s » and not %p", (_, others) => {
  const texts = [
    ...PAGES.map((page) => [page, readFileSync(page, "utf8").split("\n")] as const),
    ...["cli", "piste"].flatMap((folder) => files(folder, /\.ts$/)).map((file) => [file, frenchOf(file)] as const),
  ];
  const found = texts.flatMap(([file, lines]) =>
    lines
      .filter((line) => others.test(withoutCode(line)))
      .map((line) => `${path.relative(ROOT, file)}: ${line.trim()}`),
  );
  expect(found).toEqual([]);
});
