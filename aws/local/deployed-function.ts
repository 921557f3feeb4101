/**
 * Runs a deployed function locally as Lambda would: with the zip built here, if AWS reports its hash, the deployed
 * variables of the contract, the input of the deployed schedule, and credentials of its own role. Only the token
 * endpoint differs.
 *
 * Any user of this machine may write into the emulated AWS, so nothing in it decides which code runs.
 */
import { fork, type ChildProcess } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { CloudWatchLogsClient, CreateLogStreamCommand, PutLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { GetFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { GetScheduleCommand, SchedulerClient } from "@aws-sdk/client-scheduler";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { unzipSync } from "fflate";
import { decodeSettings, encodeSettings, TOKEN_ENDPOINT_VARIABLE } from "../../lambda/token-refresh/contract";
import type { RunResult } from "../../lambda/token-refresh/report";
import type { Description } from "../../piste/description";
import { cleanEnvironment, emulatedAws, LOCAL_CREDENTIALS } from "./environment";
import { LAMBDA_HANDLER, lambdaZipFile } from "../package-folder";
import { messageOf, UserError } from "../../piste/user-error";

export interface LocalAws {
  readonly endpoint: string;
  readonly region: string;
}

/** Points this process's clients at the emulator, whatever its environment says. */
export function clientConfiguration({ endpoint, region }: LocalAws) {
  return { endpoint, region, credentials: LOCAL_CREDENTIALS };
}

export interface DeployedFunction {
  readonly name: string;
  readonly timeoutInSeconds: number;
  readonly variables: Readonly<Record<string, string>>;
  readonly roleArn: string;
  readonly codeFolder: string;
  /** Base64 of the SHA-256, as AWS reports it. */
  readonly codeSha256: string;
  readonly scheduledEvent: unknown;
}

function required<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`the emulated AWS does not report ${what}`);
  return value;
}

const LONGEST_TIMEOUT_IN_SECONDS = 900;

const AGAIN = "The emulated AWS was changed: run `npm start` again.";

function checkName(name: string): string {
  if (/^[\w-]{1,64}$/.test(name)) return name;
  throw new UserError(
    `The function's name must be 1 to 64 letters, digits, hyphens and underscores, got ${JSON.stringify(name)}. ${AGAIN}`,
  );
}

function checkHandler(name: string, handler: string | undefined): void {
  if (handler === LAMBDA_HANDLER) return;
  throw new UserError(`The handler of ${name} must be ${LAMBDA_HANDLER}, got ${JSON.stringify(handler)}. ${AGAIN}`);
}

function checkTimeout(name: string, seconds: number | undefined): number {
  if (seconds !== undefined && Number.isInteger(seconds) && seconds >= 1 && seconds <= LONGEST_TIMEOUT_IN_SECONDS) {
    return seconds;
  }
  throw new UserError(
    `The time-out of ${name} must be a whole number from 1 to ${LONGEST_TIMEOUT_IN_SECONDS} seconds, got ${JSON.stringify(seconds)}. ${AGAIN}`,
  );
}

/** Only the contract's variables, checked: others, such as `NODE_OPTIONS`, could run code. */
function contractVariables(name: string, variables: Readonly<Record<string, string>> = {}): Record<string, string> {
  try {
    return encodeSettings(decodeSettings(variables));
  } catch (error) {
    throw new UserError(`${name} does not have its variables: ${messageOf(error)}. ${AGAIN}`, { cause: error });
  }
}

interface BuiltZip {
  /** Base64 of the SHA-256, as AWS reports it. */
  readonly sha256: string;
  unpack(folder: string): void;
}

export function readBuiltZip(): BuiltZip {
  const zip = readFileSync(lambdaZipFile("token-refresh"));
  return {
    sha256: createHash("sha256").update(zip).digest("base64"),
    unpack: (folder) => {
      mkdirSync(folder, { recursive: true });
      for (const [file, content] of Object.entries(unzipSync(zip))) writeFileSync(path.join(folder, file), content);
    },
  };
}

/**
 * Reads the deployed configuration and unpacks the zip.
 *
 * @throws UserError when AWS reports another zip than the built one, or a configuration that is not this package's.
 */
