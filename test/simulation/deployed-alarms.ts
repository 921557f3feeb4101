/** The synthesized alarms, for the tests of the drill. */
import { expect } from "@jest/globals";
import { synthesizedAlarms } from "../../scripts/local/synthesized-alarms";
import type { DeployedAlarm } from "../../simulation/alarmed-history";
import { problemsOf, type Drilled } from "../../simulation/drill-row";
import { withoutCreationStacks } from "../constructs/synthesize";

export const QUALIF = withoutCreationStacks(() => synthesizedAlarms("qualif"));
export const PROD = withoutCreationStacks(() => synthesizedAlarms("prod"));

export const isCalled = (name: string, { definition }: DeployedAlarm): boolean =>
  definition.alarm_name.endsWith(`-${name}`);

/** Each fault raises its own alarm first and in time, no alarm twice, and no false page. */
export function expectRight(rows: readonly Drilled[]): void {
  for (const row of rows) {
    expect([row.fault, row.firstAlarm]).toEqual([row.fault, row.expected]);
    expect([row.fault, row.minutesToFirstAlarm ?? 0]).toEqual([row.fault, expect.any(Number)]);
    expect([row.fault, row.falsePages]).toEqual([row.fault, 0]);
    expect([row.fault, row.alarms]).toEqual([row.fault, [...new Set(row.alarms)]]);
    expect(problemsOf(row)).toEqual([]);
  }
}

/** A token lapses only after a page. */
export function expectLapsedLast(rows: readonly Drilled[]): void {
  for (const { fault, alarms } of rows) expect([fault, alarms.at(-1)]).toEqual([fault, "token-lapsing"]);
}
