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

describe("the configuration file and the deploy command in messages", () => {
  it("are this repository's here, and in a folder without a project", () => {
    const here = ["stacks/qualif.ts", "`npx cdktf deploy qualif`"];
    expect(words()).toEqual(here);
    has("cdktf.json", "stacks/qualif.ts");
    expect(words()).toEqual(here);
  });

  it("name no stack in another project", () => {
    has("cdktf.json", "main.ts");
    expect(words()).toEqual(["`new PisteApplication(…)`", "`npx cdktf deploy`"]);
  });

  it("use CDK Terrain if it is installed", () => {
    has("cdktf.json", "node_modules/cdktn/package.json");
    expect(words()).toEqual(["`new PisteApplication(…)`", "`npx cdktn deploy`"]);
  });
});
