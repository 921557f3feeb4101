/** EventBridge Scheduler User Guide, "Schedule types in EventBridge Scheduler". */

const MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

interface Field {
  readonly from: number;
  readonly to: number;
  /** Names that stand for numbers, from 1. */
  readonly names?: readonly string[];
  readonly special?: RegExp;
}

const DAY_OF_MONTH = 2;
const DAY_OF_WEEK = 4;
const FIELDS: readonly Field[] = [
  { from: 0, to: 59 },
  { from: 0, to: 23 },
  { from: 1, to: 31, special: /^(?:\?|LW?|L-\d{1,2}|\d{1,2}W)$/ },
  { from: 1, to: 12, names: MONTHS },
  { from: 1, to: 7, names: DAYS, special: /^(?:\?|L|(?:[1-7]|[A-Z]{3})(?:L|#[1-5]))$/ },
  { from: 1970, to: 2199 },
];

export function isScheduleExpression(text: string): boolean {
  const [, cron] = /^cron\(([^()]*)\)$/.exec(text) ?? [];
  return cron === undefined ? isRate(text) : isCron(cron.trim().split(/\s+/));
}

function isRate(text: string): boolean {
  const [, value, plural] = /^rate\(([1-9]\d*) (?:minute|hour|day)(s?)\)$/.exec(text) ?? [];
  return value !== undefined && (value === "1") === (plural === "");
}

/** Exactly one of the two days is `?`. */
function isCron(fields: readonly string[]): boolean {
  const isAny = (index: number): boolean => fields[index] === "?";
  return (
    fields.length === FIELDS.length &&
    isAny(DAY_OF_MONTH) !== isAny(DAY_OF_WEEK) &&
    FIELDS.every((field, index) => isField(field, (fields[index] ?? "").toUpperCase()))
  );
}

function isField(field: Field, text: string): boolean {
  return field.special?.test(text) === true || text.split(",").every((part) => isPart(field, part));
}

/** `*`, `8` or `8-18`, each with an optional step: `8-18/2`. */
function isPart(field: Field, text: string): boolean {
  const [range = "", step, ...more] = text.split("/");
  if (more.length > 0 || (step !== undefined && !/^[1-9]\d*$/.test(step))) return false;
  if (range === "*") return true;
  const ends = range.split("-");
  return ends.length <= 2 && ends.every((end) => isValue(field, end));
}

function isValue({ from, to, names = [] }: Field, text: string): boolean {
  const number = /^\d{1,4}$/.test(text) ? Number(text) : names.indexOf(text) + 1;
  return number >= from && number <= to && (names.includes(text) || /^\d/.test(text));
}
