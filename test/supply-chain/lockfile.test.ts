import { readFileSync } from "node:fs";
import * as path from "node:path";
import { expect, it } from "@jest/globals";

const ROOT = path.resolve(__dirname, "..", "..");
const TEXT = readFileSync(path.join(ROOT, "package-lock.json"), "utf8");

interface Locked {
  readonly integrity?: string;
  readonly dev?: boolean;
  readonly hasInstallScript?: boolean;
}

const { packages } = JSON.parse(TEXT) as { readonly packages: Readonly<Record<string, Locked>> };
const installed = Object.entries(packages).filter(([place]) => place !== "");
/** Inside the framework's tarball, and so covered by its hash. */
const isInsideFramework = (place: string): boolean => /^node_modules\/cdkt[fn]\/node_modules\//.test(place);

it("every package is pinned by SHA-512", () => {
  expect(installed.length).toBeGreaterThan(500);
  const unpinned = installed.filter(
    ([place, { integrity = "" }]) => !isInsideFramework(place) && !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity),
  );
  expect(unpinned).toEqual([]);
});

it("the lockfile names no registry, so that each machine asks its own", () => {
  expect(TEXT).not.toMatch(/"resolved"|git\+|"file:|localhost/);
});

it("no shipped package runs a script at installation", () => {
  expect(installed.filter(([, { dev, hasInstallScript }]) => dev !== true && hasInstallScript === true)).toEqual([]);
});

it.each(["scripts/with-dependencies.mjs", "README.md", "README.fr.md"])(
  "%s runs no scripts of packages at installation",
  (file) => {
    const text = readFileSync(path.join(ROOT, file), "utf8");
    const commands = text.match(/\bnpm (?:ci|i|install)\b[^\n]*|\["(?:ci|i|install)",[^\]]*\]/g) ?? [];
    expect(commands).not.toEqual([]);
    // A user's own installation of the package is the user's.
    expect(
      commands.filter((command) => !/--ignore-scripts|^npm install(?:` it beside| \.\/cdktf-piste-)/.test(command)),
    ).toEqual([]);
  },
);
