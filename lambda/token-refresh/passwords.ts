/**
 * The operation `passwords`: how many days the passwords of an application's technical accounts have left, by the
 * labels of their secrets. It reads no value and asks PISTE nothing.
 */
import type { DescribedAccount } from "../../piste/description";
import type { AccountStore } from "./account-store";
import { ThrottledError } from "./secret-versions";
import { ACCOUNTS_PER_SECOND, TICK_DEADLINE_IN_SECONDS, type FunctionInput } from "./contract";
import { passwordReport, type LookedAt, type PasswordReport } from "./password-report";
import type { Measurements, RunResult } from "./report";
import { readDescribedApplication } from "../shared/described-application";
import { PlatformError } from "../shared/secret-store";

export interface PasswordsRun {
  readonly input: Pick<FunctionInput, "environment" | "application">;
  readonly accounts: AccountStore;
  readonly nowInMilliseconds: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly measurements: Measurements;
}

/** AWS refused what was asked about some accounts; the others are counted all the same. */
export class AccountsRefusedError extends PlatformError {
  constructor(
    message: string,
    readonly passwords: PasswordReport,
  ) {
    super(message);
  }
}

/** So many secrets are asked about at once. */
const BATCH = 10;
const BATCH_INTERVAL_IN_MILLISECONDS = (BATCH / ACCOUNTS_PER_SECOND) * 1000;

/** @throws PlatformError when AWS refuses, after all that it does answer was counted. */
export async function reportPasswords(run: PasswordsRun): Promise<RunResult> {
  // Days are counted, so this function's own clock is good enough: a wrong one moves 09:00 by its error.
  const startedAt = run.nowInMilliseconds();
  run.measurements.passwordChecks = 0;
  const deadline = startedAt + TICK_DEADLINE_IN_SECONDS * 1000;
  const accounts = await describedAccounts(run, deadline);
  const { looked, refusals } = await lookAt(accounts, run, deadline);
  const passwords = passwordReport(accounts.length, looked, startedAt);
  run.measurements.passwordDaysLeft = passwords.daysLeft;
  const [first] = refusals;
  if (first !== undefined) {
    const others = refusals.length > 1 ? `; and so of ${refusals.length - 1} more of ${accounts.length} accounts` : "";
    throw new AccountsRefusedError(`${first}${others}`, passwords);
  }
  run.measurements.passwordChecks = 1;
  return { outcome: "reported", ...summary(passwords), passwords };
}

function summary({ daysLeft, expiring }: PasswordReport): Pick<RunResult, "reason" | "meaning"> {
  if (daysLeft === undefined) return { reason: "no-value" };
  const [first] = expiring?.first ?? [];
  if (first === undefined) return { reason: "enough-days" };
  const verb = first.daysLeft < 0 ? "had" : "has";
  const meaning =
    `The password of the technical account ${first.account} ${verb} to be changed by ${first.changeBy}. Its structure's ` +
    "gestionnaire principal changes it on the Chorus Pro portal; then store it with the label CHANGED-<yyyy-mm-dd>, " +
    "the day of the change.";
  return { reason: "expiring", meaning };
}

/** @throws PlatformError also when time is up before a parameter is read. */
async function describedAccounts(run: PasswordsRun, deadline: number): Promise<readonly DescribedAccount[]> {
  const { environment, application } = run.input;
  const read = (name: string): Promise<string> => {
    if (run.nowInMilliseconds() < deadline) return run.accounts.readParameter(name);
    throw new PlatformError(`AWS took so long that there is no time left to read the parameter ${name}`);
  };
  return (await readDescribedApplication(environment, application, read)).accounts;
}

interface Looked {
  readonly looked: LookedAt[];
  /** Why AWS did not tell of an account, one for each. */
  readonly refusals: string[];
}

/** A batch after the other; what AWS had no time for is asked again after the rest, as long as time allows. */
async function lookAt(accounts: readonly DescribedAccount[], run: PasswordsRun, deadline: number): Promise<Looked> {
  const looked: LookedAt[] = [];
  const refusals: string[] = [];
  let waiting = [...accounts];
  while (waiting.length > 0) {
    const begunAt = run.nowInMilliseconds();
    if (begunAt >= deadline) {
      refusals.push(
        ...waiting.map(({ secret }) => `there was no time left to list the versions of the secret ${secret}`),
      );
      break;
    }
    const batch = waiting.slice(0, BATCH);
    waiting = waiting.slice(BATCH);
    await Promise.all(
      batch.map(async (account) => {
        try {
          looked.push({ account, version: await run.accounts.currentVersion(account.secret) });
        } catch (error) {
          if (error instanceof ThrottledError) waiting.push(account);
          else if (error instanceof PlatformError) refusals.push(error.message);
          else throw error;
        }
      }),
    );
    const pause = begunAt + BATCH_INTERVAL_IN_MILLISECONDS - run.nowInMilliseconds();
    if (waiting.length > 0 && pause > 0) await run.sleep(pause);
  }
  return { looked, refusals };
}
