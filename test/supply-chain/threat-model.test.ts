import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { describe, expect, it } from "@jest/globals";

const ROOT = path.resolve(__dirname, "..", "..");
const TEXT = readFileSync(path.join(ROOT, "SECURITY.md"), "utf8");

/** The cells of a table's rows, by its heading. */
function table(heading: string): string[][] {
  const [, below = ""] = TEXT.split(`## ${heading}\n`);
  const [section = ""] = below.split("\n## ");
  const [, , ...rows] = section.split("\n").filter((line) => line.startsWith("|"));
  return rows.map((row) =>
    row
      .slice(1, -1)
      .split("|")
      .map((cell) => cell.trim()),
  );
}

const ASSETS = table("What is guarded").map(([asset = ""]) => asset);
const THREATS = table("Who attacks what, and what stops it").map(
  ([who = "", assets = "", stops = "", stopsNot = "", tests = ""]) => ({
    who,
    assets: assets.split(", "),
    stops,
    stopsNot,
    tests: [...tests.matchAll(/\[`([^`]+)`\]\(([^)]+)\)/g)].map(([, name = "", link = ""]) => ({ name, link })),
  }),
);

/** Without them, a threat model of this would be none. */
const ATTACKERS = [
  "reader of the repo",
  "reader of state or logs",
  "another workload in the account",
  "consumer",
  "depositor",
  "thief of an operator's laptop",
  "network attacker or proxy",
  "PISTE impersonated or out of order",
  "compromised dependency",
];

describe("the threat model", () => {
  it("knows what is guarded, and says of each who is after it", () => {
    expect(ASSETS).toEqual([
      "client credentials",
      "technical accounts",
      "token",
      "state",
      "logs",
      "operator's terminal",
      "package",
    ]);
    const attacked = new Set(THREATS.flatMap(({ assets }) => assets));
    expect([...attacked].sort()).toEqual([...ASSETS].sort());
  });

  it("knows the attackers", () => {
    expect(THREATS.map(({ who }) => who)).toEqual(expect.arrayContaining(ATTACKERS));
  });

  it.each(THREATS)("says of $who what stops it, and names tests that exist", ({ stops, tests }) => {
    expect(stops.length).toBeGreaterThan(20);
    expect(tests.length).toBeGreaterThan(0);
    for (const { name, link } of tests) {
      expect(link).toBe(name);
      expect(link).toMatch(/^test\/.+\.test\.ts$/);
      // A test file without a test shows nothing.
      expect(
        existsSync(path.join(ROOT, link)) && /\bit(?:\.\w+)*\(/.test(readFileSync(path.join(ROOT, link), "utf8")),
      ).toBe(true);
    }
  });

  it("hides nothing: all but one thing has something that does not stop it", () => {
    expect(THREATS.filter(({ stopsNot }) => stopsNot === "").map(({ who }) => who)).toEqual(["a local run"]);
  });
});

describe("SECURITY.md", () => {
  it("says how to report, and what is supported", () => {
    expect(TEXT).toContain("## Report a vulnerability\n\nPrivately");
    expect(table("Supported versions").length).toBeGreaterThan(1);
  });

  it("leads to pages that exist, and names npm scripts that exist", () => {
    const links = [...TEXT.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, link = ""]) => link);
    expect(links.filter((link) => !existsSync(path.join(ROOT, link)))).toEqual([]);
    const { scripts } = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    const named = [...TEXT.matchAll(/npm run ([a-z:-]+)/g)].map(([, script = ""]) => script);
    expect(named).toEqual(expect.arrayContaining(["secrets", "audit", "sbom"]));
    expect(named.filter((script) => !(script in scripts))).toEqual([]);
  });

  it.each(["README.md", "README.fr.md"])("is found from %s", (page) => {
    const text = readFileSync(path.join(ROOT, page), "utf8");
    expect(text).toContain("](SECURITY.md)");
    expect(text).toContain("](docs/security.md)");
  });
});
