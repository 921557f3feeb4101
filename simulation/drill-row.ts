/** A line of the drill's table. */
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
}

export interface Drilled extends DrillRow {
  /** What the fault is expected to raise first; `null` where nobody is to be told. */
  readonly expected: string | null;
}

/** What is expected of a fault. */
export interface Expected {
  readonly fault: string;
  /** An alarm without the prefix of its application. */
  readonly expected: string | null;
  /** Other alarms that may page for the same fault. */
  readonly mayAlsoPage?: readonly string[];
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
  { fault, expected, mayAlsoPage = [] }: Expected,
  environment: Environment,
  begun: readonly Begun[],
  firstMetAtMinute: number | undefined,
): Drilled {
  const named = begun.map((each) => ({ ...each, alarm: shortName(each.alarm, environment) }));
  const [first] = named;
  const due = [expected, ...mayAlsoPage];
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
  };
}

const LATEST_FIRST_ALARM_IN_MINUTES = 15;

/** What is wrong with a row, in words. */
export function problemsOf({ expected, firstAlarm, minutesToFirstAlarm, falsePages }: Drilled): string[] {
  const problems: string[] = [];
  if (firstAlarm !== expected) problems.push(`first alarm ${firstAlarm ?? "none"}, expected ${expected ?? "none"}`);
  if ((minutesToFirstAlarm ?? 0) > LATEST_FIRST_ALARM_IN_MINUTES) problems.push("too late");
  if (falsePages > 0) problems.push(`${falsePages} false pages`);
  return problems;
}
