/**
 * One run of the connection check. It reads the description and the token, and calls PISTE once to see whether the
 * platform is up and knows the token; if not, it has the token renewed once. Then it checks every API and account. It
 * throws only for AWS errors and bugs, after it has reported the rest.
 */
import { apisOfAccounts } from "../../piste/account-probe";
import { apisOf } from "../../piste/api-catalogue";
import type { AccessToken } from "../../piste/credentials";
import { allowsLoopback, checkApiBaseUrl } from "../../piste/environments";
import { tokenSecretName } from "../../piste/names";
import type { HttpTransport } from "../../piste/http";
import { readDescribedApplication } from "../shared/described-application";
import { storedToken } from "../../piste/stored-token";
import type { InvokeFunction } from "../shared/functions";
import { PlatformError, type SecretStore } from "../shared/secret-store";
import { checkAccount } from "./account-check";
import {
  ACCOUNTS_AT_ONCE,
  CHECK_DEADLINE_IN_SECONDS,
  decodeOwnApplication,
  decodeSettings,
  parseInput,
  type CheckInput,
} from "./contract";
import { Findings, type CheckResult, type Place } from "./findings";
import { askForRenewal } from "./renewal";
import { mayMakeUpLogin, NotTriedError, Prober } from "../../piste/prober";
import type { VersionLabels } from "./version-labels";
import { inParallel } from "../../piste/in-parallel";

/** Replaced in tests. */
export interface HandlerOptions {
  /** The error in the network's settings; the run throws it. */
  readonly failure?: Error | undefined;
  readonly transport: HttpTransport;
  readonly nowInMilliseconds: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** From 0 to 1, as Math.random. */
  readonly random: () => number;
  readonly secrets: Pick<SecretStore, "read" | "answeredAt">;
  readonly labels: VersionLabels;
  readonly invokeFunction: InvokeFunction;
  /** The text of an SSM parameter. AWS's errors pass through. */
  readonly readParameter: (name: string) => Promise<string>;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly log: (line: string) => void;
}

export type Handler = (event: unknown, context?: { readonly awsRequestId?: string }) => Promise<CheckResult>;

/** A token may end during the check: the gateway then refuses it, and the check reports that. */
const LEAST_LEFT_IN_SECONDS = 1;

/** The state of one run. */
interface Run {
  readonly input: CheckInput;
  readonly options: HandlerOptions;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly findings: Findings;
  /** Errors to throw at the end of the run. */
  readonly failures: unknown[];
}

export function createHandler(options: HandlerOptions): Handler {
  return async (event, context) => {
    const input = parseInput(event, decodeOwnApplication(options.variables));
    const findings = new Findings(input, options.log, context?.awsRequestId);
    const failures: unknown[] = [];
    let result: CheckResult;
    try {
      if (options.failure !== undefined) throw options.failure;
      result = await perform({ input, options, startedAt: options.nowInMilliseconds(), findings, failures });
    } catch (error) {
      findings.error(error);
      throw error;
    }
    if (failures.length > 0) throw failures[0];
    return result;
  };
}

