/** `npm start`: runs the main job on this machine and shows its progress. */
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Option } from "commander";
import { Listr, PRESET_TIMER } from "listr2";
import { TICK_IN_SECONDS } from "../lambda/token-refresh/contract";
import { ENVIRONMENTS, type Environment } from "../piste/environments";
import { endWith } from "../cli/command/failure";
import { languageOf } from "../cli/command/language";
import { CommandMaker } from "../cli/command/options";
import { giveWrapped, sayWrapped } from "../cli/command/terminal";
import { forgetCallersAws } from "../aws/local/environment";
import type { Text } from "../piste/language";
import { LOCAL_DESCRIPTION } from "./local/folders";
import type { DeployedFunction } from "../aws/local/deployed-function";
import { MainJob } from "./local/main-job";
import { RunFolder } from "./local/run-folder";
import {
  introduction,
  keptText,
  nextText,
  outcomeText,
  Ticks,
  timesText,
  titleText,
  type StepTime,
} from "./local/shown";

interface Options {
  readonly environment: Environment;
  readonly keep: boolean;
  readonly empty: boolean;
}

/** The codes that shells use for signals. */
const EXIT_CODES: Partial<Record<NodeJS.Signals, number>> = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

const language = languageOf(process.argv.slice(2), process.env);
const maker = new CommandMaker(language);

function fail(error: unknown): void {
  endWith(error, language);
  process.exitCode = 1;
}

const tell = (text: Text): void => {
  giveWrapped(text[language]);
};

/** @throws the failed step's own error. */
async function runSteps(job: MainJob): Promise<StepTime[]> {
  const times: StepTime[] = [];
  let failure: unknown;
  const steps = job.steps().map((step) => {
    const { title, run } = step;
    return {
      title: titleText(step)[language],
      task: async (_: unknown, task: { title?: string | undefined; output?: string | undefined }): Promise<void> => {
        const startedAt = Date.now();
        try {
          const result = await run((text) => (task.output = text[language]));
          task.title = maker.say({ en: `${title.en}: ${result.en}`, fr: `${title.fr} : ${result.fr}` });
        } catch (error) {
          failure = error;
          // The full message follows below the steps.
          throw new Error(maker.say({ en: "see below", fr: "voir ci-dessous" }), { cause: error });
        }
        times.push({ title, milliseconds: Date.now() - startedAt });
      },
    };
  });
  const list = new Listr(steps, {
    // Plain lines without a terminal.
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
  tell(keptText(job.environment, { awsEndpoint: endpoint, region }, readFileSync(LOCAL_DESCRIPTION, "utf8")));
  const ticks = new Ticks();
  await Promise.all(job.functions.map((deployed) => keepTicking(job, deployed, ticks, stopped)));
}

async function keepTicking(
  job: MainJob,
  deployed: DeployedFunction,
  ticks: Ticks,
  stopped: AbortSignal,
): Promise<void> {
  const isStopped = (): boolean => stopped.aborted;
  for (;;) {
    await sleep(TICK_IN_SECONDS * 1000, undefined, { signal: stopped }).catch(() => undefined);
    if (isStopped()) return;
    try {
      const text = ticks.text(deployed.name, await job.tick(deployed), Date.now());
      if (text !== undefined) tell(text);
    } catch (error) {
      const text = isStopped() ? undefined : ticks.failedText(deployed.name, error, Date.now());
      if (text !== undefined) sayWrapped(maker.say(text));
    }
  }
}

async function main({ environment, keep, empty }: Options): Promise<void> {
  const startedAt = Date.now();
  forgetCallersAws();
  const run = await RunFolder.create(keep);
  tell(introduction(environment));
  const job = new MainJob(environment, run, empty);
  let keptUp = false;
  const stopping = new AbortController();
  /** Set at the end of the job or at the first signal. */
  let ending: Promise<void> | undefined;
  const end = (): Promise<void> =>
    (ending ??= job
      .stop(tell)
      .catch(fail)
      .then(() => run.end()));
  const onSignal = (signal: NodeJS.Signals): void => {
    if (stopping.signal.aborted) return;
    tell({
      en: `\n${signal}: stopping what was started …`,
      fr: `\n${signal} : arrêt de ce qui a été démarré …`,
    });
    stopping.abort(signal);
    // Ending the processes also ends the waiting steps. Ctrl-C is the normal end of a kept environment.
    void end().then(() => process.exit(keptUp ? 0 : EXIT_CODES[signal]));
  };
  for (const signal of Object.keys(EXIT_CODES) as NodeJS.Signals[]) process.on(signal, onSignal);
  try {
    const times = await runSteps(job);
    for (const outcome of job.outcomes) tell(outcomeText(outcome, Date.now()));
    tell(timesText(times, Date.now() - startedAt));
    const next = empty ? undefined : nextText(environment, job.place.region, job.outcomes);
    if (next !== undefined) tell(next);
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

maker
  .command("npm start --", {
    en: "Deploys a stack into an emulated AWS on this machine, fetches a token from a local PISTE and calls an API with it. Nothing leaves this machine, except downloads of missing tools.",
    fr: "Déploie une pile dans un AWS émulé sur cette machine, obtient un jeton d'un PISTE local et appelle une API avec lui. Rien ne sort de cette machine, hormis le téléchargement des outils qui manquent.",
  })
  .exitOverride(({ exitCode }) => process.exit(exitCode))
  .addOption(
    new Option("--environment <name>", maker.say({ en: "which stack", fr: "quelle pile" }))
      .choices(ENVIRONMENTS)
      .default("qualif"),
  )
  .option(
    "--keep",
    maker.say({
      en: "keep everything running until Ctrl-C, with the schedule's ticks",
      fr: "tout garder en marche jusqu'à Ctrl-C, avec les passages du planning",
    }),
    false,
  )
  .option(
    "--empty",
    maker.say({
      en: "as --keep, but with no values stored and nothing done on the portals: for practice",
      fr: "comme --keep, mais sans valeurs enregistrées ni démarches faites sur les portails : pour s'exercer",
    }),
    false,
  )
  .action((options: Options) => main({ ...options, keep: options.keep || options.empty }).catch(fail))
  .parse();
