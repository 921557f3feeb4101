import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { findProgram } from "../../../scripts/local/find-program";

let before: { readonly folder: string; readonly path: string | undefined };
let folder: string;
beforeEach(() => {
  before = { folder: process.cwd(), path: process.env["PATH"] };
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), "programs ")));
  process.chdir(folder);
});
afterEach(() => {
  process.chdir(before.folder);
  process.env["PATH"] = before.path;
  rmSync(folder, { recursive: true });
});

function plant(file: string, mode = 0o755): string {
  const place = path.join(folder, file);
  mkdirSync(path.dirname(place), { recursive: true });
  writeFileSync(place, "#!/bin/sh\n");
  chmodSync(place, mode);
  return place;
}

it("a program in the current folder is never found, whatever PATH is", () => {
  plant("terraform");
  for (const open of ["", ":", "::/nowhere", ".:/nowhere", "./", "nowhere:..:."]) {
    process.env["PATH"] = open;
    expect([open, findProgram("terraform")]).toEqual([open, undefined]);
  }
});

it("finds the first executable program on PATH", () => {
  plant("one/terraform", 0o644);
  mkdirSync(path.join(folder, "two", "terraform"), { recursive: true });
  const place = plant("three/terraform");
  process.env["PATH"] = ["one", "two", "three"].map((name) => path.join(folder, name)).join(path.delimiter);
  expect(findProgram("terraform")).toBe(place);
});

it("accepts a program by its path", () => {
  const place = plant("own/terraform");
  expect(findProgram("./own/terraform")).toBe(place);
  expect(findProgram("./own/other")).toBeUndefined();
});
