/** `npm start`: the main job on this machine, shown as it goes. */
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Command, Option } from "commander";
import { Listr, PRESET_TIMER } from "listr2";
import { TICK_IN_SECONDS } from "../lambda/token-refresh/contract";
import { ENVIRONMENTS, type Environment } from "../piste/environments";
import { moment } from "../cli/command/times";
import { forgetCallersAws } from "../aws/local/environment";
import { LOCAL_DESCRIPTION } from "./local/folders";
import type { DeployedFunction } from "../aws/local/deployed-function";
import { MainJob } from "./local/main-job";
import { RunFolder } from "./local/run-folder";
import { doneTitle, introduction, nextText, outcomeText, timesText, type StepTime, tickText } from "./local/shown";
import { fail } from "../cli/command/fail";
import { messageOf } from "../piste/user-error";

interface Options {
  readonly environment: Environment;
  readonly keep: boolean;
  readonly empty: boolean;
}

/** As shells report a program that a signal ended. */
const EXIT_CODES: Partial<Record<NodeJS.Signals, number>> = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

/** @throws what a step threw, whole. */
async function runSteps(job: MainJob): Promise<StepTime[]> {
  const times: StepTime[] = [];
  let failure: unknown;
  const steps = job.steps().map(({ title, run }) => {
    const done = doneTitle(title);
    return {
      title,
      task: async (_: unknown, task: { title?: string | undefined; output?: string | undefined }): Promise<void> => {
        const startedAt = Date.now();
        try {
          task.title = `${done}: ${await run((text) => (task.output = text))}`;
        } catch (error) {
          failure = error;
          // The whole is said once, below the steps.
          throw new Error("see below", { cause: error });
        }
        times.push({ title: done, milliseconds: Date.now() - startedAt });
      },
    };
  });
  const list = new Listr(steps, {
    // Plain lines where there is no terminal.
    fallbackRenderer: "simple",
    rendererOptions: { timer: PRESET_TIMER, collapseErrors: false, showErrorMessage: false },
    fallbackRendererOptions: { timer: PRESET_TIMER },
    registerSignalListeners: false,
  });
  await list.run().catch((error: unknown) => {
    throw failure ?? error;
  });
  return times;
}

const now = (): string => moment(Date.now()).en;

async function keepUp(job: MainJob, run: RunFolder, stopped: AbortSignal): Promise<void> {
  run.describe({
    awsEndpoint: job.place.endpoint,
    region: job.place.region,
    tokenEndpoint: job.emulator.tokenEndpoint,
    apiBaseUrl: job.emulator.apiBaseUrl,
    controlUrl: job.emulator.controlUrl,
    environment: job.environment,
  });
  const { endpoint, region } = job.place;
  console.log(`
Kept up until Ctrl-C; ${LOCAL_DESCRIPTION} says where. The emulated AWS accepts any credentials:
${readFileSync(LOCAL_DESCRIPTION, "utf8")}
In another terminal: npx piste doctor ${job.environment} --local; likewise token, call, credentials and alarms test.
For the AWS CLI there:
  export AWS_ENDPOINT_URL=${endpoint} AWS_REGION=${region} AWS_DEFAULT_REGION=${region} AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local`);
  await Promise.all(job.functions.map((deployed) => keepTicking(job, deployed, stopped)));
}

async function keepTicking(job: MainJob, deployed: DeployedFunction, stopped: AbortSignal): Promise<void> {
  const isStopped = (): boolean => stopped.aborted;
  for (;;) {
    await sleep(TICK_IN_SECONDS * 1000, undefined, { signal: stopped }).catch(() => undefined);
    if (isStopped()) return;
    try {
      const result = await job.tick(deployed);
      console.log(tickText(deployed.name, result, Date.now()));
    } catch (error) {
      if (!isStopped()) console.error(`${now()} tick of ${deployed.name} failed: ${messageOf(error)}`);
    }
  }
}

async function main({ environment, keep, empty }: Options): Promise<void> {
  const startedAt = Date.now();
  forgetCallersAws();
  const run = await RunFolder.create(keep);
  console.log(introduction(environment));
  const job = new MainJob(environment, run, empty);
  let keptUp = false;
  const stopping = new AbortController();
  const say = (text: string): void => {
    console.log(text);
  };
  /** Once, whether the job has ended or a signal has come. */
  let ending: Promise<void> | undefined;
  const end = (): Promise<void> =>
    (ending ??= job
      .stop(say)
      .catch(fail)
      .then(() => run.end()));
  const onSignal = (signal: NodeJS.Signals): void => {
    if (stopping.signal.aborted) return;
    say(`\n${signal}: stopping what was started …`);
    stopping.abort(signal);
    // What the steps wait for ends with the processes; an environment that was kept up has done its work.
    void end().then(() => process.exit(keptUp ? 0 : EXIT_CODES[signal]));
  };
  for (const signal of Object.keys(EXIT_CODES) as NodeJS.Signals[]) process.on(signal, onSignal);
  try {
    const times = await runSteps(job);
    for (const outcome of job.outcomes) say(outcomeText(outcome, Date.now()));
    say(timesText(times, Date.now() - startedAt));
    const next = empty ? undefined : nextText(environment, job.place.region, job.outcomes);
    if (next !== undefined) say(next);
    if (keep) {
      keptUp = true;
      await keepUp(job, run, stopping.signal);
    }
  } catch (error) {
    if (!stopping.signal.aborted) fail(error);
  }
  if (!stopping.signal.aborted) {
    await end();
    process.exit();
  }
}

new Command("npm start --")
  .description(
    "Deploys a stack into an emulated AWS on this machine, fetches a token from a local PISTE and calls an API with it. Nothing leaves this machine, bar downloads of tools that are missing.",
  )
  .addOption(new Option("--environment <name>", "which stack").choices(ENVIRONMENTS).default("qualif"))
  .option("--keep", "keep everything up until Ctrl-C, ticking as the schedule says", false)
  .option("--empty", "as --keep, with nothing stored and nothing set up on the portals: for practice", false)
  .action((options: Options) => main({ ...options, keep: options.keep || options.empty }).catch(fail))
  .parse();
