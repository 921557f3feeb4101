/**
 * All that a user of the package gets: what an installation of its tarball brings, and what is bundled in its files.
 * `npm run sbom` writes the bill of materials, `npm run audit` asks the registry what is known of it. In this repo
 * `npm sbom` and `npm audit --omit=dev` would miss what is bundled and is a development dependency.
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
/** What counts for developers, or in a project's own package.json alone. */
const NOT_FOR_USERS = ["devDependencies", "peerDependencies", "peerDependenciesMeta", "overrides", "scripts"];

const run = (cwd: string, program: string, ...words: string[]): string =>
  execFileSync(program, words, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"], maxBuffer: 1e8 });

/** CycloneDX's, as npm writes them. */
const componentOf = ({ name, version, license }: BundledPackage) => ({
  "bom-ref": `${name}@${version}`,
  type: "library",
  name,
  version,
  purl: `pkg:npm/${name.replace("@", "%40")}@${version}`,
  licenses: [license.includes(" ") ? { expression: license } : { license: { id: license } }],
});

function writeBom(folder: string, bundled: readonly BundledPackage[]): void {
  const bom = JSON.parse(run(folder, "npm", "sbom", "--sbom-format=cyclonedx")) as {
    readonly metadata: { readonly component: { readonly version: string } };
    readonly components: { readonly "bom-ref": string }[];
  };
  const installed = new Set(bom.components.map((component) => component["bom-ref"]));
  bom.components.push(...bundled.map(componentOf).filter((component) => !installed.has(component["bom-ref"])));
  const file = `cdktf-piste-${bom.metadata.component.version}.cdx.json`;
  writeFileSync(path.join(ROOT, file), `${JSON.stringify(bom, undefined, 2)}\n`);
  console.log(`${file} names the ${bom.components.length} packages that this one is made of.`);
}

/** The lockfile gets what is bundled too, each by an alias, since a package may be bundled in two versions. */
function audit(folder: string, bundled: readonly BundledPackage[]): void {
  const aliases = bundled.map(({ name, version }, index) => `bundled-${index}@npm:${name}@${version}`);
  run(folder, "npm", ...INSTALL, "--package-lock-only", ...aliases);
  try {
    execFileSync("npm", ["audit"], { cwd: folder, stdio: "inherit" });
  } catch (cause) {
    throw new UserError("npm audit, above, found something in what is published, or got no answer.", { cause });
  }
}

function main(job: typeof audit): void {
  const folder = mkdtempSync(path.join(realpathSync(tmpdir()), "piste-package-"));
  try {
    run(ROOT, "npm", "pack", "--loglevel=error", "--pack-destination", folder);
    const [tarball = ""] = readdirSync(folder);
    // npm takes the folder's name for the package's.
    const unpacked = path.join(folder, "cdktf-piste");
    mkdirSync(unpacked);
    run(unpacked, "tar", "-xzf", path.join("..", tarball), "--strip-components=1");
    run(unpacked, "npm", "pkg", "delete", ...NOT_FOR_USERS);
    run(unpacked, "npm", ...INSTALL);
    job(unpacked, JSON.parse(readFileSync(path.join(unpacked, "dist", "bundled.json"), "utf8")) as BundledPackage[]);
  } catch (error) {
    fail(error);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

new Command("npm run sbom --")
  .description("Writes cdktf-piste-<version>.cdx.json: the packages that this one is made of, in CycloneDX's format.")
  .option("--audit", "asks the registry for their known vulnerabilities instead", false)
  .action((options: { readonly audit: boolean }) => {
    main(options.audit ? audit : writeBom);
  })
  .parse();
