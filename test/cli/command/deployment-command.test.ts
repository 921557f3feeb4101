import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { configurationFile, deployCommand } from "../../../cli/command/deployment-command";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "a stack "));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function has(...files: string[]): void {
  for (const file of files) {
    const whole = path.join(folder, file);
    mkdirSync(path.dirname(whole), { recursive: true });
    writeFileSync(whole, "");
  }
}
const words = (): string[] => [configurationFile("qualif", folder), deployCommand("qualif", folder)];

describe("what a person edits and types to deploy", () => {
  it("is this repository's file and stack in it, and where no project is", () => {
    const here = ["stacks/qualif.ts", "`npx cdktf deploy qualif`"];
    expect(words()).toEqual(here);
    has("cdktf.json", "stacks/qualif.ts");
    expect(words()).toEqual(here);
  });

  it("is the construct in a stack of somebody else's, whose name nobody knows", () => {
    has("cdktf.json", "main.ts");
    expect(words()).toEqual(["`new PisteApplication(…)`", "`npx cdktf deploy`"]);
  });

  it("is CDK Terrain's command where that is installed", () => {
    has("cdktf.json", "node_modules/cdktn/package.json");
    expect(words()).toEqual(["`new PisteApplication(…)`", "`npx cdktn deploy`"]);
  });
});