async function perform(run: Run): Promise<CheckResult> {
  const { input, options, startedAt, findings } = run;
  const { environment, application } = input;
  const { variables } = options;
  const settings = decodeSettings(variables);
  const apiBaseUrl = checkApiBaseUrl(settings.apiBaseUrl, environment, allowsLoopback(environment, variables));
  const { description, accounts } = await readDescribedApplication(environment, application, options.readParameter);
  const all = description.apis.length + accounts.length;

  const token = await readToken(tokenSecretName(environment, application), options);
  if (token === undefined) return findings.notChecked("no-token", all, startedAt, options.nowInMilliseconds());

  const deadline = startedAt + CHECK_DEADLINE_IN_SECONDS * 1000;
  const proberWith = (held: AccessToken): Prober =>
    new Prober({ ...options, apiBaseUrl, token: held, deadline, mayMakeUp: mayMakeUpLogin(environment) });
  const { known: apis, unknown } = apisOf(description.apis);
  let prober = proberWith(token);
  let platform = await prober.probePlatform(apis);
  let renewal = "";
  if (platform?.kind === "token-refused") {
    const renewed = await renew(run, token, settings.refresherArn);
    renewal = renewed.said;
    if (renewed.token !== undefined) {
      prober = proberWith(renewed.token);
      platform = await prober.probePlatform(apis);
    }
  }
  if (platform?.kind === "token-refused") {
    return findings.tokenRefused(renewal, all, startedAt, options.nowInMilliseconds(), platform);
  }
  if (platform?.kind === "unclear") {
    return findings.notChecked("platform-down", all, startedAt, options.nowInMilliseconds(), platform);
  }

  for (const api of unknown) findings.add("unknown-api", { api });
  const chorusPro = apisOfAccounts(description.apis);
  await inParallel(
    rotatedAtRandom(accounts, options.random()),
    chorusPro.length === 0 ? 0 : ACCOUNTS_AT_ONCE,
    (account) =>
      guarded(run, prober, { account: account.name }, () =>
        checkAccount({ account, apis: chorusPro, prober, ...options, findings, failures: run.failures }),
      ),
  );
  // APIs that no account could settle.
  for (const api of apis.filter((each) => !prober.isSettled(each))) {
    const place = { api: api.name };
    await guarded(run, prober, place, async () => {
      const reading = await prober.probeWithoutAccount(api);
      if (reading === undefined) findings.add(api.probes.length === 0 ? "no-ping" : "api-not-asked", place);
      else findings.add(reading.outcome, place, { answer: reading.answer });
    });
  }
  return findings.checked(startedAt, options.nowInMilliseconds());
}

/** The token, if it is valid now by AWS's clock. */
async function readToken(
  secretName: string,
  { secrets, nowInMilliseconds }: HandlerOptions,
): Promise<AccessToken | undefined> {
  const stored = await secrets.read(secretName);
  if (stored === undefined) return undefined;
  const now = secrets.answeredAt() ?? nowInMilliseconds() / 1000;
  const found = storedToken(secretName, stored, now);
  return found !== undefined && found.secondsLeft >= LEAST_LEFT_IN_SECONDS ? found.token : undefined;
}

/** The result of a renewal, in words, and the new token if there is one. */
interface Renewal {
  readonly token?: AccessToken;
  readonly said: string;
}

/** Never throws for AWS errors: the refused token must still be reported. */
async function renew(run: Run, refused: AccessToken, refresherArn: string | undefined): Promise<Renewal> {
  const { input, options, findings, failures } = run;
  if (refresherArn === undefined) return { said: "This check has no refresher to ask for a new one." };
  let said = "";
  try {
    said = `The refresher was asked for a new one. ${await askForRenewal(input, refresherArn, options.invokeFunction)}`;
    // Read in any case: a tick may have replaced it meanwhile.
    const token = await readToken(tokenSecretName(input.environment, input.application), options);
    if (token === undefined) return { said: `${said} There is no valid token now.` };
    if (token.access_token === refused.access_token) return { said: `${said} The stored token is still the same.` };
    findings.add("token-renewed", {}, { more: said });
    return { token, said: `${said} The gateway does not know the new one either.` };
  } catch (error) {
    if (!(error instanceof PlatformError)) throw error;
    failures.push(error);
    findings.error(error);
    return { said: `${said || "The refresher could not be asked for a new one."} ${error.message}`.trim() };
  }
}

/** An AWS error in one check does not stop the others; a bug does. */
async function guarded(run: Run, prober: Prober, place: Place, check: () => Promise<void>): Promise<void> {
  try {
    await check();
  } catch (error) {
    if (error instanceof NotTriedError) {
      run.findings.add(error.reason, place);
      return;
    }
    if (!(error instanceof PlatformError)) prober.stop("our-side");
    run.failures.push(error);
    run.findings.error(error, place);
    run.findings.add("our-side", place);
  }
}

/** Starts at a random item, so that a lack of time does not always skip the same ones. */
function rotatedAtRandom<T>(items: readonly T[], chance: number): readonly T[] {
  const first = Math.floor(chance * items.length);
  return [...items.slice(first), ...items.slice(0, first)];
}
