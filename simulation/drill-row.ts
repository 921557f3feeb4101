/** A row of the drill's table. */
import { ALARMS, type AlarmName } from "../aws/alarms/alarms";
import type { Environment } from "../piste/environments";
import { DEFAULT_APPLICATION } from "../piste/names";
import { resourceName } from "../aws/names";

export interface DrillRow {
  readonly fault: string;
  readonly firstAlarm: string | null;
  /** Counted from the first run that met the fault. */
  readonly minutesToFirstAlarm: number | null;
  /** All alarms, in order of their beginning. */
  readonly alarms: readonly string[];
  /** Pages for which nobody had to act. */
  readonly falsePages: number;
  /** Alarms of `alsoRings` that did not ring. */
  readonly missing: readonly string[];
}

export interface Drilled extends DrillRow {
  /** The expected first alarm; `null` if none should ring. */
  readonly expected: AlarmName | null;
  /** The same with every report at its maximum delay. */
  readonly late?: DrillRow;
  /** The same with random delays up to the maximum. */
  readonly any?: DrillRow;
}

/** The alarms that a fault should raise. */
export interface Expected {
  readonly fault: string;
  readonly expected: AlarmName | null;
  /** Further alarms that must ring. */
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

/** The worse of two rows of the same fault. */
export function worse(one: Drilled | undefined, other: Drilled): Drilled {
  if (one === undefined || problemsOf(other).length > 0) return other;
  const minutes = (row: Drilled): number => row.late?.minutesToFirstAlarm ?? row.minutesToFirstAlarm ?? 0;
  return problemsOf(one).length > 0 || minutes(one) >= minutes(other) ? one : other;
}

/** The problems of a row, as text. */
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
