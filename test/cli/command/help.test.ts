import { describe, expect, it } from "@jest/globals";
import type { Command } from "commander";
import { LANGUAGES, type Language } from "../../../piste/language";
import { pisteProgram } from "../../../cli/program";

/** Help texts of the program and all commands, without their examples, which must not wrap. */
function helpsIn(language: Language): string[] {
  const all = (command: Command): Command[] => [command, ...command.commands.flatMap(all)];
  return all(pisteProgram(language)).map((command) => command.helpInformation());
}

describe("the help of each command", () => {
  it.each(LANGUAGES)("fits a terminal: %s", (language) => {
    const helps = helpsIn(language);
    expect(helps.length).toBeGreaterThan(10);
    const lines = helps.join("\n").split("\n");
    expect(lines.filter((line) => line.length > 80)).toEqual([]);
    expect(lines.filter((line) => /^\s*[:;!?»]/.test(line) || line.endsWith("«"))).toEqual([]);
  });

  it("has none of commander's English in French", () => {
    const help = helpsIn("fr").join("\n");
    for (const word of [
      "Usage:",
      "Options:",
      "Commands:",
      "Arguments:",
      "choices:",
      "default:",
      "[command]",
      "output the",
    ])
      expect(help).not.toContain(word);
    expect(help).toMatch(/Utilisation : piste \[options\] \[commande\]/);
    expect(help).toMatch(/l'environnement\s+\(valeurs :\s+"qualif",\s+"prod"/);
    expect(help).toMatch(/\(par\s+défaut :\s+8787\)/);
  });

  it.each(["promote", "rollback"])("explains when and how to %s, and what happens to each version", (name) => {
    for (const [language, when] of [
      ["en", "\nWhen: "],
      ["fr", "\nQuand : "],
    ] as const) {
      let help = "";
      const credentials = pisteProgram(language).commands.find((command) => command.name() === "credentials");
      const command = credentials?.commands.find((candidate) => candidate.name() === name);
      command?.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
      for (const part of [
        when,
        "AWSCURRENT",
        "AWSPENDING",
        "AWSPREVIOUS",
        `npx piste credentials ${name} qualif client`,
      ])
        expect(help).toContain(part);
      const [short = ""] = help.split(when);
      expect(credentials?.helpInformation().replace(/\s+/g, " ")).not.toContain("AWSPREVIOUS");
      expect(short).not.toContain("AWSPREVIOUS");
    }
  });

  it("shows no default for a switch", () => {
    expect(helpsIn("en").join("\n")).not.toContain("default: false");
  });
});
