/**
 * `npm run docs`: writes the generated parts of pages: figures of docs/reliability.md, tables of alarms and options,
 * docs/proven.md and docs/piste-facts.md. `-- --only api` writes the API reference.
 */
import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { Command, Option } from "commander";
import { runOnAllCores } from "../simulation/all-cores";
import { addUp } from "../simulation/campaign";
import { writeApiReference } from "./docs/api";
import { writeBlocks } from "./docs/blocks";
import { alarmBlocks, drillBlocks } from "./docs/alarms";
import { pisteFactsBlocks } from "./docs/piste-facts";
import { configurationBlocks, landingZoneBlocks } from "./docs/options";
import { provenBlocks } from "./docs/proven";
import { computedBlocks, REPORTED, simulatedBlocks } from "./docs/reliability";
import { DOCS } from "./local/folders";
import { fail } from "../cli/command/fail";

function write(page: string, blocks: Readonly<Record<string, string>>): void {
  const file = path.join(DOCS, page);
  writeFileSync(file, writeBlocks(readFileSync(file, "utf8"), blocks));
  console.log(`docs/${page} is written.`);
}

async function writeReliability(): Promise<void> {
  console.log(`Simulating ${REPORTED.runs} × ${REPORTED.days} days (about two minutes) …`);
  const results = await runOnAllCores(REPORTED, (done) => {
    if (done % 20 === 0) console.log(`  ${done} of ${REPORTED.runs}`);
  });
  write("reliability.md", { ...computedBlocks(), ...simulatedBlocks(addUp(REPORTED, results)) });
}

async function writeAlarms(): Promise<void> {
  write(path.join("runbooks", "README.md"), alarmBlocks());
  console.log("Playing the drill (about half a minute) …");
  write("reliability.md", await drillBlocks());
}

const PAGES = {
  alarms: writeAlarms,
  api: writeApiReference,
  options: () => {
    write("configuration.md", configurationBlocks());
    write("landing-zone.md", landingZoneBlocks());
    return Promise.resolve();
  },
  "piste-facts": () => {
    write("piste-facts.md", pisteFactsBlocks());
    return Promise.resolve();
  },
  proven: () => {
    write("proven.md", provenBlocks());
    return Promise.resolve();
  },
  reliability: writeReliability,
};
type Page = keyof typeof PAGES;

async function main({ only }: { readonly only?: Page }): Promise<void> {
  const computed = (Object.keys(PAGES) as Page[]).filter((page) => page !== "api");
  for (const page of only === undefined ? computed : [only]) await PAGES[page]();
}

new Command("npm run docs")
  .description("Writes the generated parts of docs/; takes about two minutes.")
  .addOption(new Option("--only <page>", "writes only this page").choices(Object.keys(PAGES)))
  .action((options: { readonly only?: Page }) => main(options).catch(fail))
  .parse();
