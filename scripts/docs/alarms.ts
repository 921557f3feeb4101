/** The table of alarms, and the drill's table of minutes to the first alarm. */
import { ALARM_NAMES, ALARMS } from "../../aws/alarms/alarms";
import { drillAccounts } from "../../simulation/account-drills";
import { drill } from "../../simulation/drill";
import type { Drilled } from "../../simulation/drill-row";
import { synthesizedAlarms } from "../local/synthesized-alarms";
import { table } from "./table";

const code = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(", ");

/** One line per runbook. If several alarms ring, look at them in this order. */
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

/** One line per outcome. Faults `kind: detail` of one kind name it once. */
function byOutcome(rows: readonly Drilled[]): string[][] {
  const outcomes = new Map<string, Map<string, string[]>>();
  for (const row of rows) {
    const outcome = JSON.stringify(outcomeOf(row));
    const [kind = "", ...details] = row.fault.split(": ");
    const kinds = outcomes.get(outcome) ?? new Map<string, string[]>();
    outcomes.set(outcome, kinds.set(kind, [...(kinds.get(kind) ?? []), ...details]));
  }
  return [...outcomes].map(([outcome, kinds]) => [
    ...(JSON.parse(outcome) as string[]),
    [...kinds].map(([kind, details]) => (details.length === 0 ? kind : `${kind}: ${details.join(", ")}`)).join("; "),
  ]);
}

const minutes = (value: number | null | undefined): string =>
  value === null || value === undefined ? "–" : `${Math.ceil(value)} min`;

function outcomeOf({ firstAlarm, minutesToFirstAlarm, late }: Drilled): string[] {
  return [`\`${firstAlarm}\``, minutes(minutesToFirstAlarm), minutes(late?.minutesToFirstAlarm)];
}

export async function drillBlocks(): Promise<Record<string, string>> {
  const alarms = synthesizedAlarms("prod");
  const rows = [...(await drill("prod", alarms)), ...(await drillAccounts("prod", alarms))];
  return {
    drill: table(
      ["rings first", "after", "with reports 4 minutes late", "fault"],
      byOutcome(rows.filter(({ firstAlarm }) => firstAlarm !== null)),
    ),
  };
}
