/** `npm run docs`: writes the figures and the picture of docs/reliability.md. */
import { readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { Command } from "commander";
import { runOnAllCores } from "../simulation/all-cores";
import { addUp } from "../simulation/campaign";
import { EXAMPLE } from "../simulation/example";
import { drawTimeline } from "../simulation/timeline";
import { writeBlocks } from "./docs/blocks";
import { computedBlocks, REPORTED, simulatedBlocks } from "./docs/reliability";
import { ROOT } from "./local/folders";
import { fail } from "./local/user-error";

const PAGE = path.join(ROOT, "docs", "reliability.md");
const PICTURE = path.join(ROOT, "docs", "reliability.svg");

async function main(): Promise<void> {
  console.log(`Simulating ${REPORTED.runs} × ${REPORTED.days} days (about two minutes) …`);
  const results = await runOnAllCores(REPORTED, (done) => {
    if (done % 20 === 0) console.log(`  ${done} of ${REPORTED.runs}`);
  });
  const blocks = { ...computedBlocks(), ...simulatedBlocks(addUp(REPORTED, results)) };
  const page = writeBlocks(readFileSync(PAGE, "utf8"), blocks);
  writeFileSync(PAGE, page);
  writeFileSync(PICTURE, await drawTimeline(EXAMPLE));
  console.log("docs/reliability.md and docs/reliability.svg are written.");
}

new Command("npm run docs")
  .description("Writes the figures and the picture of docs/reliability.md; takes about two minutes.")
  .action(() => main().catch(fail))
  .parse();
