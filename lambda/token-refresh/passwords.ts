/**
 * The operation `passwords`: reports how many days the technical accounts' passwords have left, from the labels of
 * their secrets. It reads no secret value and does not call PISTE.
 */
import type { DescribedAccount } from "../../piste/description";
import type { AccountStore } from "./account-store";
import { ThrottledError } from "./secret-versions";
import { ACCOUNTS_PER_SECOND, TICK_DEADLINE_IN_SECONDS, type FunctionInput } from "./contract";
import { passwordReport, type CheckedAccount, type PasswordReport } from "./password-report";
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

/** AWS refused the call for some accounts. The report covers the others. */
export class AccountsRefusedError extends PlatformError {
  constructor(
    message: string,
    readonly passwords: PasswordReport,
  ) {
    super(message);
  }
}

/** Secrets per batch, called in parallel. */
const BATCH = 10;
const BATCH_INTERVAL_IN_MILLISECONDS = (BATCH / ACCOUNTS_PER_SECOND) * 1000;

/** @throws PlatformError when AWS refuses, after the other accounts are counted. */
export async function reportPasswords(run: PasswordsRun): Promise<RunResult> {
  // The function's own clock is good enough to count days.
  const startedAt = run.nowInMilliseconds();
  run.measurements.passwordChecks = 0;
  const deadline = startedAt + TICK_DEADLINE_IN_SECONDS * 1000;
  const accounts = await describedAccounts(run, deadline);
  const { checked, refusals } = await checkAll(accounts, run, deadline);
  const passwords = passwordReport(accounts.length, checked, startedAt);
  run.measurements.passwordDaysLeft = passwords.daysLeft;
  const [first] = refusals;
  if (first !== undefined) {
    const others = refusals.length > 1 ? `; ${refusals.length - 1} more of ${accounts.length} accounts failed` : "";
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

/** @throws PlatformError also at the deadline. */
async function describedAccounts(run: PasswordsRun, deadline: number): Promise<readonly DescribedAccount[]> {
  const { environment, application } = run.input;
  const read = (name: string): Promise<string> => {
    if (run.nowInMilliseconds() < deadline) return run.accounts.readParameter(name);
    throw new PlatformError(`AWS took so long that there is no time left to read the parameter ${name}`);
  };
  return (await readDescribedApplication(environment, application, read)).accounts;
}

interface Checked {
  readonly checked: CheckedAccount[];
  /** One message for each account that AWS refused. */
  readonly refusals: string[];
}

/** Calls one batch after another. Throttled calls are repeated after the rest, until the deadline. */
async function checkAll(accounts: readonly DescribedAccount[], run: PasswordsRun, deadline: number): Promise<Checked> {
  const checked: CheckedAccount[] = [];
  const refusals: string[] = [];
  let waiting = [...accounts];
  while (waiting.length > 0) {
    const startedAt = run.nowInMilliseconds();
    if (startedAt >= deadline) {
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
          checked.push({ account, version: await run.accounts.currentVersion(account.secret) });
        } catch (error) {
          if (error instanceof ThrottledError) waiting.push(account);
          else if (error instanceof PlatformError) refusals.push(error.message);
          else throw error;
        }
      }),
    );
    const pause = startedAt + BATCH_INTERVAL_IN_MILLISECONDS - run.nowInMilliseconds();
    if (waiting.length > 0 && pause > 0) await run.sleep(pause);
  }
  return { checked, refusals };
}
