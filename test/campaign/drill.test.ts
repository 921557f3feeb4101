import { beforeAll, describe, expect, it } from "@jest/globals";
import { expectNobodyWokenInVain } from "./campaigns";

const MINUTES = 60_000;

describe("npm run drill -- --json", () => {
  let output = "";
  beforeAll(async () => {
    // The long tests run a hundred weeks with new seeds.
    output = await expectNobodyWokenInVain(40, 266959898);
  }, 20 * MINUTES);

  it("finds no missing and no false page in 40 random weeks", () => {
    expect(output).not.toBe("");
  });

  it("prints one JSON array of rows, and nothing else on standard output", () => {
    expect(output).toMatch(/^\[[^\n]*\]\n$/);
    const rows = JSON.parse(output) as Record<string, unknown>[];
    expect(rows.length).toBeGreaterThan(30);
    for (const row of rows) {
      expect(Object.keys(row)).toEqual([
        "fault",
        "firstAlarm",
        "minutesToFirstAlarm",
        "minutesWithLateReports",
        "alarms",
        "falsePages",
      ]);
      expect(row["falsePages"]).toBe(0);
    }
    expect(rows).toContainEqual({
      fault: "the schedule is off",
      firstAlarm: "refresher-silent",
      minutesToFirstAlarm: expect.any(Number),
      minutesWithLateReports: expect.any(Number),
      alarms: ["refresher-silent", "token-lapsing"],
      falsePages: 0,
    });
    expect(rows[0]).toEqual({
      fault: "none: the first hours of a deployment",
      firstAlarm: null,
      minutesToFirstAlarm: null,
      minutesWithLateReports: null,
      alarms: [],
      falsePages: 0,
    });
  });
});
