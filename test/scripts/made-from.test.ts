import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { currentSources, keepRecord, type Made } from "../../scripts/made-from";

const LONG_AGO = new Date("2020-01-01");

describe("a built file", () => {
  let made: Made;
  const at = (name: string): string => path.join(made.root, name);
  const SOURCES = ["node_modules/.package-lock.json", "node_modules/sdk/index.js", "own/index.ts", "own/other.ts"];

  beforeEach(() => {
    const root = mkdtempSync(path.join(tmpdir(), "made from "));
    made = { root, file: path.join(root, "out.zip"), record: path.join(root, "records", "out.json") };
    for (const source of SOURCES) {
      mkdirSync(path.dirname(at(source)), { recursive: true });
      writeFileSync(at(source), `of ${source}`);
    }
    for (const place of [...SOURCES, "own"]) utimesSync(at(place), LONG_AGO, LONG_AGO);
    writeFileSync(made.file, "a zip");
    keepRecord(made, [...SOURCES, "credentials:of-a-plugin"], Date.now());
  });
  afterEach(() => {
    rmSync(made.root, { recursive: true });
  });

  it("is current without changes", () => {
    writeFileSync(at("node_modules/sdk/unused.js"), "");
    expect(currentSources(made)).toEqual(SOURCES);
  });

  it("is outdated without a record", () => {
    rmSync(made.record);
    expect(currentSources(made)).toBeUndefined();
  });

  it.each(SOURCES.filter((source) => !source.includes("sdk")))("is outdated if %s changed", (source) => {
    writeFileSync(at(source), `OF ${source}`);
    expect(currentSources(made)).toBeUndefined();
    utimesSync(at(source), LONG_AGO, LONG_AGO);
    expect(currentSources(made)).toEqual(SOURCES);
    writeFileSync(at(source), `of ${source}!`);
    utimesSync(at(source), LONG_AGO, LONG_AGO);
    expect(currentSources(made)).toBeUndefined();
  });

  it("is outdated if a source is missing", () => {
    rmSync(at("own/other.ts"));
    expect(currentSources(made)).toBeUndefined();
  });

  it("is outdated after a new file that an import may resolve to", () => {
    writeFileSync(at("own/other.js"), "");
    expect(currentSources(made)).toBeUndefined();
  });

  it("is outdated if it was changed or deleted", () => {
    writeFileSync(made.file, "a zi");
    expect(currentSources(made)).toBeUndefined();
    rmSync(made.file);
    expect(currentSources(made)).toBeUndefined();
  });

  it("is outdated if its record is incomplete", () => {
    writeFileSync(made.record, readFileSync(made.record, "utf8").slice(0, -10));
    expect(currentSources(made)).toBeUndefined();
  });

  it.each(["own/other.ts", "own"])("is built again if %s changed during the build", (place) => {
    rmSync(made.record);
    const startedAt = Date.now();
    utimesSync(at(place), new Date(startedAt + 1), new Date(startedAt + 1));
    keepRecord(made, SOURCES, startedAt);
    expect(currentSources(made)).toBeUndefined();
  });
});