export async function readDeployedFunction(
  description: Pick<Description, "function" | "schedule">,
  place: LocalAws,
  codeFolder: string,
): Promise<DeployedFunction> {
  const functionName = checkName(description.function);
  const lambda = new LambdaClient(clientConfiguration(place));
  const { Configuration: configuration } = await lambda.send(new GetFunctionCommand({ FunctionName: functionName }));
  const scheduler = new SchedulerClient(clientConfiguration(place));
  const { group, name } = description.schedule;
  const schedule = await scheduler.send(new GetScheduleCommand({ GroupName: group, Name: name }));
  if (schedule.Target?.Arn !== configuration?.FunctionArn) {
    throw new UserError(`The schedule ${name} does not invoke ${functionName} but ${schedule.Target?.Arn}.`);
  }

  const zip = readBuiltZip();
  const codeSha256 = zip.sha256;
  if (configuration?.CodeSha256 !== codeSha256) {
    throw new UserError(
      `AWS reports the hash ${configuration?.CodeSha256} for ${functionName}, the built zip has ` +
        `${codeSha256}: the zip changed during the run. Run \`npm start\` again.`,
    );
  }
  checkHandler(functionName, configuration.Handler);
  zip.unpack(codeFolder);
  return {
    name: functionName,
    timeoutInSeconds: checkTimeout(functionName, configuration.Timeout),
    variables: contractVariables(functionName, configuration.Environment?.Variables),
    roleArn: required(configuration.Role, "the role"),
    codeFolder,
    codeSha256,
    scheduledEvent: JSON.parse(required(schedule.Target?.Input, "the schedule's input")) as unknown,
  };
}

/** The message to the process that plays Lambda. */
export interface Invocation {
  readonly codeFolder: string;
  readonly handlerName: string;
  readonly event: unknown;
  readonly requestId: string;
}

export type InvocationResult = { readonly result: unknown } | { readonly error: string };

export interface FunctionRun {
  readonly result: RunResult;
  readonly log: string;
}

/**
 * Runs the function once with its schedule's input.
 *
 * @param onStart gets its process.
 */
export async function runAsLambda(
  deployed: DeployedFunction,
  place: LocalAws,
  tokenEndpoint: string,
  runId: string,
  onStart?: (child: ChildProcess) => void,
): Promise<FunctionRun> {
  const sts = new STSClient(clientConfiguration(place));
  const { Credentials: credentials } = await sts.send(
    new AssumeRoleCommand({ RoleArn: deployed.roleArn, RoleSessionName: deployed.name.slice(0, 64) }),
  );
  const child = fork(path.join(__dirname, "lambda-runtime.cjs"), {
    cwd: deployed.codeFolder,
    env: cleanEnvironment(runId, {
      ...deployed.variables,
      [TOKEN_ENDPOINT_VARIABLE]: tokenEndpoint,
      ...emulatedAws(place.endpoint, place.region),
      AWS_ACCESS_KEY_ID: required(credentials?.AccessKeyId, "credentials of the role"),
      AWS_SECRET_ACCESS_KEY: required(credentials?.SecretAccessKey, "credentials of the role"),
      AWS_SESSION_TOKEN: required(credentials?.SessionToken, "credentials of the role"),
    }),
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  let log = "";
  const keep = (chunk: Buffer): void => {
    log += chunk.toString();
  };
  child.stdout?.on("data", keep);
  child.stderr?.on("data", keep);
  onStart?.(child);
  const timer = setTimeout(() => child.kill("SIGKILL"), deployed.timeoutInSeconds * 1000);
  try {
    const answer = await new Promise<InvocationResult>((resolve, reject) => {
      let received: InvocationResult | undefined;
      child.once("message", (message) => (received = message as InvocationResult));
      child.once("error", reject);
      child.once("close", (code, signal) => {
        if (received !== undefined) resolve(received);
        else reject(new Error(`${deployed.name} ended with ${signal ?? `code ${code}`} before it answered\n${log}`));
      });
      const invocation: Invocation = {
        codeFolder: deployed.codeFolder,
        handlerName: LAMBDA_HANDLER,
        event: deployed.scheduledEvent,
        requestId: randomUUID(),
      };
      child.send(invocation);
    });
    await keepLog(deployed, place, log);
    if ("error" in answer) throw new UserError(`${deployed.name} failed: ${answer.error}`);
    return { result: answer.result as RunResult, log };
  } finally {
    clearTimeout(timer);
  }
}

async function keepLog({ name }: DeployedFunction, place: LocalAws, log: string): Promise<void> {
  const lines = log.split("\n").filter((line) => line !== "");
  if (lines.length === 0) return;
  const logs = new CloudWatchLogsClient(clientConfiguration(place));
  const stream = { logGroupName: `/aws/lambda/${name}`, logStreamName: randomUUID() };
  const timestamp = Date.now();
  try {
    await logs.send(new CreateLogStreamCommand(stream));
    await logs.send(
      new PutLogEventsCommand({ ...stream, logEvents: lines.map((message) => ({ message, timestamp })) }),
    );
  } catch (error) {
    // Lambda also runs a function without a log group.
    if (!(error instanceof Error && error.name === "ResourceNotFoundException")) throw error;
  }
}
