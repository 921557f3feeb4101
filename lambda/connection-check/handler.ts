/**
 * A run of the connection check: what was deployed, the token, one call to see whether the platform is up, then every
 * API and every account. What PISTE answers is a result; the handler throws only when AWS refuses or for a bug, and
 * then after it has reported the rest.
 */
import { apisOfAccounts } from "../../piste/account-probe";
import { API_NAMES, type ApiName } from "../../piste/api-catalogue";
import type { AccessToken } from "../../piste/credentials";
import { allowsLoopback, checkApiBaseUrl } from "../../piste/environments";
import { tokenSecretName } from "../../piste/names";
import type { HttpTransport } from "../../piste/http";
import { readDescribedApplication } from "../shared/described-application";
import { storedToken } from "../../piste/stored-token";
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
import { mayMakeUpLogin, NotTriedError, Prober } from "../../piste/prober";
import type { VersionLabels } from "./version-labels";
import { inParallel } from "../../piste/in-parallel";

/** The world outside, so that tests can bring their own. */
export interface HandlerOptions {
  readonly transport: HttpTransport;
  readonly nowInMilliseconds: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** From 0 to 1, as Math.random. */
  readonly random: () => number;
  readonly secrets: Pick<SecretStore, "read" | "answeredAt">;
  readonly labels: VersionLabels;
  /** The text of an SSM parameter; AWS's own error is thrown. */
  readonly readParameter: (name: string) => Promise<string>;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly log: (line: string) => void;
}

export type Handler = (event: unknown, context?: { readonly awsRequestId?: string }) => Promise<CheckResult>;

/** One that ends during the check is refused by the gateway, which is reported as such. */
const LEAST_LEFT_IN_SECONDS = 1;

/** What one run works with. */
interface Run {
  readonly input: CheckInput;
  readonly options: HandlerOptions;
  /** Epoch milliseconds. */
  readonly startedAt: number;
  readonly findings: Findings;
  /** What is thrown in the end. */
  readonly failures: unknown[];
}

export function createHandler(options: HandlerOptions): Handler {
  return async (event, context) => {
    const input = parseInput(event, decodeOwnApplication(options.variables));
    const findings = new Findings(input, options.log, context?.awsRequestId);
    const failures: unknown[] = [];
    let result: CheckResult;
    try {
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
  const apiBaseUrl = checkApiBaseUrl(
    decodeSettings(variables).apiBaseUrl,
    environment,
    allowsLoopback(environment, variables),
  );
  const { description, accounts } = await readDescribedApplication(environment, application, options.readParameter);
  const all = description.apis.length + accounts.length;

  const token = await readToken(tokenSecretName(environment, application), options);
  if (token === undefined) return findings.notChecked("no-token", all, startedAt, options.nowInMilliseconds());

  const deadline = startedAt + CHECK_DEADLINE_IN_SECONDS * 1000;
  const prober = new Prober({ ...options, apiBaseUrl, token, deadline, mayMakeUp: mayMakeUpLogin(environment) });
  const apis = description.apis.filter((name): name is ApiName => API_NAMES.some((known) => known === name));
  const platform = await prober.probePlatform(apis);
  if (platform?.kind === "unclear" || platform?.kind === "token-refused") {
    const reason = platform.kind === "unclear" ? "platform-down" : "token-refused";
    return findings.notChecked(reason, all, startedAt, options.nowInMilliseconds(), platform);
  }

  for (const api of description.apis.filter((name) => !apis.some((known) => known === name))) {
    findings.add("unknown-api", { api });
  }
  const chorusPro = apisOfAccounts(apis);
  await inParallel(
    beginningAnywhere(accounts, options.random()),
    chorusPro.length === 0 ? 0 : ACCOUNTS_AT_ONCE,
    (account) =>
      guarded(run, prober, { account: account.name }, () =>
        checkAccount({ account, apis: chorusPro, prober, ...options, findings, failures: run.failures }),
      ),
  );
  // Of these no account could speak.
  for (const api of apis.filter((name) => !prober.isSettled(name))) {
    await guarded(run, prober, { api }, async () => {
      const reading = await prober.probeWithoutAccount(api);
      if (reading === undefined) findings.add("api-not-asked", { api });
      else findings.add(reading.outcome, { api }, { answer: reading.answer });
    });
  }
  return findings.checked(startedAt, options.nowInMilliseconds());
}

/** The token, when it can be used now by AWS's clock. */
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

/** Whatever happens to one, the others are checked; after a bug nobody is. */
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

/** From another one each time: where the time is too short for all, it is not always the same ones that are left out. */
function beginningAnywhere<T>(items: readonly T[], chance: number): readonly T[] {
  const first = Math.floor(chance * items.length);
  return [...items.slice(first), ...items.slice(0, first)];
}
