/** `npm run sbom`: writes dist/sbom.json, the package's bill of materials, which is published with it. */
import { mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { Command } from "commander";
import { ROOT } from "./local/folders";
import { readLockfile } from "./supply-chain/lockfile";
import { runTimeBom } from "./supply-chain/sbom";

const FILE = path.join("dist", "sbom.json");

function main(): void {
  const bom = runTimeBom(readLockfile());
  mkdirSync(path.join(ROOT, "dist"), { recursive: true });
  writeFileSync(path.join(ROOT, FILE), `${JSON.stringify(bom, undefined, 2)}\n`);
  console.log(`${FILE} names the ${bom.components.length} packages that this one is made of.`);
}

new Command("npm run sbom")
  .description("Writes dist/sbom.json: the packages that this one is made of, with versions, licences and hashes.")
  .action(main)
  .parse();
