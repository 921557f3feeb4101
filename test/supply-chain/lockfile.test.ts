import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { describe, expect, it } from "@jest/globals";
import {
  nameAt,
  parentOf,
  placesNeededBy,
  readLockfile,
  runTimePlaces,
  type LockedPackage,
} from "../../scripts/supply-chain/lockfile";

const ROOT = path.resolve(__dirname, "..", "..");
const LOCKFILE = readLockfile();
const SHA512 = /^sha512-[A-Za-z0-9+/]{86}==$/;

/** Run when they are installed, if they may. Nothing here needs it: all installations ignore scripts. */
const INSTALL_SCRIPTS: Readonly<Record<string, string>> = {
  "@parcel/watcher": "builds what its prebuilt packages already hold, for jest --watch",
  "@swc/core": "checks that the prebuilt package of this machine is there",
  esbuild: "replaces a JavaScript shim by the prebuilt program that the shim would start",
};

const installed = Object.entries(LOCKFILE.packages).filter(([place]) => place !== "");
const placesWhere = (test: (locked: LockedPackage, place: string) => boolean): string[] =>
  installed.filter(([place, locked]) => test(locked, place)).map(([place]) => place);

/** The package whose tarball a place came in. */
function carrierOf(place: string): LockedPackage | undefined {
  const locked = LOCKFILE.packages[place];
  return locked?.inBundle === true ? carrierOf(parentOf(place)) : locked;
}

describe("the lockfile", () => {
  it("pins every package by SHA-512, or by that of the tarball that it came in", () => {
    expect(installed.length).toBeGreaterThan(500);
    expect(
      installed.filter(([place]) => !SHA512.test(carrierOf(place)?.integrity ?? "")).map(([place]) => place),
    ).toEqual([]);
  });

  it("lets a bundle cover what is inside of it alone", () => {
    const bundled = placesWhere(({ inBundle }) => inBundle === true);
    expect(bundled.length).toBeGreaterThan(0);
    expect(bundled.filter((place) => !/^node_modules\/cdkt[fn]\/node_modules\//.test(place))).toEqual([]);
  });

  it("names no registry, so that each machine asks its own", () => {
    expect(placesWhere(({ resolved }) => resolved !== undefined)).toEqual([]);
    expect(readFileSync(path.join(ROOT, "package-lock.json"), "utf8")).not.toMatch(/"resolved"|git\+|"file:|localhost/);
  });

  it("is that of package.json, with every version exact", () => {
    const manifest = JSON.parse(readFileSync(path.join(ROOT, "package.json"), "utf8")) as LockedPackage & {
      readonly devDependencies: Readonly<Record<string, string>>;
    };
    const { dependencies = {}, devDependencies } = manifest;
    expect(LOCKFILE.packages[""]).toMatchObject({ dependencies, devDependencies });
    const versions = Object.entries({ ...dependencies, ...devDependencies });
    expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
    expect(
      versions.filter(([name, version]) => LOCKFILE.packages[`node_modules/${name}`]?.version !== version),
    ).toEqual([]);
  });

  it("has no package that runs a script when it is installed, but those that are listed, none of them shipped", () => {
    const withScripts = placesWhere(({ hasInstallScript }) => hasInstallScript === true);
    expect(withScripts.map(nameAt).sort()).toEqual(Object.keys(INSTALL_SCRIPTS).sort());
    const shipped = runTimePlaces(LOCKFILE);
    expect(withScripts.filter((place) => shipped.has(place))).toEqual([]);
  });
});

describe("nothing installs packages with their scripts", () => {
  it.each(["scripts/with-dependencies.mjs", "README.md", "README.fr.md"])("%s", (file) => {
    const text = readFileSync(path.join(ROOT, file), "utf8");
    const commands = text.match(/\bnpm (?:ci|i|install)\b[^\n]*|\["(?:ci|i|install)",[^\]]*\]/g) ?? [];
    expect(commands).not.toEqual([]);
    // A user's own installation of the package is the user's.
    expect(
      commands.filter((command) => !/--ignore-scripts|^npm install(?:` it beside| \.\/cdktf-piste-)/.test(command)),
    ).toEqual([]);
  });
});

describe("what a user of the package gets", () => {
  it("is what npm says, without what only optional peers would bring", () => {
    const { stdout } = spawnSync("npm", ["ls", "--all", "--omit=dev", "--package-lock-only", "--parseable"], {
      cwd: ROOT,
      encoding: "utf8",
    });
    const places = stdout
      .trim()
      .split("\n")
      .map((folder) => path.relative(ROOT, folder).replaceAll(path.sep, "/"));
    const npms = places.filter((place) => place !== "" && LOCKFILE.packages[place]?.devOptional !== true);
    expect(npms.length).toBeGreaterThan(50);
    expect([...runTimePlaces(LOCKFILE)].sort()).toEqual(npms.sort());
  });

  it("is found as Node finds it: the nearest above", () => {
    const lockfile = {
      packages: {
        "": { dependencies: { a: "1", b: "1" }, peerDependencies: { chosen: "1" } },
        "node_modules/a": {
          dependencies: { b: "2" },
          peerDependencies: { p: "1", q: "1" },
          peerDependenciesMeta: { q: { optional: true } },
        },
        "node_modules/a/node_modules/b": { optionalDependencies: { "@s/c": "1", absent: "1" } },
        "node_modules/b": {},
        "node_modules/p": {},
        "node_modules/q": {},
        "node_modules/chosen": {},
        "node_modules/@s/c": { dependencies: { a: "1" } },
        "node_modules/developers": {},
      },
    };
    expect(placesNeededBy(lockfile, "node_modules/a")).toEqual(["node_modules/a/node_modules/b", "node_modules/p"]);
    expect([...runTimePlaces(lockfile)].sort()).toEqual([
      "node_modules/@s/c",
      "node_modules/a",
      "node_modules/a/node_modules/b",
      "node_modules/b",
      "node_modules/p",
    ]);
  });
});
