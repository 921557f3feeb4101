/** The tables of options, from the doc comments of their declarations. */
import { readFileSync } from "node:fs";
import * as path from "node:path";
import ts from "typescript";
import { ROOT } from "../local/folders";
import { table } from "./table";

/** Interfaces by file, in the order of the rows. */
type Declarations = readonly (readonly [file: string, names: readonly string[]])[];

const APPLICATION: Declarations = [
  ["piste/application.ts", ["ApplicationConfiguration"]],
  ["constructs/internal/functions/refresher-options.ts", ["RefresherOptions"]],
  ["constructs/internal/application-properties.ts", ["PisteApplicationOptions"]],
];

interface Row {
  readonly name: string;
  readonly text: string;
  readonly default: string;
}

/** Turns a path from the repository's root, as comments give it, into a link between pages. */
const linked = (text: string): string =>
  text.replaceAll(
    /\b(?:docs\/([\w./-]+\.md)|(SECURITY\.md))(#[\w-]+)?/g,
    (_, page: string | undefined, above = "", place = "") =>
      page === undefined ? `[${above}](../${above}${place})` : `[${page}](${page}${place})`,
  );
/** Formats a literal default as code. */
const standard = (text: string, isOptional: boolean): string => {
  if (text === "") return isOptional ? "none" : "required";
  if (/^(?:true|false|".*")$/.test(text)) return `\`${text.replaceAll('"', "")}\``;
  return text.replace(/^- /, "");
};

function rowsOf(declarations: Declarations): Row[] {
  return declarations.flatMap(([file, names]) => {
    const source = ts.createSourceFile(file, readFileSync(path.join(ROOT, file), "utf8"), ts.ScriptTarget.Latest, true);
    const declared = source.statements.filter(ts.isInterfaceDeclaration);
    return names.flatMap((name) => {
      const declaration = declared.find((each) => each.name.text === name);
      if (declaration === undefined) throw new Error(`${file} must declare the interface ${name}`);
      return declaration.members.map((member) => {
        const comment = ts.getJSDocCommentsAndTags(member).find(ts.isJSDoc);
        const textOf = (of: { comment?: string | ts.NodeArray<ts.JSDocComment> } | undefined): string =>
          linked((ts.getTextOfJSDocComment(of?.comment) ?? "").replaceAll(/\s+/g, " "));
        return {
          name: member.name?.getText(source) ?? "",
          text: textOf(comment),
          default: standard(
            textOf(comment?.tags?.find(({ tagName }) => tagName.text === "default")),
            member.questionToken !== undefined,
          ),
        };
      });
    });
  });
}

const optionTable = (rows: readonly Row[]): string =>
  table(
    ["property", "default", "what it is"],
    rows.map((row) => [`\`${row.name}\``, row.default, row.text]),
  );

/** Tables by name; links to the page itself become anchors. */
function blocksOf(page: string, tables: Readonly<Record<string, readonly Row[]>>): Record<string, string> {
  const own = `[${page}](${page}#`;
  return Object.fromEntries(
    Object.entries(tables).map(([name, rows]) => [name, optionTable(rows).replaceAll(own, "[below](#")]),
  );
}

export function configurationBlocks(): Record<string, string> {
  const ofApplication = rowsOf(APPLICATION);
  const ofAll = ["alarmEmails", "accessAlarm", "outageToleranceInMinutes", "protection", "landingZone"];
  const notInStacks = ["environment", "alarmEmails", "accessAlarm", "clientCredentials"];
  const inStacks = (name: string): Row[] => rowsOf([["stacks/configuration.ts", [name]]]);
  return blocksOf("configuration.md", {
    environment: [...inStacks("EnvironmentConfiguration"), ...ofApplication.filter(({ name }) => ofAll.includes(name))],
    application: [...ofApplication.filter(({ name }) => !notInStacks.includes(name)), ...inStacks("StackApplication")],
    "own api": rowsOf([["piste/api-catalogue.ts", ["OwnApi"]]]),
    protection: rowsOf([["constructs/protection.ts", ["Protection"]]]),
  });
}

export function landingZoneBlocks(): Record<string, string> {
  const of = (name: string): Row[] => rowsOf([["constructs/landing-zone.ts", [name]]]);
  return blocksOf("landing-zone.md", { members: of("LandingZone"), network: of("FunctionNetwork") });
}
