/** `npm start`: the main job on this machine, shown as it goes. */
import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { Command, Option } from "commander";
import { Listr, PRESET_TIMER } from "listr2";
import { ENVIRONMENTS, HOSTS, type Environment } from "../piste/environments";
import { moment } from "./command/times";
import { forgetCallersAws } from "./local/environment";
import { LOCAL_DESCRIPTION } from "./local/folders";
import type { DeployedFunction } from "./local/deployed-function";
import { MainJob, type ApplicationOutcome } from "./local/main-job";
import { RunFolder } from "./local/run-folder";
import { fail, messageOf } from "./local/user-error";

interface Options {
  readonly environment: Environment;
  readonly keep: boolean;
  readonly empty: boolean;
}

/** As shells report a program that a signal ended. */
const EXIT_CODES: Partial<Record<NodeJS.Signals, number>> = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

interface StepTime {
  readonly title: string;
  readonly milliseconds: number;
}

/** @throws what a step threw, whole. */
async function runSteps(job: MainJob): Promise<StepTime[]> {
  const times: StepTime[] = [];
  let failure: unknown;
  const steps = job.steps().map(({ title, run }) => {
    const done = title.replace(/ \(about .*\)$/, "");
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

const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;
const time = (epochSeconds: number): string => moment(epochSeconds * 1000).en;
const now = (): string => moment(Date.now()).en;

function showOutcome({ application, deployed, token, call }: ApplicationOutcome): void {
  const { description, accounts } = application;
  console.log(`
Application ${description.application} (${description.environment})
  ${call.api} answered ${call.request}: ${call.status}, ${call.answer}
  The token is valid until ${time(token.expires_at)}, ${Math.floor(token.expires_at - Date.now() / 1000)} s from now.
  What exists in the emulated AWS:
    secrets      ${[description.clientSecret, ...accounts.map(({ secret }) => secret), description.tokenSecret].join("\n                 ")}
    function     ${deployed.name}, CodeSha256 ${deployed.codeSha256}: the zip that was run
    schedule     ${description.schedule.name}, every ${deployed.tickInMinutes} min
    alarms       ${description.alarms.join("\n                 ")}`);
}

function showNext(environment: Environment, region: string, outcomes: readonly ApplicationOutcome[]): void {
  const [first, ...others] = outcomes;
  if (first === undefined) return;
  const { description, accounts } = first.application;
  const named = others.length === 0 ? "" : ` --application ${description.application}`;
  const store = (what: string): string => `     npx piste credentials set ${environment} ${what}${named}`;
  const [account, ...otherAccounts] = accounts;
  const commands = [store("client")];
  if (account !== undefined) {
    commands.push(store("technical-account") + (otherAccounts.length === 0 ? "" : ` --account ${account.name}`));
  }
  console.log(`
To do it for real, with your AWS credentials (README.md, "Deploy it for real"):
  1. edit stacks/${environment}.ts
  2. npx cdktf deploy ${environment}
  3. store the values; each is asked for, and tried before it counts:
     export AWS_REGION=${region} AWS_DEFAULT_REGION=${region}
${commands.join("\n")}
  4. npx piste doctor ${environment} says which step of the guide is missing, and whose it is
  5. confirm the e-mail that AWS sends to each of alarmEmails, then npx piste alarms test ${environment}
  The function then asks ${HOSTS[environment].tokenEndpoint} every minute whether a refresh is due.`);
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
  console.log(`
Kept up until Ctrl-C; ${LOCAL_DESCRIPTION} says where (any AWS credentials do):
${readFileSync(LOCAL_DESCRIPTION, "utf8")}
In another terminal: npx piste doctor ${job.environment} --local, and whatever else npx piste knows, with --local.
For the AWS CLI there:
  export AWS_ENDPOINT_URL=${endpoint} AWS_REGION=${region} AWS_DEFAULT_REGION=${region} AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local`);
  await Promise.all(job.functions.map((deployed) => keepTicking(job, deployed, stopped)));
}

async function keepTicking(job: MainJob, deployed: DeployedFunction, stopped: AbortSignal): Promise<void> {
  const isStopped = (): boolean => stopped.aborted;
  for (;;) {
    await sleep(deployed.tickInMinutes * 60_000, undefined, { signal: stopped }).catch(() => undefined);
    if (isStopped()) return;
    try {
      const { outcome, reason, meaning, expiresAt } = await job.tick(deployed);
      const token = expiresAt === undefined ? "no token yet" : `token valid until ${time(expiresAt)}`;
      const why = meaning === undefined ? "" : `. ${meaning}`;
      console.log(`${now()} tick of ${deployed.name}: ${outcome} (${reason}), ${token}${why}`);
    } catch (error) {
      if (!isStopped()) console.error(`${now()} tick of ${deployed.name} failed: ${messageOf(error)}`);
    }
  }
}

async function main({ environment, keep, empty }: Options): Promise<void> {
  const startedAt = Date.now();
  forgetCallersAws();
  const run = await RunFolder.create(keep);
  console.log(
    `The main job, on this machine: ${environment} deployed into an emulated AWS, a token, an API call (about 25 s).\n`,
  );
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
    job.outcomes.forEach(showOutcome);
    say("\nHow long it took:");
    for (const { title, milliseconds } of times) say(`  ${seconds(milliseconds).padStart(7)}  ${title}`);
    say(`  ${seconds(Date.now() - startedAt).padStart(7)}  in all`);
    if (!empty) showNext(environment, job.place.region, job.outcomes);
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
