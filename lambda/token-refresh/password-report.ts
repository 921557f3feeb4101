/** The report of `passwords`: short, even with hundreds of accounts. */
import { REFUSED_LABEL } from "../../piste/names";
import type { DescribedAccount } from "../../piste/description";
import {
  daysLeft,
  FIRST_REMINDER_IN_DAYS,
  formatDay,
  passwordDate,
  type IgnoredLabel,
  type PasswordDate,
  type SecretVersion,
} from "../../piste/password-age";

/** The first entries of a list, and the number of the others. */
export interface Shortened<T> {
  readonly first: readonly T[];
  readonly more: number;
}

export interface ExpiringPassword {
  readonly account: string;
  readonly daysLeft: number;
  /** When the password was set, as yyyy-mm-dd. */
  readonly changedOn: string;
  /** The last day of its lifetime, as yyyy-mm-dd. */
  readonly changeBy: string;
  /** `version`: there is no label with the date, so the version's own date counts. */
  readonly from: PasswordDate["from"];
}

/** Empty lists are undefined, so that the log omits them. */
export interface PasswordReport {
  /** Number of the application's accounts. */
  readonly accounts: number;
  /** Days left for the most urgent account; absent when no account has a value. */
  readonly daysLeft?: number | undefined;
  /** Accounts whose password must be changed soon, the most urgent first. */
  readonly expiring?: Shortened<ExpiringPassword> | undefined;
  /** Accounts that Chorus Pro refused. */
  readonly refused?: Shortened<string> | undefined;
  /** Accounts without a value. */
  readonly withoutValue?: Shortened<string> | undefined;
  /** Accounts without a label for the password's date: the version's date counts. */
  readonly withoutDate?: Shortened<string> | undefined;
  readonly ignoredLabels?: Shortened<IgnoredLabel & { readonly account: string }> | undefined;
}

/** An account and its current version, if any. */
export interface CheckedAccount {
  readonly account: Pick<DescribedAccount, "name" | "passwordLifetimeInDays">;
  readonly version: SecretVersion | undefined;
}

export const LONGEST_LIST = 20;

function shortened<T>(list: readonly T[]): Shortened<T> | undefined {
  if (list.length === 0) return undefined;
  return { first: list.slice(0, LONGEST_LIST), more: Math.max(0, list.length - LONGEST_LIST) };
}

/** @param accounts the number of all accounts, including those that could not be checked. */
export function passwordReport(
  accounts: number,
  checked: readonly CheckedAccount[],
  nowInMilliseconds: number,
): PasswordReport {
  const counted = checked.flatMap(({ account, version }) => {
    if (version === undefined) return [];
    const date = passwordDate(version, nowInMilliseconds);
    const left = daysLeft(date.day, account.passwordLifetimeInDays, nowInMilliseconds);
    const changeBy = date.day + account.passwordLifetimeInDays;
    return [{ name: account.name, date, changeBy, left, refused: version.labels.includes(REFUSED_LABEL) }];
  });
  counted.sort((one, other) => one.left - other.left);
  const namesOf = (list: typeof counted): Shortened<string> | undefined => shortened(list.map(({ name }) => name));
  return {
    accounts,
    daysLeft: counted[0]?.left,
    expiring: shortened(
      counted
        .filter(({ left }) => left < FIRST_REMINDER_IN_DAYS)
        .map(({ name, date, changeBy, left }) => ({
          account: name,
          daysLeft: left,
          changedOn: formatDay(date.day),
          changeBy: formatDay(changeBy),
          from: date.from,
        })),
    ),
    refused: namesOf(counted.filter(({ refused }) => refused)),
    withoutValue: shortened(checked.filter(({ version }) => version === undefined).map(({ account }) => account.name)),
    withoutDate: namesOf(counted.filter(({ date }) => date.from === "version")),
    ignoredLabels: shortened(
      counted.flatMap(({ name, date }) => date.ignored.map((ignored) => ({ account: name, ...ignored }))),
    ),
  };
}
