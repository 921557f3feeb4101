/** `npm run drill`: for each fault, which alarm rings and when; in random weeks, whether any page is false. */
import { randomInt } from "node:crypto";
import { Command } from "commander";
import { DEFAULT_REFRESH_SETTINGS } from "../lambda/token-refresh/contract";
import { playWithAlarms } from "../simulation/alarmed-history";
import { historyAt } from "../simulation/campaign";
import { drillAccounts } from "../simulation/account-drills";
import { drill } from "../simulation/drill";
import { problemsOf } from "../simulation/drill-row";
import { judge } from "../simulation/judged-alarms";
import { MAXIMUM_SEED, wholeNumber } from "../cli/command/arguments";
import { drillTable } from "./drill-table";
import { synthesizedAlarms } from "./local/synthesized-alarms";
import { fail } from "../cli/command/fail";

interface Options {
  readonly histories: number;
  readonly seed: number;
  readonly json: boolean;
}

const DAYS = 7;
/** Measured on one core of a small machine, for the displayed estimates. */
const SECONDS_FOR_FAULTS = 40;
const SECONDS_A_WEEK = 3;

async function main({ histories, seed, json }: Options): Promise<void> {
  const say = (text: string): void => {
    console.error(text);
  };
  const alarms = synthesizedAlarms("prod");
  say(`Playing each fault (about ${SECONDS_FOR_FAULTS} s) …`);
  const rows = [...(await drill("prod", alarms)), ...(await drillAccounts("prod", alarms))];
  const broken = rows.flatMap((row) => problemsOf(row).map((problem) => `${row.fault}: ${problem}`));

  say(`Playing ${histories} random weeks, seed ${seed} (about ${histories * SECONDS_A_WEEK} s) …`);
  let pages = 0;
  for (let index = 0; index < histories; index++) {
    const history = await historyAt({ days: DAYS, seed }, String(index));
    if (history === undefined) throw new Error(`there is no history ${index}`);
    const judged = judge(await playWithAlarms(history, "prod", alarms), DEFAULT_REFRESH_SETTINGS);
    pages += judged.pages;
    const found = [
      ...judged.missingPages.map((words) => `not paged: ${words}`),
      ...judged.falsePages.map((words) => `false page: ${words}`),
    ];
    broken.push(...found.map((words) => `week ${index} of seed ${seed}: ${words}`));
  }

  if (json) {
    if (broken.length > 0) say(`BROKEN:\n${broken.join("\n")}`);
    console.log(
      JSON.stringify(
        rows.map(({ fault, firstAlarm, minutesToFirstAlarm, late, alarms: all, falsePages }) => ({
          fault,
          firstAlarm,
          minutesToFirstAlarm,
          minutesWithLateReports: late?.minutesToFirstAlarm ?? null,
          alarms: all,
          falsePages,
        })),
      ),
    );
  } else {
    console.log(drillTable(rows));
    console.log(`In ${histories} random weeks: ${pages} pages.`);
    console.log(broken.length === 0 ? "No page was false, and none was missing." : `BROKEN:\n${broken.join("\n")}`);
  }
  process.exitCode = broken.length === 0 ? 0 : 1;
}

new Command("npm run drill --")
  .description(
    "Plays every fault with the deployed function's code and prod's synthesized alarms: shows which alarm rings first, and after how many minutes. Exits with 1 if an alarm is missing, late or false.",
  )
  .option("--histories <number>", "number of additional random weeks", wholeNumber(0, 10_000), 20)
  .option("--seed <number>", "seed of the random weeks (default: a new one)", wholeNumber(0, MAXIMUM_SEED))
  .option("--json", "prints the table as one JSON array", false)
  .action((options: Omit<Options, "seed"> & { readonly seed?: number }) =>
    main({ ...options, seed: options.seed ?? randomInt(MAXIMUM_SEED) }).catch(fail),
  )
  .parse();
