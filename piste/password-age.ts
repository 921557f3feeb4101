/**
 * The day when a technical account's password must be changed, from the labels of its secret. Days are calendar days in
 * Paris, independent of the machine's time zone. Pure.
 */
import { CHANGED_LABEL_PREFIX } from "./names";

/** A calendar day, counted from 1970-01-01. */
export type Day = number;

/** Reminders start when fewer days are left. */
export const FIRST_REMINDER_IN_DAYS = 30;

const MILLISECONDS_PER_DAY = 86_400_000;
const DAYS_PER_WEEK = 7;
const SATURDAY = 6;
const SUNDAY = 0;
/** The weekday of 1970-01-01, Sunday being 0. */
const THURSDAY = 4;

/** The hour in Paris when offices open and the number of days changes. */
const OFFICES_OPEN_AT_HOUR = 9;

export const PARIS_TIME_ZONE = "Europe/Paris";

const PARIS = new Intl.DateTimeFormat("en", {
  timeZone: PARIS_TIME_ZONE,
  hourCycle: "h23",
  year: "numeric",
  month: "numeric",
  day: "numeric",
  hour: "numeric",
});

/** The day and the hour in Paris. */
function inParis(milliseconds: number): { readonly day: Day; readonly hour: number } {
  const parts = PARIS.formatToParts(milliseconds);
  const part = (type: Intl.DateTimeFormatPartTypes): number =>
    Number(parts.find((candidate) => candidate.type === type)?.value);
  return { day: dayOf(part("year"), part("month"), part("day")), hour: part("hour") };
}

function dayOf(year: number, month: number, date: number): Day {
  return Date.UTC(year, month - 1, date) / MILLISECONDS_PER_DAY;
}

/** The day in Paris at that instant, in epoch milliseconds. */
export function dayInParis(milliseconds: number): Day {
  return inParis(milliseconds).day;
}

/** As yyyy-mm-dd. */
export function formatDay(day: Day): string {
  return new Date(day * MILLISECONDS_PER_DAY).toISOString().slice(0, "yyyy-mm-dd".length);
}

/** @returns undefined unless the text is yyyy-mm-dd and such a day exists. */
export function parseDay(text: string): Day | undefined {
  const [, year, month, date] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ?? [];
  const day = dayOf(Number(year), Number(month), Number(date));
  // `Date.UTC` moves a day that does not exist into the next month.
  return !Number.isNaN(day) && formatDay(day) === text ? day : undefined;
}

/** Monday to Friday. Public holidays count too, so a reminder may come on one, but never late. */
function isWorkingDay(day: Day): boolean {
  const weekday = (((day + THURSDAY) % DAYS_PER_WEEK) + DAYS_PER_WEEK) % DAYS_PER_WEEK;
  return weekday !== SATURDAY && weekday !== SUNDAY;
}

/**
 * The last day that counts as begun. It changes only when offices open, to the eve of the next working day: on a Friday
 * to the Sunday, so that reminders of the weekend come before it.
 */
function countedDay(milliseconds: number): Day {
  const { day, hour } = inParis(milliseconds);
  let nextOpening = hour < OFFICES_OPEN_AT_HOUR ? day : day + 1;
  while (!isWorkingDay(nextOpening)) nextOpening += 1;
  return nextOpening - 1;
}

/** Days until the password must be changed; negative after that day. */
export function daysLeft(changedOn: Day, lifetimeInDays: number, nowInMilliseconds: number): number {
  // Before 09:00 the counted day is yesterday, so a password set today would have a day too many.
  return Math.min(lifetimeInDays, changedOn + lifetimeInDays - countedDay(nowInMilliseconds));
}

/** The current version of a technical account's secret, without its value. */
export interface SecretVersion {
  readonly labels: readonly string[];
  /** Epoch milliseconds. */
  readonly storedAt: number;
}

export interface IgnoredLabel {
  readonly label: string;
  readonly why: "malformed" | "in the future";
}

export interface PasswordDate {
  readonly day: Day;
  /** `version`: no label gives the date, so the version's date counts. */
  readonly from: "label" | "version";
  readonly ignored: readonly IgnoredLabel[];
}

/** The day when the password was set on the portal: the latest one of the labels, or else the version's. */
export function passwordDate({ labels, storedAt }: SecretVersion, nowInMilliseconds: number): PasswordDate {
  const today = dayInParis(nowInMilliseconds);
  const days: Day[] = [];
  const ignored: IgnoredLabel[] = [];
  for (const label of labels.filter(isMeantAsDate)) {
    const text = label.startsWith(CHANGED_LABEL_PREFIX) ? label.slice(CHANGED_LABEL_PREFIX.length) : "";
    const day = parseDay(text);
    if (day === undefined) ignored.push({ label: withoutStrangeText(label), why: "malformed" });
    else if (day > today) ignored.push({ label, why: "in the future" });
    else days.push(day);
  }
  if (days.length > 0) return { day: Math.max(...days), from: "label", ignored };
  return { day: dayInParis(storedAt), from: "version", ignored };
}

/** True if the label is probably meant as a date, in any case and with any separator. */
function isMeantAsDate(label: string): boolean {
  return /^changed/i.test(label);
}

/** Repeats a label only if it looks like a date: it may hold a secret pasted by mistake. */
function withoutStrangeText(label: string): string {
  return /^changed\W?\d{1,4}\W\d{1,2}\W\d{1,4}$/i.test(label) ? label : `${CHANGED_LABEL_PREFIX}…`;
}
