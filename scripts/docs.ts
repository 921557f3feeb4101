/**
 * `npm run docs`: writes the figures of docs/reliability.md and docs/cost.md, the steps of docs/raccordement.md, and what
 * docs/troubleshooting.md says of PISTE's and the APIs' answers. `-- --only client` measures what docs/client.md compares;
 * `-- --only api` writes the reference of what is exported.
 */
import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { Command, Option } from "commander";
import { runOnAllCores } from "../simulation/all-cores";
import { addUp } from "../simulation/campaign";
import { consumer, measureConsumers } from "../bench/consumer";
import { writeApiReference } from "./docs/api";
import { writeBlocks } from "./docs/blocks";
import { clientBlocks } from "./docs/client";
import { costBlocks } from "./docs/cost/page";
import { SET_UPS } from "./docs/cost/set-ups";
import { synthesized } from "./docs/cost/synthesized";
import { raccordementBlocks } from "./docs/raccordement";
import { computedBlocks, REPORTED, simulatedBlocks } from "./docs/reliability";
import { troubleshootingBlocks } from "./docs/troubleshooting";
import { DOCS } from "./local/folders";
import { fail } from "./local/user-error";

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

async function writeClient(): Promise<void> {
  const { rounds } = consumer;
  const say = (text: string): void => {
    console.log(`  ${text}`);
  };
  const consumers = await measureConsumers({ rounds, node: process.execPath, say });
  write("client.md", clientBlocks(consumers, rounds, process.versions.node));
}

const PAGES = {
  api: writeApiReference,
  client: writeClient,
  cost: async () => {
    write("cost.md", await costBlocks(synthesized(SET_UPS)));
  },
  raccordement: () => {
    write("raccordement.md", raccordementBlocks());
    return Promise.resolve();
  },
  reliability: writeReliability,
  troubleshooting: () => {
    write("troubleshooting.md", troubleshootingBlocks());
    return Promise.resolve();
  },
};
type Page = keyof typeof PAGES;
/** Written only when asked for: the reference is for a look at it, and what is measured differs each time. */
const ON_REQUEST: readonly Page[] = ["api", "client"];

async function main({ only }: { readonly only?: Page }): Promise<void> {
  const computed = (Object.keys(PAGES) as Page[]).filter((page) => !ON_REQUEST.includes(page));
  for (const page of only === undefined ? computed : [only]) await PAGES[page]();
}

new Command("npm run docs")
  .description("Writes the figures of docs/; takes about two minutes.")
  .addOption(new Option("--only <page>", "writes this page alone").choices(Object.keys(PAGES)))
  .action((options: { readonly only?: Page }) => main(options).catch(fail))
  .parse();
