/** The commands on the pages are valid for the program, the stacks and npm. */
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { describe, expect, it } from "@jest/globals";
import type { Command } from "commander";
import { pisteProgram } from "../../cli/program";
import { nextCommands } from "../../stacks/next-commands";

const ROOT = path.resolve(__dirname, "..", "..");
const STACKS = ["state", "qualif", "prod"];

const pages = [
  ...readdirSync(ROOT).filter((file) => file.endsWith(".md")),
  ...readdirSync(path.join(ROOT, "docs"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".md"))
    .map((file) => path.join("docs", file)),
].map((file) => {
  // A command may span lines, and begin with variables.
  const text = readFileSync(path.join(ROOT, file), "utf8").replace(/\\\n\s*/g, "");
  return [file, text.replace(/<environ(?:ne)?ment>/g, "qualif")] as const;
});

/** Splits a line like a shell, without variables. */
const wordsOf = (line: string): string[] =>
  [...line.matchAll(/(?:'([^']*)'|([^\s']+))/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");

const technicalAccounts = ["default", "mairie"].map((name) => ({
  name,
  structure: { identifier: "12345678901234", identifierType: "SIRET" as const },
}));

/** The arguments of each command that begins with these words. */
function typed(text: string, command: string): string[] {
  return [...text.matchAll(new RegExp(`(?:${command}) ([^\`\\n|&>;)]*)`, "g"))]
    .map(([, rest = ""]) => rest.trim())
    .filter((rest) => !/…|^<|^\*|^--version$/.test(rest));
}

/** Makes commands parse only, and throw instead of exiting. */
function onlyParsing(command: Command): void {
  command
    .exitOverride((error) => {
      throw error;
    })
    .configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
  // `token` is a command and has a subcommand.
  if (command.commands.length === 0 || command.registeredArguments.length > 0) command.action(() => undefined);
  command.commands.forEach(onlyParsing);
}

describe("npx piste", () => {
  const program = pisteProgram("en");
  onlyParsing(program);
  const parsing = (words: readonly string[]): Promise<Command> => program.parseAsync(["node", "piste", ...words]);
  /** Pages may name a command without its arguments. */
  const names = program.commands.flatMap((command) => [
    command.name(),
    ...command.commands.map((inner) => `${command.name()} ${inner.name()}`),
  ]);
  const lines = pages.flatMap(([file, text]) =>
    typed(text, "npx piste|node cli/piste\\.mjs").map((line) => [file, line] as const),
  );
  const unique = [...new Map(lines.map(([file, line]) => [line, file])).entries()];

  it("is shown, on many pages", () => {
    expect(unique.length).toBeGreaterThan(30);
    expect(new Set(lines.map(([file]) => file)).size).toBeGreaterThan(8);
  });

  it.each(unique)("%s (%s)", async (line) => {
    if (names.includes(line)) return;
    await expect(parsing(wordsOf(line))).resolves.toBeDefined();
  });

  it.each(
    (["qualif", "prod"] as const).flatMap((environment) =>
      nextCommands(environment, { applications: [{ name: "legifrance" }, { name: "chorus-pro", technicalAccounts }] }),
    ),
  )("is valid if a deployment prints it: %s", async (line) => {
    await expect(parsing(wordsOf(line.replace("npx piste ", "")))).resolves.toBeDefined();
  });

  it("is refused with a mistake", async () => {
    await expect(parsing(["alarms", "test", "preprod"])).rejects.toThrow();
    await expect(parsing(["alarms", "test", "qualif", "--so"])).rejects.toThrow();
  });
});

describe("npx cdktf", () => {
  const lines = pages.flatMap(([file, text]) => typed(text, "npx cdktf").map((line) => [line, file] as const));
  /** Our stacks, and those that the page's own program creates. */
  const stacksOf = (page: string): string[] => {
    const text = pages.find(([file]) => file === page)?.[1] ?? "";
    return [...STACKS, ...[...text.matchAll(/new TerraformStack\(app, "([^"]+)"\)/g)].map(([, name = ""]) => name)];
  };

  it.each([...new Map(lines)])("%s (%s)", (line, page) => {
    const [command = "", ...words] = wordsOf(line);
    expect(["deploy", "destroy", "diff", "synth", "output"]).toContain(command);
    expect(words.filter((word) => !word.startsWith("-") && !stacksOf(page).includes(word))).toEqual([]);
  });

  it("is shown with each stack", () => {
    for (const stack of STACKS) expect(lines.map(([line]) => line)).toContain(`deploy ${stack}`);
  });
});

it("npm run is shown with scripts that exist", () => {
  const { scripts } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  const named = pages.flatMap(([, text]) => [...text.matchAll(/npm run ([a-z:-]+)/g)].map(([, script = ""]) => script));
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((script) => !(script in scripts))).toEqual([]);
});
