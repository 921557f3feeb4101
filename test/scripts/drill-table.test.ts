import { describe, expect, it } from "@jest/globals";
import { ALARMS, type AlarmName } from "../../aws/alarms/alarms";
import { drillTable } from "../../scripts/drill-table";
import type { Drilled } from "../../simulation/drill-row";

const NAMES = Object.keys(ALARMS) as AlarmName[];

const row = (parts: Partial<Drilled>): Drilled => ({
  fault: "the schedule is off from each minute of an hour, and a person refreshes the token",
  expected: null,
  firstAlarm: null,
  minutesToFirstAlarm: null,
  alarms: [],
  falsePages: 0,
  missing: [],
  ...parts,
});

describe("the table of the drill", () => {
  it("gives for each fault the first alarm, its minutes, and the other alarms", () => {
    const late = { ...row({}), minutesToFirstAlarm: 24.3 };
    const text = drillTable([
      row({
        fault: "PISTE out",
        firstAlarm: "piste-degraded",
        minutesToFirstAlarm: 20,
        late,
        alarms: ["piste-degraded", "token-lapsing"],
      }),
      row({ fault: "none", falsePages: 2 }),
    ]);
    expect(text.split("\n")).toEqual([
      "  min   late  first alarm           fault",
      " 20.0   24.3  piste-degraded        PISTE out",
      "                                    then token-lapsing",
      "    –      –  –                     none",
      "                                    FALSE PAGES: 2",
    ]);
  });

  it("fits into 80 columns with any alarms", () => {
    const rows = NAMES.map((name) => row({ firstAlarm: name, minutesToFirstAlarm: 1234.5, alarms: NAMES }));
    for (const line of drillTable(rows).split("\n")) expect([line, line.length <= 80]).toEqual([line, true]);
  });
});
