/** `npm run prove-on-aws`: deploys, verifies and destroys a throw-away application in a real AWS account. */
import { existsSync, readFileSync, rmSync } from "node:fs";
import * as path from "node:path";
import { Command, Option } from "commander";
import { DEFAULT_REGION, plainAccountId } from "../aws/checks";
import { EMULATOR_URL_VARIABLE, emulatedAws, forgetCallersAws } from "../aws/local/environment";
import { personAt } from "../cli/alarms/before-paging";
import { fail } from "../cli/command/fail";
import { INTERRUPTED_EXIT_CODE, SIGNALS } from "../cli/command/interruption";
import { checkReceipt, writeReceipt } from "../cli/command/receipt";
import { sdkAws } from "../cli/command/sdk-aws";
import { say } from "../cli/command/terminal";
import { UserError } from "../piste/user-error";
import { startAwsEmulator } from "./local/aws-emulator";
import { LOCAL } from "./local/folders";
import { endProcesses, processStart } from "./local/processes";
import { RunFolder } from "./local/run-folder";
import { writeWhole } from "./made-from";
import { APPLICATION, ENVIRONMENT, TAG } from "./prove/app";
import type { Found } from "./prove/leftovers";
import { Proof, type Place, type ProofOptions } from "./prove/proof";

interface Options extends ProofOptions {
  readonly accountId: string;
  readonly region: string;
  readonly receipt?: string;
  readonly clean?: true;
  readonly yes?: true;
}

/** The destruction starts then, so that every run ends within the longest time. */
const STEPS_END_AFTER_IN_MINUTES = 45;
const LONGEST_RUN_IN_MINUTES = 60;

/** The terminal sends SIGINT to npm and to this process, and npm sends it again. */
const ONE_CTRL_C_IN_MILLISECONDS = 1_000;

/** One hour of the application (docs/cost.md: 6.5 dollars a month with a second trail) and two reads of 100 metrics. */
const MOST_US_CENTS = 2;

/** Describes this machine's current or killed run. */
const RUN_FILE = path.join(LOCAL, "proof.json");
interface LocalRun {
  readonly pid: number;
  readonly start: string | undefined;
  readonly startedAt: string;
  /** Account and region. */
  readonly where: string;
}

const introduction = ({ clean, credentials, siret }: Options, { account, region, endpoint }: Place): string => {
  const where = `account ${account}, region ${region}${endpoint === undefined ? "" : `, emulated at ${endpoint}`}`;
  if (clean)
    return `Removes resources of earlier runs in ${where}: those with the names of ${APPLICATION} and the tag ${TAG}.`;
  const call = siret === undefined ? "" : ", an API called";
  const sandbox = credentials ? `, its sandbox credentials stored, a token fetched${call}` : "";
  return `In ${where}: the application ${APPLICATION} of ${ENVIRONMENT} is deployed, planned again, verified, drilled${sandbox}, and destroyed.
It takes ${LONGEST_RUN_IN_MINUTES} minutes at most. It costs ${MOST_US_CENTS} US cents at most.
Only one run at a time in an account and region. Ctrl-C destroys the deployment and ends the run.`;
};

/** @throws UserError unless the credentials belong to this account, on AWS or the named emulator. */
async function openPlace({ accountId, region }: Options): Promise<Place> {
  const endpoint = process.env[EMULATOR_URL_VARIABLE]
    ? (
        await startAwsEmulator("none", undefined, ({ en }) => {
          say(en);
        })
      ).endpoint
    : undefined;
  if (endpoint !== undefined) {
    forgetCallersAws();
    Object.assign(process.env, emulatedAws(endpoint, region));
  }
  const elsewhere = Object.keys(process.env).find((name) => name.startsWith("AWS_ENDPOINT_URL"));
  const refuse = (what: string): never => {
    throw new UserError(
      `${what} This command needs real AWS: unset it, or name an emulator with ${EMULATOR_URL_VARIABLE}.`,
    );
  };
  if (endpoint === undefined && elsewhere !== undefined) refuse(`${elsewhere} is not an address of AWS.`);
  const notice = endpoint === undefined ? ({ en }: { readonly en: string }): never => refuse(en) : undefined;
  const { account } = await sdkAws({ region, environment: ENVIRONMENT, notice }).identity();
  if (account !== accountId) {
    throw new UserError(`Your AWS credentials are for account ${account}, but --account-id is ${accountId}.`);
  }
  return { account, region, endpoint };
}

/** @throws UserError unless a person types the account's number. */
async function confirm(accountId: string): Promise<void> {
  const { there, answer } = personAt("en");
  if (!there) throw new UserError("There is no terminal for the confirmation: add --yes.");
  const question = "Type the account's number to go on:";
  const typed = await answer({ en: question, fr: question });
  if (plainAccountId(typed.trim()) !== accountId) throw new UserError("Nothing was done.");
}

/**
 * @returns when the killed run on this machine began. @throws UserError while another run is active here, or if one was
 * killed in another account or region: roles have the same names in all regions, so its other resources would stay.
 */
async function killedHere(where: string): Promise<string | undefined> {
  if (!existsSync(RUN_FILE)) return undefined;
  const { pid, start, startedAt, where: there } = JSON.parse(readFileSync(RUN_FILE, "utf8")) as LocalRun;
  const current = await processStart(pid);
  if (current !== undefined && current === start) {
    throw new UserError(`Another run is active on this machine (process ${pid}). Wait until it has ended.`);
  }
  if (there !== where) {
    throw new UserError(`An earlier run was killed in ${there}. Run --clean there first, or remove ${RUN_FILE}.`);
  }
  return startedAt;
}

