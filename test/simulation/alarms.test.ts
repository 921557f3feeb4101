/** Checks the tables and the text of the CloudWatch user guide, "Using Amazon CloudWatch alarms". */
import { describe, expect, it } from "@jest/globals";
import * as v from "valibot";
import { Alarm, alarmSchema, nextState, type AlarmDefinition, type AlarmState } from "../../simulation/alarms";
import type { Series } from "../../aws/alarms/metric-math";
import { MetricStore, type MetricId } from "../../simulation/metric-store";
import { BEGINNING, MINUTE } from "./fixture";

const TREATMENTS = ["missing", "ignore", "breaching", "notBreaching"] as const;
const STATES = ["OK", "ALARM", "INSUFFICIENT_DATA"] as const satisfies AlarmState[];
const METRIC: MetricId = { namespace: "Ours", name: "Load", dimensions: { Host: "one" } };

/** A metric alarm: above 3 in each minute by default. */
const definition = (changes: Readonly<Record<string, unknown>> = {}): AlarmDefinition =>
  v.parse(alarmSchema, {
    alarm_name: "the-alarm",
    alarm_description: "",
    comparison_operator: "GreaterThanThreshold",
    evaluation_periods: 1,
    threshold: 3,
    namespace: METRIC.namespace,
    metric_name: METRIC.name,
    dimensions: METRIC.dimensions,
    statistic: "Maximum",
    period: 60,
    ...changes,
  });

/** Notation of the guide's tables: 0 does not breach, X breaches, - is missing. */
const pointsOf = (text: string): Series =>
  text.split(" ").map((point) => (point === "-" ? undefined : point === "X" ? 4 : 0));

/** The next state with each treatment of missing data; `retain` if it is the state before. */
function states(points: string, needed: number): string[] {
  return TREATMENTS.map((treatment) => {
    const rule = definition({ evaluation_periods: 3, datapoints_to_alarm: needed, treat_missing_data: treatment });
    const next = STATES.map((current) => nextState(rule, pointsOf(points), current));
    if (new Set(next).size === 1) return String(next[0]);
    expect(next).toEqual(STATES);
    return "retain";
  });
}

describe("missing data, by the guide's tables", () => {
  const OK = ["OK", "OK", "OK", "OK"];
  const ALARM = ["ALARM", "ALARM", "ALARM", "ALARM"];
  const ONLY_IF_BREACHING = ["OK", "OK", "ALARM", "OK"];
  const PREMATURE = ["ALARM", "retain", "ALARM", "OK"];

  it.each([
    ["0 - X - X", OK],
    ["0 - - - -", OK],
    ["- - - - -", ["INSUFFICIENT_DATA", "retain", "ALARM", "OK"]],
    ["0 X X - X", ALARM],
    ["- - X - -", PREMATURE],
  ])("3 of 3: %s", (points, expected) => {
    expect(states(points, 3)).toEqual(expected);
  });

  it.each([
    ["0 - X - X", ALARM],
    ["0 0 X 0 X", ALARM],
    ["0 - X - -", ONLY_IF_BREACHING],
    ["- - - - 0", ONLY_IF_BREACHING],
    ["- - - X -", PREMATURE],
  ])("2 of 3: %s", (points, expected) => {
    expect(states(points, 2)).toEqual(expected);
  });

  it.each(["- - - - X", "- - - X -", "- - - X 0", "- - X - 0"])("3 of 3: %s is no alarm yet", (points) => {
    const [missing, ignore, , notBreaching] = states(points, 3);
    expect([missing, ignore, notBreaching]).toEqual(["OK", "OK", "OK"]);
  });

  it("has no effect with enough breaching data points", () => {
    expect(states("- - - X X", 2)).toEqual(ALARM);
    expect(states("- X - - X", 2)).toEqual(ALARM);
  });

  it("is in alarm as long as the last breach is in the range", () => {
    expect(states("X - - - -", 3)).toEqual(PREMATURE);
  });
});

describe("each comparison", () => {
  it.each([
    ["LessThanThreshold", [true, false, false]],
    ["LessThanOrEqualToThreshold", [true, true, false]],
    ["GreaterThanThreshold", [false, false, true]],
    ["GreaterThanOrEqualToThreshold", [false, true, true]],
  ])("%s", (comparison_operator, expected) => {
    const rule = definition({ comparison_operator });
    expect([2, 3, 4].map((value) => nextState(rule, [value], "OK") === "ALARM")).toEqual(expected);
  });
});

/** For each minute: adds a value unless undefined, ends the minute, evaluates the alarm. */
function play(alarm: Alarm, values: Series, metric = METRIC): AlarmState[] {
  const store = new MetricStore();
  return values.map((value, minute) => {
    const at = BEGINNING + minute * MINUTE;
    if (value !== undefined) store.add(metric, at, value);
    const before = alarm.state;
    expect(alarm.evaluate(store, at + MINUTE)).toBe(alarm.state !== before);
    return alarm.state;
  });
}

