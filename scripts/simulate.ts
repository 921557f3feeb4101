/** `npm run simulate`: tests the refresher's promise with random histories, and shows one that breaks it. */
import { randomInt } from "node:crypto";
import { availableParallelism } from "node:os";
import { Command, InvalidArgumentError } from "commander";
import { Listr, ListrLogger, ProcessOutput } from "listr2";
import { runOnAllCores } from "../simulation/all-cores";
import { addUp, historyAt, shrink, type Campaign, type CampaignOptions, type Failure } from "../simulation/campaign";
import { describe, type History } from "../simulation/history";
import { DISTRIBUTION } from "../simulation/random-histories";
import { simulate } from "../simulation/simulation";
import { MAXIMUM_SEED, wholeNumber } from "../cli/command/arguments";
import { fail } from "../cli/command/fail";
import { giveWrapped } from "../cli/command/terminal";
import { UserError } from "../piste/user-error";

interface Options extends CampaignOptions {
  readonly path?: string;
  readonly json: boolean;
}

const SHRINK_FOR_MILLISECONDS = 60_000;
/** Measured on one core of a small machine, for the displayed estimate. */
const DAYS_A_SECOND = 60;

function pathOf(text: string): string {
  if (/^\d+(:\d+)*$/.test(text)) return text;
  throw new InvalidArgumentError("It must be numbers separated by colons, as in a failure's replay command.");
}

interface Outcome {
  readonly campaign: Campaign;
  readonly failure?: Failure;
  /** The replayed history. */
  readonly history?: History;
}

/** Writes to standard error: only the result goes to standard output. */
const logger = (useIcons: boolean): ListrLogger =>
  new ListrLogger({ useIcons, processOutput: new ProcessOutput(process.stderr, process.stderr) });

async function run(options: Options): Promise<Outcome> {
  const { days, runs } = options;
  let outcome: Outcome | undefined;
  const seconds = Math.ceil((days * runs) / DAYS_A_SECOND / Math.min(availableParallelism(), runs));
  const title = `Simulate ${runs} × ${days} days, seed ${options.seed} (about ${seconds} s)`;
  await new Listr(
    [
      {
        title,
        task: async (_, task) => {
          const startedAt = Date.now();
          const say = (text: string): void => {
            task.output = text;
          };
          outcome = options.path === undefined ? await explore(options, say) : await replay(options, options.path);
          task.title = `Simulated ${outcome.campaign.runs} × ${days} days, seed ${options.seed}, in ${((Date.now() - startedAt) / 1000).toFixed(1)} s`;
        },
      },
    ],
    {
      fallbackRenderer: "simple",
      rendererOptions: { logger: logger(false) },
      fallbackRendererOptions: { logger: logger(true) },
      registerSignalListeners: false,
    },
  ).run();
  if (outcome === undefined) throw new Error("the simulation ended without a result");
  return outcome;
}

async function explore(options: Options, say: (text: string) => void): Promise<Outcome> {
  const tenth = Math.ceil(options.runs / 10);
  const results = await runOnAllCores(options, (done) => {
    if (done % tenth === 0 || process.stderr.isTTY) say(`${done} of ${options.runs}`);
  });
  const campaign = addUp(options, results);
  const broken = results.find(({ measured }) => measured.broken.length > 0);
  if (broken === undefined) return { campaign };
  say(
    `history ${broken.index} breaks a promise; looking for a smaller history (at most ${SHRINK_FOR_MILLISECONDS / 1000} s)`,
  );
  const failure = await shrink(options, String(broken.index), SHRINK_FOR_MILLISECONDS);
  return { campaign, failure };
}

async function replay(options: Options, path: string): Promise<Outcome> {
  const history = await historyAt(options, path);
  if (history === undefined) throw new UserError(`Seed ${options.seed} has no history at the path ${path}.`);
  const measured = await simulate(history);
  const { broken } = measured;
  const campaign = addUp({ ...options, runs: 1 }, [{ index: 0, measured }]);
  return { campaign, ...(broken.length > 0 && { failure: { broken, path, history } }), history };
}