/** @throws UserError if a run may be active on another machine. */
async function removeOlder(proof: Proof, { clean }: Options, killed: string | undefined): Promise<void> {
  const { own } = await proof.leftovers();
  const isYoung = ({ startedAt }: Found): boolean =>
    startedAt !== killed && Date.now() - Date.parse(startedAt) < LONGEST_RUN_IN_MINUTES * 60_000;
  const young = own.find(isYoung);
  if (young !== undefined && !clean) {
    throw new UserError(
      `A run began at ${young.startedAt} and may be active on another machine. Wait until ${LONGEST_RUN_IN_MINUTES} minutes after that, or remove its resources with --clean.`,
    );
  }
  await proof.remove(() => true, "Left by an earlier run");
}

async function main(options: Options): Promise<void> {
  const { accountId, receipt, clean, yes } = options;
  const place = await openPlace(options);
  checkReceipt(receipt, place.endpoint !== undefined);
  if (options.siret !== undefined && !process.stdin.isTTY) {
    throw new UserError("A pipe can only pass the client credentials: omit --siret, or run this in a terminal.");
  }
  say(introduction(options, place));
  if (!yes) await confirm(accountId);
  const where = `${accountId}, ${place.region}`;
  const killed = await killedHere(where);
  const startedAt = new Date().toISOString();
  const mine: LocalRun = { pid: process.pid, start: await processStart(process.pid), startedAt, where };
  // Ends processes that a killed run left.
  const run = await RunFolder.create(false);
  const proof = new Proof(place, run, startedAt, options, (text) => {
    say(`  ${text}`);
  });

  const stopping = new AbortController();
  const isStopped = (): boolean => stopping.signal.aborted;
  let stoppedAt = 0;
  let isDestroying = false;
  /** Resolves when the stopped processes have ended. */
  let ending: Promise<void> = Promise.resolve();
  const stop = (why: string, exitCode: number): void => {
    if (isStopped()) return;
    process.exitCode = exitCode;
    stoppedAt = Date.now();
    say(`\n${why}: destroying the deployment. Press Ctrl-C again to leave it.`);
    stopping.abort();
    if (!isDestroying) ending = endProcesses(run.id);
  };
  const leave = (): void => {
    say(`\nStopped. Resources are left, and they cost money: remove them with
  npm run prove-on-aws -- --account-id ${accountId} --region ${place.region} --clean`);
    void endProcesses(run.id).then(() => process.exit(INTERRUPTED_EXIT_CODE));
  };
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (signal !== "SIGINT" || !isStopped()) stop(signal, INTERRUPTED_EXIT_CODE);
      else if (Date.now() - stoppedAt > ONE_CTRL_C_IN_MILLISECONDS) leave();
    });
  }
  const timer = setTimeout(() => {
    stop(`${STEPS_END_AFTER_IN_MINUTES} minutes are over`, 1);
  }, STEPS_END_AFTER_IN_MINUTES * 60_000);

  try {
    await proof.synthesize();
    await removeOlder(proof, options, killed);
    writeWhole(RUN_FILE, JSON.stringify(mine));
    const steps = clean ? [] : proof.steps();
    for (const [index, { title, run: step }] of steps.entries()) {
      if (isStopped()) break;
      say(`\n${index + 1} of ${steps.length + 1}  ${title}`);
      try {
        say(`  ${await step()}`);
      } catch (error) {
        // A stopped step always fails.
        if (!isStopped()) fail(error);
        break;
      }
    }
    await ending;
    if (!clean) {
      isDestroying = true;
      say(`\n${steps.length + 1} of ${steps.length + 1}  Destroy, and list what is left`);
      say(`  ${await proof.takeDown()}`);
    }
    rmSync(RUN_FILE, { force: true });
  } catch (error) {
    fail(error);
  }
  clearTimeout(timer);
  if (receipt !== undefined && Object.keys(proof.facts).length > 0)
    say(writeReceipt(receipt, proof.receipt(Date.now())).en);
  if (process.exitCode === undefined) say(clean ? "\nNothing is left." : "\nProven: every step went as expected.");
  await run.end();
  process.exit();
}

new Command("npm run prove-on-aws --")
  .description(
    "Deploys a throw-away application into an AWS account, verifies and drills it, destroys it and lists what is left: docs/proven.md.",
  )
  .requiredOption("--account-id <digits>", "the AWS account, which your credentials must be for", plainAccountId)
  .option("--region <name>", "the AWS region", DEFAULT_REGION)
  .option("--alarm-email <address>", "address for the alarms (default: none)")
  .option("--credentials", "asks for client credentials of PISTE's sandbox and fetches a token with them")
  .addOption(
    new Option("--siret <digits>", "also asks for the technical account of this structure and calls an API").implies({
      credentials: true,
    }),
  )
  .option("--receipt <file>", "writes the results as numbers, without names, addresses or accounts")
  .option("--clean", "only removes resources of earlier runs")
  .option("--yes", "does not ask for confirmation")
  .action((options: Options) => main(options).catch(fail))
  .parse();
