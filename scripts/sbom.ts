/**
 * The packages that a user gets: those that the tarball installs, and those bundled in its files. `npm run sbom` writes
 * the bill of materials, `npm run audit` asks the registry for known vulnerabilities. `npm sbom` and `npm audit
 * --omit=dev` would miss bundled packages, which are development dependencies here.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { Command } from "commander";
import type { BundledPackage } from "./bundled-packages";
import { ROOT } from "./local/folders";
import { fail } from "../cli/command/fail";
import { UserError } from "../piste/user-error";

const INSTALL = ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
/** Fields that do not affect users of the package. */
const NOT_FOR_USERS = ["devDependencies", "peerDependencies", "peerDependenciesMeta", "overrides", "scripts"];

const run = (cwd: string, program: string, ...words: string[]): string =>
  execFileSync(program, words, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"], maxBuffer: 1e8 });

/** Marks in the bill: exactly this version, or possibly a newer one of the package's range. */
const BUNDLED = { name: "cdktf-piste:bundled", value: "this version, in the package's own files" };
const INSTALLED = {
  name: "cdktf-piste:installed",
  value: "the newest of its range when this bill was made; `npm sbom` in your project names yours",
};

/** A CycloneDX component in npm's form. */
const componentOf = ({ name, version, license }: BundledPackage) => ({
  "bom-ref": `${name}@${version}`,
  type: "library",
  name,
  version,
  purl: `pkg:npm/${name.replace("@", "%40")}@${version}`,
  licenses: [license.includes(" ") ? { expression: license } : { license: { id: license } }],
});

interface Component {
  readonly "bom-ref": string;
  readonly properties?: readonly object[];
}

function writeBom(folder: string, bundled: readonly BundledPackage[], beside: string): void {
  const bom = JSON.parse(run(folder, "npm", "sbom", "--sbom-format=cyclonedx")) as {
    readonly metadata: { readonly component: { readonly version: string } };
    readonly components: readonly Component[];
  };
  const components = new Map<string, Component>();
  const add = (component: Component, property: object): void => {
    const known = components.get(component["bom-ref"]) ?? component;
    components.set(known["bom-ref"], { ...known, properties: [...(known.properties ?? []), property] });
  };
  for (const component of bom.components) add(component, INSTALLED);
  for (const each of bundled) add(componentOf(each), BUNDLED);
  const file = `cdktf-piste-${bom.metadata.component.version}.cdx.json`;
  const whole = { ...bom, components: [...components.values()] };
  writeFileSync(path.join(beside, file), `${JSON.stringify(whole, undefined, 2)}\n`);
  console.log(`${file} lists the ${components.size} packages in this one.`);
}

/** Adds bundled packages to the lockfile, by aliases: a package may be bundled in two versions. */
function audit(folder: string, bundled: readonly BundledPackage[]): void {
  const aliases = bundled.map(({ name, version }, index) => `bundled-${index}@npm:${name}@${version}`);
  run(folder, "npm", ...INSTALL, "--package-lock-only", ...aliases);
  try {
    execFileSync("npm", ["audit"], { cwd: folder, stdio: "inherit" });
  } catch (cause) {
    throw new UserError("npm audit found a vulnerability in a published package, or got no answer: see above.", {
      cause,
    });
  }
}

function main(job: typeof writeBom, given: string | undefined): void {
  const folder = mkdtempSync(path.join(realpathSync(tmpdir()), "piste-package-"));
  try {
    if (given === undefined) run(ROOT, "npm", "pack", "--loglevel=error", "--pack-destination", folder);
    const tarball = given === undefined ? path.join(folder, readdirSync(folder)[0] ?? "") : path.resolve(given);
    // npm takes the folder's name for the package's.
    const unpacked = path.join(folder, "cdktf-piste");
    mkdirSync(unpacked);
    run(unpacked, "tar", "-xzf", tarball, "--strip-components=1");
    run(unpacked, "npm", "pkg", "delete", ...NOT_FOR_USERS);
    run(unpacked, "npm", ...INSTALL);
    const bundled = JSON.parse(readFileSync(path.join(unpacked, "dist", "bundled.json"), "utf8")) as BundledPackage[];
    job(unpacked, bundled, given === undefined ? ROOT : path.dirname(tarball));
  } catch (error) {
    fail(error);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

new Command("npm run sbom --")
  .description("Writes cdktf-piste-<version>.cdx.json: the packages in this one, in the CycloneDX format.")
  .argument("[tarball]", "the published package, beside which the bill is written (default: packs one)")
  .option("--audit", "asks the registry for known vulnerabilities instead", false)
  .action((tarball: string | undefined, options: { readonly audit: boolean }) => {
    main(options.audit ? audit : writeBom, tarball);
  })
  .parse();
