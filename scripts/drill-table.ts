/** The table that `npm run drill` prints. */
import type { Drilled } from "../simulation/drill-row";
import { indented } from "../cli/command/wrap";

const NONE = "–";
const COLUMNS = [5, 5, 20] as const;

function line(cells: readonly string[], text: string, width: number): string[] {
  const padded = COLUMNS.map((column, index) => {
    const cell = cells[index] ?? "";
    return index < 2 ? cell.padStart(column) : cell.padEnd(column);
  });
  return indented(text, `${padded.join("  ")}  `, width);
}

const minutes = (row: { readonly minutesToFirstAlarm: number | null } | undefined): string =>
  row?.minutesToFirstAlarm?.toFixed(1) ?? NONE;

/** Columns: minutes to the first alarm, the same with late reports, that alarm, and the fault with its other alarms. */
export function drillTable(rows: readonly Drilled[], width = 80): string {
  const lines = rows.flatMap(({ fault, firstAlarm, late, alarms, falsePages, ...row }) => {
    const others = alarms.slice(1);
    return [
      ...line([minutes(row), minutes(late), firstAlarm ?? NONE], fault, width),
      ...(others.length === 0 ? [] : line([], `then ${others.join(", ")}`, width)),
      ...(falsePages === 0 ? [] : line([], `FALSE PAGES: ${falsePages}`, width)),
    ];
  });
  return [...line(["min", "late", "first alarm"], "fault", width), ...lines].join("\n");
}
