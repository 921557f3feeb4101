/** What the operation `passwords` says of an application's accounts: short, however many they are. */
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

/** The first of a list, and how many more there are. */
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
  /** `version`: no label says when, so the date is the version's own. */
  readonly from: PasswordDate["from"];
}

/** A list without an entry is undefined, and so not in the log. */
export interface PasswordReport {
  /** How many accounts the application has. */
  readonly accounts: number;
  /** The smallest number of days; absent when no account has a value. */
  readonly daysLeft?: number | undefined;
  /** The accounts that a reminder is for, the most urgent first. */
  readonly expiring?: Shortened<ExpiringPassword> | undefined;
  /** The accounts that Chorus Pro refused. */
  readonly refused?: Shortened<string> | undefined;
  /** The accounts without a value. */
  readonly withoutValue?: Shortened<string> | undefined;
  /** The accounts whose password no label dates: the date of the version counts. */
  readonly withoutDate?: Shortened<string> | undefined;
  readonly ignoredLabels?: Shortened<IgnoredLabel & { readonly account: string }> | undefined;
}

/** An account and its current version, when it has one. */
export interface LookedAt {
  readonly account: Pick<DescribedAccount, "name" | "passwordLifetimeInDays">;
  readonly version: SecretVersion | undefined;
}

export const LONGEST_LIST = 20;

function shortened<T>(list: readonly T[]): Shortened<T> | undefined {
  if (list.length === 0) return undefined;
  return { first: list.slice(0, LONGEST_LIST), more: Math.max(0, list.length - LONGEST_LIST) };
}

/** @param accounts how many there are, those included that could not be looked at. */
export function passwordReport(
  accounts: number,
  looked: readonly LookedAt[],
  nowInMilliseconds: number,
): PasswordReport {
  const counted = looked.flatMap(({ account, version }) => {
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
    withoutValue: shortened(looked.filter(({ version }) => version === undefined).map(({ account }) => account.name)),
    withoutDate: namesOf(counted.filter(({ date }) => date.from === "version")),
    ignoredLabels: shortened(
      counted.flatMap(({ name, date }) => date.ignored.map((ignored) => ({ account: name, ...ignored }))),
    ),
  };
}
