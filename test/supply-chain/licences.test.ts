import { readFileSync } from "node:fs";
import * as path from "node:path";
import { expect, it } from "@jest/globals";
import { ALLOWED } from "./licences";

const ROOT = path.resolve(__dirname, "..", "..");

it("the licences of packages installed with this one are on the allow-list", () => {
  const { packages } = JSON.parse(readFileSync(path.join(ROOT, "package-lock.json"), "utf8")) as {
    readonly packages: Readonly<Record<string, { readonly dev?: boolean; readonly license?: string }>>;
  };
  const installed = Object.entries(packages).filter(([place, { dev }]) => place !== "" && dev !== true);
  expect(installed.length).toBeGreaterThan(10);
  expect(installed.filter(([, { license = "" }]) => !ALLOWED.has(license))).toEqual([]);
});