const replayCommand = ({ days, seed }: CampaignOptions, path: string): string =>
  `npm run simulate -- --days ${days} --seed ${seed} --path ${path}`;

const count = (value: number): string => value.toLocaleString("en-US");

function show(options: Options, { campaign, failure, history }: Outcome): void {
  const { minutes, minutesWithinTolerance } = campaign;
  const lines = [
    `${count(minutesWithinTolerance)} of ${count(minutes)} minutes were within tolerance. Of these`,
    `- ${count(campaign.minutesWithoutToken)} without a valid token, ${count(campaign.minutesBelowReserve)} with less than the reserve left.`,
    `Outages of the whole tolerance at the worst moment: ${count(campaign.wholeToleranceOutages)}, survived: ${count(campaign.wholeToleranceOutagesSurvived)}.`,
    `Longest outage survived: ${count(campaign.longestOutageSurvivedInMinutes)} minutes.`,
    `Beyond tolerance, ${count(campaign.minutesWithoutTokenBeyondTolerance)} minutes had no valid token.`,
    `At most ${campaign.maxVersionsIn24Hours} versions of the secret in 24 hours; ${count(campaign.refreshes)} refreshes in all.`,
    `While rejected, at most ${campaign.maxCallsPerHourWhileRejected} calls in a clock hour; with the token an hour gone ${campaign.maxCallsPerHourAtSlowPace}.`,
    `Unhandled errors: ${campaign.unhandledErrors}.`,
  ];
  giveWrapped(lines.join("\n"));
  if (history !== undefined) {
    giveWrapped(`\nThe history:\n${history.disturbances.map((it) => `- ${describe(it)}`).join("\n")}`);
  } else {
    giveWrapped(`\nEach history has at random:\n${DISTRIBUTION.map((line) => `- ${line}`).join("\n")}`);
  }
  if (failure === undefined) {
    console.log("\nEvery promise was kept.");
    return;
  }
  giveWrapped(`\nBROKEN: ${failure.broken.join("; ")}`);
  if (options.path === undefined) {
    const { lateness, credentialsAfterInMinutes, disturbances } = failure.history;
    giveWrapped(
      `The smallest history found that breaks it: ticks ${lateness}, credentials after ${credentialsAfterInMinutes} min,\n` +
        `${disturbances.map((it) => `- ${describe(it)}`).join("\n")}\nTo replay it:\n  ${replayCommand(options, failure.path)}`,
    );
  }
}

async function main(options: Options): Promise<void> {
  const outcome = await run(options);
  const { campaign, failure } = outcome;
  process.exitCode = failure === undefined ? 0 : 1;
  if (options.json) {
    const broken = failure && { failure: { ...failure, replay: replayCommand(options, failure.path) } };
    console.log(JSON.stringify({ ...campaign, ...broken, distribution: DISTRIBUTION }));
  } else {
    show(options, outcome);
  }
}

new Command("npm run simulate --")
  .description(
    "Simulates years of the token refresher with random faults: the deployed function's code on a fake clock, with the local PISTE and a model of Secrets Manager. Exits with 1 if a promise is broken.",
  )
  .option("--days <number>", "days of each history", wholeNumber(1, 3650), 30)
  .option("--runs <number>", "number of histories", wholeNumber(1, 100_000), 200)
  .option(
    "--seed <number>",
    "the same seed makes the same histories (default: a new one)",
    wholeNumber(0, MAXIMUM_SEED),
  )
  .option("--path <path>", "replays the history of a failure", pathOf)
  .option("--json", "prints one JSON object", false)
  .action((options: Omit<Options, "seed"> & { readonly seed?: number }) =>
    main({ ...options, seed: options.seed ?? randomInt(MAXIMUM_SEED) }).catch(fail),
  )
  .parse();
