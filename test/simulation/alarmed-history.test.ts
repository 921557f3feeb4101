import { describe, expect, it } from "@jest/globals";
import * as v from "valibot";
import { playWithAlarms, type DeployedAlarm } from "../../simulation/alarmed-history";
import { alarmSchema } from "../../simulation/alarms";
import { aHistory } from "./fixture";

const PREFIX = "piste-prod-chorus-pro-";
const QUARTER = { days: 0.25 };

const alarm = (name: string, definition: object, pages = true): DeployedAlarm => ({
  definition: v.parse(alarmSchema, {
    alarm_name: `${PREFIX}${name}`,
    alarm_description: "",
    evaluation_periods: 1,
    comparison_operator: "GreaterThanOrEqualToThreshold",
    threshold: 1,
    statistic: "Sum",
    period: 60,
    treat_missing_data: "notBreaching",
    ...definition,
  }),
  pages,
});
const OURS = { namespace: "Piste", dimensions: { Environment: "prod", Application: "chorus-pro" } };

const refreshed = alarm("refreshed", { ...OURS, metric_name: "Refreshes" });
const unavailable = alarm("unavailable", { ...OURS, metric_name: "Unavailable" }, false);
const errors = alarm("errors", {
  namespace: "AWS/Lambda",
  metric_name: "Errors",
  dimensions: { FunctionName: `${PREFIX}token-refresh` },
});

describe("a history with alarms", () => {
  it("lists each change of state with its minute and whether it pages", async () => {
    const history = aHistory([{ kind: "outage", how: "http-503", from: 21, minutes: 5 }], QUARTER);
    const { events } = await playWithAlarms(history, "prod", [refreshed, unavailable], "prompt");
    // Alarms evaluate a minute after its end, and look back two more periods.
    expect(events.filter(({ minute }) => minute < 40)).toEqual([
      { minute: 1, alarm: "refreshed", state: "ALARM", pages: true },
      { minute: 1, alarm: "unavailable", state: "OK", pages: false },
      { minute: 4, alarm: "refreshed", state: "OK", pages: true },
      { minute: 22, alarm: "unavailable", state: "ALARM", pages: false },
      { minute: 27, alarm: "refreshed", state: "ALARM", pages: true },
      { minute: 29, alarm: "unavailable", state: "OK", pages: false },
      { minute: 30, alarm: "refreshed", state: "OK", pages: true },
    ]);
  });

  it("uses the given environment", async () => {
    const { events } = await playWithAlarms(aHistory([], QUARTER), "qualif", [refreshed]);
    expect(events.filter(({ state }) => state === "ALARM")).toEqual([]);
  });

  it("gives the token's validity at the end of each minute", async () => {
    const { secondsLeft } = await playWithAlarms(aHistory([], QUARTER), "prod", []);
    expect(secondsLeft).toHaveLength(359);
    expect(secondsLeft[0]).toBeGreaterThan(58 * 60);
    expect(secondsLeft[0]).toBeLessThanOrEqual(59 * 60 + 2);
    expect(Math.min(...secondsLeft)).toBeGreaterThan(38 * 60);
  });

  it("gives the beginning and end of each disturbance", async () => {
    const history = aHistory([{ kind: "crashes", from: 30, minutes: 7 }], QUARTER);
    const { active } = await playWithAlarms(history, "prod", []);
    expect(active).toEqual([{ kind: "crashes", from: 30, to: 37 }]);
  });
});

describe("Lambda's errors", () => {
  it.each([
    ["that throws", { kind: "aws-refuses", call: "read", error: "AccessDeniedException" }],
    ["that is killed", { kind: "crashes" }],
  ] as const)("count a run %s", async (_, happening) => {
    const { events } = await playWithAlarms(
      aHistory([{ ...happening, from: 21, minutes: 1 }], QUARTER),
      "prod",
      [errors],
      "prompt",
    );
    expect(events.filter(({ state }) => state === "ALARM")).toEqual([
      { minute: 22, alarm: "errors", state: "ALARM", pages: true },
    ]);
  });

  it("do not count a failure of PISTE", async () => {
    const history = aHistory([{ kind: "outage", how: "dns", from: 21, minutes: 9 }], QUARTER);
    const { events } = await playWithAlarms(history, "prod", [errors], "prompt");
    expect(events).toEqual([{ minute: 1, alarm: "errors", state: "OK", pages: true }]);
  });
});

describe("the first trouble", () => {
  it("is the first tick that failed because of PISTE or AWS, or was missed", async () => {
    for (const happening of [
      { kind: "outage", how: "dns" },
      { kind: "crashes" },
      { kind: "aws-refuses", call: "write", error: "timeout" },
      { kind: "missed-ticks" },
    ] as const) {
      const history = aHistory([{ ...happening, from: 21, minutes: 30 }], QUARTER);
      const { firstTroubleAtMinute } = await playWithAlarms(history, "prod", []);
      expect(Math.floor(firstTroubleAtMinute ?? NaN)).toBe(21);
    }
  });

  it("is undefined without a failure, and before credentials are stored", async () => {
    const late = aHistory([], { ...QUARTER, credentialsAfterInMinutes: 90 });
    for (const history of [aHistory([], QUARTER), late]) {
      const { firstTroubleAtMinute } = await playWithAlarms(history, "prod", []);
      expect(firstTroubleAtMinute).toBeUndefined();
    }
  });
});
