/** docs/troubleshooting.md is found by what stands on the screen: its messages are those of the code. */
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { describe, expect, it } from "@jest/globals";
import { ALARM_SEVERITIES } from "../../aws/alarms/alarm-names";
import { DIAGNOSIS_CODES } from "../../piste/diagnosis";
import { PROBE_OUTCOMES } from "../../piste/probe-outcomes";
import { writeBlocks } from "../../scripts/docs/blocks";
import { troubleshootingBlocks } from "../../scripts/docs/troubleshooting";

const ROOT = path.resolve(__dirname, "..", "..");
const page = readFileSync(path.join(ROOT, "docs", "troubleshooting.md"), "utf8");

function sectionOf(heading: string): string {
  return page.split(`### ${heading}\n`)[1]?.split(/^#{2,3} /m)[0] ?? "";
}

interface Row {
  readonly message: string;
  readonly rest: readonly string[];
}

/** The rows of a section's table; a message stands in one or two backticks. */
function rowsOf(heading: string): Row[] {
  return sectionOf(heading)
    .split("\n")
    .filter((line) => line.startsWith("| `"))
    .map((line) => {
      const [message = "", ...rest] = line.slice(2, -2).split(" | ");
      return { message: message.replace(/^(`+) ?(.*?) ?\1$/, "$2"), rest };
    });
}

const SOURCES = ["constructs", "lambda", "piste", "scripts", "stacks"];
const files = SOURCES.flatMap((folder) =>
  readdirSync(path.join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => /\.(ts|mjs)$/.test(file))
    .map((file) => readFileSync(path.join(ROOT, folder, file), "utf8")),
);

/** The texts of a file as they are printed: joined where they go over lines, named texts put in, `…` for all else. */
function printed(source: string): string {
  const named = new Map([...source.matchAll(/^const (\w+) = "([^"]+)"/gm)].map(([, name, text]) => [name, text]));
  let text = source
    .replace(/["`] \+\s+["`]/g, "")
    .replace(/\$\{(\w+)\}/g, (all, name: string) => named.get(name) ?? all);
  for (let before = ""; before !== text;) {
    before = text;
    text = text.replace(/\$\{[^{}]*\}/g, "…");
  }
  return text.replaceAll("\\`", "`");
}

const said = files.map(printed);

function isSaid(message: string): boolean {
  const parts = message.split("…").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const pattern = new RegExp(parts.join(".*?"));
  return said.some((text) => pattern.test(text));
}

describe("docs/troubleshooting.md", () => {
  it("says of answers what the code says (`npm run docs -- --only troubleshooting` writes it)", () => {
    expect(page).toBe(writeBlocks(page, troubleshootingBlocks()));
  });

  const ours = [
    ...rowsOf("npm start and npm test"),
    ...rowsOf("cdktf deploy").filter(({ rest: [by] }) => by === "us"),
    ...rowsOf("piste"),
  ];

  it("has messages of each command", () => {
    expect(ours.length).toBeGreaterThan(25);
  });

  it.each(ours.map(({ message }) => message))("has a message that is printed: %s", (message) => {
    expect(isSaid(message)).toBe(true);
  });

  it("would not have one that is not", () => {
    expect(isSaid("No AWS region is named!")).toBe(false);
    expect(isSaid("The function … is younger than this command")).toBe(false);
  });

  it("says of each message what to do", () => {
    expect(ours.filter(({ rest }) => (rest.at(-1) ?? "").length < 20).map(({ message }) => message)).toEqual([]);
  });

  it("has every reason of the refresher's and every outcome of a call", () => {
    const codes = [...DIAGNOSIS_CODES, ...Object.keys(PROBE_OUTCOMES)];
    expect(codes.filter((code) => !page.includes(`| \`${code}\` |`))).toEqual([]);
  });

  it("answers what happens at night by the alarms that ring", () => {
    const night = page.split("## What happens at 3 a.m.")[1]?.split("\n## ")[0] ?? "";
    const named = Object.keys(ALARM_SEVERITIES).filter((name) => night.includes(`\`${name}\``));
    expect(named.sort()).toEqual(["piste-degraded", "token-lapsing"]);
  });

  it("is linked from both READMEs", () => {
    for (const readme of ["README.md", "README.fr.md"]) {
      expect(readFileSync(path.join(ROOT, readme), "utf8")).toContain("](docs/troubleshooting.md)");
    }
  });
});
