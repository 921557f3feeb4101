/** A line of the drill's table. */
import { ALARMS, type AlarmName } from "../aws/alarms/alarms";
import type { Environment } from "../piste/environments";
import { DEFAULT_APPLICATION } from "../piste/names";
import { resourceName } from "../aws/names";

export interface DrillRow {
  readonly fault: string;
  readonly firstAlarm: string | null;
  /** From the first run that met the fault. */
  readonly minutesToFirstAlarm: number | null;
  /** All, in the order in which they began. */
  readonly alarms: readonly string[];
  /** Alarms that woke someone for nothing that they could mend. */
  readonly falsePages: number;
  /** Of those that have to ring besides the first. */
  readonly missing: readonly string[];
}

export interface Drilled extends DrillRow {
  /** What the fault is expected to raise first; `null` where nobody is to be told. */
  readonly expected: AlarmName | null;
  /** The same with each report as late as alarms have to bear. */
  readonly late?: DrillRow;
  /** The same with reports that are late by anything up to that. */
  readonly any?: DrillRow;
}

/** What is expected of a fault. */
export interface Expected {
  readonly fault: string;
  readonly expected: AlarmName | null;
  /** Alarms that have to ring besides. */
  readonly alsoRings?: readonly AlarmName[];
  /** Other alarms that may page for the same fault. */
  readonly mayAlsoPage?: readonly AlarmName[];
}

/** An alarm that began to ring. */
export interface Begun {
  /** With or without the prefix of its application. */
  readonly alarm: string;
  readonly minute: number;
  readonly pages: boolean;
}

export function shortName(alarm: string, environment: Environment): string {
  return alarm.replace(`${resourceName(environment, DEFAULT_APPLICATION)}-`, "");
}

export function rowOf(
  { fault, expected, alsoRings = [], mayAlsoPage = [] }: Expected,
  environment: Environment,
  begun: readonly Begun[],
  firstMetAtMinute: number | undefined,
): Omit<Drilled, "late" | "any"> {
  const named = begun.map((each) => ({ ...each, alarm: shortName(each.alarm, environment) }));
  const [first] = named;
  const due: readonly (string | null)[] = [expected, ...mayAlsoPage];
  return {
    fault,
    expected,
    firstAlarm: first?.alarm ?? null,
    minutesToFirstAlarm:
      first === undefined || firstMetAtMinute === undefined
        ? null
        : Math.round((first.minute - firstMetAtMinute) * 10) / 10,
    alarms: named.map(({ alarm }) => alarm),
    falsePages: named.filter(({ alarm, pages }) => pages && !due.includes(alarm)).length,
    missing: alsoRings.filter((name) => named.every(({ alarm }) => alarm !== name)),
  };
}

/** Of the same fault, played several times, the one that tells of the worst. */
export function worse(one: Drilled | undefined, other: Drilled): Drilled {
  if (one === undefined || problemsOf(other).length > 0) return other;
  const minutes = (row: Drilled): number => row.late?.minutesToFirstAlarm ?? row.minutesToFirstAlarm ?? 0;
  return problemsOf(one).length > 0 || minutes(one) >= minutes(other) ? one : other;
}

/** What is wrong with a row, in words. */
export function problemsOf({ late, any, expected, ...row }: Drilled): string[] {
  const found = (played: DrillRow | undefined, when: string): string[] =>
    played === undefined ? [] : problems(played, expected).map((problem) => when + problem);
  return [...found(row, ""), ...found(late, "with late reports "), ...found(any, "with reports of any delay ")];
}

function problems(
  { firstAlarm, minutesToFirstAlarm, alarms, falsePages, missing }: DrillRow,
  expected: AlarmName | null,
): string[] {
  const found: string[] = [];
  if (firstAlarm !== expected) found.push(`first alarm ${firstAlarm ?? "none"}, expected ${expected ?? "none"}`);
  if (expected !== null && (minutesToFirstAlarm ?? 0) > ALARMS[expected].drill.ringsWithinInMinutes)
    found.push("too late");
  if (falsePages > 0) found.push(`${falsePages} false pages`);
  if (new Set(alarms).size < alarms.length) found.push(`an alarm rings twice: ${alarms.join(", ")}`);
  if (missing.length > 0) found.push(`missing: ${missing.join(", ")}`);
  return found;
}
