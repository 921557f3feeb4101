/** The tables of alarms, from the record of each; the times to their first ring, from the drill. */
import { ALARM_NAMES, ALARMS } from "../../aws/alarms/alarms";
import { drillAccounts } from "../../simulation/account-drills";
import { drill } from "../../simulation/drill";
import type { Drilled } from "../../simulation/drill-row";
import { synthesizedAlarms } from "../local/synthesized-alarms";
import { table } from "./table";

const code = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(", ");

/** A line for each runbook, in the order in which a person looks at several alarms that ring. */
export function alarmBlocks(): Record<string, string> {
  const runbooks = [...new Set(ALARM_NAMES.map((name) => ALARMS[name].runbook))];
  const rows = runbooks.map((runbook) => {
    const names = ALARM_NAMES.filter((name) => ALARMS[name].runbook === runbook);
    const records = names.map((name) => ALARMS[name]);
    return [
      code(names),
      records.some(({ severity }) => severity === "page") ? "pages" : "informs",
      records[0]?.means ?? "",
      records[0]?.owner ?? "",
      `[English](${runbook}.md) · [français](${runbook}.fr.md)`,
    ];
  });
  return { alarms: table(["alarm", "in prod", "what has happened", "who acts", ""], rows) };
}

/** Faults of a kind with the same outcome are one line. */
function grouped(rows: readonly string[][]): string[][] {
  const lines = new Map<string, string[]>();
  for (const [fault = "", ...outcome] of rows) {
    const [kind = "", detail] = fault.split(": ");
    const key = detail === undefined ? fault : [kind, ...outcome].join("|");
    const before = lines.get(key)?.[0];
    lines.set(key, [before === undefined ? fault : `${before}, ${detail ?? ""}`, ...outcome]);
  }
  return [...lines.values()];
}

const minutes = (value: number | null | undefined): string =>
  value === null || value === undefined ? "–" : `${Math.ceil(value)} min`;

function line({ fault, firstAlarm, minutesToFirstAlarm, late }: Drilled): string[] {
  const first = firstAlarm === null ? "nobody is told" : `\`${firstAlarm}\``;
  return [fault, first, minutes(minutesToFirstAlarm), minutes(late === undefined ? null : late.minutesToFirstAlarm)];
}

export async function drillBlocks(): Promise<Record<string, string>> {
  const alarms = synthesizedAlarms("prod");
  const rows = [...(await drill("prod", alarms)), ...(await drillAccounts("prod", alarms))];
  return {
    drill: table(["what goes wrong", "rings first", "after", "with reports 4 minutes late"], grouped(rows.map(line))),
  };
}
