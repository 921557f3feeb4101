/** What docs/fleets.md says in figures is what the code has. */
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { describe, expect, it } from "@jest/globals";
import { MOST_CHARACTERS_OF_A_ROLE } from "../../constructs/rights/policy-size";
import {
  ACCOUNTS_AT_ONCE,
  CHECK_DEADLINE_IN_SECONDS,
  FUNCTION_TIMEOUT_IN_SECONDS,
} from "../../lambda/connection-check/contract";
import { ACCOUNTS_PER_SECOND, MOST_TECHNICAL_ACCOUNTS } from "../../lambda/token-refresh/contract";
import { PisteStack } from "../../stacks/piste-stack";
import { synthesizeApp } from "../constructs/synthesize";

const read = (page: string): string => readFileSync(path.join(__dirname, "../../docs", page), "utf8");
const PAGE = read("fleets.md");
const figure = (value: number): string => value.toLocaleString("en-US");

/** Of a stack of prod. */
function resources(applications: number): number {
  const { prod } = synthesizeApp((app) => {
    new PisteStack(app, "prod", {
      applications: Array.from({ length: applications }, (_, index) => ({
        name: `application-${index}`,
        technicalAccounts: [{ name: "default", structure: { identifier: "73282932000074", identifierType: "SIRET" } }],
      })),
    });
  });
  return Object.values(prod?.json.resource ?? {}).reduce((sum, byId) => sum + Object.keys(byId).length, 0);
}

describe("docs/fleets.md", () => {
  it.each([
    `up to ${MOST_TECHNICAL_ACCOUNTS} accounts`,
    `${MOST_TECHNICAL_ACCOUNTS + 1} accounts are refused`,
    `${figure(MOST_CHARACTERS_OF_A_ROLE)} characters together, fixed`,
    `${FUNCTION_TIMEOUT_IN_SECONDS} s, fixed`,
    `at most ${ACCOUNTS_PER_SECOND} a second`,
    `within ${((CHECK_DEADLINE_IN_SECONDS * ACCOUNTS_AT_ONCE) / (300 * 4)).toFixed(1)} seconds each`,
    `${300 / ACCOUNTS_PER_SECOND} s, at ${ACCOUNTS_PER_SECOND} a second`,
  ])("says: %s", (words) => {
    expect(PAGE.replaceAll(/\s+/g, " ")).toContain(words);
  });

  it("counts the resources that one more application has", () => {
    expect(PAGE).toContain(`| resources of an application with one account, prod | ${resources(3) - resources(2)} |`);
  });

  it("names the page of AWS of each quota", () => {
    const [, table = ""] = /^## What AWS caps$(.*?)^A stack of a thousand/ms.exec(PAGE) ?? [];
    const rows = table
      .split("\n")
      .filter((line) => line.startsWith("| ") && !line.startsWith("| what |") && !line.startsWith("| ---"));
    expect(rows.length).toBeGreaterThan(15);
    expect(rows.filter((row) => !/^\| \[[^\]]+\]\(https:\/\/docs\.aws\.amazon\.com\/[^)]+\) \|/.test(row))).toEqual([]);
  });
});
