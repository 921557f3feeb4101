/** The tables of options, from the comments at their declarations: an option is described once. */
import { readFileSync } from "node:fs";
import * as path from "node:path";
import ts from "typescript";
import { ROOT } from "../local/folders";
import { table } from "./table";

/** Interfaces by their file, in the order of the rows. */
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

/** Pages link to each other; a comment names them from the repository's root. */
const linked = (text: string): string =>
  text.replaceAll(/\bdocs\/([\w./-]+\.md)(#[\w-]+)?/g, (_, page: string, place = "") => `[${page}](${page}${place})`);

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
          default: textOf(comment?.tags?.find(({ tagName }) => tagName.text === "default")).replace(/^- /, ""),
        };
      });
    });
  });
}

const optionTable = (rows: readonly Row[]): string =>
  table(
    ["property", "default", ""],
    rows.map(({ name, default: standard, text }) => [`\`${name}\``, standard, text]),
  );

export function configurationBlocks(): Record<string, string> {
  const ofApplication = rowsOf(APPLICATION);
  const ofAll = new Set(["alarmEmails", "accessAlarm", "outageToleranceInMinutes", "protection", "landingZone"]);
  const own = rowsOf([["stacks/configuration.ts", ["EnvironmentConfiguration"]]]);
  const ofStackApplication = rowsOf([["stacks/configuration.ts", ["StackApplication"]]]);
  const notInStacks = ["environment", "alarmEmails", "accessAlarm", "clientCredentials"];
  return {
    environment: optionTable([...own, ...ofApplication.filter(({ name }) => ofAll.has(name))]),
    application: optionTable([
      ...ofApplication.filter(({ name }) => !notInStacks.includes(name)),
      ...ofStackApplication,
    ]),
    "own api": optionTable(rowsOf([["piste/api-catalogue.ts", ["OwnApi"]]])),
    protection: optionTable(rowsOf([["constructs/protection.ts", ["Protection"]]])),
  };
}

export function landingZoneBlocks(): Record<string, string> {
  const of = (...names: string[]): string => optionTable(rowsOf([["constructs/landing-zone.ts", names]]));
  return { members: of("LandingZone"), network: of("FunctionNetwork") };
}