describe("an alarm", () => {
  it("begins with insufficient data, and stays there without data", () => {
    const alarm = new Alarm(definition());
    expect(alarm.state).toBe("INSUFFICIENT_DATA");
    expect(play(alarm, [undefined, undefined])).toEqual(["INSUFFICIENT_DATA", "INSUFFICIENT_DATA"]);
    expect(alarm.name).toBe("the-alarm");
  });

  it("of 3 of 3 rings after three breaches in a row and ends with the first good point (the guide's figure)", () => {
    const alarm = new Alarm(definition({ evaluation_periods: 3, datapoints_to_alarm: 3 }));
    expect(play(alarm, [2, 3, 4, 5, 5, 2, 1, 2, 4, 2]).map((state) => state === "ALARM")).toEqual([
      ...[false, false, false, false, true],
      ...[false, false, false, false, false],
    ]);
  });

  it("of 4 of 5 counts breaches anywhere in the five", () => {
    const alarm = new Alarm(definition({ evaluation_periods: 5, datapoints_to_alarm: 4 }));
    const rings = play(alarm, [0, 4, 4, 0, 4, 4, 0, 0]).map((state) => state === "ALARM");
    expect(rings).toEqual([false, false, false, false, false, true, false, false]);
  });

  it("needs all of its periods by default", () => {
    const alarm = new Alarm(definition({ evaluation_periods: 2 }));
    expect(play(alarm, [0, 0, 4, 0, 4, 4])).toEqual(["OK", "OK", "OK", "OK", "OK", "ALARM"]);
  });

  it("of five minutes reads the five minutes before each minute: 1 to 5, then 2 to 6", () => {
    const alarm = new Alarm(definition({ period: 300, statistic: "Sum", threshold: 10 }));
    expect(play(alarm, [4, 4, 0, 0, 3, 3, 3, 1])).toEqual(["OK", "OK", "OK", "OK", "ALARM", "OK", "OK", "OK"]);
  });

  it("ignores the current minute", () => {
    const alarm = new Alarm(definition());
    const store = new MetricStore();
    store.add(METRIC, BEGINNING, 4);
    expect(alarm.evaluate(store, BEGINNING)).toBe(false);
    expect(alarm.evaluate(store, BEGINNING + MINUTE)).toBe(true);
  });

  it("looks for data in exactly two more periods", () => {
    const alarm = new Alarm(definition({ treat_missing_data: "notBreaching" }));
    const none = undefined;
    expect(play(alarm, [4, none, none, none])).toEqual(["ALARM", "ALARM", "ALARM", "OK"]);
  });

  it("uses its statistic", () => {
    const store = new MetricStore();
    for (const value of [1, 3, 8]) store.add(METRIC, BEGINNING, value);
    const rings = ["Minimum", "Average", "Maximum", "Sum", "SampleCount"].filter((statistic) => {
      const alarm = new Alarm(definition({ statistic }));
      alarm.evaluate(store, BEGINNING + MINUTE);
      return alarm.state === "ALARM";
    });
    expect(rings).toEqual(["Average", "Maximum", "Sum"]);
  });
});

describe("an alarm on metric math", () => {
  const query = (id: string, metric_name: string, period = 60): object => ({
    id,
    metric: { namespace: METRIC.namespace, metric_name, dimensions: METRIC.dimensions, period, stat: "Sum" },
    return_data: false,
  });
  const ofMath = (...metric_query: readonly object[]): Alarm =>
    new Alarm(definition({ metric_query, metric_name: undefined, namespace: undefined, period: undefined }));

  it("evaluates the returned expression, which may use another one", () => {
    const alarm = ofMath(
      query("load", METRIC.name),
      { id: "twice", expression: "load * 2", return_data: false },
      { id: "more", expression: "twice + 1", return_data: true },
    );
    expect(play(alarm, [1, 2, 1])).toEqual(["OK", "ALARM", "OK"]);
  });

  it("has the metrics' period", () => {
    const sum = { id: "sum", expression: "SUM([load])", return_data: true };
    expect(play(ofMath(query("load", METRIC.name, 120), sum), [2, 2, 2, 0])).toEqual(["OK", "ALARM", "ALARM", "OK"]);
  });

  it("must have one period", () => {
    const sum = { id: "sum", expression: "SUM([one, other])", return_data: true };
    expect(() => ofMath(query("one", "One"), query("other", "Other", 300), sum)).toThrow(
      new Error("the alarm the-alarm has more than one period"),
    );
  });

  it("must return a metric", () => {
    const alarm = ofMath(query("load", METRIC.name), { id: "twice", expression: "load * 2" });
    expect(() => play(alarm, [1])).toThrow(new Error("the alarm the-alarm returns no metric"));
  });
});

describe("a synthesized definition", () => {
  it.each([
    ["comparison_operator", "GreaterThanUpperThreshold"],
    ["treat_missing_data", "guessed"],
    ["statistic", "p99"],
    ["alarm_name", undefined],
  ])("is refused with another %s: %s", (key, value) => {
    expect(() => definition({ [key]: value })).toThrow(v.ValiError);
  });

  it("treats missing data as missing by default, like CloudWatch", () => {
    expect(definition().treat_missing_data).toBe("missing");
  });
});
