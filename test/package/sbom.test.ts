/** The bill of materials lists a user's packages: the installed and the bundled ones. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { afterAll, beforeAll, describe, expect, it, jest } from "@jest/globals";
import type { BundledPackage } from "../../scripts/bundled-packages";
import { ROOT } from "../../scripts/local/folders";
import { emptyProject, type Project } from "./project";
import { tarball } from "./tarball";

/** Installs packages from the registry twice. */
jest.setTimeout(120_000);

interface Named {
  readonly name: string;
  readonly version: string;
}
interface Component extends Named {
  readonly properties: readonly { readonly name: string }[];
}

const nameOf = ({ name, version }: Named): string => `${name}@${version}`;
const readJson = (...file: string[]): unknown => JSON.parse(readFileSync(path.join(...file), "utf8"));

describe("the bill of materials of a tarball", () => {
  let project: Project;
  let components: readonly Component[];
  let bundled: readonly BundledPackage[];
  const billed = (property: string): string[] =>
    components.filter(({ properties }) => properties.some(({ name }) => name === property)).map(nameOf);
  beforeAll(async () => {
    project = emptyProject();
    project.write("package.json", JSON.stringify({ name: "stranger", private: true }));
    await project.run("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", tarball());
    const script = path.join("scripts", "with-dependencies.mjs");
    const made = spawnSync(process.execPath, [script, "sbom.ts", tarball()], { cwd: ROOT, encoding: "utf8" });
    expect(made.stderr).toBe("");
    const beside = path.dirname(tarball());
    const [file = "", ...more] = readdirSync(beside).filter((name) => name.endsWith(".cdx.json"));
    expect(more).toEqual([]);
    ({ components } = readJson(beside, file) as { components: readonly Component[] });
    bundled = readJson(project.folder, "node_modules/cdktf-piste/dist/bundled.json") as BundledPackage[];
  });
  afterAll(() => {
    project.remove();
  });

  it("marks exactly the bundled packages as bundled", () => {
    expect(bundled.length).toBeGreaterThan(50);
    expect(billed("cdktf-piste:bundled").sort()).toEqual(bundled.map(nameOf).sort());
  });

  it("marks exactly the installed packages as installed", () => {
    const { packages } = readJson(project.folder, "package-lock.json") as { packages: Record<string, Named> };
    const brought = Object.entries(packages)
      .filter(([place]) => place !== "" && place !== "node_modules/cdktf-piste")
      .map(([place, { version }]) => nameOf({ name: place.replace(/^.*node_modules\//, ""), version }));
    expect(brought.length).toBeGreaterThan(5);
    expect(billed("cdktf-piste:installed").sort()).toEqual([...new Set(brought)].sort());
  });

  it("has the lockfile's versions of bundled packages", () => {
    const { packages } = readJson(ROOT, "package-lock.json") as { packages: Record<string, Named> };
    const locked = new Set(
      Object.entries(packages).map(([place, { version }]) =>
        nameOf({ name: place.replace(/^.*node_modules\//, ""), version }),
      ),
    );
    expect(bundled.map(nameOf).filter((name) => !locked.has(name))).toEqual([]);
  });
});
