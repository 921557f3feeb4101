/** docs/configuration.md has every property, and the names of what is made. */
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { describe, expect, it } from "@jest/globals";
import { METRICS } from "../../lambda/token-refresh/contract";
import { ALARM_SEVERITIES } from "../../aws/alarms/alarm-names";
import { API_CATALOGUE } from "../../piste/api-catalogue";
import { ROOT } from "../../scripts/local/folders";
import { APPLICATION_PROPERTIES, ENVIRONMENT_PROPERTIES } from "../../stacks/configuration";

const PAGE = readFileSync(path.join(ROOT, "docs", "configuration.md"), "utf8");

const section = (title: string): string =>
  new RegExp(`^## ${title}\n(.*?)(?=^## |$(?![^]))`, "ms").exec(PAGE)?.[1] ?? "";

/** The rows of a section's table, by their first cells. */
const rows = (title: string): Map<string, string> =>
  new Map(
    [...section(title).matchAll(/^\| (.*?) \| (.*) \|$/gm)].map(([, first = "", rest = ""]) => [first, rest] as const),
  );

const codes = (text = ""): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);

describe("docs/configuration.md", () => {
  it.each([
    ["Of an environment", ENVIRONMENT_PROPERTIES],
    ["Of an application", APPLICATION_PROPERTIES],
  ])("%s has all properties, and no others", (title, properties) => {
    const named = [...rows(title).keys()].flatMap(codes);
    expect(named.sort()).toEqual(Object.keys(properties).sort());
  });

  it("has all APIs, and no others", () => {
    expect(codes(rows("Of an application").get("`apis`"))).toEqual(Object.keys(API_CATALOGUE));
  });

  it("has all alarms, where each goes", () => {
    const made = rows("What is made");
    const shortNames = (row: string): string[] =>
      codes(made.get(row))
        .map((name) => name.replace(/^(?:…|piste-\w+-chorus-pro)-/, ""))
        .filter((name) => name in ALARM_SEVERITIES);
    const of = (severity: string): string[] =>
      Object.entries(ALARM_SEVERITIES).flatMap(([name, one]) => (one === severity ? [name] : []));
    expect(shortNames("alarms that page, in prod only").sort()).toEqual(of("page").sort());
    expect(shortNames("alarms that inform").sort()).toEqual(of("inform").sort());
  });

  it("has all metrics", () => {
    const named = codes(rows("What is made").get("metrics"));
    for (const { name } of Object.values(METRICS)) expect(named).toContain(name);
  });
});
